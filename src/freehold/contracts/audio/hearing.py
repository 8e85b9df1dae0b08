"""OpenAI's transcription request, read from its form. `/v1/audio/translations` takes the same, but for speakers.

Source: openai 3.52.0, `types/audio/transcription_create_params.py`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.contracts.forms import Form, Upload, read_form

FORMATS = ("json", "text", "srt", "vtt", "verbose_json", "diarized_json")
GRANULARITIES = frozenset({"word", "segment"})
INCLUDES = frozenset({"logprobs"})
MAX_SPEAKERS = 4
LISTS = frozenset(
    {"timestamp_granularities", "languages", "keywords", "include", "known_speaker_names", "known_speaker_references"}
)
SINGLE = frozenset({"model", "response_format", "language", "temperature", "prompt", "stream", "chunking_strategy"})


class Chunking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a long recording is cut at its pauses (OpenAI's `server_vad`)."""

    type: str = "server_vad"
    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionRequest:
    """What a caller wants written down, and how.

    `known_speakers` are pairs of a name and a data URL with that person's voice.
    """

    audio: Upload
    model: str = ""
    response_format: str = "json"
    granularities: frozenset[str] = frozenset({"segment"})
    language: str | None = None
    keywords: Sequence[str] = ()
    temperature: float | None = None
    prompt: str = ""
    stream: bool = False
    logprobs: bool = False
    chunking: Chunking | None = None
    known_speakers: Sequence[tuple[str, str]] = ()

    @property
    def tells_speakers(self) -> bool:
        """Whether the answer says who spoke."""
        return self.response_format == "diarized_json"


def read_transcription(body: bytes, media_type: str) -> TranscriptionRequest:
    """The request in a form. Raises `InvalidRequest`, or `UnsupportedParameter` for a field nobody knows."""
    form = read_form(body, media_type)
    _refuse_unknown(form)
    audio = form.files.get("file")
    if audio is None:
        raise InvalidRequest("The form has no file.", param="file")
    chosen = _one(form, "response_format") or "json"
    if chosen not in FORMATS:
        raise InvalidRequest(f"response_format must be one of {', '.join(FORMATS)}.", param="response_format")
    return TranscriptionRequest(
        audio=audio,
        model=_one(form, "model") or "",
        response_format=chosen,
        granularities=_granularities(form, chosen),
        language=_language(form),
        keywords=tuple(form.fields.get("keywords", [])),
        temperature=_temperature(form),
        prompt=_one(form, "prompt") or "",
        stream=_flag(form, "stream"),
        logprobs=_logprobs(form, chosen),
        chunking=_chunking(form),
        known_speakers=_known_speakers(form),
    )


def _refuse_unknown(form: Form) -> None:
    for name in form.fields:
        if name not in SINGLE and name not in LISTS:
            raise UnsupportedParameter(f"A transcription has no '{name}'.", param=name, hint=f"Leave {name} out.")


def _one(form: Form, name: str) -> str | None:
    values = form.fields.get(name, [])
    if len(values) > 1:
        raise InvalidRequest(f"The form has several {name}.", param=name)
    return values[0] if values else None


def _flag(form: Form, name: str) -> bool:
    given = (_one(form, name) or "false").lower()
    if given not in ("true", "false"):
        raise InvalidRequest(f"{name} must be true or false.", param=name)
    return given == "true"


def _granularities(form: Form, response_format: str) -> frozenset[str]:
    given = frozenset(form.fields.get("timestamp_granularities", []))
    if not given:
        return frozenset({"segment"})
    if response_format != "verbose_json" or not given <= GRANULARITIES:
        raise InvalidRequest(
            "timestamp_granularities are word and segment, and need the response_format verbose_json.",
            param="timestamp_granularities",
        )
    return given


def _language(form: Form) -> str | None:
    several = form.fields.get("languages", [])
    if len(several) > 1:
        raise UnsupportedParameter("This transcriber takes one language.", param="languages")
    return _one(form, "language") or (several[0] if several else None)


def _temperature(form: Form) -> float | None:
    given = _one(form, "temperature")
    try:
        number = float(given) if given else None
    except ValueError as error:
        raise InvalidRequest("temperature must be a number.", param="temperature") from error
    if number is not None and not (math.isfinite(number) and 0 <= number <= 1):
        raise InvalidRequest("temperature must lie between 0 and 1.", param="temperature")
    return number


def _logprobs(form: Form, response_format: str) -> bool:
    given = set(form.fields.get("include", []))
    if not given:
        return False
    if response_format != "json" or not given <= INCLUDES:
        raise InvalidRequest("include can be logprobs alone, with the response_format json.", param="include")
    return True


def _chunking(form: Form) -> Chunking | None:
    given = _one(form, "chunking_strategy")
    if given in (None, ""):
        return None
    if given == "auto":
        return Chunking()
    try:
        chunking = msgspec.json.decode(given, type=Chunking)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidRequest(
            f"chunking_strategy is auto or a server_vad object: {error}.", param="chunking_strategy"
        ) from error
    if chunking.type != "server_vad":
        raise InvalidRequest("chunking_strategy has the type server_vad.", param="chunking_strategy")
    if not (0 < chunking.threshold < 1 and 0 <= chunking.prefix_padding_ms <= 5000):
        raise InvalidRequest("threshold lies within 0 and 1, prefix_padding_ms up to 5000.", param="chunking_strategy")
    if not 50 <= chunking.silence_duration_ms <= 10_000:
        raise InvalidRequest("silence_duration_ms lies between 50 and 10000.", param="chunking_strategy")
    return chunking


def _known_speakers(form: Form) -> Sequence[tuple[str, str]]:
    names = form.fields.get("known_speaker_names", [])
    references = form.fields.get("known_speaker_references", [])
    if len(names) != len(references) or len(names) > MAX_SPEAKERS:
        text = f"known_speaker_names and known_speaker_references come in pairs, at most {MAX_SPEAKERS}."
        raise InvalidRequest(text, param="known_speaker_names")
    return tuple(zip(names, references, strict=True))
