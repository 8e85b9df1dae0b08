"""OpenAI's speech request. Source: openai 3.52.0, `types/audio/speech_create_params.py`."""

from typing import Literal

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter

AudioFormat = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]

MEDIA_TYPES: dict[str, str] = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


class VoiceId(msgspec.Struct, frozen=True, kw_only=True):
    """A voice by its id."""

    id: str


class SpeechRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be spoken, and how. `pcm` is 24 kHz, 16 bit, one channel."""

    model: str
    input: str
    voice: str | VoiceId
    response_format: AudioFormat | None = None
    speed: float | None = None
    instructions: str | None = None
    stream_format: str | None = None

    @property
    def voice_name(self) -> str:
        """The voice's name or id."""
        return self.voice if isinstance(self.voice, str) else self.voice.id

    @property
    def audio_format(self) -> AudioFormat:
        """The format, mp3 unless another is asked for."""
        return self.response_format or "mp3"


def read_speech(body: bytes) -> SpeechRequest:
    """The request of a caller. Raises `InvalidRequest`, or `UnsupportedParameter` for what no vendor here can do."""
    try:
        request = msgspec.json.decode(body, type=SpeechRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        kind = UnsupportedParameter if "unknown field" in str(error) else InvalidRequest
        raise kind(f"The request is not what can be spoken: {error}.") from error
    if request.instructions:
        raise UnsupportedParameter("This voice takes no instructions.", param="instructions")
    if request.stream_format not in (None, "audio"):
        raise UnsupportedParameter("Speech is streamed as audio, not as events.", param="stream_format")
    if not request.input or not request.voice_name:
        raise InvalidRequest("Both input and voice must say something.", param="input")
    return request
