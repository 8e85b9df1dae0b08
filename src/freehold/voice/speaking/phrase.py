"""One finished sound while it grows: 24 kHz PCM in parts, the times of its words, and those who follow it.

Its maker waits when even the fastest reader is far behind, so that a long text costs little more memory than is played
soon.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from freehold.contracts.audio.speaking import AudioFormat
from freehold.contracts.errors import FreeholdError
from freehold.voice.sound import SPEECH_RATE
from freehold.voice.speaking.encodings import Encoding

BYTES_PER_SECOND = 2 * SPEECH_RATE
AHEAD_BYTES = 30 * BYTES_PER_SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedWord:
    """A word of a script's line, by its place in the line's text, and when it is said, in seconds."""

    line: int
    text_start: int
    text_length: int
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The next stretch of sound, and the words that are known to have ended."""

    pcm: bytes
    words: tuple[TimedWord, ...] = ()


@dataclass(slots=True)
class Cost:
    """What making it took, in seconds. Engine time is time that a slot was held."""

    queue_seconds: float = 0.0  # before the first clause
    first_seconds: float = 0.0  # from the engine's start to its first sound
    machine_seconds: float = 0.0


@dataclass(slots=True, eq=False)
class Phrase:
    """Belongs to one event loop."""

    parts: list[Part] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)
    encodings: dict[AudioFormat, Encoding] = field(default_factory=dict)
    readers: "set[Reader]" = field(default_factory=set)
    pcm_bytes: int = 0
    ended: bool = False
    error: FreeholdError | None = None
    is_kept: bool = True  # false: what all readers have passed is let go, and nobody joins any more
    on_left: "Callable[[Phrase], None]" = lambda phrase: None
    _ends: list[int] = field(default_factory=list)  # of the parts, in bytes
    _let_go: int = 0  # parts
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _read: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def seconds(self) -> float:
        """Its length so far."""
        return self.pcm_bytes / BYTES_PER_SECOND

    @property
    def held_bytes(self) -> int:
        """What it keeps in memory."""
        return self.pcm_bytes + sum(encoding.held_bytes for encoding in self.encodings.values())

    def append(self, part: Part) -> None:
        """Grow."""
        if part.pcm or part.words:
            self.parts.append(part)
            self.pcm_bytes += len(part.pcm)
            self._ends.append(self.pcm_bytes)
            self._wake()

    def end(self, error: FreeholdError | None = None) -> None:
        """It grows no more: it is whole, or broke off."""
        if not self.ended:
            self.ended, self.error = True, error
            self._wake()

    async def room(self) -> None:
        """Wait until somebody has read far enough that more is worth making."""
        while self.readers and self.pcm_bytes - self._furthest_bytes() > AHEAD_BYTES:
            self._read.clear()
            await self._read.wait()

    def join(self) -> "Reader":
        """Follow it from its start."""
        reader = Reader(self)
        self.readers.add(reader)
        return reader

    def encoding(self, audio_format: AudioFormat) -> Encoding:
        """It in a format, encoded once for all who follow it."""
        if audio_format not in self.encodings:
            self.encodings[audio_format] = Encoding(audio_format)
        return self.encodings[audio_format]

    async def grown(self) -> None:
        """Wait until it has grown or ended."""
        changed = self._changed
        await changed.wait()

    def passed(self) -> None:
        """A reader has moved on."""
        self._read.set()
        if self.is_kept or not self.readers:
            return
        lowest = min(reader.position for reader in self.readers)
        for index in range(self._let_go, lowest):
            self.parts[index] = Part(pcm=b"")
            for encoding in self.encodings.values():
                encoding.let_go(index)
        self._let_go = max(self._let_go, lowest)

    def _furthest_bytes(self) -> int:
        furthest = max(reader.position for reader in self.readers)
        return self._ends[furthest - 1] if furthest else 0

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Reader:
    """One who follows a phrase. Must `leave` in the end."""

    def __init__(self, phrase: Phrase) -> None:
        self.phrase = phrase
        self.position = 0  # parts read

    async def begun(self) -> None:
        """Wait for the first sound. Raises the phrase's error."""
        while not self.phrase.parts and not self.phrase.ended:
            await self.phrase.grown()
        if not self.phrase.parts and self.phrase.error is not None:
            raise self.phrase.error

    async def indices(self) -> AsyncGenerator[int]:
        """The numbers of the parts as they come. Raises the phrase's error where it broke off."""
        phrase = self.phrase
        while True:
            while self.position < len(phrase.parts):
                yield self.position
                self.position += 1
                phrase.passed()
            if phrase.ended:
                break
            await phrase.grown()
        if phrase.error is not None:
            raise phrase.error

    def leave(self) -> None:
        """Follow no more; a phrase that nobody follows is not made to its end."""
        if self in self.phrase.readers:
            self.phrase.readers.discard(self)
            self.phrase._read.set()
            self.phrase.on_left(self.phrase)
