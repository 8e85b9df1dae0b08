"""Who is asking: reads the credential of a request and has it identified. The one door to every protected route."""

from urllib.parse import urlsplit

from starlette.requests import Request

from freehold.contracts.errors import Forbidden, Unauthorized
from freehold.contracts.identity import Credential, Identity, Principal

SESSION_COOKIE = "freehold_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def identify(request: Request) -> Principal:
    """The caller. Raises `Unauthorized`, or `Forbidden` for a page of another origin that uses the cookie."""
    identity: Identity = request.app.state.accounts
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return await identity.identify(Credential(api_key=key.strip()))
    session = request.cookies.get(SESSION_COOKIE)
    if session is None:
        raise Unauthorized(
            "No API key was given.",
            hint="Send 'Authorization: Bearer <key>'; `freehold keys create` makes a key.",
        )
    refuse_other_origin(request)
    return await identity.identify(Credential(session=session))


def refuse_other_origin(request: Request) -> None:
    """Raise `Forbidden` when another site's page sends an unsafe request (cross-site request forgery)."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    same_site = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    if not same_site or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        raise Forbidden("Requests from another site's page are refused.", hint="Use an API key instead.")


async def identify_admin(request: Request) -> Principal:
    """The caller, who must be an administrator."""
    principal = await identify(request)
    if principal.role != "admin":
        raise Forbidden("Only an administrator may do this.")
    return principal
