"""POST /v1/realtime/calls: a realtime session by WebRTC, for browsers and apps.

Source: openai 3.52.0, `resources/realtime/calls.py`, and OpenAI's guide to WebRTC. The body is the offer itself
(application/sdp), or a form with `sdp` and `session`. Sound goes between the caller and the machine directly, by UDP.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.api.realtime.calls import RealtimeCalls
from freehold.api.realtime.entry import Wanted, fixed_session, wanted_session
from freehold.api.settings import ApiSettings
from freehold.contracts.errors import InvalidRequest, RequestTooLarge
from freehold.contracts.forms import Form, read_form
from freehold.contracts.realtime import ENDPOINTS, MAX_SESSION_BYTES
from freehold.contracts.realtime_calls import CALLS, MAX_SDP_BYTES, CallOffer, check_offer
from freehold.foundation.edge import JsonResponse, decode, read_body, until_disconnect

SDP, FORM = "application/sdp", "multipart/form-data"
MAX_BODY_BYTES = MAX_SDP_BYTES + MAX_SESSION_BYTES + 8192


async def create(request: Request) -> Response:
    """Begin a call by WebRTC: the offer is answered with 201, the answer and the call's address."""
    principal = await identify(request)
    sdp, given = await _read(request)
    fixed = await fixed_session(request, principal)
    if fixed is not None and given is not None:
        text = "The client secret has the session's settings."
        raise InvalidRequest(text, param="session", hint="Send the offer alone; change settings by session.update.")
    wanted: Wanted = wanted_session(request, principal, fixed or given)
    check_offer(sdp)
    calls: RealtimeCalls = request.app.state.realtime_calls
    settings: ApiSettings = request.app.state.api_settings
    offer = CallOffer(sdp=sdp, ice_servers=settings.realtime_ice_servers)
    call_id, answer = await until_disconnect(request, calls.open(request, wanted, offer))
    return Response(answer, status_code=201, headers={"location": f"{CALLS}/{call_id}"}, media_type=SDP)


async def hang_up(request: Request) -> Response:
    """End one of the caller's calls."""
    principal = await identify(request)
    calls: RealtimeCalls = request.app.state.realtime_calls
    await calls.hang_up(principal, request.path_params["call_id"])
    return JsonResponse({})


async def _read(request: Request) -> tuple[str, dict[str, Any] | None]:
    """The offer, and the settings that came with it. Raises `InvalidRequest` or `RequestTooLarge`."""
    media_type = request.headers.get("content-type", "")
    body = await read_body(request, MAX_BODY_BYTES)
    kind = media_type.partition(";")[0].strip().lower()
    if kind == FORM:
        form = read_form(body, media_type)
        session = _field(form, "session")
        return _field(form, "sdp") or "", _session(session) if session is not None else None
    if kind != SDP:
        raise InvalidRequest(f"An offer comes as {SDP}, or in a form ({FORM}) as its field sdp.")
    if len(body) > MAX_SDP_BYTES:
        raise RequestTooLarge(f"The offer has over {MAX_SDP_BYTES} bytes.")
    return _text(body, "sdp"), None


def _session(text: str) -> dict[str, Any]:
    """The settings of a form. Raises `InvalidRequest`."""
    if len(text) > MAX_SESSION_BYTES:
        raise InvalidRequest(f"The session has over {MAX_SESSION_BYTES} bytes.", param="session")
    session = {"type": "realtime", **decode(text.encode(), dict[str, Any])}
    if not isinstance(session["type"], str) or session["type"] not in ENDPOINTS:
        raise InvalidRequest("A session is of the type 'realtime' or 'transcription'.", param="session.type")
    return session


def _field(form: Form, name: str) -> str | None:
    """A field that may come as a file. Raises `InvalidRequest`."""
    if name in form.files:
        return _text(form.files[name].data, name)
    values = form.fields.get(name, [])
    if len(values) > 1:
        raise InvalidRequest(f"The form has more than one field '{name}'.", param=name)
    return values[0] if values else None


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"The field '{name}' is not UTF-8.", param=name) from error


ROUTES = [
    Route(CALLS, create, methods=["POST"]),
    Route(f"{CALLS}/{{call_id}}/hangup", hang_up, methods=["POST"]),
]
