"""POST /v1/embeddings: vectors of texts."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay


async def create(request: Request) -> Response:
    """Relay the request to the model's provider."""
    return await relay(request, "embeddings")


ROUTES = [Route("/v1/embeddings", create, methods=["POST"])]
