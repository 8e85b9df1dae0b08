"""Consents and voices, as their owners see them. Data only, and the bounds of what may be said of them.

The public shapes are OpenAI's (openai 3.52.0, `types/audio/voice_consent.py` and `voice.py`). What they have no place
for stands under `freehold`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from freehold.contracts.audio.voices import SpeakerMatch, VoiceProfile
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.forms import Upload
from freehold.contracts.identity import Resource

Status = Literal["ready", "pending_approval", "rejected"]

MAX_RECORDING_BYTES = 10 * 1024 * 1024
MAX_CONSENTS, MAX_VOICES = 20, 20  # of an organisation
MAX_NAME_CHARACTERS = 100
MAX_LANGUAGE_CHARACTERS = 35
MAX_BASE_CHARACTERS = 200
MAX_REASON_CHARACTERS = 500
# What is sent back as its own type; anything else only as bytes, which no browser takes for a page.
MEDIA_TYPES = frozenset(
    {"audio/mpeg", "audio/wav", "audio/x-wav", "audio/ogg", "audio/aac", "audio/flac", "audio/webm", "audio/mp4"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """A recording in which somebody lends their voice. `request_id` names the request in the ledger."""

    name: str
    language: str
    recording: Upload
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoice:
    """A sample of a voice, and the consent to use it. `base_voice` is a preset to start from where no engine clones."""

    name: str
    consent_id: str
    sample: Upload
    shared: bool = False
    base_voice: str | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording as it is sent back."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceConsent:
    """One person's consent, without its recording. `heard_by` is the model that heard the phrase."""

    id: str
    owner_id: str
    organisation_id: str
    name: str
    language: str
    phrase: str
    heard_by: str
    media_type: str
    created_at: float

    def public(self) -> dict[str, Any]:
        """OpenAI's object."""
        return {
            "id": self.id,
            "object": "audio.voice_consent",
            "created_at": int(self.created_at),
            "language": self.language,
            "name": self.name,
            "freehold": {"phrase": self.phrase, "heard_by": self.heard_by},
        }

    @property
    def resource(self) -> Resource:
        """What permission is needed for."""
        return Resource(owner_id=self.owner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomVoice:
    """One voice, without its sample. `reason` says why it was rejected."""

    id: str
    consent_id: str
    owner_id: str
    organisation_id: str
    name: str
    language: str  # of the consent
    status: Status
    shared: bool
    base_voice: str | None
    match: SpeakerMatch
    profile: VoiceProfile
    created_at: float
    consented_at: float
    decided_by: str | None = None
    reason: str = ""

    def public(self) -> dict[str, Any]:
        """OpenAI's object."""
        known: dict[str, Any] = {"status": self.status, "shared": self.shared, "consent": self.consent_id}
        known |= {"base_voice": self.base_voice, "method": self.profile.method, "speaker_match": self.match}
        return {
            "id": self.id,
            "object": "audio.voice",
            "created_at": int(self.created_at),
            "name": self.name,
            "type": "audio_sample",
            "freehold": known | ({"reason": self.reason} if self.reason else {}),
        }

    @property
    def resource(self) -> Resource:
        """What permission is needed for, by its owner."""
        return Resource(owner_id=self.owner_id)

    @property
    def used_as(self) -> Resource:
        """What permission is needed for, by whoever speaks with it: of a shared voice, the organisation."""
        return Resource(owner_id=self.owner_id, organisation_id=self.organisation_id if self.shared else "")


def checked(text: str, param: str, most: int) -> str:
    """A short text for people. Raises `InvalidRequest` for one that is empty, too long or not printable."""
    plain = text.strip()
    if not 1 <= len(plain) <= most or not plain.isprintable():
        raise InvalidRequest(f"{param} has 1 to {most} printable characters.", param=param)
    return plain


def kept_type(upload: Upload) -> str:
    """The media type that a recording is sent back with."""
    return upload.media_type if upload.media_type in MEDIA_TYPES else "application/octet-stream"


def refuse_size(upload: Upload, param: str) -> None:
    """Raise `InvalidRequest` for a recording that is empty or larger than OpenAI takes."""
    if not upload.data:
        raise InvalidRequest("The recording is empty.", param=param)
    if len(upload.data) > MAX_RECORDING_BYTES:
        raise InvalidRequest("A recording has at most 10 MiB.", param=param, hint="Send a shorter one, or an MP3.")
