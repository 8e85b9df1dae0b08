"""Sends a request body to the gateway and its answer back to the client, byte for byte."""

from collections.abc import AsyncIterator, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from freehold.api.identify import identify
from freehold.api.settings import ApiSettings
from freehold.contracts.errors import FreeholdError, ProviderFailed
from freehold.contracts.wire import Call, ModelGateway, Reply, sse_event
from freehold.foundation.edge import ByteStream, decode, error_body, read_body, until_disconnect

WISHES = (b"x-freehold-", b"anthropic-beta")  # headers of the caller that providers and routes may heed
CONVERSATION = "x-freehold-conversation"


class Routing(msgspec.Struct):
    """What the API decides on; the rest of the body is the gateway's and the provider's business."""

    model: str
    stream: bool | None = None


def openai_error_event(error: FreeholdError) -> bytes:
    """An error in mid-stream as OpenAI clients raise it."""
    return sse_event(msgspec.json.encode(error_body(error)))


async def relay(
    request: Request,
    endpoint: str,
    *,
    key: str | None = None,
    error_event: Callable[[FreeholdError], bytes] = openai_error_event,
) -> Response:
    """Identify the caller, route the body, relay the answer; a client that hangs up closes the provider's side.

    `key` is a credential that came another way than OpenAI's; `error_event` writes a break in mid-stream.
    """
    principal = await identify(request, key)
    settings: ApiSettings = request.app.state.api_settings
    gateway: ModelGateway = request.app.state.gateway
    body = await read_body(request, settings.max_body_bytes)
    routing = decode(body, Routing)
    raw: list[tuple[bytes, bytes]] = request.scope["headers"]
    wishes = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw if name.startswith(WISHES)}
    call = Call(
        endpoint=endpoint,
        body=body,
        model=routing.model,
        stream=bool(routing.stream),
        request_id=request.state.request_id,
        tenant=principal.tenant,
        conversation=wishes.get(CONVERSATION, ""),
        headers=wishes,
        origin=request.headers.get("origin"),
    )
    reply = await until_disconnect(request, gateway.send(principal, call))
    if reply.content is None:
        return ByteStream(_with_error_event(reply.body, error_event), close=reply.close, headers=reply.headers)
    _refuse_foreign_error(reply, reply.content)
    return Response(reply.content, reply.status, dict(reply.headers), reply.media_type)


async def _with_error_event(
    body: AsyncIterator[bytes], error_event: Callable[[FreeholdError], bytes]
) -> AsyncIterator[bytes]:
    """The stream; where it breaks off, an event with the error."""
    try:
        async for chunk in body:
            yield chunk
    except FreeholdError as error:
        # Begins with a blank line, for the break may lie inside an event.
        yield b"\n\n" + error_event(error)


def _refuse_foreign_error(reply: Reply, content: bytes) -> None:
    """Raise `ProviderFailed` for an error that is not in the shape of the endpoint."""
    if reply.status < 400:
        return
    try:
        shaped = "error" in msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, msgspec.ValidationError):
        shaped = False
    if not shaped:
        raise ProviderFailed(f"The provider answered {reply.status} without saying why.")
