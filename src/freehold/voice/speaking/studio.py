"""Speaks a script into a phrase: each clause waits for its turn, is spoken, shaped where the engine cannot, recorded.

What is said with a person's voice carries that voice's mark besides the ordinary one.

A clause whose engine breaks off is spoken once more, without what was heard already. Knows no HTTP.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

import numpy as np

from freehold.contracts.errors import Unavailable
from freehold.foundation.clock import Clock
from freehold.foundation.terms import Terms
from freehold.voice.sound import Samples
from freehold.voice.speaking import measures
from freehold.voice.speaking.phrase import Part, Phrase
from freehold.voice.speaking.queue import Ask, TurnQueue
from freehold.voice.speaking.reading.script import Line, Script
from freehold.voice.speaking.recording import Recording
from freehold.voice.speaking.stand_ins import Direction, StandIns
from freehold.voice.synthesizer import Clause, Piece, Synthesizer, WordMark
from freehold.voice.watermark.voices import open_marker

logger = logging.getLogger(__name__)

INLINE_SECONDS = 0.5  # of sound, which is finished sooner than a thread could begin


@dataclass(frozen=True, slots=True, kw_only=True)
class _Take:
    """One script on its way into one phrase."""

    phrase: Phrase
    recording: Recording
    terms: Terms
    began_seconds: float


class Studio:
    """One synthesizer and its turns. `watermark_key` marks everything."""

    def __init__(self, synthesizer: Synthesizer, turns: TurnQueue, watermark_key: bytes, clock: Clock) -> None:
        self._synthesizer = synthesizer
        self._turns = turns
        self._watermark_key = watermark_key
        self._clock = clock
        self._stand_ins = StandIns(synthesizer)
        self.on_grown: Callable[[Phrase], None] = lambda phrase: None

    async def perform(self, script: Script, terms: Terms, phrase: Phrase) -> None:
        """Speak it all. Raises `Unavailable`, `ProviderTimeout` and what the synthesizer raises."""
        voice = script.reference.voice if script.reference else None
        recording = Recording(open_marker(self._watermark_key, voice), self._synthesizer.rate)
        began = self._clock.monotonic_seconds()
        take = _Take(phrase=phrase, recording=recording, terms=terms, began_seconds=began)
        for number, line in enumerate(script.lines):
            if line.pause_seconds:
                self._append(take, recording.pause(line.pause_seconds))
            await phrase.room()
            await self._speak_line(take, number, line)
        if script.closing_seconds:
            self._append(take, recording.pause(script.closing_seconds))
        self._append(take, recording.finish())
        measures.SECONDS_MADE.inc(phrase.seconds)

    def _append(self, take: _Take, part: Part) -> None:
        take.phrase.append(part)
        self.on_grown(take.phrase)

    async def _speak_line(self, take: _Take, number: int, line: Line) -> None:
        take.recording.begin_line(number)
        collected: list[Piece] = []
        async with self._turns.turn(self._ask(take, number, line)) as waited:
            began = self._clock.monotonic_seconds()
            direction = await self._stand_ins.direct(line.clause)
            async with aclosing(self._pieces(direction.clause)) as pieces:
                async for piece in pieces:
                    if not collected and number == 0 and not take.phrase.cost.first_seconds:
                        take.phrase.cost.queue_seconds = waited
                        take.phrase.cost.first_seconds = self._clock.monotonic_seconds() - began
                    if direction.is_native:
                        self._append(take, await self._finished(take, piece.samples, tuple(piece.words)))
                        # Pieces that have come already are given without a pause: who follows must have a turn.
                        await asyncio.sleep(0)
                    else:
                        collected.append(piece)
            spent = self._clock.monotonic_seconds() - began
        self._turns.learn(len(line.clause.text), spent)
        take.phrase.cost.machine_seconds += spent
        measures.ENGINE_SECONDS.inc(spent)
        if collected:
            await self._shape(take, collected, direction)
        self._append(take, take.recording.end_line())

    def _ask(self, take: _Take, number: int, line: Line) -> Ask:
        """A later clause is due when what was made before it has been played."""
        terms = take.terms
        return Ask(
            characters=len(line.clause.text),
            due_seconds=take.began_seconds + take.phrase.seconds,
            tenant=terms.tenant,
            priority=terms.priority,
            deadline_seconds=terms.deadline_seconds if number == 0 else None,
        )

    async def _pieces(self, clause: Clause) -> AsyncGenerator[Piece]:
        """The clause's pieces; a second try leaves out what the first one gave, for engines say the same twice."""
        samples_given = words_given = 0
        for is_last in (False, True):
            samples_known, words_known = samples_given, words_given
            try:
                async with aclosing(self._synthesizer.speak(clause)) as pieces:
                    async for piece in pieces:
                        samples, words = piece.samples[samples_known:], piece.words[words_known:]
                        samples_known -= len(piece.samples) - len(samples)
                        words_known -= len(piece.words) - len(words)
                        samples_given += len(samples)
                        words_given += len(words)
                        yield Piece(samples=samples, words=words)
                return
            except Unavailable as error:
                if is_last:
                    raise
                measures.RETRIES.inc()
                logger.warning("an engine broke off, the clause is spoken again", extra={"reason": error.message})

    async def _finished(self, take: _Take, samples: Samples, words: tuple[WordMark, ...]) -> Part:
        began = self._clock.monotonic_seconds()
        if len(samples) <= INLINE_SECONDS * self._synthesizer.rate:
            part = take.recording.feed(samples, words)
        else:
            part = await asyncio.to_thread(take.recording.feed, samples, words)
        measures.FINISH_SECONDS.inc(self._clock.monotonic_seconds() - began)
        return part

    async def _shape(self, take: _Take, pieces: list[Piece], direction: Direction) -> None:
        """The whole clause at once; its words move as its length does."""
        began = self._clock.monotonic_seconds()
        samples = np.concatenate([piece.samples for piece in pieces])
        shaped = await asyncio.to_thread(direction.worked, samples, self._synthesizer.rate)
        stretch = len(shaped) / max(1, len(samples))
        words = [replace(word, seconds=word.seconds * stretch) for piece in pieces for word in piece.words]
        spent = self._clock.monotonic_seconds() - began
        measures.SHAPE_SECONDS.inc(spent)
        take.phrase.cost.machine_seconds += spent
        self._append(take, await self._finished(take, shaped, tuple(words)))
