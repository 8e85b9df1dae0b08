"""The listening side of a session: sound to turns, turns to words. What else the turns ask for is the session's to do.

Sound that comes at once is taken in pieces, so that one session does not keep the others waiting.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from freehold.contracts.errors import FreeholdError, ProviderTimeout
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.conversation.listening.backchannel import is_backchannel
from freehold.voice.conversation.listening.ears import Ears, Edge
from freehold.voice.conversation.listening.endings import wait_ms
from freehold.voice.conversation.listening.hearing import Hearing, Pace
from freehold.voice.conversation.listening.tape import MAX_TAPE_SECONDS
from freehold.voice.conversation.protocol.config import Config, SemanticVad, ServerVad
from freehold.voice.conversation.protocol.refusals import Refusal
from freehold.voice.conversation.stages import HearingWish, Stages
from freehold.voice.conversation.turn_events import (
    Action,
    BufferTaken,
    Commit,
    Discard,
    Event,
    Listen,
    Policy,
    SoundCame,
    TellStarted,
    VoiceBegan,
    VoiceEnded,
    WordsHeard,
)
from freehold.voice.conversation.turns import Turns
from freehold.voice.sound import Samples

logger = logging.getLogger(__name__)

AT_ONCE_SECONDS = 0.5
MIN_COMMIT_MS = 100
WORDS_SECONDS = 25.0  # for a turn's words, whose sound is kept until then
MAX_WAITING_MS = MAX_TAPE_SECONDS * 1000 - 5000
PREROLL_MS = 2000  # of silence, kept for a turn that is about to begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The words of the turn that began at `start_ms`, as far as `until_ms`. None: no transcriber could be had."""

    start_ms: int
    until_ms: int
    text: str | None
    asked_seconds: float
    error: FreeholdError | None = None


class Listener(Protocol):
    """Whom attention tells: the session."""

    def perform(self, action: Action) -> None:
        """Do what a turn asks for."""
        ...

    def heard(self, heard: Heard) -> None:
        """Words are known that a turn asked for."""
        ...

    def grown(self, start_ms: int, text: str) -> None:
        """The text of a turn, as far as it is known while it goes on."""
        ...


