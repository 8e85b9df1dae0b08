"""WS /v1/stream: chat and text completions over one WebSocket, several at a time.

Each message of the client is the body of a request, with `messages` or with `prompt`; it may carry an `id`, else it
gets one. What comes back are the chunks that HTTP would stream, one a message, each with the `request_id` it answers.
A request ends with `{"type": "done", "id": …}`, or with `{"type": "error", "id": …, "error": {…}}` in OpenAI's shape.
`{"type": "cancel", "id": …}` ends one early; closing ends all.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from freehold.api.identify import identify
from freehold.api.settings import ApiSettings
from freehold.api.subprotocols import answer_to, offered_key
from freehold.contracts.errors import FreeholdError, InvalidRequest, NotFound, RateLimited, RequestTooLarge
from freehold.contracts.wire import SSE_DONE, Call, ModelGateway, Reply, parse_sse
from freehold.foundation.edge import decode, error_body, error_response
from freehold.foundation.telemetry import UNEXPECTED_ERRORS

logger = logging.getLogger(__name__)

MAX_REQUESTS = 16
MAX_QUEUED = 256
SLOW_SECONDS = 10.0
CLOSE_SECONDS = 1.0
TOO_SLOW = 1008  # RFC 6455, section 7.4.1: policy violation
DONE = SSE_DONE.removeprefix(b"data: ").strip()


class Asked(msgspec.Struct):
    """What is read of a client's message; the rest is the provider's business."""

    type: str = "request"
    id: str = ""
    model: str = ""
    messages: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    prompt: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _ClosedError(Exception):
    """The client left."""


class _TooSlowError(Exception):
    """The client does not read."""


class Connection:
    """One open socket. Requests answer side by side, through one bounded queue."""

    def __init__(self, websocket: WebSocket, key: str | None) -> None:
        self._websocket, self._key = websocket, key
        self._gateway: ModelGateway = websocket.app.state.gateway
        self._settings: ApiSettings = websocket.app.state.api_settings
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(MAX_QUEUED)
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Until the client leaves, or does not read what it asked for."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send())
                await self._receive(group)
        except* (_ClosedError, WebSocketDisconnect):
            pass  # and with the group all requests ended
        except* _TooSlowError:
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._websocket.close(TOO_SLOW, "The answers are not being read.")
            except TimeoutError:
                pass  # nor is this one; the server drops the connection

    async def _receive(self, group: asyncio.TaskGroup) -> None:
        while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
            body = (message.get("text") or "").encode() or message.get("bytes") or b""
            asked = Asked()
            try:
                if len(body) > self._settings.max_body_bytes:
                    raise RequestTooLarge(f"The message is over {self._settings.max_body_bytes} bytes.")
                asked = decode(body, Asked)
                await self._take(group, asked, body)
            except FreeholdError as error:
                await self._put_error(asked.id, error)
        raise _ClosedError

    async def _take(self, group: asyncio.TaskGroup, asked: Asked, body: bytes) -> None:
        if asked.type == "cancel":
            await self._cancel(asked.id)
            return
        if asked.type != "request":
            raise InvalidRequest(f"A message cannot be of type '{asked.type}'.", param="type", hint="Try 'cancel'.")
        if asked.id in self._running:
            raise InvalidRequest(f"The request '{asked.id}' is still being answered.", param="id")
        if len(self._running) >= MAX_REQUESTS:
            raise RateLimited(f"{MAX_REQUESTS} requests are being answered on this socket.", hint="Wait for one.")
        identifier = asked.id or f"req_{uuid.uuid4().hex}"
        self._running[identifier] = group.create_task(self._answer(identifier, asked, body))

    async def _cancel(self, identifier: str) -> None:
        task = self._running.pop(identifier, None)
        if task is None:
            raise NotFound(f"No request '{identifier}' is being answered.", param="id")
        task.cancel()
        await self._put({"type": "done", "id": identifier, "cancelled": True})

    async def _answer(self, identifier: str, asked: Asked, body: bytes) -> None:
        try:
            async for payload in self._chunks(identifier, asked, body):
                await self._put_bytes(payload)
            await self._put({"type": "done", "id": identifier})
        except FreeholdError as error:
            await self._put_error(identifier, error)
        except (_TooSlowError, asyncio.CancelledError):
            raise
        except Exception as error:  # the request boundary is a supervised edge: other requests go on
            UNEXPECTED_ERRORS.labels("request").inc()
            logger.error("request failed unexpectedly", exc_info=error)
            await self._put_error(identifier, FreeholdError("Something went wrong on our side."))
        finally:
            if self._running.get(identifier) is asyncio.current_task():
                del self._running[identifier]

    async def _chunks(self, identifier: str, asked: Asked, body: bytes) -> AsyncIterator[bytes]:
        """The answer's objects. Raises what the gateway raises, also for an error within the answer."""
        endpoint = "chat/completions" if asked.messages is not msgspec.UNSET else "completions"
        if not asked.model or (endpoint == "completions" and asked.prompt is msgspec.UNSET):
            raise InvalidRequest("A request names a 'model' and has 'messages' or a 'prompt'.")
        principal = await identify(self._websocket, self._key)  # again: a key may be revoked meanwhile
        call = Call(
            endpoint=endpoint,
            body=_streaming(body),
            model=asked.model,
            stream=True,
            request_id=identifier,
            tenant=principal.tenant,
            origin=self._websocket.headers.get("origin"),
        )
        reply = await self._gateway.send(principal, call)
        try:
            async for payload in _payloads(reply):
                yield b'{"request_id":' + msgspec.json.encode(identifier) + b"," + payload.lstrip()[1:]
        finally:
            await reply.close()

    async def _put(self, message: dict[str, Any]) -> None:
        await self._put_bytes(msgspec.json.encode(message))

    async def _put_error(self, identifier: str, error: FreeholdError) -> None:
        await self._put({"type": "error", "id": identifier, **error_body(error)})

    async def _put_bytes(self, message: bytes) -> None:
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                await self._queue.put(message)
        except TimeoutError:
            raise _TooSlowError from None

    async def _send(self) -> None:
        while True:
            await self._websocket.send_text((await self._queue.get()).decode())


