"""Deepgram's /listen and /speak.

Source: deepgram-sdk 7.17.0 (`listen/v1/media`, `speak/v1/audio`, `types/listen_v1response*.py`) and
https://developers.deepgram.com/docs/tts-media-output-settings.
"""

import math
import re
from collections.abc import Mapping

import msgspec

from freehold.contracts.audio.captions import Word
from freehold.contracts.audio.hearing import TranscriptionRequest
from freehold.contracts.audio.speaking import SpeechRequest
from freehold.contracts.audio.transcripts import Transcript
from freehold.contracts.errors import ProviderFailed, UnsupportedParameter
from freehold.gateway.wires.speech.errors import VendorError

Query = list[tuple[str, str]]

ENCODINGS: Mapping[str, Query] = {
    "mp3": [("encoding", "mp3")],
    "opus": [("encoding", "opus"), ("container", "ogg")],
    "aac": [("encoding", "aac")],
    "flac": [("encoding", "flac")],
    "wav": [("encoding", "linear16"), ("container", "wav"), ("sample_rate", "24000")],
    "pcm": [("encoding", "linear16"), ("container", "none"), ("sample_rate", "24000")],
}

MAX_GAP = 2  # characters between two words that follow one another

VOICE = re.compile(r"(?P<family>aura(?:-2)?)(?:-[a-z]+-(?P<language>[a-z]{2}))?")


def listen_query(request: TranscriptionRequest, model: str) -> Query:
    """The query of /listen. Raises `UnsupportedParameter`."""
    if request.temperature:
        raise UnsupportedParameter("Deepgram has no temperature.", param="temperature", hint="Leave it out.")
    language = ("language", request.language) if request.language else ("detect_language", "true")
    speakers = [("diarize_model", "latest")] if request.tells_speakers else []
    term = "keyterm" if model.startswith("nova-3") else "keywords"
    terms = [(term, keyword) for keyword in request.keywords]
    return [("model", model), ("smart_format", "true"), language, *speakers, *terms]


def speak_query(request: SpeechRequest, model: str) -> Query:
    """The query of /speak. `pcm` and `wav` are OpenAI's 24 kHz."""
    speed = [("speed", f"{request.speed:g}")] if request.speed not in (None, 1.0) else []
    return [("model", voice_model(model, request.voice_name)), *ENCODINGS[request.audio_format], *speed]


def voice_model(model: str, voice: str) -> str:
    """Deepgram's model for a voice, as its voices are models: aura-2 and thalia are aura-2-thalia-en.

    A voice that is a model's whole name stands for itself; a model's own voice gives way to the one asked for.
    """
    found = VOICE.fullmatch(model)
    if voice.startswith("aura-") or found is None:
        return voice
    return f"{found['family']}-{voice}-{found['language'] or 'en'}"


class _Word(msgspec.Struct, frozen=True):
    word: str = ""
    punctuated_word: str = ""
    start: float = 0.0
    end: float = 0.0
    confidence: float = 0.0
    speaker: int | None = None


class _Alternative(msgspec.Struct, frozen=True):
    transcript: str = ""
    words: list[_Word] = []


class _Channel(msgspec.Struct, frozen=True):
    alternatives: list[_Alternative] = []
    detected_language: str = ""


class _Results(msgspec.Struct, frozen=True):
    channels: list[_Channel]


class _Metadata(msgspec.Struct, frozen=True):
    duration: float


class _Heard(msgspec.Struct, frozen=True):
    metadata: _Metadata
    results: _Results


def transcript(body: bytes, request: TranscriptionRequest) -> Transcript:
    """What Deepgram heard, of its first channel and likeliest alternative. Raises `ProviderFailed`."""
    try:
        heard = msgspec.json.decode(body, type=_Heard)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderFailed(f"Deepgram's answer cannot be read: {error}.") from error
    channel = heard.results.channels[0] if heard.results.channels else _Channel()
    likeliest = channel.alternatives[0] if channel.alternatives else _Alternative()
    return Transcript(
        text=likeliest.transcript,
        language=channel.detected_language or request.language or "",
        seconds=heard.metadata.duration,
        words=_words(likeliest),
    )


def _words(found: _Alternative) -> list[Word]:
    """The words with the gaps they have in the text; a space where the text does not have them in order."""
    words: list[Word] = []
    read = 0
    for word in found.words:
        text = word.punctuated_word or word.word
        at = found.transcript.find(text, read, read + len(text) + MAX_GAP)
        gap = found.transcript[read:at] if at >= 0 else " "
        read = at + len(text) if at >= 0 else read
        words.append(
            Word(
                text=text,
                start=word.start,
                end=word.end,
                gap=gap,
                speaker=None if word.speaker is None else str(word.speaker),
                logprob=math.log(word.confidence) if word.confidence > 0 else None,
            )
        )
    return words


class _Error(msgspec.Struct, frozen=True):
    err_code: str = ""
    err_msg: str = ""
    category: str = ""
    message: str = ""
    details: str = ""


def error(body: bytes) -> VendorError:
    """Deepgram's error in any of its three shapes: two JSON objects, and plain text."""
    try:
        found = msgspec.json.decode(body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return VendorError(message=body[:500].decode("utf-8", "replace"))
    said = " ".join(filter(None, (found.err_msg or found.message, found.details)))
    return VendorError(message=said, code=found.err_code or found.category)
