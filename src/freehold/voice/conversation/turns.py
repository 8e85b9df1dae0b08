"""Who has the turn: a pure state machine. Events and the time go in, actions come out; it does nothing itself.

A pause is taken as the end before it is certain: what was said is written down and thought about in silence, and
thrown away if the person goes on. Sound over a reply may be an interruption, a listener's "yeah" or a cough: the words
decide. Knows no protocol and no models.
"""

from collections.abc import Callable
from dataclasses import dataclass

from freehold.voice.conversation.turn_events import (
    Action,
    BufferTaken,
    Commit,
    Discard,
    Event,
    Forget,
    Listen,
    Policy,
    PromptIdle,
    ReplyBegan,
    ReplyEnded,
    Respond,
    ResumeReply,
    SoundCame,
    StopReply,
    TellStarted,
    TellStopped,
    Think,
    TimePassed,
    VoiceBegan,
    VoiceEnded,
    WordsHeard,
)

TAIL_MS = 100  # the last consonant is often under the threshold
FIRST_LOOK_MS, NEXT_LOOK_MS = 500, 400  # at the words of a voice over a reply
TALKS_OVER_MS = 2000  # whoever speaks so long over a reply wants the turn, whatever the words are
MAX_TURN_MS = 120_000
STALLED_SECONDS = 1.0  # without any sound from the client, which then counts as silence


@dataclass(slots=True)
class _Turn:
    """Somebody's turn that has not ended. `words` are those up to `words_ms`."""

    start_ms: int  # of its sound, which is a little before the voice
    began_ms: int
    is_told: bool = True
    has_stopped_reply: bool = False
    paused_ms: int | None = None
    looked_ms: int = 0
    words: str | None = None
    words_ms: int = -1
    language: str = ""
    is_thought_about: bool = False
    cannot_hear: bool = False

    @property
    def is_written(self) -> bool:
        """Whether the words up to the pause are known."""
        return self.paused_ms is not None and self.words is not None and self.words_ms >= self.paused_ms


