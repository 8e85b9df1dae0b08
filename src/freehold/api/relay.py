"""Sends a request body to the gateway and its answer back to the client, byte for byte."""

from collections.abc import AsyncIterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from freehold.api.identify import identify
from freehold.api.settings import ApiSettings
from freehold.contracts.errors import FreeholdError, ProviderFailed
from freehold.contracts.wire import Call, ModelGateway, Reply, sse_event
from freehold.foundation.edge import ByteStream, decode, error_body, read_body, until_disconnect


class Routing(msgspec.Struct):
    """What the gateway decides on; the rest of the body is the provider's business."""

    model: str
    stream: bool | None = None


async def relay(request: Request, endpoint: str) -> Response:
    """Identify the caller, route the body, relay the answer; a client that hangs up closes the provider's side."""
    principal = await identify(request)
    settings: ApiSettings = request.app.state.api_settings
    gateway: ModelGateway = request.app.state.gateway
    body = await read_body(request, settings.max_body_bytes)
    routing = decode(body, Routing)
    call = Call(
        endpoint=endpoint,
        body=body,
        model=routing.model,
        stream=bool(routing.stream),
        request_id=request.state.request_id,
        tenant=principal.tenant,
    )
    reply = await until_disconnect(request, gateway.send(principal, call))
    if reply.media_type.startswith("text/event-stream"):
        return ByteStream(_with_error_event(reply.body), close=reply.close, headers=reply.headers)
    try:
        content = await until_disconnect(request, reply.read())
    finally:
        await reply.close()
    _refuse_foreign_error(reply, content)
    return Response(content, reply.status, dict(reply.headers), reply.media_type)


async def _with_error_event(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream; where it breaks off, an event with `error`, which OpenAI clients raise."""
    try:
        async for chunk in body:
            yield chunk
    except FreeholdError as error:
        # Begins with a blank line, for the break may lie inside an event.
        yield b"\n\n" + sse_event(msgspec.json.encode(error_body(error)))


def _refuse_foreign_error(reply: Reply, content: bytes) -> None:
    """Raise `ProviderFailed` for an error that is not in OpenAI's shape."""
    if reply.status < 400:
        return
    try:
        shaped = "error" in msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, msgspec.ValidationError):
        shaped = False
    if not shaped:
        raise ProviderFailed(f"The provider answered {reply.status} without saying why.")
