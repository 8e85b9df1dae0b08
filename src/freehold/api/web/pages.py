"""The web app's files. Every path that is no file is the app itself, which reads the path."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from freehold.contracts.errors import NotFound

DIST = Path(__file__).parent / "dist"
API_PREFIXES = ("v1/", "api/", "admin/", "worker/")
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
    if path.startswith(API_PREFIXES):
        raise NotFound(f"There is no {request.url.path}.")
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


ROUTES = [Route("/{path:path}", page)]
