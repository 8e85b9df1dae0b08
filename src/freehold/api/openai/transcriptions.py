"""POST /v1/audio/transcriptions and /v1/audio/translations: what is said in a recording, as text."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay_form


async def transcribe(request: Request) -> Response:
    """Relay the form to the model's provider."""
    return await relay_form(request, "audio/transcriptions")


async def translate(request: Request) -> Response:
    """Relay the form to the model's provider, which answers in English."""
    return await relay_form(request, "audio/translations")


ROUTES = [
    Route("/v1/audio/transcriptions", transcribe, methods=["POST"]),
    Route("/v1/audio/translations", translate, methods=["POST"]),
]
