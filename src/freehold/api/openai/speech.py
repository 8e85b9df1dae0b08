"""POST /v1/audio/speech: a text as sound, which comes as it is spoken."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.custom_voices import SPEECH, with_reference
from freehold.api.identify import identify
from freehold.api.relay import Routing, Wanted, as_response, send
from freehold.api.settings import ApiSettings
from freehold.foundation.edge import decode, read_body


async def create(request: Request) -> Response:
    """Relay the request to the model's provider; with a custom voice, to this machine alone."""
    principal = await identify(request)
    settings: ApiSettings = request.app.state.api_settings
    body = await read_body(request, settings.max_body_bytes)
    wanted = Wanted(endpoint=SPEECH, body=body, routing=decode(body, Routing))
    return as_response(await send(request, principal, await with_reference(request, principal, wanted)))


ROUTES = [Route("/v1/audio/speech", create, methods=["POST"])]
