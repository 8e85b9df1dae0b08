"""POST /v1/messages: the next turn of a conversation, for clients of Anthropic's.

Errors are in Anthropic's shape. `count_tokens` is not served: no count would be right for every provider of a route.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.relay import relay
from freehold.contracts.errors import FreeholdError
from freehold.foundation.edge import JsonResponse, error_response
from freehold.gateway.wires.anthropic.bodies import named_event
from freehold.gateway.wires.anthropic.errors import messages_error


def error_event(error: FreeholdError) -> bytes:
    """An error in the middle of a stream."""
    return named_event(messages_error(error.status, error.public_message()))


async def create(request: Request) -> Response:
    """Relay the request to the model's provider; the key may come as `x-api-key`."""
    key = request.headers.get("x-api-key")
    try:
        response = await relay(request, "messages", key=key, error_event=error_event)
    except FreeholdError as error:
        response = _refusal(error, request.state.request_id)
    response.headers["request-id"] = request.state.request_id
    return response


def _refusal(error: FreeholdError, request_id: str) -> Response:
    headers = error_response(error).headers.items()
    kept = {name: value for name, value in headers if not name.startswith("content-")}
    body = messages_error(error.status, error.public_message(), request_id)
    return JsonResponse(body, status_code=error.status, headers=kept)


ROUTES = [Route("/v1/messages", create, methods=["POST"])]
