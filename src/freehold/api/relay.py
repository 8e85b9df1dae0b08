"""Sends a request body to the gateway and its answer back to the client, byte for byte."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from freehold.api.identify import identify
from freehold.api.settings import ApiSettings
from freehold.api.uploads import begin_upload
from freehold.contracts.errors import FreeholdError, InvalidRequest, ProviderFailed
from freehold.contracts.identity import Principal
from freehold.contracts.wire import Call, ModelGateway, Reply, sse_event
from freehold.foundation.edge import ByteStream, decode, error_body, read_body, until_disconnect
from freehold.gateway.calls.form_parts import is_form, parts_of, value_of

WISHES = (b"x-freehold-", b"anthropic-beta")  # headers of the caller that providers and routes may heed
CONVERSATION = "x-freehold-conversation"
EVENT_STREAM = "text/event-stream"

ErrorEvent = Callable[[FreeholdError], bytes]

logger = logging.getLogger(__name__)


class Routing(msgspec.Struct):
    """What the API decides on; the rest of the body is the gateway's and the provider's business."""

    model: str
    stream: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of the gateway."""

    endpoint: str
    body: bytes
    routing: Routing
    media_type: str = "application/json"
    stays: bool = False  # whether nobody but this machine may answer


def openai_error_event(error: FreeholdError) -> bytes:
    """An error in mid-stream as OpenAI clients raise it."""
    return sse_event(msgspec.json.encode(error_body(error)))


async def relay(
    request: Request,
    endpoint: str,
    *,
    key: str | None = None,
    error_event: ErrorEvent = openai_error_event,
) -> Response:
    """Identify the caller, route the body, relay the answer; a client that hangs up closes the provider's side.

    `key` is a credential that came another way than OpenAI's; `error_event` writes a break in mid-stream.
    """
    principal = await identify(request, key)
    settings: ApiSettings = request.app.state.api_settings
    body = await read_body(request, settings.max_body_bytes)
    wanted = Wanted(endpoint=endpoint, body=body, routing=decode(body, Routing))
    return as_response(await send(request, principal, wanted), error_event=error_event)


async def relay_form(request: Request, endpoint: str, *, model: str | None = None) -> Response:
    """`relay` for a form with a file in it. `model` is for a form that names none.

    Raises `RequestTooLarge`, and `RateLimited` where too many bytes of other uploads are under way.
    """
    principal = await identify(request)
    media_type = request.headers.get("content-type", "")
    if not is_form(media_type):
        raise InvalidRequest("The request must be multipart/form-data.", param="file")
    upload = begin_upload(request)
    is_streaming = False
    try:
        body = await upload.read(request)
        routing = _form_routing(body, media_type, model)
        wanted = Wanted(endpoint=endpoint, body=body, routing=routing, media_type=media_type)
        reply = await send(request, principal, wanted)
        is_streaming = reply.content is None
        return as_response(reply, then=upload.release)
    finally:
        if not is_streaming:
            upload.release()


def _form_routing(body: bytes, media_type: str, model: str | None) -> Routing:
    """What a form says to the API. Raises `InvalidRequest`."""
    parts = parts_of(body, media_type)
    named = value_of(body, parts, "model") or model
    if not named:
        raise InvalidRequest("The form has no field 'model'.", param="model")
    stream = (value_of(body, parts, "stream") or "").lower()
    return Routing(model=named, stream=stream == "true")


async def send(request: Request, principal: Principal, wanted: Wanted) -> Reply:
    """Ask the gateway; a client that hangs up before the answer begins ends the asking."""
    gateway: ModelGateway = request.app.state.gateway
    raw: list[tuple[bytes, bytes]] = request.scope["headers"]
    wishes = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw if name.startswith(WISHES)}
    call = Call(
        endpoint=wanted.endpoint,
        body=wanted.body,
        model=wanted.routing.model,
        stream=bool(wanted.routing.stream),
        request_id=request.state.request_id,
        tenant=principal.tenant,
        media_type=wanted.media_type,
        conversation=wishes.get(CONVERSATION, ""),
        headers=wishes,
        origin=request.headers.get("origin"),
        stays=wanted.stays,
    )
    return await until_disconnect(request, gateway.send(principal, call))


def as_response(
    reply: Reply, *, error_event: ErrorEvent = openai_error_event, then: Callable[[], None] | None = None
) -> Response:
    """The answer as it goes to the client. `then` is called once a stream has ended, however it did."""
    if reply.content is not None:
        _refuse_foreign_error(reply, reply.content)
        return Response(reply.content, reply.status, dict(reply.headers), reply.media_type)
    close = _both(reply.close, then)
    if reply.media_type.startswith(EVENT_STREAM):
        events = _with_error_event(reply.body, error_event)
        return ByteStream(events, close=close, status_code=reply.status, headers=reply.headers)
    return SoundStream(
        reply.body, close=close, media_type=reply.media_type, status_code=reply.status, headers=reply.headers
    )


class SoundStream(ByteStream):
    """Sound as it comes. Where it breaks off so does the body: a client must not take a part for the whole."""

    async def _pump(self, send: Send) -> None:
        try:
            await super()._pump(send)
        except FreeholdError as error:
            # Returning without the last message ends the connection in the middle of the chunked body.
            logger.info("sound broke off", extra={"error": error.message})


def _both(close: Callable[[], Awaitable[None]], then: Callable[[], None] | None) -> Callable[[], Awaitable[None]]:
    async def close_both() -> None:
        try:
            await close()
        finally:
            if then is not None:
                then()

    return close_both


async def _with_error_event(body: AsyncIterator[bytes], error_event: ErrorEvent) -> AsyncIterator[bytes]:
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
