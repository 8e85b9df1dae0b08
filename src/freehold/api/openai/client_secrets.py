"""POST /v1/realtime/client_secrets: a secret that opens realtime sessions for a while, so that no page needs a key.

The configuration of a session that comes with it is kept, and holds for every session that the secret opens. Here only
its type, its model and its size are looked at; the session refuses the rest when it begins.
"""

import uuid
from typing import Annotated, Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.accounts.identity import Accounts
from freehold.api.identify import identify
from freehold.api.realtime.models import allow_session
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.realtime import ENDPOINTS, MAX_SESSION_BYTES, model_of
from freehold.foundation.edge import JsonResponse, decode, read_body

MAX_BODY_BYTES = 2 * MAX_SESSION_BYTES
OBJECTS = {"realtime": "realtime.session", "transcription": "realtime.transcription_session"}


class ExpiresAfter(msgspec.Struct):
    """How long the secret opens sessions; those that are open go on."""

    anchor: Literal["created_at"] = "created_at"
    seconds: Annotated[int, msgspec.Meta(ge=10, le=7200)] = 600


class ClientSecretRequest(msgspec.Struct):
    """How long, and what for."""

    expires_after: ExpiresAfter = msgspec.field(default_factory=ExpiresAfter)
    session: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "realtime"})


async def create(request: Request) -> Response:
    """Make a secret. Raises `RateLimited` where the caller has too many that have not ended."""
    principal = await identify(request)
    wanted = decode(await read_body(request, MAX_BODY_BYTES), ClientSecretRequest)
    model = _checked(wanted.session)
    if model:
        allow_session(request, principal, model, ENDPOINTS[wanted.session["type"]])
    accounts: Accounts = request.app.state.accounts
    lifetime = wanted.expires_after.seconds
    secret = await accounts.ephemeral.create(principal, "client_secret", lifetime, wanted.session)
    described = {"id": f"sess_{uuid.uuid4().hex}", "object": OBJECTS[wanted.session["type"]]}
    body = {"value": secret.text, "expires_at": int(secret.expires_at), "session": wanted.session | described}
    return JsonResponse(body)


def _checked(session: dict[str, Any]) -> str:
    """The model that a session names, or empty. Raises `InvalidRequest`."""
    if session.get("type") not in OBJECTS:
        text = "A session is of the type 'realtime' or 'transcription'."
        raise InvalidRequest(text, param="session.type")
    if len(msgspec.json.encode(session)) > MAX_SESSION_BYTES:
        raise InvalidRequest(f"The session has over {MAX_SESSION_BYTES} bytes.", param="session")
    return model_of(session)


ROUTES = [Route("/v1/realtime/client_secrets", create, methods=["POST"])]
