"""Voices that do as they are told: each clause is words of a fixed length, sound is counted, failures are planned."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

from freehold.contracts.errors import Unavailable
from freehold.voice.conversation.stages import HearingWish, Saying, SpokenPiece, SpokenWord, Thought, Transcript
from freehold.voice.sound import Samples

WORD_MS = 100
WORD_BYTES = WORD_MS * 48


@dataclass
class ScriptedVoices:
    """Implements `stages.Stages` for speech: 100 ms a word, a piece a word.

    The model named in `breaks` fails behind so many words of each clause. Where `held` is set, a clause waits for it.
    """

    breaks: Mapping[str, int] = field(default_factory=dict[str, int])
    tells_words: bool = True
    held: asyncio.Event | None = None
    begun: list[Saying] = field(default_factory=list[Saying])
    running: int = 0

    async def speak(self, saying: Saying) -> AsyncGenerator[SpokenPiece]:
        self.begun.append(saying)
        self.running += 1
        try:
            for number, match in enumerate(re.finditer(r"\S+", saying.text)):
                if number == self.breaks.get(saying.model):
                    raise Unavailable("The voice broke off.")
                word = SpokenWord(
                    text_start=match.start(),
                    text_length=len(match.group()),
                    start_ms=number * WORD_MS,
                    end_ms=(number + 1) * WORD_MS,
                )
                yield SpokenPiece(pcm_24khz=b"\1\0" * (WORD_BYTES // 2), words=(word,) if self.tells_words else ())
                if self.held is not None:
                    await self.held.wait()
        finally:
            self.running -= 1

    async def transcribe(self, samples_16khz: Samples, wish: HearingWish) -> Transcript:
        raise NotImplementedError

    async def think(self, request: Mapping[str, Any]) -> AsyncGenerator[Thought]:
        raise NotImplementedError
        yield

    async def fallback_speech(self, model: str = "") -> str | None:
        return None

    async def fallback_hearing(self, model: str = "") -> str | None:
        return None
