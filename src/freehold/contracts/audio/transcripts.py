"""What was said, in each of OpenAI's response formats.

Source: openai 3.52.0, `types/audio/transcription{,_verbose,_diarized}.py`. Whisper's own measures that no other
transcriber has (`tokens`, `seek`, `temperature`, `no_speech_prob`) are required there and stand empty. The logprobs are
of words, not of tokens: no transcriber here tells more.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from freehold.contracts.audio.captions import Segment, Word, segments, srt, vtt
from freehold.contracts.audio.hearing import TranscriptionRequest

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was heard. `seconds` is the length of the audio.

    `parts` are segments short enough for a screen, where the words alone do not give them; `measured` are the
    transcriber's own segments with its measures, which verbose_json shows. `speaker_names` are the known names of the
    words' speakers. `machine_seconds` is the compute time of a local worker, None for a vendor's.
    """

    text: str
    language: str
    seconds: float
    words: Sequence[Word]
    parts: Sequence[Segment] = ()
    measured: Sequence[Segment] = ()
    speaker_names: Mapping[str, str] = field(default_factory=dict[str, str])
    task: Literal["transcribe", "translate"] = "transcribe"
    machine_seconds: float | None = None

    @property
    def segments(self) -> Sequence[Segment]:
        """The words in segments; the whole text as one when no word has its time."""
        if self.parts:
            return self.parts
        if self.words:
            return segments(self.words)
        return [Segment(text=self.text, start=0.0, end=self.seconds)] if self.text else []


class SpeakerLabels:
    """Known speakers by name, the others by letter in the order they speak: A, B … Z, AA, AB …"""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._labels: dict[str | None, str] = {**names}
        self._taken = set(names.values())
        self._next = 0

    def of(self, speaker: str | None) -> str:
        """The label that this speaker has, or gets now."""
        if speaker not in self._labels:
            label = self._letter()
            while label in self._taken:
                label = self._letter()
            self._labels[speaker] = label
        return self._labels[speaker]

    def _letter(self) -> str:
        self._next += 1
        return _letters(self._next - 1)


def render(transcript: Transcript, request: TranscriptionRequest) -> tuple[str, bytes]:
    """The media type and the body that a caller asked for."""
    return RENDERERS[request.response_format](transcript, request)


def usage(transcript: Transcript) -> dict[str, Any]:
    """What was consumed, in the shape of `UsageDuration`."""
    body: dict[str, Any] = {"type": "duration", "seconds": transcript.seconds}
    if transcript.machine_seconds is not None:
        body["freehold"] = {"machine_seconds": round(transcript.machine_seconds, 6)}
    return body


def logprobs(words: Sequence[Word], *, begins: bool = True) -> list[dict[str, Any]]:
    """The words whose probability is known, as `logprobs`. `begins` says that the first begins the text."""
    found: list[dict[str, Any]] = []
    for at, word in enumerate(words):
        if word.logprob is not None:
            token = word.text if begins and at == 0 else word.gap + word.text
            found.append({"token": token, "logprob": word.logprob, "bytes": list(token.encode())})
    return found


def diarized_segment(at: int, segment: Segment, label: str) -> dict[str, Any]:
    """A segment and who said it, as it stands in diarized_json and in a stream."""
    times = {"start": segment.start, "end": segment.end}
    return {"id": f"seg_{at}", "type": "transcript.text.segment", **times, "text": segment.text, "speaker": label}


def _json(transcript: Transcript, request: TranscriptionRequest) -> tuple[str, bytes]:
    body: dict[str, Any] = {"text": transcript.text}
    if request.logprobs:
        body |= {"logprobs": logprobs(transcript.words), "freehold": {"logprobs": "word"}}
    return _encoded({**body, "usage": usage(transcript)})


def _verbose(transcript: Transcript, request: TranscriptionRequest) -> tuple[str, bytes]:
    body: dict[str, Any] = {
        "task": transcript.task,
        "language": transcript.language,
        "duration": transcript.seconds,
        "text": transcript.text,
    }
    if "word" in request.granularities:
        body["words"] = [{"word": word.text, "start": word.start, "end": word.end} for word in transcript.words]
    if "segment" in request.granularities:
        shown = transcript.measured or transcript.segments
        body["segments"] = [_whisper_segment(at, segment) for at, segment in enumerate(shown)]
    return _encoded({**body, "usage": usage(transcript)})


def _whisper_segment(at: int, segment: Segment) -> dict[str, Any]:
    encoded = segment.text.encode()
    return {
        "id": at,
        "seek": 0,
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "tokens": list(segment.tokens),
        "temperature": segment.temperature,
        "avg_logprob": segment.logprob or 0.0,
        "compression_ratio": len(encoded) / len(zlib.compress(encoded)),
        "no_speech_prob": segment.no_speech_prob,
    }


def _diarized(transcript: Transcript, _request: TranscriptionRequest) -> tuple[str, bytes]:
    labels = SpeakerLabels(transcript.speaker_names)
    said = [diarized_segment(at, segment, labels.of(segment.speaker)) for at, segment in enumerate(transcript.segments)]
    body = {"task": "transcribe", "duration": transcript.seconds, "text": transcript.text, "segments": said}
    return _encoded({**body, "usage": usage(transcript)})


def _letters(number: int) -> str:
    above, letter = divmod(number, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + letter)


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
