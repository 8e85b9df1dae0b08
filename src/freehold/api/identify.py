"""Who is asking: reads the credential of a request and has it identified. The one door to every protected route."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from freehold.contracts.errors import Forbidden, Unauthorized
from freehold.contracts.identity import Credential, Identity, Principal, Resource

SESSION_COOKIE = "freehold_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def identify(request: HTTPConnection, other_key: str | None = None) -> Principal:
    """The caller, by the header, by a key that came another way, or by the cookie.

    Raises `Unauthorized`, or `Forbidden` for a page of another origin that uses the cookie.
    """
    identity: Identity = request.app.state.accounts
    key = bearer_key(request) or other_key
    if key:
        return await identity.identify(Credential(api_key=key))
    session = request.cookies.get(SESSION_COOKIE)
    if session is None:
        raise Unauthorized(
            "No API key was given.",
            hint="Send 'Authorization: Bearer <key>'; `freehold keys create` makes a key.",
        )
    refuse_other_origin(request)
    return await identity.identify(Credential(session=session))


def bearer_key(request: HTTPConnection) -> str:
    """The key in the header, or empty."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def refuse_other_origin(request: HTTPConnection) -> None:
    """Raise `Forbidden` when another site's page sends an unsafe request or opens a WebSocket (request forgery)."""
    if request.scope.get("method") in SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    same_site = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    if not same_site or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        raise Forbidden("Requests from another site's page are refused.", hint="Use an API key instead.")


async def caller(request: Request) -> Principal:
    """The caller, for FastAPI to inject."""
    return await identify(request)


Caller = Annotated[Principal, Depends(caller)]


async def identify_admin(request: Request) -> Principal:
    """The caller, who may configure the gateway."""
    principal = await identify(request)
    identity: Identity = request.app.state.accounts
    identity.authorize(principal, "gateway.configure", Resource())
    return principal
