"""GET /v1/models and /v1/models/{id}: the public model names."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.contracts.errors import ModelNotFound
from freehold.contracts.models import ModelInfo
from freehold.foundation.edge import JsonResponse


def describe(info: ModelInfo) -> dict[str, Any]:
    """OpenAI's model object, with what Freehold knows beside it."""
    known = {"label": info.label, "kind": info.kind, "builtin": info.builtin, "context_length": info.context_length}
    head = {"id": info.id, "object": "model", "created": info.created, "owned_by": info.owned_by}
    return head | {"freehold": known}


async def list_models(request: Request) -> Response:
    """All models the caller may use."""
    await identify(request, request.headers.get("x-api-key"))  # as clients of Anthropic's send it
    models = [describe(info) for info in request.app.state.routes.models()]
    return JsonResponse({"object": "list", "data": models})


async def retrieve(request: Request) -> Response:
    """One model."""
    await identify(request, request.headers.get("x-api-key"))  # as clients of Anthropic's send it
    name = request.path_params["model"]
    for info in request.app.state.routes.models():
        if info.id == name:
            return JsonResponse(describe(info))
    raise ModelNotFound(f"The model '{name}' does not exist.", param="model")


ROUTES = [Route("/v1/models", list_models), Route("/v1/models/{model:path}", retrieve)]
