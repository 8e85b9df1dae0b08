"""The text of one turn while it grows, so that little is left to hear when the person stops.

A part is cut off in a pause, where there is one. Measured with PocketSphinx on 21 sentences by three of flite's voices,
word error rate: 6.2 % heard whole; 6.2 % cut at the quietest 200 ms if they are 30 dB under the voice; 7.6 % at 120 ms;
29 % at 50 ms, which are closures of consonants; 20 % cut by force after 3 s. How much is left for the end depends on
the transcriber: what it hears in `SOON_SECONDS` is left whole. One call is made at a time, in order, each with the text
so far as its prompt. How long a call may take is the stages' to say. Knows no turns' ends.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from freehold.contracts.errors import Cancelled, FreeholdError
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.conversation.listening.pauses import ending_depth, find_pause
from freehold.voice.conversation.listening.tape import Tape
from freehold.voice.conversation.stages import HearingWish, Stages
from freehold.voice.sound import HEARING_RATE, Samples

SOON_SECONDS = 0.3
UNHEARD_MS = 1600  # are left before a part is looked for, or more if the transcriber is fast
MIN_PART_MS = 800
LOOK_MS = 200  # between two looks for a pause
MARGIN_MS = 400  # before now: a pause that has just begun may be none
PAUSE_DEPTH = 30.0  # dB
MAX_UNHEARD_MS = 8000  # then the least loud place must do
PROMPT_CHARACTERS = 400  # of the text so far; Whisper reads some 200 tokens
FORGETTING = 0.8  # a call, of what was learned before it
FIRST_PACE = (0.05, 0.3)  # seconds for a call, and for each second of sound, until there is something to learn from


class Pace:
    """How long a transcriber takes: so much for a call, and so much for each second of sound, by least squares."""

    def __init__(self) -> None:
        self._calls, self._sound, self._square = 1.0, 1.0, 1.5
        self._took = FIRST_PACE[0] + FIRST_PACE[1]
        self._product = FIRST_PACE[0] + FIRST_PACE[1] * self._square

    def note(self, sound_seconds: float, took_seconds: float) -> None:
        """Learn from a call. What was learned before counts a fifth less each time."""
        self._calls = FORGETTING * self._calls + 1
        self._sound = FORGETTING * self._sound + sound_seconds
        self._square = FORGETTING * self._square + sound_seconds**2
        self._took = FORGETTING * self._took + took_seconds
        self._product = FORGETTING * self._product + sound_seconds * took_seconds

    def sound_within(self, seconds: float) -> float:
        """How many seconds of sound are heard in so many."""
        spread = self._square - self._sound**2 / self._calls
        slope = (self._product - self._sound * self._took / self._calls) / spread if spread > 0.01 else 0.0
        slope = min(max(slope, 0.001), self._took / self._sound)
        a_call = max(self._took - slope * self._sound, 0.0) / self._calls
        return max(seconds - a_call, 0.0) / slope


class Hearing:
    """One turn's text. A `pace` may be shared by a conversation's turns, which then know the transcriber already."""

    def __init__(
        self,
        tape: Tape,
        stages: Stages,
        wish: HearingWish,
        clock: Clock,
        *,
        fallback: HearingWish | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._tape = tape
        self._stages = stages
        self._wish = wish
        self._clock = clock
        self._fallback = fallback
        self._pace = pace or Pace()
        self._tasks = TaskSupervisor()
        self._part: asyncio.Task[None] | None = None
        self._call: asyncio.Task[str | FreeholdError] | None = None
        self.on_text: Callable[[str], None] = _ignore
        self.begin(0)

    @property
    def so_far(self) -> str:
        """The text of the parts heard by now. It only grows."""
        return self._text

    def begin(self, start_ms: int) -> None:
        """A turn begins there. What was heard before is forgotten."""
        self.cancel()
        self._text = ""
        self._heard_ms = self._asked_ms = self._looked_ms = start_ms
        self._tail: tuple[int, str] | None = None
        self._has_failed = False

    def advance(self, now_ms: int) -> None:
        """The person has said as much: hear a part in the background, if there is one to hear. Does not wait."""
        left_ms = max(UNHEARD_MS, self._at_once_ms)
        unheard_ms = now_ms - self._heard_ms
        if unheard_ms <= left_ms or self._has_failed or self._part is not None or self._line.locked():
            return
        if now_ms < self._looked_ms + LOOK_MS:
            return
        self._looked_ms = now_ms
        pause = find_pause(self._tape.cut(self._heard_ms, now_ms), MIN_PART_MS, unheard_ms - MARGIN_MS)
        is_late = unheard_ms >= max(MAX_UNHEARD_MS, 1.5 * left_ms)
        if pause is not None and (pause.depth >= PAUSE_DEPTH or is_late):
            self._part = self._tasks.start("hear a part", self._hear_part(self._heard_ms + pause.at_ms))

    async def text(self, until_ms: int) -> str:
        """All that is said up to there.

        A call for the same place is shared, and one that waits behind another is answered with the text of the latest
        place asked for. Raises the transcriber's `FreeholdError`, and `Cancelled` where the turn was given up.
        """
        self._asked_ms = until_ms
        line = self._line
        async with line:
            if line is not self._line:
                raise Cancelled("The turn was given up.")
            until_ms = max(until_ms, self._asked_ms)
            if until_ms <= self._heard_ms:
                return self._text
            if self._tail is None or self._tail[0] != until_ms:
                self._tail = (until_ms, await self._hear(until_ms))
            text = joined(self._text, self._tail[1])
            if self._is_phrase(until_ms):
                self._keep(until_ms, text)
            return text

    def cancel(self) -> None:
        """Give the turn up: what is being heard is stopped."""
        for task in (self._part, self._call):
            if task is not None:
                task.cancel()
        self._part = self._call = None
        self._line = asyncio.Lock()  # one call at a time, in order

    @property
    def _at_once_ms(self) -> float:
        return self._pace.sound_within(SOON_SECONDS) * 1000

    def _is_phrase(self, until_ms: int) -> bool:
        """Whether the tail can be a part: the voice paused there, and it is not better heard again with the rest."""
        length_ms = until_ms - self._heard_ms
        if length_ms < max(MIN_PART_MS, self._at_once_ms):
            return False
        return ending_depth(self._tape.cut(self._heard_ms, until_ms)) >= PAUSE_DEPTH

    def _keep(self, until_ms: int, text: str) -> None:
        self._heard_ms, self._tail = until_ms, None
        if text != self._text:
            self._text = text
            self.on_text(text)

    async def _hear_part(self, until_ms: int) -> None:
        async with self._line:
            try:
                if until_ms > self._heard_ms:
                    self._keep(until_ms, joined(self._text, await self._hear(until_ms)))
            except FreeholdError:
                self._has_failed = True  # its sound is heard again with the tail, and raises there if it must
            finally:
                if self._part is asyncio.current_task():
                    self._part = None

    async def _hear(self, until_ms: int) -> str:
        """What is said from where the parts end. The call ends with whoever waits for it."""
        call = self._call = self._tasks.start("hear", self._ask(self._heard_ms, until_ms))
        try:
            await asyncio.wait({call})
        finally:
            call.cancel()
        if call.cancelled():
            raise Cancelled("The turn was given up.")
        outcome = call.result()
        if isinstance(outcome, FreeholdError):
            raise outcome
        return outcome

    async def _ask(self, start_ms: int, until_ms: int) -> str | FreeholdError:
        """By the first choice, or by the fallback, which then hears the rest of the turn too."""
        samples = self._tape.cut(start_ms, until_ms)
        try:
            return await self._transcribe(samples)
        except FreeholdError as error:
            if self._fallback is None:
                return error
        self._wish, self._fallback = self._fallback, None
        try:
            return await self._transcribe(samples)
        except FreeholdError as error:
            return error

    async def _transcribe(self, samples_16khz: Samples) -> str:
        asked = self._clock.monotonic_seconds()
        prompt = f"{self._wish.prompt} {self._text[-PROMPT_CHARACTERS:]}".strip()
        heard = await self._stages.transcribe(samples_16khz, replace(self._wish, prompt=prompt))
        self._pace.note(len(samples_16khz) / HEARING_RATE, self._clock.monotonic_seconds() - asked)
        return heard.text.strip()


def joined(text: str, more: str) -> str:
    """Two texts of one turn. A transcriber without punctuation begins each with a capital, which the second loses."""
    if not text or not more:
        return text or more
    is_plain = not any(mark in text + more for mark in ".,!?;:…。")
    word = more.partition(" ")[0]
    if is_plain and word.isascii() and word.istitle() and word.split("'")[0] != "I":
        more = more[0].lower() + more[1:]
    return f"{text} {more}"


def _ignore(text: str) -> None:
    """Nobody wants to know."""
