"""POST /v1/audio/voices and /v1/audio/voices/{id}: voices made from a sample, by the consent of whoever speaks in it.

OpenAI's shapes (openai 3.52.0, `resources/audio/voices.py`). Beyond them: `shared`, `base_voice`, to read one, and to
change its name and whether others of the organisation may speak with it. The list of all voices is in `voices`.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.custom_voices import custom_voices, field_of, file_of, refuse_unknown, with_form
from freehold.api.identify import identify
from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.contracts.forms import Form
from freehold.contracts.identity import Principal
from freehold.foundation.edge import JsonResponse, decode, read_body
from freehold.surface.voices.records import CustomVoice, NewVoice

MAX_BODY_BYTES = 10_000
FIELDS = frozenset({"name", "consent", "audio_sample", "type", "shared", "base_voice"})
TYPE = "audio_sample"
PATH = "/v1/audio/voices/{voice_id}"


class VoiceChange(msgspec.Struct):
    """What becomes different; what is missing stays."""

    name: str | None = None
    shared: bool | None = None


async def create(request: Request) -> Response:
    """Make a voice from a sample, if it is of the person who gave the consent."""

    async def made(principal: Principal, form: Form) -> CustomVoice:
        kind = field_of(form, "type", TYPE)
        if kind != TYPE:
            hint = "Voices are made from a sample: leave type out."
            raise UnsupportedParameter(f"A voice cannot be made from a {kind[:50]}.", param="type", hint=hint)
        refuse_unknown(form, FIELDS)
        wanted = NewVoice(
            name=field_of(form, "name"),
            consent_id=field_of(form, "consent"),
            sample=file_of(form, "audio_sample"),
            shared=_flag(field_of(form, "shared", "false")),
            base_voice=field_of(form, "base_voice", "") or None,
            request_id=request.state.request_id,
        )
        return await custom_voices(request).create(principal, wanted)

    return JsonResponse((await with_form(request, made)).public())


async def retrieve(request: Request) -> Response:
    """One voice that the caller owns or may speak with. Not in OpenAI's API."""
    principal = await identify(request)
    voice = await custom_voices(request).get(principal, request.path_params["voice_id"])
    return JsonResponse(voice.public())


async def change(request: Request) -> Response:
    """Give a voice another name; share it, or no more. Not in OpenAI's API."""
    principal = await identify(request)
    wanted = decode(await read_body(request, MAX_BODY_BYTES), VoiceChange)
    voices, voice_id = custom_voices(request), request.path_params["voice_id"]
    return JsonResponse((await voices.change(principal, voice_id, name=wanted.name, shared=wanted.shared)).public())


async def delete(request: Request) -> Response:
    """Delete a voice and its sample; the consent stays."""
    principal = await identify(request)
    voice = await custom_voices(request).delete(principal, request.path_params["voice_id"])
    return JsonResponse({"id": voice.id, "object": "audio.voice.deleted", "deleted": True})


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise InvalidRequest("shared is true or false.", param="shared")
    return text.lower() == "true"


ROUTES = [
    Route("/v1/audio/voices", create, methods=["POST"]),
    Route(PATH, retrieve),
    Route(PATH, change, methods=["POST"]),
    Route(PATH, delete, methods=["DELETE"]),
]
