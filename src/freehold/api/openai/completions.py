"""POST /v1/completions: the continuation of a text."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay


async def create(request: Request) -> Response:
    """Relay the request to the model's provider."""
    return await relay(request, "completions")


ROUTES = [Route("/v1/completions", create, methods=["POST"])]
