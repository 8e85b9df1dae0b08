"""POST /v1/rerank: documents by their relevance to a query."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay


async def create(request: Request) -> Response:
    """Relay the request to the model's provider."""
    return await relay(request, "rerank")


ROUTES = [Route("/v1/rerank", create, methods=["POST"])]
