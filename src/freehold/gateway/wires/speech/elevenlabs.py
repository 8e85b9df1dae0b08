"""ElevenLabs' /text-to-speech and /speech-to-text.

Source: elevenlabs 2.78.0 (`text_to_speech`, `speech_to_text`, `types/speech_to_text_*.py`) and, for errors,
https://help.elevenlabs.io/hc/en-us/articles/19572237925521.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from freehold.contracts.audio.captions import Word
from freehold.contracts.audio.hearing import TranscriptionRequest
from freehold.contracts.audio.speaking import SpeechRequest
from freehold.contracts.audio.transcripts import Transcript
from freehold.contracts.errors import ProviderFailed, UnsupportedParameter
from freehold.gateway.wires.speech.errors import VendorError

OUTPUT_FORMATS: Mapping[str, str] = {
    "mp3": "mp3_44100_128",
    "opus": "opus_48000_128",
    "pcm": "pcm_24000",
    "wav": "wav_24000",
}
UNSTREAMED = frozenset({"wav"})  # a WAV file begins with its own length


def speech_path(request: SpeechRequest) -> str:
    """The path and query of a speech request. Raises `UnsupportedParameter` for formats ElevenLabs has not."""
    output = OUTPUT_FORMATS.get(request.audio_format)
    if output is None:
        known = ", ".join(OUTPUT_FORMATS)
        raise UnsupportedParameter(
            f"ElevenLabs speaks no {request.audio_format}.", param="response_format", hint=f"Ask for one of {known}."
        )
    method = "" if request.audio_format in UNSTREAMED else "/stream"
    return f"text-to-speech/{quote(request.voice_name, safe='')}{method}?output_format={output}"


def speech_body(request: SpeechRequest, model: str) -> bytes:
    """The body of a speech request. A speed goes over the voice's stored one."""
    settings = {} if request.speed is None else {"voice_settings": {"speed": request.speed}}
    return msgspec.json.encode({"text": request.input, "model_id": model, **settings})


def transcription_fields(request: TranscriptionRequest, model: str) -> list[tuple[str, str]]:
    """The fields of a transcription request, but for its file."""
    fields = [
        ("model_id", model),
        ("timestamps_granularity", "word"),
        ("diarize", "true" if request.tells_speakers else "false"),
        ("tag_audio_events", "false"),  # OpenAI writes down speech alone
    ]
    if request.language:
        fields.append(("language_code", request.language))
    if request.temperature is not None:
        fields.append(("temperature", f"{request.temperature:g}"))
    return fields + [("keyterms", keyword) for keyword in request.keywords]


class _Word(msgspec.Struct, frozen=True):
    text: str = ""
    start: float | None = None
    end: float | None = None
    type: str = "word"
    speaker_id: str | None = None
    logprob: float | None = None


class _Heard(msgspec.Struct, frozen=True):
    text: str
    language_code: str = ""
    words: list[_Word] = []
    audio_duration_secs: float | None = None


def transcript(body: bytes) -> tuple[Transcript, bool]:
    """What ElevenLabs heard, and whether it said how long the audio is; else the last word's end must do.

    Raises `ProviderFailed`.
    """
    try:
        heard = msgspec.json.decode(body, type=_Heard)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderFailed(f"ElevenLabs' answer cannot be read: {error}.") from error
    words = _words(heard.words)
    measured = heard.audio_duration_secs is not None
    seconds = heard.audio_duration_secs if heard.audio_duration_secs is not None else _end(words)
    found = Transcript(text=heard.text, language=heard.language_code, seconds=seconds, words=words)
    return found, measured


def _words(found: Sequence[_Word]) -> list[Word]:
    """The words; the spacing between them is the gap before the next."""
    words: list[Word] = []
    gap = ""
    for word in found:
        if word.type == "spacing":
            gap += word.text
            continue
        start = word.start if word.start is not None else _end(words)
        end = word.end if word.end is not None else start
        words.append(Word(text=word.text, start=start, end=end, gap=gap, speaker=word.speaker_id, logprob=word.logprob))
        gap = ""
    return words


def _end(words: Sequence[Word]) -> float:
    return words[-1].end if words else 0.0


class _Detail(msgspec.Struct, frozen=True):
    status: str = ""
    code: str = ""
    message: str = ""


class _Invalid(msgspec.Struct, frozen=True):
    msg: str = ""
    loc: list[str | int] = []


class _Error(msgspec.Struct, frozen=True):
    detail: _Detail | list[_Invalid] | str = ""


def error(body: bytes) -> VendorError:
    """ElevenLabs' error: an object, a list of what is invalid, or a text."""
    try:
        detail = msgspec.json.decode(body, type=_Error).detail
    except (msgspec.DecodeError, UnicodeDecodeError):
        return VendorError(message=body[:500].decode("utf-8", "replace"))
    match detail:
        case str():
            return VendorError(message=detail)
        case list():
            said = [f"{'.'.join(map(str, invalid.loc))}: {invalid.msg}" for invalid in detail]
            return VendorError(message="; ".join(said))
        case _:
            return VendorError(message=detail.message, code=detail.status or detail.code)
