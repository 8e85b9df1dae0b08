"""An engine that speaks exactly: a sine whose length and pitch follow from the text. Counts what it does."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence

import numpy as np

from freehold.contracts.errors import Unavailable
from freehold.voice.synthesizer import Clause, Piece, Prosody, Voice, WordMark

SAMPLES_PER_CHARACTER = 1000
PIECE_SAMPLES = 2400


def voice(identifier: str, language: str, gender: str = "") -> Voice:
    return Voice(id=identifier, name=identifier.upper(), language=language, kind="preset", licence="MIT", gender=gender)


class SineSynthesizer:
    def __init__(
        self, *, rate: int = 24_000, parallel: int = 2, controls: tuple[str, ...] = (), clones: bool = False
    ) -> None:
        self.name = "sine"
        self.clones = clones
        self.rate = rate
        self.controls = controls
        self.parallel = parallel
        self.default_voice = "en-us+f1"
        self.presets = {"alloy": "en-us+f1", "onyx": "en-us+m1"}
        self.spoken: list[Clause] = []
        self.closed_early = 0
        self.running = 0
        self.most_running = 0
        self.breaks: dict[str, list[int]] = {}  # text → after how many pieces each try breaks off
        self.gate: asyncio.Event | None = None  # pieces after the first wait for it
        self.hold: asyncio.Event | None = None  # all pieces wait for it

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def native(self, prosody: Prosody) -> Prosody:
        return Prosody(**{name: getattr(prosody, name) for name in self.controls})

    def voices(self) -> Sequence[Voice]:
        return [
            voice("en-us+f1", "en-US", "female"),
            voice("en-us+m1", "en-US", "male"),
            voice("de+f1", "de", "female"),
            voice("de+m1", "de", "male"),
            voice("ja/one", "ja", "female"),
        ]

    async def speak(self, clause: Clause) -> AsyncGenerator[Piece]:
        self.spoken.append(clause)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        breaks = self.breaks.get(clause.text, [])
        pieces_left = breaks.pop(0) if breaks else None
        ended = False
        try:
            samples, words = sine(clause.text, self.rate), marks(clause.text, self.rate)
            for start in range(0, len(samples), PIECE_SAMPLES):
                for gate in (self.hold, self.gate if start else None):
                    if gate is not None:
                        await gate.wait()
                await asyncio.sleep(0)
                if pieces_left is not None and start // PIECE_SAMPLES >= pieces_left:
                    ended = True
                    raise Unavailable("The sine broke.")
                end = start + PIECE_SAMPLES
                here = [word for word in words if start <= word.seconds * self.rate < end]
                yield Piece(samples=samples[start:end], words=here)
            ended = True
        finally:
            self.running -= 1
            self.closed_early += not ended


def sine(text: str, rate: int) -> np.ndarray:
    times = np.arange(len(text) * SAMPLES_PER_CHARACTER) / rate
    return (0.3 * np.sin(2 * np.pi * (200 + 10 * len(text)) * times)).astype(np.float32)


def marks(text: str, rate: int) -> list[WordMark]:
    return [
        WordMark(text_start=found.start(), text_length=len(found.group()), seconds=found.start() * 1000 / rate)
        for found in re.finditer(r"\w+", text)
    ]
