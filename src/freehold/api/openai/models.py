"""GET /v1/models and /v1/models/{id}: the public model names."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.contracts.errors import ModelNotFound
from freehold.contracts.models import ModelInfo
from freehold.foundation.edge import JsonResponse
from freehold.gateway.pipeline import Pipeline


def describe(info: ModelInfo) -> dict[str, Any]:
    """OpenAI's model object, with what Freehold knows beside it."""
    known = {"label": info.label, "kind": info.kind, "builtin": info.builtin, "context_length": info.context_length}
    head = {"id": info.id, "object": "model", "created": info.created, "owned_by": info.owned_by}
    return head | {"freehold": known}


async def _usable(request: Request) -> list[ModelInfo]:
    """The models that the caller's plan and key allow."""
    principal = await identify(request, request.headers.get("x-api-key"))  # as clients of Anthropic's send it
    pipeline: Pipeline = request.app.state.gateway
    return pipeline.models(principal)


async def list_models(request: Request) -> Response:
    """All models the caller may use."""
    models = [describe(info) for info in await _usable(request)]
    return JsonResponse({"object": "list", "data": models})


async def retrieve(request: Request) -> Response:
    """One model."""
    name = request.path_params["model"]
    for info in await _usable(request):
        if info.id == name:
            return JsonResponse(describe(info))
    raise ModelNotFound(f"The model '{name}' does not exist.", param="model")


ROUTES = [Route("/v1/models", list_models), Route("/v1/models/{model:path}", retrieve)]
