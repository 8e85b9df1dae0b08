"""The forms with a file in them, for the OpenAPI document. What our own workers read; every field reaches a provider.

Lists are written as OpenAI's clients write them, with `[]` behind their name.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

File = Annotated[str, msgspec.Meta(extra_json_schema={"format": "binary"})]
JsonText = Annotated[str, msgspec.Meta(description="JSON, written as a text.")]


class TranslationForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A recording, and how its English text is wanted."""

    file: File
    model: str
    prompt: str | None = None
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt"] | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class TranscriptionForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A recording, and how its text is wanted."""

    file: File
    model: str
    language: str | None = None
    prompt: str | None = None
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt", "diarized_json"] | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    stream: bool | None = None
    chunking_strategy: JsonText | None = None
    timestamp_granularities: list[Literal["word", "segment"]] | None = msgspec.field(
        default=None, name="timestamp_granularities[]"
    )
    include: list[Literal["logprobs"]] | None = msgspec.field(default=None, name="include[]")
    keywords: list[str] | None = msgspec.field(default=None, name="keywords[]")
    known_speaker_names: list[str] | None = msgspec.field(default=None, name="known_speaker_names[]")
    known_speaker_references: list[str] | None = msgspec.field(default=None, name="known_speaker_references[]")


class EffectsForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A recording and the effects to be put on it, in their order. `GET /v1/audio/effects` lists them."""

    file: File
    effects: JsonText | None = None
    model: str | None = None
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] | None = None
    rate: Annotated[int, msgspec.Meta(ge=8000, le=48000)] | None = None


class ProvenanceForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A recording that may carry the mark of synthetic speech. `voices` are ids of custom voices, parted by commas."""

    file: File
    model: str | None = None
    voices: str | None = None


class ConsentForm(msgspec.Struct, kw_only=True):
    """A recording in which somebody says the phrase. `GET /v1/audio/voice_consents/phrases` lists the phrases."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    language: Annotated[str, msgspec.Meta(min_length=1, max_length=35, description="A BCP 47 tag.")]
    recording: File


class VoiceForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A sample of up to half a minute, and the consent of the person who speaks in it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    consent: str
    audio_sample: File
    type: Literal["audio_sample"] | None = None
    shared: bool | None = None
    base_voice: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class CallForm(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A WebRTC offer, and the settings of the session. The offer may also come alone, as application/sdp."""

    sdp: str
    session: JsonText | None = None


FORMS: Mapping[str, type] = {
    "/v1/realtime/calls": CallForm,
    "/v1/audio/transcriptions": TranscriptionForm,
    "/v1/audio/translations": TranslationForm,
    "/v1/audio/effects": EffectsForm,
    "/v1/content_provenance_checks": ProvenanceForm,
    "/v1/audio/voice_consents": ConsentForm,
    "/v1/audio/voices": VoiceForm,
}
