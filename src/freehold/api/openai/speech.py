"""POST /v1/audio/speech: a text as sound, which comes as it is spoken."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay


async def create(request: Request) -> Response:
    """Relay the request to the model's provider."""
    return await relay(request, "audio/speech")


ROUTES = [Route("/v1/audio/speech", create, methods=["POST"])]
