"""OpenAI's transcription request.

Source: openai 3.52.0, `types/audio/transcription_create_params.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.speech.forms import Form, Upload, read_form

FORMATS = ("json", "text", "srt", "vtt", "verbose_json", "diarized_json")
GRANULARITIES = frozenset({"word", "segment"})
KNOWN = frozenset(
    {"model", "response_format", "timestamp_granularities", "language", "languages", "keywords", "temperature"}
)

# What these values ask for is done anyway; any other is refused.
FIXED = {"stream": ("false",), "chunking_strategy": ("auto",), "prompt": ("",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionRequest:
    """What a caller wants written down, and how."""

    audio: Upload
    response_format: str = "json"
    granularities: frozenset[str] = frozenset({"segment"})
    language: str | None = None
    keywords: Sequence[str] = ()
    temperature: float | None = None

    @property
    def tells_speakers(self) -> bool:
        """Whether the answer says who spoke."""
        return self.response_format == "diarized_json"


def read_transcription(body: bytes, media_type: str) -> TranscriptionRequest:
    """The request in a form. Raises `InvalidRequest`, or `UnsupportedParameter` for what no vendor here can do."""
    form = read_form(body, media_type)
    _refuse(form)
    audio = form.files.get("file")
    if audio is None:
        raise InvalidRequest("The form has no file.", param="file")
    chosen = _one(form, "response_format") or "json"
    if chosen not in FORMATS:
        raise InvalidRequest(f"response_format must be one of {', '.join(FORMATS)}.", param="response_format")
    return TranscriptionRequest(
        audio=audio,
        response_format=chosen,
        granularities=_granularities(form, chosen),
        language=_language(form),
        keywords=tuple(form.fields.get("keywords", [])),
        temperature=_temperature(form),
    )


def _refuse(form: Form) -> None:
    for name, values in form.fields.items():
        if name not in KNOWN and not (name in FIXED and set(values) <= set(FIXED[name])):
            raise UnsupportedParameter(
                f"This transcriber cannot honour '{name}'.", param=name, hint=f"Leave {name} out."
            )


def _one(form: Form, name: str) -> str | None:
    values = form.fields.get(name, [])
    if len(values) > 1:
        raise InvalidRequest(f"The form has several {name}.", param=name)
    return values[0] if values else None


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
        return float(given) if given else None
    except ValueError as error:
        raise InvalidRequest("temperature must be a number.", param="temperature") from error
