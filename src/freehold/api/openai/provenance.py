"""POST /v1/content_provenance_checks: whether a recording carries the mark of synthetic speech."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay_form

BUILTIN = "sound"


async def check(request: Request) -> Response:
    """Relay the form to the model that it names, else to the built-in one."""
    return await relay_form(request, "content_provenance_checks", model=BUILTIN)


ROUTES = [Route("/v1/content_provenance_checks", check, methods=["POST"])]
