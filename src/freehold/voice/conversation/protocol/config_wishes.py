"""`session` of a `session.update` as it comes: what is left out stays, and null clears. Shapes and bounds alone.

Source: openai 3.52.0, `types/realtime/realtime_session_create_request_param.py` and what it refers to.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from freehold.voice.conversation.protocol.refusals import Refusal, read

MAX_INSTRUCTIONS = 64 * 1024  # characters
MAX_OUTPUT_TOKENS = 4096
MIN_SPEED, MAX_SPEED = 0.25, 1.5

Milliseconds = Annotated[int, Meta(ge=0, le=10_000)]
IdleMilliseconds = Annotated[int, Meta(ge=100, le=600_000)]  # OpenAI takes 5 to 30 seconds
Share = Annotated[float, Meta(ge=0, le=1)]
Name = Annotated[str, Meta(max_length=256)]
Prose = Annotated[str, Meta(max_length=8 * 1024)]
Words = Annotated[list[Annotated[str, Meta(max_length=256)]], Meta(max_length=256)]
Instructions = Annotated[str, Meta(max_length=MAX_INSTRUCTIONS)]
OutputTokens = Annotated[int, Meta(ge=1, le=MAX_OUTPUT_TOKENS)] | Literal["inf"]
Modalities = Annotated[list[Literal["text", "audio"]], Meta(max_length=2)]
Effort = Literal["minimal", "low", "medium", "high", "xhigh"]
FormatType = Literal["audio/pcm", "audio/pcmu", "audio/pcma"]

# The beta's name of a field → where it stands since.
BETA_NAMES = {
    "modalities": "output_modalities",
    "voice": "audio.output.voice",
    "speed": "audio.output.speed",
    "input_audio_format": "audio.input.format",
    "output_audio_format": "audio.output.format",
    "input_audio_transcription": "audio.input.transcription",
    "input_audio_noise_reduction": "audio.input.noise_reduction",
    "turn_detection": "audio.input.turn_detection",
    "max_response_output_tokens": "max_output_tokens",
}


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that a client may leave out, set, or clear with null."""


class VoiceId(Wish, frozen=True):
    """A voice by its id."""

    id: Name


class FormatWish(Wish, frozen=True):
    """`rate` belongs to PCM alone."""

    type: FormatType
    rate: Literal[24_000] | None = None


class NoiseWish(Wish, frozen=True):
    """Noise reduction."""

    type: Literal["near_field", "far_field"] | UnsetType | None = UNSET
    strength: Share | UnsetType | None = UNSET


class TranscriptionFields(Wish, frozen=True):
    """Transcription of what is heard."""

    model: Name | UnsetType | None = UNSET
    language: Name | UnsetType | None = UNSET
    prompt: Prose | UnsetType | None = UNSET
    keywords: Words | UnsetType | None = UNSET
    languages: Words | UnsetType | None = UNSET
    delay: Literal["minimal", "low", "medium", "high", "xhigh"] | UnsetType | None = UNSET


class TurnWish(Wish, frozen=True):
    """Both kinds of turn detection; which fields fit is known when the kind is."""

    type: Literal["server_vad", "semantic_vad"] | UnsetType = UNSET
    threshold: Share | UnsetType | None = UNSET
    prefix_padding_ms: Milliseconds | UnsetType | None = UNSET
    silence_duration_ms: Milliseconds | UnsetType | None = UNSET
    idle_timeout_ms: IdleMilliseconds | UnsetType | None = UNSET
    create_response: bool | UnsetType | None = UNSET
    interrupt_response: bool | UnsetType | None = UNSET
    eagerness: Literal["low", "medium", "high", "auto"] | UnsetType | None = UNSET


class InputWish(Wish, frozen=True):
    """audio.input"""

    format: FormatWish | UnsetType | None = UNSET
    noise_reduction: NoiseWish | UnsetType | None = UNSET
    transcription: TranscriptionFields | UnsetType | None = UNSET
    turn_detection: TurnWish | UnsetType | None = UNSET


class OutputWish(Wish, frozen=True):
    """audio.output. `model` is beyond OpenAI's: the model that speaks."""

    format: FormatWish | UnsetType | None = UNSET
    voice: Name | VoiceId | UnsetType | None = UNSET
    speed: Annotated[float, Meta(ge=MIN_SPEED, le=MAX_SPEED)] | UnsetType | None = UNSET
    model: Name | UnsetType | None = UNSET


class AudioWish(Wish, frozen=True):
    """audio"""

    input: InputWish | UnsetType | None = UNSET
    output: OutputWish | UnsetType | None = UNSET


class TokenLimits(Wish, frozen=True):
    """How many tokens may follow the instructions."""

    post_instructions: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None


class RetentionRatio(Wish, frozen=True):
    """How much of the conversation is kept when it is cut."""

    type: Literal["retention_ratio"]
    retention_ratio: Share
    token_limits: TokenLimits | None = None


class ReasoningWish(Wish, frozen=True):
    """How hard the model thinks."""

    effort: Effort | UnsetType | None = UNSET


class TracingWish(Wish, frozen=True):
    """OpenAI's trace of a session."""

    group_id: str | None = None
    metadata: Any = None
    workflow_name: str | None = None


class SessionWish(Wish, frozen=True):
    """session"""

    type: Literal["realtime", "transcription"] | UnsetType = UNSET
    model: Name | UnsetType | None = UNSET
    instructions: Instructions | UnsetType | None = UNSET
    output_modalities: Modalities | UnsetType | None = UNSET
    audio: AudioWish | UnsetType | None = UNSET
    include: list[Literal["item.input_audio_transcription.logprobs"]] | UnsetType | None = UNSET
    max_output_tokens: OutputTokens | UnsetType | None = UNSET
    parallel_tool_calls: bool | UnsetType | None = UNSET
    prompt: dict[str, Any] | UnsetType | None = UNSET
    reasoning: ReasoningWish | UnsetType | None = UNSET
    tool_choice: Any | UnsetType = UNSET
    tools: list[Any] | UnsetType | None = UNSET
    tracing: Literal["auto"] | TracingWish | UnsetType | None = UNSET
    truncation: Literal["auto", "disabled"] | RetentionRatio | UnsetType | None = UNSET


def read_session(given: Mapping[str, Any]) -> SessionWish:
    """The client's wish. Raises `Refusal`; a name of the beta protocol is answered with the name it has since."""
    for name in given:
        if name in BETA_NAMES:
            hint = f"That is the beta's name; it is session.{BETA_NAMES[name]}."
            param = f"session.{name}"
            raise Refusal(f"Unknown parameter: '{param}'.", code="unknown_parameter", param=param, hint=hint)
    return read(dict(given), SessionWish, "session")
