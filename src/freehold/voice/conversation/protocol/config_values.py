"""What a session's settings are made of: formats, how to write down what is heard, when a turn ends.

Source of fields and defaults: openai 3.52.0, `types/realtime/realtime_audio_config_input.py`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from freehold.voice.conversation.stages import HearingWish

WAITS_MS = {"low": 8000, "medium": 4000, "high": 2000, "auto": 4000}


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFormat:
    """One channel of audio/pcm (16 bit, little-endian), audio/pcmu (µ-law) or audio/pcma (A-law)."""

    type: str = "audio/pcm"

    @property
    def rate(self) -> int:
        """Samples a second."""
        return 24_000 if self.type == "audio/pcm" else 8_000

    @property
    def bytes_per_second(self) -> int:
        """How long a second is."""
        return self.rate * 2 if self.type == "audio/pcm" else self.rate

    def as_json(self) -> dict[str, Any]:
        """OpenAI's shape; only PCM tells its rate."""
        return {"type": self.type, "rate": self.rate} if self.type == "audio/pcm" else {"type": self.type}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseReduction:
    """near_field for a headset, far_field for a room. `strength` from 0 to 1."""

    type: str = "near_field"
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionWish:
    """How the client wants to be written down. An empty `model` leaves the choice to the server."""

    model: str = ""
    language: str | None = None
    prompt: str = ""
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    delay: str | None = None

    def hearing(self) -> HearingWish:
        """What a stage is asked: keywords become a prompt, and of several languages none is forced."""
        language = self.language or (self.languages[0] if len(self.languages) == 1 else None)
        return HearingWish(model=self.model, language=language, prompt=self.prompt or ", ".join(self.keywords))

    def as_json(self) -> dict[str, Any]:
        """OpenAI's shape: `keywords`, `languages` and `delay` only where they were given."""
        further = {"keywords": list(self.keywords), "languages": list(self.languages), "delay": self.delay}
        said = {"model": self.model, "language": self.language, "prompt": self.prompt}
        return said | {key: value for key, value in further.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVad:
    """A turn ends after `silence_duration_ms` without a voice."""

    type: ClassVar[str] = "server_vad"
    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 500
    idle_timeout_ms: int | None = None
    create_response: bool = True
    interrupt_response: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticVad:
    """A turn ends when what was said sounds finished, else after `longest_wait_ms`."""

    type: ClassVar[str] = "semantic_vad"
    eagerness: str = "auto"
    create_response: bool = True
    interrupt_response: bool = True

    @property
    def longest_wait_ms(self) -> int:
        """How long an unfinished sentence is waited for."""
        return WAITS_MS[self.eagerness]


TurnDetection = ServerVad | SemanticVad
KINDS: dict[str, type[TurnDetection]] = {"server_vad": ServerVad, "semantic_vad": SemanticVad}
