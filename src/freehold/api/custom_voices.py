"""Custom voices at the HTTP edge: forms with a recording, voices in the list, and the one that a request speaks with.

`reference_voice` is what the API itself adds to a request for speech; a caller who sends one is refused.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from freehold.api.identify import identify
from freehold.api.relay import Wanted
from freehold.api.uploads import begin_upload
from freehold.contracts.audio.voices import is_custom_voice
from freehold.contracts.errors import FreeholdError, InvalidRequest, UnsupportedParameter
from freehold.contracts.forms import Form, Upload, read_form
from freehold.contracts.identity import Principal
from freehold.contracts.models import LocalNames, LocalPages
from freehold.foundation.edge import decode, until_disconnect
from freehold.gateway.calls.facts import edited
from freehold.gateway.calls.form_parts import is_form, parts_of
from freehold.surface.voices.custom import CustomVoices
from freehold.surface.voices.records import MAX_RECORDING_BYTES, CustomVoice, Recording

SPEECH = "audio/speech"
FORM_BYTES = 64 * 1024  # what a form may have besides its file
CLONED = "cloned from a sample"
LICENCE = "by consent of the speaker"

logger = logging.getLogger(__name__)

T = TypeVar("T")


class _Named(msgspec.Struct):
    """Of any type, for a request's mistakes are the provider's to refuse."""

    voice: Any = None
    reference_voice: Any = msgspec.UNSET


class _Facts(msgspec.Struct):
    clones: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A model of this machine that speaks with custom voices; `clones` says whether it copies them."""

    model: str = ""
    clones: bool = False


def custom_voices(request: Request) -> CustomVoices:
    """The part that keeps them."""
    return request.app.state.custom_voices


async def with_form(request: Request, work: Callable[[Principal, Form], Awaitable[T]]) -> T:
    """What `work` makes of the caller's form, which may have a recording in it.

    Raises `RequestTooLarge` and `RateLimited` as uploads do, and `InvalidRequest` for what is no plain form.
    """
    principal = await identify(request)
    media_type = request.headers.get("content-type", "")
    if not is_form(media_type):
        raise InvalidRequest("The request must be multipart/form-data.")
    upload = begin_upload(request, MAX_RECORDING_BYTES + FORM_BYTES)
    try:
        body = await upload.read(request)
        parts_of(body, media_type)  # refuses what two readers could understand differently
        return await until_disconnect(request, work(principal, read_form(body, media_type)))
    finally:
        upload.release()


def field_of(form: Form, name: str, default: str | None = None) -> str:
    """A field that stands in the form once. Raises `InvalidRequest`."""
    values = form.fields.get(name, [] if default is None else [default])
    if len(values) != 1:
        raise InvalidRequest(f"The form must have one field '{name}'.", param=name)
    return values[0]


def file_of(form: Form, name: str) -> Upload:
    """A recording. Raises `InvalidRequest` where there is none."""
    if name not in form.files:
        raise InvalidRequest(f"The form has no file '{name}'.", param=name)
    return form.files[name]


def refuse_unknown(form: Form, known: frozenset[str]) -> None:
    """Raise `UnsupportedParameter` for a field or file that nobody reads."""
    unknown = sorted((form.fields.keys() | form.files.keys()) - known)
    if unknown:
        hint = f"Known: {', '.join(sorted(known))}."
        raise UnsupportedParameter(f"There is no field {unknown[0][:100]}.", param=unknown[0][:100], hint=hint)


def as_sound(recording: Recording) -> Response:
    """A recording, for nobody but who asked; no browser may take it for anything else."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(recording.data, headers=headers, media_type=recording.media_type)


async def with_reference(request: Request, principal: Principal, wanted: Wanted) -> Wanted:
    """A request for speech with the custom voice that it names; any other as it is.

    Raises `UnsupportedParameter` for a voice that the caller describes, and what `CustomVoices.reference` raises.
    """
    named = decode(wanted.body, _Named)
    if named.reference_voice is not msgspec.UNSET:
        hint = "Name a voice in voice; POST /v1/audio/voices makes one."
        raise UnsupportedParameter("reference_voice cannot be sent.", param="reference_voice", hint=hint)
    voice = named.voice.get("id") if isinstance(named.voice, dict) else named.voice
    if not isinstance(voice, str) or not is_custom_voice(voice):
        return wanted
    reference = await custom_voices(request).reference(principal, voice)
    body = edited(wanted.body, {"voice": {"id": reference.id}, "reference_voice": reference})
    return replace(wanted, body=body, stays=True)


async def entries(request: Request, principal: Principal, filters: Mapping[str, str]) -> list[dict[str, Any]]:
    """The caller's custom voices as the list of all voices has them, newest first.

    `filters` are `model`, `language`, `q` and `gender`, of which nobody knows the last. Without a `kind` only those are
    listed that speak. Under a model that is not of this machine alone there are none.
    """
    found = [voice for voice in await custom_voices(request).usable(principal) if _takes(voice, filters)]
    if not found:
        return []
    speaker = await _speaker(request, principal, filters.get("model", ""))
    return [] if speaker is None else [_entry(voice, speaker, principal) for voice in found]


def _takes(voice: CustomVoice, filters: Mapping[str, str]) -> bool:
    tag, asked = voice.language.lower(), filters.get("language", "").replace("_", "-").lower()
    return (
        (not asked or tag == asked or tag.startswith(f"{asked}-"))
        and filters.get("q", "").lower() in f"{voice.id} {voice.name}".lower()
        and not filters.get("gender")
        and (voice.status == "ready" or bool(filters.get("kind")))
    )


async def _speaker(request: Request, principal: Principal, named: str) -> Speaker | None:
    """The named model, else the first that clones, else the first; None for one that is not of this machine."""
    names: LocalNames = request.app.state.gateway
    pages: LocalPages = request.app.state.workers
    usable = [name for name in names.local_names(principal, SPEECH) if named in ("", name.public)]
    if not usable:
        return None if named else Speaker()
    for name in usable:
        try:
            status, _, body = await pages.fetch(name.local, "/worker/health")
            if status == 200 and decode(body, _Facts).clones:
                return Speaker(model=name.public, clones=True)
        except FreeholdError as error:
            logger.warning("a model that speaks does not answer", extra={"model": name.local, "error": error.message})
    return Speaker(model=usable[0].public)


def _entry(voice: CustomVoice, speaker: Speaker, principal: Principal) -> dict[str, Any]:
    path = f"/v1/audio/voices/{voice.id}/sample?model={quote(speaker.model, safe='')}"
    return {
        "id": voice.id,
        "object": "voice",
        "name": voice.name,
        "language": voice.language,
        "kind": "custom",
        "label": CLONED if speaker.clones else f"{voice.profile.method} of a preset",
        "gender": "",
        "engine": "",
        "model": speaker.model,
        "licence": LICENCE,
        "status": voice.status,
        "shared": voice.shared,
        "own": voice.owner_id == principal.person_id,
        "sample": path,
    }
