"""OpenAI's speech request, and what ours says beyond it. Source: openai 3.52.0, `types/audio/speech_create_params.py`.

Beyond OpenAI's are `pitch`, `emotion`, `language`, `timestamps`, and `input` written in SSML. A worker that speaks is
told more than a caller may say: a `SpeechOrder` carries the custom voice that the API has looked up.
"""

from typing import Literal, TypeVar

import msgspec

from freehold.contracts.audio.voices import ReferenceVoice
from freehold.contracts.errors import InvalidRequest, UnsupportedParameter

AudioFormat = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
Emotion = Literal["neutral", "happy", "sad", "angry", "excited", "fearful", "calm", "whisper"]

MEDIA_TYPES: dict[str, str] = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}

MAX_CHARACTERS = 4096
MIN_SPEED, MAX_SPEED = 0.25, 4.0
MAX_PITCH_SEMITONES = 12.0


class VoiceId(msgspec.Struct, frozen=True, kw_only=True):
    """A voice by its id."""

    id: str


class SpeechRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be spoken, and how. `pcm` is 24 kHz, 16 bit, one channel.

    `pitch` is in semitones, up or down; `language` a BCP 47 tag; `timestamps` asks for the times of words, which come
    with `stream_format` sse.
    """

    model: str
    input: str
    voice: str | VoiceId
    response_format: AudioFormat | None = None
    speed: float | None = None
    instructions: str | None = None
    stream_format: Literal["audio", "sse"] | None = None
    pitch: float | None = None
    emotion: Emotion | None = None
    language: str | None = None
    timestamps: Literal["word"] | None = None

    @property
    def voice_name(self) -> str:
        """The voice's name or id."""
        return self.voice if isinstance(self.voice, str) else self.voice.id

    @property
    def audio_format(self) -> AudioFormat:
        """The format, mp3 unless another is asked for."""
        return self.response_format or "mp3"


class SpeechOrder(SpeechRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a worker is asked: a caller's request, and the custom voice that it names. Callers may not send one."""

    reference_voice: ReferenceVoice | None = None


R = TypeVar("R", bound=SpeechRequest)


def read_order(body: bytes) -> SpeechOrder:
    """The request as a worker gets it. Raises what `read_speech` raises."""
    order = _read(body, SpeechOrder)
    if order.reference_voice is not None and order.reference_voice.id != order.voice_name:
        raise InvalidRequest("reference_voice is of another voice than voice.", param="reference_voice.id")
    return order


def read_speech(body: bytes) -> SpeechRequest:
    """The request of a caller. Raises `InvalidRequest`, or `UnsupportedParameter` for a field nobody knows."""
    return _read(body, SpeechRequest)


def _read(body: bytes, schema: type[R]) -> R:
    try:
        request = msgspec.json.decode(body, type=schema)
    except msgspec.ValidationError as error:
        kind = UnsupportedParameter if "unknown field" in str(error) else InvalidRequest
        path = str(error).partition(" - at `$")[2].strip(".`")
        raise kind(f"The request is not what can be spoken: {error}.", param=path or None) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The request is not what can be spoken: {error}.") from error
    if not request.input.strip():
        raise InvalidRequest("There is nothing to say: input is empty.", param="input")
    if not request.voice_name:
        raise InvalidRequest("voice must name a voice.", param="voice")
    return request


def refuse_excess(request: SpeechRequest) -> None:
    """Raise `InvalidRequest` for what is outside OpenAI's bounds, and for a pitch beyond an octave."""
    if len(request.input) > MAX_CHARACTERS:
        text = f"input has {len(request.input)} characters; at most {MAX_CHARACTERS} are spoken at once."
        raise InvalidRequest(text, param="input", hint="Send it in parts.")
    if request.speed is not None and not MIN_SPEED <= request.speed <= MAX_SPEED:
        raise InvalidRequest(f"speed must lie between {MIN_SPEED} and {MAX_SPEED}.", param="speed")
    if request.pitch is not None and not -MAX_PITCH_SEMITONES <= request.pitch <= MAX_PITCH_SEMITONES:
        raise InvalidRequest("pitch must lie between -12 and 12 semitones.", param="pitch")
