"""What the sound worker is asked for: forms with a recording in them. Knows no HTTP and applies nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

import msgspec

from freehold.contracts.audio.speaking import AudioFormat
from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.contracts.forms import Form, Upload
from freehold.foundation.registry import UnknownEntry
from freehold.voice.effect import AnyEffect
from freehold.voice.effects import EFFECTS

MAX_EFFECTS = 16
MAX_VOICES = 200  # whose marks are looked for in one recording
MIN_RATE, MAX_RATE = 8_000, 48_000  # Hz
FIELDS = frozenset({"model", "effects", "response_format", "rate"})
FORMATS = get_args(AudioFormat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One effect of a list, with its parameters."""

    name: str
    effect: AnyEffect
    parameters: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectsRequest:
    """A recording, what is done to it in order, and what it is sent back as."""

    upload: Upload
    steps: Sequence[Step]
    audio_format: AudioFormat


def read_effects(form: Form) -> EffectsRequest:
    """Raises `InvalidRequest`, or `UnsupportedParameter` for a field nobody knows."""
    unknown = sorted(set(form.fields) - FIELDS)
    if unknown:
        raise UnsupportedParameter(f"There is no field {unknown[0]}.", param=unknown[0], hint=_known(FIELDS | {"file"}))
    audio_format = _one(form, "response_format") or "wav"
    if audio_format not in FORMATS:
        text = f"response_format cannot be '{audio_format}'."
        raise InvalidRequest(text, param="response_format", hint=_known(FORMATS))
    return EffectsRequest(
        upload=read_upload(form),
        steps=[*read_steps(_one(form, "effects") or "[]"), *_rate(_one(form, "rate"))],
        audio_format=cast(AudioFormat, audio_format),
    )


def read_upload(form: Form, name: str = "file") -> Upload:
    """The recording. Raises `InvalidRequest` where there is none."""
    if name not in form.files:
        raise InvalidRequest(f"The form has no {name}.", param=name, hint=f"Send the recording as the file '{name}'.")
    return form.files[name]


def read_voices(form: Form) -> list[str]:
    """The ids, parted by commas, whose marks are looked for. Raises `InvalidRequest` for too many."""
    given = [voice.strip() for value in form.fields.get("voices", []) for voice in value.split(",")]
    voices = list(dict.fromkeys(voice for voice in given if voice))
    if len(voices) > MAX_VOICES:
        raise InvalidRequest(f"voices names {len(voices)}; at most {MAX_VOICES} are looked for.", param="voices")
    return voices


def read_steps(text: str) -> Sequence[Step]:
    """A JSON list of effects, each with its `name` and its parameters."""
    try:
        given = msgspec.json.decode(text, type=list[dict[str, Any]])
    except (msgspec.DecodeError, RecursionError) as error:
        hint = 'For example [{"name": "denoise", "strength": 0.8}].'
        raise InvalidRequest(f"effects is a JSON list of objects: {error}.", param="effects", hint=hint) from error
    if len(given) > MAX_EFFECTS:
        raise InvalidRequest(f"effects holds {len(given)}; at most {MAX_EFFECTS} are applied.", param="effects")
    return [_step(entry, f"effects[{at}]") for at, entry in enumerate(given)]


def _step(entry: Mapping[str, Any], where: str) -> Step:
    name = entry.get("name")
    if not isinstance(name, str):
        raise InvalidRequest(f"{where} has no name.", param=f"{where}.name", hint=_known(EFFECTS))
    try:
        effect = EFFECTS[name]
    except UnknownEntry as error:
        raise InvalidRequest(error.message, param=f"{where}.name", hint=error.hint) from error
    given = {key: value for key, value in entry.items() if key != "name"}
    try:
        parameters = msgspec.convert(given, effect.parameters)
    except msgspec.ValidationError as error:
        return _refuse(error, name, given, where)
    return Step(name=name, effect=effect, parameters=parameters)


def _refuse(error: msgspec.ValidationError, name: str, given: Mapping[str, Any], where: str) -> Step:
    """Raise `InvalidRequest` that names the parameter at fault: by the error's path, or as the one in its words."""
    text, _, path = str(error).partition(" - at `$.")
    known = EFFECTS[name].parameters.__struct_fields__
    fault = path.rstrip("`") or next((key for key in given if f"`{key}`" in text), "")
    subject = f"{fault} of {name} is not valid" if fault else f"{name} is not valid"
    raise InvalidRequest(
        f"{subject}: {text}.",
        param=f"{where}.{fault}" if fault else where,
        hint=_known(known) if known else f"{name} has no parameters.",
    ) from error


def _rate(given: str | None) -> Sequence[Step]:
    """The last step, where another rate is asked for."""
    if not given:
        return []
    if not given.isdecimal() or len(given) > len(str(MAX_RATE)) or not MIN_RATE <= int(given) <= MAX_RATE:
        raise InvalidRequest(f"rate lies between {MIN_RATE} and {MAX_RATE} Hz.", param="rate")
    return [_step({"name": "resample", "rate": int(given)}, "rate")]


def _one(form: Form, name: str) -> str | None:
    values = form.fields.get(name, [])
    if len(values) > 1:
        raise InvalidRequest(f"{name} is given {len(values)} times.", param=name)
    return values[0] if values else None


def _known(names: Any) -> str:
    return f"Known: {', '.join(sorted(names))}."
