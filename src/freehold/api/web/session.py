"""/api/session: a key is exchanged once for a cookie, so that no key stays in the browser."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold import __version__
from freehold.accounts.identity import Accounts
from freehold.accounts.sessions import LIFETIME_SECONDS
from freehold.api.identify import SESSION_COOKIE, identify, refuse_other_origin
from freehold.contracts.identity import Credential, Principal
from freehold.foundation.edge import JsonResponse, decode, read_body

MAX_BODY_BYTES = 10_000


class SignIn(msgspec.Struct):
    """The key to exchange."""

    key: str


async def sign_in(request: Request) -> Response:
    """Open a session and set its cookie."""
    refuse_other_origin(request)
    accounts: Accounts = request.app.state.accounts
    given = decode(await read_body(request, MAX_BODY_BYTES), SignIn)
    principal = await accounts.identify(Credential(api_key=given.key.strip()))
    response = JsonResponse(_described(principal))
    response.set_cookie(
        SESSION_COOKIE,
        await accounts.sessions.open(principal),
        max_age=int(LIFETIME_SECONDS),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def who_am_i(request: Request) -> Response:
    """The person of the session."""
    return JsonResponse(_described(await identify(request)))


async def sign_out(request: Request) -> Response:
    """Close the session; also when there is none."""
    refuse_other_origin(request)
    token = request.cookies.get(SESSION_COOKIE)
    if token is not None:
        await request.app.state.accounts.sessions.close(token)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    return response


def _described(principal: Principal) -> dict[str, Any]:
    person = {"id": principal.person_id, "name": principal.name, "role": principal.role}
    return {"person": person, "version": __version__}


ROUTES = [
    Route("/api/session", sign_in, methods=["POST"]),
    Route("/api/session", who_am_i, methods=["GET"]),
    Route("/api/session", sign_out, methods=["DELETE"]),
]
