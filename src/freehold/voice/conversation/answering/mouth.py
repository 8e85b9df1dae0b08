"""Speaks a text while it is written: clause after clause, the next one made while the one before is still sounding.

At most one clause is made ahead, and none while enough sound is waiting to be played. A clause whose voice fails is
taken over by another one at the next word, and so is all that follows. Knows no formats and no protocol.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from freehold.contracts.errors import FreeholdError
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.conversation.answering.ahead import Ahead
from freehold.voice.conversation.answering.clauses import Clause, Clauses
from freehold.voice.conversation.answering.take import Take, sayable
from freehold.voice.conversation.stages import Saying, SpokenPiece, SpokenWord, Stages
from freehold.voice.sound import SPEECH_RATE
from freehold.voice.speaking.reading.passage import Passage

MOST_CLAUSES = 1024  # that wait to be spoken; then the model waits
MOST_PIECES = 64  # of a clause, that wait to be given on; then its voice waits
CLOSING_SECONDS = 1.0
BYTES_PER_MS = 2 * SPEECH_RATE / 1000
MS_PER_CHARACTER = 65.0  # of English at an easy pace


class Mouth:
    """Speaks one text. `saying` is how, whatever its own text; `fallback` takes over where that fails.

    `gate` returns when more sound is wanted. What may be read at any time: `spoken_until`, how much of the text has
    sounded in what was given, in characters; `first_clause_seconds`, from the start to a clause that can be spoken;
    `first_sound_seconds`, from then to its sound; `clauses`, how many were spoken.
    """

    def __init__(
        self,
        stages: Stages,
        saying: Saying,
        *,
        fallback: Saying | None,
        gate: Callable[[], Awaitable[None]],
        clock: Clock | None = None,
    ) -> None:
        self._stages = stages
        self._voice = saying
        self._fallback = fallback
        self._gate = gate
        self._clock = clock or SystemClock()
        self._tasks = TaskSupervisor()
        self._began_seconds = 0.0
        self._sound_ms = 0.0
        self._length = 0  # of the text so far
        self._announced: list[SpokenWord] = []  # words whose sound has not been given
        self._timed_ms = 0.0  # the end of the last word that has sounded
        self.spoken_until = 0
        self.first_clause_seconds: float | None = None
        self.first_sound_seconds: float | None = None
        self.clauses = 0

    @property
    def sound_seconds(self) -> float:
        """How much sound was given."""
        return self._sound_ms / 1000

    async def speak(self, text: AsyncIterator[str]) -> AsyncGenerator[SpokenPiece]:
        """The sound, its words placed in the whole text and the whole sound. Used once.

        Closing it stops all that is under way, the text too. Raises `FreeholdError` where nobody can go on, and what
        the text raises, behind the clauses that were whole by then.
        """
        self._began_seconds = self._clock.monotonic_seconds()
        try:
            takes = Ahead(self._takes(text), self._tasks, most=1)
            while (take := await takes.next()) is not None:
                if take.voice is not self._voice:  # begun before another voice took over
                    take.sound.stop()
                    take = self._begin(take.passage, take.end)
                async with aclosing(self._sound(take)) as pieces:
                    async for piece in pieces:
                        yield piece
            self.spoken_until = self._length
        finally:
            await self._tasks.close(CLOSING_SECONDS)

    async def _cut(self, text: AsyncIterator[str]) -> AsyncGenerator[Clause]:
        clauses = Clauses()
        try:
            async for delta in text:
                self._length += len(delta)
                for clause in clauses.feed(delta):
                    yield clause
            for clause in clauses.flush():
                yield clause
        finally:
            if isinstance(text, AsyncGenerator):
                await text.aclose()

    async def _takes(self, text: AsyncIterator[str]) -> AsyncGenerator[Take]:
        """The clauses that can be spoken, each begun once it is wanted."""
        clauses = Ahead(self._cut(text), self._tasks, most=MOST_CLAUSES)
        while (clause := await clauses.next()) is not None:
            passage = sayable(clause)
            if passage is not None:
                if self.first_clause_seconds is None:
                    self.first_clause_seconds = self._clock.monotonic_seconds() - self._began_seconds
                await self._gate()
                yield self._begin(passage, clause.end)

    def _begin(self, passage: Passage, end: int) -> Take:
        saying = replace(self._voice, text=passage.text)
        sound = Ahead(self._stages.speak(saying), self._tasks, most=MOST_PIECES)
        return Take(passage=passage, end=end, voice=self._voice, sound=sound)

    async def _sound(self, take: Take) -> AsyncGenerator[SpokenPiece]:
        """A clause to its end, whoever says it."""
        self.spoken_until = max(self.spoken_until, take.passage.offsets[0])
        current: Take | None = take
        while current is not None:
            began_ms = self._timed_ms = self._sound_ms
            try:
                while (piece := await current.sound.next()) is not None:
                    yield self._given(piece, current, began_ms)
                current = None
            except FreeholdError:
                if self._fallback is None or current.voice is self._fallback:
                    raise
                self._voice = self._fallback
                current = self._taken_over(current)
        self._announced.clear()
        self.spoken_until = take.end
        self.clauses += 1

    def _taken_over(self, take: Take) -> Take | None:
        """What is left of a clause that broke off, in the other voice."""
        self._announced.clear()
        unplaced = (self._sound_ms - self._timed_ms) / MS_PER_CHARACTER
        rest = take.rest(self.spoken_until, unplaced)
        return None if rest is None else self._begin(rest, take.end)

    def _given(self, piece: SpokenPiece, take: Take, began_ms: float) -> SpokenPiece:
        if self.first_sound_seconds is None and piece.pcm_24khz:
            since = self._began_seconds + (self.first_clause_seconds or 0.0)
            self.first_sound_seconds = self._clock.monotonic_seconds() - since
        self._sound_ms += len(piece.pcm_24khz) / BYTES_PER_MS
        words = [take.placed(word, began_ms) for word in piece.words]
        self._announced += words
        waiting: list[SpokenWord] = []
        for word in self._announced:
            if word.start_ms < self._sound_ms:
                self.spoken_until = max(self.spoken_until, word.text_start + word.text_length)
                self._timed_ms = max(self._timed_ms, word.end_ms)
            else:
                waiting.append(word)
        self._announced = waiting
        return SpokenPiece(pcm_24khz=piece.pcm_24khz, words=words)
