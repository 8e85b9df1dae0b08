"""What a conversation asks of models: to write down, to think, to speak. Knows no protocol and no provider.

All of it is stopped by closing the generator or cancelling the call, and then costs nothing more.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from freehold.voice.sound import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingWish:
    """How to listen. An empty `model` leaves the choice to the stages; `language` is an ISO 639-1 code."""

    model: str = ""
    language: str | None = None
    prompt: str = ""
    logprobs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said. `logprobs` are OpenAI's entries, where they were asked for."""

    text: str
    model: str
    logprobs: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """The next piece of a model's answer: text, or a piece of a function call, or its end.

    A call's pieces have the same `call_index`; the first one has its `name`. The last thought has a `finish_reason`
    and may have `usage` in the shape of chat completions.
    """

    text: str = ""
    call_index: int | None = None
    call_id: str = ""
    name: str = ""
    arguments: str = ""
    finish_reason: str = ""
    usage: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A clause, and how to say it. An empty `model` leaves the choice to the stages."""

    text: str
    voice: str = ""
    model: str = ""
    speed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """A word's place in the text, in characters, and when it sounds, in milliseconds from the sound's start."""

    text_start: int
    text_length: int
    start_ms: float
    end_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPiece:
    """The next sound, 16 bit, 24 kHz, one channel, and the words known by then: they may begin earlier or later."""

    pcm_24khz: bytes
    words: Sequence[SpokenWord] = ()


class Stages(Protocol):
    """The models of one conversation, asked on its caller's account. All raise `FreeholdError`."""

    async def transcribe(self, samples_16khz: Samples, wish: HearingWish) -> Transcript:
        """What is said in a piece of a turn; an empty text where nothing is."""
        ...

    def think(self, request: Mapping[str, Any]) -> AsyncGenerator[Thought]:
        """The answer to a chat completion request (`messages`, `tools` …; model and stream are added)."""
        ...

    def speak(self, saying: Saying) -> AsyncGenerator[SpokenPiece]:
        """The sound of a clause, its words placed in the clause's text and time."""
        ...

    async def fallback_speech(self, model: str = "") -> str | None:
        """Who speaks where `model`, or the default one, cannot."""
        ...

    async def fallback_hearing(self, model: str = "") -> str | None:
        """Who listens where `model`, or the default one, cannot."""
        ...
