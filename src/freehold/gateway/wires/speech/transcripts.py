"""What was said, in each of OpenAI's response formats.

Source: openai 3.52.0, `types/audio/transcription{,_verbose,_diarized}.py`. Whisper's own measures that no other
transcriber has (`tokens`, `seek`, `temperature`, `no_speech_prob`) are required there and stand empty.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.gateway.wires.speech.captions import Segment, Word, segments, srt, vtt
from freehold.gateway.wires.speech.hearing import TranscriptionRequest

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a vendor heard. `seconds` is the length of the audio."""

    text: str
    language: str
    seconds: float
    words: Sequence[Word]

    @property
    def segments(self) -> list[Segment]:
        """The words in segments; the whole text as one when no word has its time."""
        if self.words:
            return segments(self.words)
        return [Segment(text=self.text, start=0.0, end=self.seconds)] if self.text else []


def render(transcript: Transcript, request: TranscriptionRequest) -> tuple[str, bytes]:
    """The media type and the body that a caller asked for."""
    return RENDERERS[request.response_format](transcript, request)


def _json(transcript: Transcript, _request: TranscriptionRequest) -> tuple[str, bytes]:
    return _encoded({"text": transcript.text, "usage": _usage(transcript)})


def _verbose(transcript: Transcript, request: TranscriptionRequest) -> tuple[str, bytes]:
    body: dict[str, Any] = {
        "task": "transcribe",
        "language": transcript.language,
        "duration": transcript.seconds,
        "text": transcript.text,
    }
    if "word" in request.granularities:
        body["words"] = [{"word": word.text, "start": word.start, "end": word.end} for word in transcript.words]
    if "segment" in request.granularities:
        body["segments"] = [_whisper_segment(at, segment) for at, segment in enumerate(transcript.segments)]
    return _encoded({**body, "usage": _usage(transcript)})


def _whisper_segment(at: int, segment: Segment) -> dict[str, Any]:
    encoded = segment.text.encode()
    return {
        "id": at,
        "seek": 0,
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": segment.logprob or 0.0,
        "compression_ratio": len(encoded) / len(zlib.compress(encoded)),
        "no_speech_prob": 0.0,
    }


def _diarized(transcript: Transcript, _request: TranscriptionRequest) -> tuple[str, bytes]:
    labels: dict[str | None, str] = {}
    said: list[dict[str, Any]] = []
    for at, segment in enumerate(transcript.segments):
        label = labels.setdefault(segment.speaker, _letters(len(labels)))
        times = {"start": segment.start, "end": segment.end}
        kind = "transcript.text.segment"
        said.append({"id": f"seg_{at}", "type": kind, **times, "text": segment.text, "speaker": label})
    body = {"task": "transcribe", "duration": transcript.seconds, "text": transcript.text, "segments": said}
    return _encoded({**body, "usage": _usage(transcript)})


def _letters(number: int) -> str:
    """A, B … Z, AA, AB …"""
    above, letter = divmod(number, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + letter)


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {"type": "duration", "seconds": transcript.seconds}


def _encoded(body: Mapping[str, Any]) -> tuple[str, bytes]:
    return "application/json", msgspec.json.encode(body)


RENDERERS: Mapping[str, Callable[[Transcript, TranscriptionRequest], tuple[str, bytes]]] = {
    "json": _json,
    "verbose_json": _verbose,
    "diarized_json": _diarized,
    "text": lambda transcript, _: (PLAIN, f"{transcript.text}\n".encode()),
    "srt": lambda transcript, _: (PLAIN, srt(transcript.segments).encode()),
    "vtt": lambda transcript, _: (PLAIN, vtt(transcript.segments).encode()),
}