async def _payloads(reply: Reply) -> AsyncIterator[bytes]:
    """The JSON objects of an answer. Raises the error that it holds."""
    if reply.content is not None:
        _raise_error(reply.content, reply.status)
        yield reply.content
        return
    async for payload in parse_sse(reply.body):
        if payload == DONE:
            return
        if b'"error"' in payload:
            _raise_error(payload, 200)
        yield payload


def _raise_error(content: bytes, status: int) -> None:
    """Raise the error in a provider's object, as it stands, if it is one."""
    try:
        found = msgspec.json.decode(content, type=dict[str, Any]).get("error")
    except (msgspec.DecodeError, msgspec.ValidationError):
        found = {"message": f"The provider answered {status} without saying why."}
    if found is None and status < 400:
        return
    given = found if isinstance(found, dict) else {}
    error = FreeholdError(str(given.get("message") or found), param=given.get("param"))
    error.type, error.code = str(given.get("type") or error.type), str(given.get("code") or error.code)
    raise error


def _streaming(body: bytes) -> bytes:
    """The body as a provider knows it: without our own keys, and asking for a stream."""
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    fields.pop("id", None)
    fields.pop("type", None)
    return msgspec.json.encode(fields | {"stream": msgspec.Raw(b"true")})


async def stream(websocket: WebSocket) -> None:
    """Let a known caller in."""
    key = offered_key(websocket)
    try:
        await identify(websocket, key)
    except FreeholdError as error:
        await websocket.send_denial_response(error_response(error))
        return
    await websocket.accept(answer_to(websocket))
    await Connection(websocket, key).serve()


async def explain(request: Request) -> Response:
    """Open a WebSocket: each message is a chat or text completion request, answered by its chunks."""
    await identify(request)
    raise InvalidRequest("This is a WebSocket.", hint="Ask for an upgrade: ws://…/v1/stream.")


ROUTES = [Route("/v1/stream", explain), WebSocketRoute("/v1/stream", stream)]