class Turns:
    """The turns of one conversation. `policy` None: the client says itself when a turn ends.

    `is_backchannel` tells a listener's signal from a turn; `wait_ms(text, language, longest_wait_ms)` says how much
    silence ends a turn with these words.
    """

    def __init__(
        self,
        policy: Policy | None,
        *,
        is_backchannel: Callable[[str], bool],
        wait_ms: Callable[[str, str, int], int],
    ) -> None:
        self._policy = policy
        self._is_backchannel = is_backchannel
        self._wait_ms = wait_ms
        self._turn: _Turn | None = None
        self._awaited: dict[int, int] = {}  # start and end of turns that are committed, and not written down yet
        self._audio_ms = 0
        self._sound_at: float | None = None
        self._is_replying = False
        self._audible_until = 0.0
        self._owes_answer = False  # somebody finished a turn while a reply went on
        self._quiet_ms: int | None = None  # of the sound, since when nobody says anything; None: told already

    @property
    def is_idle(self) -> bool:
        """Whether nobody speaks, nothing is waited for and nothing is owed."""
        return self._turn is None and not self._awaited and not self._is_replying and not self._owes_answer

    @property
    def has_turn(self) -> bool:
        """Whether somebody's turn is under way."""
        return self._turn is not None

    def change(self, policy: Policy | None) -> list[Action]:
        """Go by another policy. Without one, the turn that is under way is the client's to end."""
        self._policy = policy
        return self._drop() if policy is None else []

    def take(self, event: Event, now: float) -> list[Action]:
        """What is to be done about the event, in order."""
        match event:
            case VoiceBegan(audio_ms):
                return self._voice_began(audio_ms, now)
            case VoiceEnded(audio_ms):
                return self._voice_ended(audio_ms)
            case SoundCame():
                return self._sound_came(event, now)
            case WordsHeard():
                return self._words_heard(event, now)
            case ReplyBegan():
                self._is_replying, self._quiet_ms = True, None
                return []
            case ReplyEnded(audible_until):
                self._is_replying, self._quiet_ms, self._audible_until = False, self._audio_ms, audible_until
                return self._answer()
            case TimePassed():
                return self._time_passed(now)
            case BufferTaken():
                return self._drop()

    def _voice_began(self, audio_ms: int, now: float) -> list[Action]:
        policy = self._policy
        if policy is None:
            return []
        self._quiet_ms = None
        if self._turn is not None:
            return self._go_on(self._turn)
        over_reply = self._is_replying or now < self._audible_until
        turn = self._turn = _Turn(start_ms=max(audio_ms - policy.prefix_ms, 0), began_ms=audio_ms)
        if over_reply and policy.interrupts == "by words":
            turn.is_told = False
            return []
        turn.has_stopped_reply = over_reply and policy.interrupts == "by sound"
        stops = self._stop() if turn.has_stopped_reply else []
        return [TellStarted(turn.start_ms), *stops]

    def _voice_ended(self, audio_ms: int) -> list[Action]:
        turn = self._turn
        if turn is None or turn.paused_ms is not None:
            return []
        turn.paused_ms = max(audio_ms, turn.start_ms)
        return [Listen(turn.start_ms, turn.paused_ms + TAIL_MS, is_pause=True)]

    def _sound_came(self, event: SoundCame, now: float) -> list[Action]:
        self._audio_ms, self._sound_at = event.audio_ms, now
        turn = self._turn
        if turn is not None and turn.paused_ms is not None and event.is_voice:
            return self._go_on(turn)  # the client had only stalled
        return self._time_passed(now)

    def _go_on(self, turn: _Turn) -> list[Action]:
        """It was a pause."""
        forget: list[Action] = [Forget()] if turn.is_thought_about else []
        turn.paused_ms, turn.is_thought_about, turn.cannot_hear = None, False, False
        return forget

    def _time_passed(self, now: float) -> list[Action]:
        turn = self._turn
        if turn is None:
            return self._look_at_silence(now)
        stalled_ms = 0.0
        if self._sound_at is not None and now - self._sound_at >= STALLED_SECONDS:
            stalled_ms = (now - self._sound_at) * 1000
            if turn.paused_ms is None:
                return self._voice_ended(self._audio_ms)
        if turn.paused_ms is None:
            return self._look_at_voice(turn, now)
        if self._audio_ms + stalled_ms - turn.paused_ms >= self._needed_ms(turn):
            return self._end(turn, now)
        return []

    def _look_at_voice(self, turn: _Turn, now: float) -> list[Action]:
        """A voice that goes on: over a reply its words are looked at now and then, and no turn lasts for ever."""
        spoken_ms = self._audio_ms - turn.began_ms
        if not turn.is_told and spoken_ms >= TALKS_OVER_MS:
            return self._take_turn(turn, now)
        if not turn.is_told and spoken_ms >= (turn.looked_ms + NEXT_LOOK_MS if turn.looked_ms else FIRST_LOOK_MS):
            turn.looked_ms = spoken_ms
            return [Listen(turn.start_ms, self._audio_ms, is_pause=False)]
        if spoken_ms < MAX_TURN_MS:
            return []
        turn.paused_ms = self._audio_ms
        ended = [Listen(turn.start_ms, self._audio_ms, is_pause=True), *self._commit(turn)]
        self._turn = _Turn(start_ms=self._audio_ms, began_ms=self._audio_ms)
        return [*ended, TellStarted(self._audio_ms)]

    def _needed_ms(self, turn: _Turn) -> float:
        assert self._policy is not None
        if self._policy.silence_ms is not None:
            return self._policy.silence_ms
        if turn.is_written:
            return self._wait_ms(turn.words or "", turn.language, self._policy.longest_wait_ms)
        return self._policy.longest_wait_ms

    def _end(self, turn: _Turn, now: float) -> list[Action]:
        """The silence is long enough. Whether a voice over a reply was a turn, its words must say first."""
        is_certain = turn.is_told and not turn.has_stopped_reply
        if not is_certain and not turn.cannot_hear:
            if not turn.is_written:
                return []
            if not self._is_turn(turn.words):
                return self._discard(turn)
        return [*self._take_turn(turn, now), *self._commit(turn), *self._answer()]

    def _is_turn(self, words: str | None) -> bool:
        return bool(words) and not self._is_backchannel(words or "")

    def _discard(self, turn: _Turn) -> list[Action]:
        """It was a cough, or a listener's signal."""
        assert turn.paused_ms is not None
        self._turn = None
        told: list[Action] = [TellStopped(turn.start_ms, turn.paused_ms)] if turn.is_told else []
        done = [*told, Discard(turn.start_ms, turn.is_told)]
        if self._owes_answer or self._is_replying or not turn.has_stopped_reply:
            return [*done, *self._answer()]
        self._is_replying = True
        return [*done, ResumeReply()]

    def _take_turn(self, turn: _Turn, now: float) -> list[Action]:
        """A voice over a reply is a turn: the reply stops."""
        if turn.is_told:
            return []
        turn.is_told = True
        stops = self._stop() if self._is_replying or now < self._audible_until else []
        return [TellStarted(turn.start_ms), *stops]

    def _stop(self) -> list[Action]:
        self._is_replying, self._audible_until = False, 0.0
        return [StopReply()]

    def _commit(self, turn: _Turn) -> list[Action]:
        assert turn.paused_ms is not None
        done = Commit(turn.start_ms, turn.paused_ms, turn.words if turn.is_written else None)
        self._turn = None
        if turn.is_written or turn.cannot_hear:
            self._owe(done.text)
        else:
            self._awaited[done.start_ms] = done.end_ms
        return [TellStopped(turn.start_ms, turn.paused_ms), done]

    def _owe(self, text: str | None) -> None:
        """Whoever said something gets an answer, and so does who could not be heard; noise gets none."""
        says_something = text is None or bool(text)
        self._owes_answer |= says_something and self._policy is not None and self._policy.responds

    def _answer(self) -> list[Action]:
        """Respond to what is owed, unless somebody speaks or a reply goes on."""
        if not self._owes_answer or self._is_replying or self._turn is not None or self._awaited:
            return []
        self._owes_answer = False
        self._is_replying = True
        return [Respond()]

    def _words_heard(self, event: WordsHeard, now: float) -> list[Action]:
        turn = self._turn
        if event.until_ms >= self._awaited.get(event.start_ms, event.until_ms + 1):
            del self._awaited[event.start_ms]
            self._owe(event.text)
            return self._answer()
        if turn is None or event.start_ms != turn.start_ms or event.until_ms < turn.words_ms:
            return []
        if event.text is None:
            turn.cannot_hear = turn.paused_ms is not None
            return self._time_passed(now)
        turn.words, turn.words_ms, turn.language = event.text, event.until_ms, event.language
        if turn.paused_ms is None:
            return self._take_turn(turn, now) if self._is_turn(event.text) else []
        ended = self._time_passed(now)
        if self._turn is not turn or not self._may_think(turn):
            return ended
        turn.is_thought_about = True
        return [*ended, Think(event.text)]

    def _may_think(self, turn: _Turn) -> bool:
        """Whether it pays to think about words that may be all, before it is certain."""
        responds = self._policy is not None and self._policy.responds
        is_free = turn.is_told and turn.is_written and not self._is_replying and not self._awaited
        return responds and is_free and not turn.is_thought_about and self._is_turn(turn.words)

    def _look_at_silence(self, now: float) -> list[Action]:
        policy = self._policy
        if policy is None or policy.idle_timeout_ms is None or self._quiet_ms is None:
            return []
        if self._is_replying or self._awaited or now < self._audible_until:
            self._quiet_ms = self._audio_ms
            return []
        if self._audio_ms - self._quiet_ms < policy.idle_timeout_ms:
            return []
        start_ms, self._quiet_ms = self._quiet_ms, None
        self._is_replying = True
        return [PromptIdle(start_ms, self._audio_ms)]

    def _drop(self) -> list[Action]:
        """What was heard is the client's business."""
        turn, self._turn = self._turn, None
        self._awaited.clear()
        if turn is None:
            return []
        forget: list[Action] = [Forget()] if turn.is_thought_about else []
        return [*forget, TellStopped(turn.start_ms, self._audio_ms)] if turn.is_told else forget
