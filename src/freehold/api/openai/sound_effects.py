"""/v1/audio/effects: a recording with effects put on it, and the list of those that there are. Not in OpenAI's API."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.api.relay import relay_form
from freehold.contracts.errors import ModelNotFound
from freehold.contracts.models import LocalPages
from freehold.gateway.pipeline import Pipeline

BUILTIN = "sound"


class EffectsQuery(msgspec.Struct):
    """The query of the list."""

    model: str | None = None


async def apply(request: Request) -> Response:
    """Relay the form to the model that it names, else to the built-in one."""
    return await relay_form(request, "audio/effects", model=BUILTIN)


async def list_effects(request: Request) -> Response:
    """The effects of a model on this machine, by default of the first that the caller may use."""
    principal = await identify(request)
    pipeline: Pipeline = request.app.state.gateway
    workers: LocalPages = request.app.state.workers
    wanted = request.query_params.get("model")
    local = {info.id for info in workers.models() if info.kind == "sound"}
    usable = [info.id for info in pipeline.models(principal) if info.id in local and wanted in (None, "", info.id)]
    if not usable:
        text = f"There is no model '{wanted}' with effects." if wanted else "There is no model with effects."
        raise ModelNotFound(text, param="model")
    status, media_type, body = await workers.fetch(usable[0], "/v1/audio/effects")
    return Response(body, status, media_type=media_type)


ROUTES = [
    Route("/v1/audio/effects", apply, methods=["POST"]),
    Route("/v1/audio/effects", list_effects),
]
