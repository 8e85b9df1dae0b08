"""/v1/audio/voice_consents: a person lends their voice by saying a phrase, and takes it back.

OpenAI's shapes (openai 3.52.0, `resources/audio/voice_consents.py`). Beyond them: the phrases, and one's own recording.
"""

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.custom_voices import as_sound, custom_voices, field_of, file_of, refuse_unknown, with_form
from freehold.api.identify import identify
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.forms import Form
from freehold.contracts.identity import Principal
from freehold.foundation.edge import JsonResponse, decode, read_body
from freehold.surface.voices.consents import MAX_PAGE
from freehold.surface.voices.phrases import PHRASES
from freehold.surface.voices.records import NewConsent, VoiceConsent

DEFAULT_LIMIT = 20
MAX_BODY_BYTES = 10_000
FIELDS = frozenset({"name", "language", "recording"})
PATH = "/v1/audio/voice_consents"


class ConsentsQuery(msgspec.Struct):
    """The query of the list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = DEFAULT_LIMIT
    after: str | None = None


class Label(msgspec.Struct):
    """Another label for a consent."""

    name: str


async def create(request: Request) -> Response:
    """Hear a recording, and keep it as a consent if it says the phrase of its language."""

    async def made(principal: Principal, form: Form) -> VoiceConsent:
        refuse_unknown(form, FIELDS)
        wanted = NewConsent(
            name=field_of(form, "name"),
            language=field_of(form, "language"),
            recording=file_of(form, "recording"),
            request_id=request.state.request_id,
        )
        return await custom_voices(request).consents.create(principal, wanted)

    return JsonResponse((await with_form(request, made)).public())


async def list_consents(request: Request) -> Response:
    """The caller's consents, newest first, a page at a time."""
    principal = await identify(request)
    query = request.query_params
    page = custom_voices(request).consents.page
    found, has_more = await page(principal, _limit(query.get("limit")), query.get("after"))
    data = [consent.public() for consent in found]
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return JsonResponse({"object": "list", "data": data, "has_more": has_more, **ends})


async def list_phrases(request: Request) -> Response:
    """What has to be said, in each language. Not in OpenAI's API."""
    await identify(request)
    data = [{"object": "audio.consent_phrase", "language": tag, "phrase": text} for tag, text in PHRASES.items()]
    return JsonResponse({"object": "list", "data": data})


async def retrieve(request: Request) -> Response:
    """One of the caller's consents."""
    principal = await identify(request)
    consent = await custom_voices(request).consents.get(principal, request.path_params["consent_id"])
    return JsonResponse(consent.public())


async def listen(request: Request) -> Response:
    """What the caller said. Not in OpenAI's API."""
    principal = await identify(request)
    return as_sound(await custom_voices(request).consents.recording(principal, request.path_params["consent_id"]))


async def rename(request: Request) -> Response:
    """Give a consent another label."""
    principal = await identify(request)
    label = decode(await read_body(request, MAX_BODY_BYTES), Label)
    renamed = await custom_voices(request).consents.rename(principal, request.path_params["consent_id"], label.name)
    return JsonResponse(renamed.public())


async def withdraw(request: Request) -> Response:
    """Withdraw a consent: it, its recording and every voice made with it are gone at once."""
    principal = await identify(request)
    consent = await custom_voices(request).consents.withdraw(principal, request.path_params["consent_id"])
    return JsonResponse({"id": consent.id, "object": "audio.voice_consent", "deleted": True})


def _limit(given: str | None) -> int:
    if given in (None, ""):
        return DEFAULT_LIMIT
    if given.isascii() and given.isdigit():
        return int(given[:6])
    raise InvalidRequest(f"limit must lie between 1 and {MAX_PAGE}.", param="limit")


ROUTES = [
    Route(PATH, create, methods=["POST"]),
    Route(PATH, list_consents),
    Route(f"{PATH}/phrases", list_phrases),
    Route(f"{PATH}/{{consent_id}}", retrieve),
    Route(f"{PATH}/{{consent_id}}", rename, methods=["POST"]),
    Route(f"{PATH}/{{consent_id}}", withdraw, methods=["DELETE"]),
    Route(f"{PATH}/{{consent_id}}/recording", listen),
]
