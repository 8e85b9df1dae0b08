"""An engine that says what the test wrote down, and keeps count of what it was asked."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from freehold.contracts.errors import FreeholdError
from freehold.voice.sound import HEARING_RATE, Samples
from freehold.voice.transcriber import HeardSegment, HeardWord, Wish

Script = Callable[[int, float], Sequence[HeardSegment]]  # the number of the stretch, from 0, and its seconds


@dataclass(frozen=True)
class Facts:
    """What the engine says of itself."""

    languages: Sequence[str] = ("en",)
    translates: bool = False


def two_words(number: int, seconds: float) -> Sequence[HeardSegment]:
    """One segment of two words: half a second after the stretch begins and as long before its end."""
    words = (
        HeardWord(text=f"first{number}", start=0.5, end=0.7, logprob=-0.1),
        HeardWord(text=f"last{number}", start=seconds - 0.7, end=seconds - 0.5, logprob=-0.2),
    )
    text = " ".join(word.text for word in words)
    return [HeardSegment(text=text, start=0.5, end=seconds - 0.5, words=words, language="en")]


@dataclass
class ScriptedEngine:
    """`holds` are events that the stretch of that number waits for; `errors` are what it fails with instead."""

    script: Script = two_words
    facts: Facts = field(default_factory=Facts)
    holds: dict[int, asyncio.Event] = field(default_factory=dict)
    errors: dict[int, FreeholdError] = field(default_factory=dict)
    asked: list[tuple[Wish, int]] = field(default_factory=list)  # and the stretch's samples
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    open: int = 0

    def reset(self) -> None:
        """As if fresh."""
        vars(self).update(vars(ScriptedEngine()))

    async def start(self) -> None:
        """Nothing is to be loaded."""

    async def close(self) -> None:
        """Nothing is to be released."""

    async def hear(self, samples_16khz: Samples, wish: Wish) -> AsyncGenerator[HeardSegment]:
        """What the script says."""
        number = len(self.asked)
        self.asked.append((wish, len(samples_16khz)))
        self.open += 1
        self.begun.set()
        try:
            if number in self.holds:
                await self.holds[number].wait()
            if number in self.errors:
                raise self.errors[number]
            for segment in self.script(number, len(samples_16khz) / HEARING_RATE):
                yield segment
        finally:
            self.open -= 1