class Attention:
    """Listens for one session. `fallback` is who writes down where the first choice fails."""

    def __init__(self, config: Config, stages: Stages, clock: Clock, tasks: TaskSupervisor, listener: Listener) -> None:
        self._stages = stages
        self._clock = clock
        self._tasks = tasks
        self._listener = listener
        self._config = config
        is_cleaned = config.noise_reduction is not None
        self._ears = Ears(config.input_format.type, threshold=_threshold(config), noise_reduction=is_cleaned)
        self._turns = Turns(_policy(config), is_backchannel=is_backchannel, wait_ms=wait_ms)
        self._hearings: dict[int, Hearing] = {}
        self._pace = Pace()
        self._open: int | None = None  # the start of the turn that is under way
        self._taken_ms = 0  # everything before belongs to items, or to nobody
        self.fallback: HearingWish | None = None

    def change(self, config: Config) -> None:
        """Listen by other settings."""
        former, self._config = self._config, config
        if config.input_format != former.input_format or config.noise_reduction != former.noise_reduction:
            is_cleaned = config.noise_reduction is not None
            self._take(self._ears.reset(config.input_format.type, noise_reduction=is_cleaned))
        self._ears.threshold = _threshold(config)
        if config.turn_detection != former.turn_detection:
            self._do(self._turns.change(_policy(config)))
        if config.turn_detection is None and former.turn_detection is not None and self._open is not None:
            self.finished(self._open)  # what the turn holds is the client's to commit

    async def append(self, data: bytes) -> None:
        """More sound. Raises `Refusal` where nobody has taken what came before for too long."""
        size = int(AT_ONCE_SECONDS * self._config.input_format.bytes_per_second) // 2 * 2
        for at in range(0, len(data), size):
            if self._config.turn_detection is None and self.waiting_ms >= MAX_WAITING_MS:
                text = f"The input audio buffer holds {MAX_WAITING_MS // 1000} seconds, which is all it can."
                raise Refusal(text, code="input_audio_buffer_full", hint="Commit or clear it.")
            self._hear(data[at : at + size])
            if len(data) > size:
                await asyncio.sleep(0)

    def tell(self, event: Event) -> None:
        """Something happened that is not sound."""
        self._do(self._turns.take(event, self._clock.monotonic_seconds()))

    @property
    def position_ms(self) -> int:
        """How much sound has come."""
        return self._ears.position_ms

    @property
    def waiting_ms(self) -> int:
        """How much sound no item has taken."""
        return self._ears.position_ms - self._taken_ms

    def commit(self) -> tuple[int, int]:
        """Take what has come, as the client wishes: its start and its end. `words` tells what is said there.

        Raises `Refusal` where there is less than a tenth of a second.
        """
        start_ms, end_ms = self._taken_ms, self._ears.position_ms
        if end_ms - start_ms < MIN_COMMIT_MS:
            text = f"Error committing input audio buffer: buffer too small, it has {end_ms - start_ms} ms of audio."
            raise Refusal(text, code="input_audio_buffer_commit_empty", hint="Append at least 100 ms.")
        self._ears.catch_up()
        self.tell(BufferTaken())
        if self._open is not None and self._open != start_ms:
            self.finished(self._open)
        self._open = None
        self._hearing(start_ms)
        self.taken(end_ms)
        return start_ms, end_ms

    def clear(self) -> None:
        """Forget what has come."""
        self.tell(BufferTaken())
        if self._open is not None:
            self.finished(self._open)
        self.taken(self._ears.position_ms)

    def taken(self, until_ms: int) -> None:
        """An item holds everything before; what nobody needs any more is forgotten."""
        self._taken_ms = max(self._taken_ms, until_ms)
        self._ears.tape.forget(max(min([self._taken_ms - PREROLL_MS, *self._hearings]), 0))

    def sound(self, start_ms: int, end_ms: int) -> Samples:
        """What came there, at 16 kHz, as far as it is kept."""
        return self._ears.tape.cut(start_ms, end_ms)

    async def words(self, start_ms: int, until_ms: int) -> Heard:
        """What is said there: by now mostly known. Never raises `FreeholdError`."""
        asked = self._clock.monotonic_seconds()
        try:
            async with asyncio.timeout(WORDS_SECONDS):
                text: str | None = (await self._hearing(start_ms).text(until_ms)).strip()
            error = None
        except TimeoutError:
            text, error = None, ProviderTimeout("What was said was not written down in time.", hint="Say it again.")
        except FreeholdError as failure:
            logger.warning("a turn could not be heard", extra={"reason": failure.message})
            text, error = None, failure
        return Heard(start_ms=start_ms, until_ms=until_ms, text=text, asked_seconds=asked, error=error)

    def finished(self, start_ms: int) -> None:
        """The words of the turn that began there are known, or not wanted any more."""
        hearing = self._hearings.pop(start_ms, None)
        if hearing is not None:
            hearing.cancel()
        if self._open == start_ms:
            self._open = None

    def close(self) -> None:
        """Stop listening."""
        for start_ms in list(self._hearings):
            self.finished(start_ms)

    def _hear(self, data: bytes) -> None:
        self._take(self._ears.hear(data))
        position = self._ears.position_ms
        if self._config.turn_detection is None:
            self._open = self._taken_ms
            self._hearing(self._open)
        if self._open is not None and self._ears.is_voice:
            self._hearing(self._open).advance(position)
        self.tell(SoundCame(position, self._ears.is_voice))
        if self._config.turn_detection is not None and not self._turns.has_turn:
            self.taken(position - PREROLL_MS)

    def _take(self, edges: Sequence[Edge]) -> None:
        for edge in edges:
            self.tell(VoiceBegan(edge.audio_ms) if edge.kind == "began" else VoiceEnded(edge.audio_ms))

    def _do(self, actions: Sequence[Action]) -> None:
        for action in actions:
            if isinstance(action, TellStarted):
                self._open = action.start_ms
                self._hearing(action.start_ms)
            elif isinstance(action, Listen):
                self._open = action.start_ms
                self._tasks.start("listen", self._listen(action))
            elif isinstance(action, Commit):
                self._open = None
                self.taken(action.end_ms)
            elif isinstance(action, Discard):
                self.finished(action.start_ms)
            self._listener.perform(action)

    async def _listen(self, asked: Listen) -> None:
        if not asked.is_pause:
            self._ears.catch_up()
        heard = await self.words(asked.start_ms, asked.until_ms)
        self._listener.heard(heard)
        language = self._wish().language or ""
        self.tell(WordsHeard(asked.start_ms, asked.until_ms, heard.text, language))

    def _wish(self) -> HearingWish:
        return self._config.transcription.hearing() if self._config.transcription else HearingWish()

    def _hearing(self, start_ms: int) -> Hearing:
        if start_ms not in self._hearings:
            hearing = Hearing(
                self._ears.tape, self._stages, self._wish(), self._clock, fallback=self.fallback, pace=self._pace
            )
            hearing.on_text = lambda text: self._listener.grown(start_ms, text)
            hearing.begin(start_ms)
            self._hearings[start_ms] = hearing
        return self._hearings[start_ms]


def _policy(config: Config) -> Policy | None:
    """How turns are taken, in OpenAI's settings: semantic VAD goes by words, in interruptions too."""
    detection = config.turn_detection
    if detection is None:
        return None
    responds = detection.create_response and config.type == "realtime"
    if isinstance(detection, SemanticVad):
        by = "by words" if detection.interrupt_response else "never"
        return Policy(interrupts=by, responds=responds, silence_ms=None, longest_wait_ms=detection.longest_wait_ms)
    return Policy(
        interrupts="by sound" if detection.interrupt_response else "never",
        responds=responds,
        silence_ms=detection.silence_duration_ms,
        prefix_ms=detection.prefix_padding_ms,
        idle_timeout_ms=detection.idle_timeout_ms,
    )


def _threshold(config: Config) -> float:
    detection = config.turn_detection
    return detection.threshold if isinstance(detection, ServerVad) else 0.5
