"""The web app's files. Every path that is no file is the app itself, which reads the path."""

from pathlib import Path
from typing import NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Match, Route

from freehold.contracts.errors import NotFound

DIST = Path(__file__).parent / "dist"
API_PREFIXES = ("v1/", "api/", "admin/", "worker/")
# All of them, so that an unknown API path is 404 whatever the method.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
NOT_BUILT = "<!doctype html><title>Freehold</title><p>The web app is not built yet. Run <code>make web</code>."


async def page(request: Request) -> Response:
    """A file of the built app, or the app's page."""
    path = request.path_params["path"]
    if path.startswith(API_PREFIXES) or request.method not in ("GET", "HEAD"):
        _refuse(request)
    if not (DIST / "index.html").is_file():
        return HTMLResponse(NOT_BUILT, status_code=503)
    file = (DIST / path).resolve()
    if path and file.is_relative_to(DIST) and file.is_file():
        # Names of built assets carry a hash of their content.
        lasting = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
        return FileResponse(file, headers=SECURITY_HEADERS | {"cache-control": lasting})
    if path.startswith("assets/"):
        raise NotFound(f"There is no {request.url.path}.")
    return FileResponse(DIST / "index.html", headers=SECURITY_HEADERS | {"cache-control": "no-cache"})


def _refuse(request: Request) -> NoReturn:
    """405 where only the method is wrong, else 404. This route, which takes any path, came before Starlette's answer."""
    for route in request.app.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is Match.PARTIAL:
            raise HTTPException(405)
    raise NotFound(f"There is no {request.url.path}.")


ROUTES = [Route("/{path:path}", page, methods=METHODS)]
