"""POST /v1/chat/completions: the next turn of a conversation."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay


async def create(request: Request) -> Response:
    """Relay the request to the model's provider."""
    return await relay(request, "chat/completions")


ROUTES = [Route("/v1/chat/completions", create, methods=["POST"])]
