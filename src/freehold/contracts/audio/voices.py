"""Voices made from recordings: what the API, the sound worker and the speech worker tell each other of them.

The public shapes are OpenAI's (openai 3.52.0, `types/audio/voice.py`, `voice_consent.py`); these here are ours.
"""

import re
from typing import Annotated, Literal

import msgspec

MIN_SAMPLE_SECONDS, MAX_SAMPLE_SECONDS = 3.0, 30.0
SAMPLE_RATE = 24_000  # Hz, of a reference voice's sample
MAX_SAMPLE_CHARACTERS = 4 * 31 * 2 * SAMPLE_RATE // 3  # base64 of 30 s of 16 bit, and of what WAV adds
PROFILE_METHOD = "pitch and formant matching"

_ID = re.compile(r"voice_[0-9a-f]{32}")

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Number = Annotated[float, msgspec.Meta(ge=0.0, le=100_000.0)]


class SpeakerMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Whether two recordings are of one person. `is_advisory` where no weights for that are there: people decide."""

    object: Literal["audio.speaker_match"] = "audio.speaker_match"
    similarity: Share
    threshold: Share
    is_match: bool
    method: str
    is_advisory: bool


class VoiceProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What classical features tell of a voice: enough to bring another one near it, not enough to be it.

    `pitch_hz` is the median of the fundamental frequency, `pitch_range_semitones` lies between its tenth and its
    ninetieth percentile. `formant_scale` is 1 for a throat and mouth of 17.5 cm, and larger for shorter ones.
    `seconds` of sound were measured.
    """

    object: Literal["audio.voice_profile"] = "audio.voice_profile"
    pitch_hz: Annotated[float, msgspec.Meta(ge=40.0, le=1000.0)]
    pitch_range_semitones: Annotated[float, msgspec.Meta(ge=0.0, le=48.0)]
    formant_scale: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)]
    seconds: Number = 0.0
    method: Annotated[str, msgspec.Meta(max_length=100)] = PROFILE_METHOD


class ReferenceVoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's voice, spoken with by consent: `sample` is a WAV file in base64, 24 kHz, 16 bit, one channel.

    `base_voice` is the preset to bring near it where an engine cannot clone; None leaves that to the engine. Only the
    API adds one to a request for speech.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,128}$")]
    profile: VoiceProfile
    sample: Annotated[str, msgspec.Meta(max_length=MAX_SAMPLE_CHARACTERS)] = ""
    base_voice: Annotated[str, msgspec.Meta(max_length=200)] | None = None


def is_custom_voice(voice: str) -> bool:
    """Whether this is the id of a voice that somebody made here. Such an id means nothing on other machines."""
    return _ID.fullmatch(voice) is not None
