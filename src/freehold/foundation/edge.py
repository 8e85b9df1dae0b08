"""The HTTP edge that the API and every worker share: request ids, error bodies, size limits, streams, hang-ups.

The only place where an error becomes JSON, always `{"error": {"message", "type", "param", "code"}}`.
"""

import asyncio
import logging
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from freehold.contracts.errors import Cancelled, FreeholdError, InvalidRequest, RateLimited, RequestTooLarge
from freehold.foundation import telemetry

logger = logging.getLogger(__name__)

T = TypeVar("T")
S = TypeVar("S")

SEND_TIMEOUT_SECONDS = 60.0
WATCH_AFTER_SECONDS = 0.02
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


class JsonResponse(Response):
    """A JSON answer, encoded by msgspec."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The content as JSON bytes."""
        return content if isinstance(content, bytes) else msgspec.json.encode(content)


def error_body(error: FreeholdError) -> dict[str, Any]:
    """The error in OpenAI's shape."""
    message = error.public_message()
    return {"error": {"message": message, "type": error.type, "param": error.param, "code": error.code}}


def error_response(error: FreeholdError) -> Response:
    """The error as an HTTP answer; tells OpenAI clients whether a retry can help, and when."""
    headers = {"x-should-retry": "true" if error.retryable else "false"}
    if isinstance(error, RateLimited) and error.retry_after_seconds is not None:
        headers["retry-after"] = str(error.retry_after_seconds)
    return JsonResponse(error_body(error), status_code=error.status, headers=headers)


async def _typed_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FreeholdError)
    return error_response(error)


async def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405, in the one shape."""
    assert isinstance(error, HTTPException)
    path, method = request.url.path, request.method
    texts = {404: f"There is no {path}.", 405: f"{method} is not allowed on {path}."}
    wrapped = FreeholdError(texts.get(error.status_code, str(error.detail)))
    wrapped.status, wrapped.type = error.status_code, "invalid_request_error"
    wrapped.code = {404: "unknown_url", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    return error_response(wrapped)


ExceptionHandler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

EXCEPTION_HANDLERS: dict[int | type[Exception], ExceptionHandler] = {
    FreeholdError: _typed_error,
    HTTPException: _http_error,
}


class RequestEdge:
    """Outermost middleware: names the request, counts and logs it, and turns the unexpected into a 500.

    `quiet` is for requests of which others keep a record: they are logged when they fail.
    """

    def __init__(self, app: ASGIApp, *, quiet: bool = False) -> None:
        self.app = app
        self._quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identifier = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = identifier
        telemetry.request_id.set(identifier)
        status, started = 0, time.monotonic()

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", identifier.encode())]
            await send(message)

        telemetry.REQUESTS_RUNNING.inc()
        try:
            await self.app(scope, receive, send_named)
        except Exception as error:
            telemetry.UNEXPECTED_ERRORS.labels("request").inc()
            logger.error("request failed unexpectedly", exc_info=error)
            if status == 0:
                text = "Something went wrong on our side. The server's log has the details under this request id."
                await error_response(FreeholdError(text))(scope, receive, send_named)
        finally:
            seconds = time.monotonic() - started
            route = getattr(scope.get("route"), "path", "(none)")
            telemetry.REQUESTS_RUNNING.dec()
            count, duration = telemetry.request_metrics(route, status)
            count.inc()
            duration.observe(seconds)
            level = logging.DEBUG if self._quiet and 200 <= status < 400 else logging.INFO
            if logger.isEnabledFor(level):
                fields = {
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "seconds": round(seconds, 4),
                }
                logger.log(level, "request", extra=fields)


def request_id_of(scope: Scope) -> str:
    """The caller's id when it is well formed, else a fresh one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode("latin-1")
    return given if given and _REQUEST_ID.fullmatch(given) else f"req_{random.getrandbits(128):032x}"


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The request's body. Raises `RequestTooLarge` as soon as more than `limit_bytes` have come."""
    error = RequestTooLarge(
        f"The request body is over {limit_bytes} bytes.", hint="Send less, or raise api.max_body_bytes."
    )
    if int(request.headers.get("content-length") or 0) > limit_bytes:
        raise error
    first = await _next_part(request)
    if not first.get("more_body", False) and len(first.get("body", b"")) <= limit_bytes:
        return first.get("body", b"")
    body, part = bytearray(first.get("body", b"")), first
    while len(body) <= limit_bytes:
        if not part.get("more_body", False):
            return bytes(body)
        part = await _next_part(request)
        body += part.get("body", b"")
    raise error


async def _next_part(request: Request) -> Message:
    """The next message of a body. Raises `Cancelled` where the client left instead of sending it."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise Cancelled("The client closed the connection.")
    return message


def decode(body: bytes, schema: type[S]) -> S:
    """Read JSON into a msgspec struct. Raises `InvalidRequest` with the place of the mistake."""
    try:
        return msgspec.json.decode(body, type=schema)
    except msgspec.ValidationError as error:
        text = str(error)
        _, _, path = text.partition(" - at `$")
        raise InvalidRequest(f"The request is not valid: {text}.", param=path.strip(".`") or None) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"The request body is not valid JSON: {error}.") from error
    except RecursionError as error:
        raise InvalidRequest("The request body is nested too deeply.") from error


async def until_disconnect(request: Request, work: Awaitable[T]) -> T:
    """Await `work`, but cancel it as soon as the client hangs up (then raises `Cancelled`).

    The body must have been read before, for the disconnect arrives on the same channel.
    """
    return await _while_connected(request.receive, work)


async def _while_connected(receive: Receive, work: Awaitable[T]) -> T:
    task = asyncio.current_task()
    assert task is not None
    left = False

    def leave(watch: "asyncio.Future[None]") -> None:
        nonlocal left
        if not watch.cancelled():
            left = True
            task.cancel()

    watch: asyncio.Future[None] | None = None

    def begin_watch() -> None:
        nonlocal watch
        watch = asyncio.ensure_future(_disconnected(receive))
        watch.add_done_callback(leave)

    # Most work is done before a client could lose its patience, and a timer is cheaper than a task.
    timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, begin_watch)
    try:
        return await work
    except asyncio.CancelledError:
        # Only the client's leaving is answered here; whoever else cancels this task is obeyed.
        if left and task.uncancel() == 0:
            raise Cancelled("The client closed the connection.") from None
        raise
    finally:
        timer.cancel()
        if watch is not None:
            watch.remove_done_callback(leave)
            watch.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class ByteStream(Response):
    """An answer sent as it comes. Watches for the client's hang-up even while there is nothing to send.

    `close` is awaited however the stream ends, so that the sender's slot is freed at once.
    """

    def __init__(
        self,
        body: AsyncIterator[bytes],
        *,
        close: Callable[[], Awaitable[None]] | None = None,
        media_type: str = "text/event-stream",
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(None, status_code, dict(headers or {}), media_type)
        del self.headers["content-length"]
        self.headers.setdefault("cache-control", "no-store")
        self.headers.setdefault("x-accel-buffering", "no")
        self._body, self._close = body, close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the body ends, the client leaves, or it has not read for a minute."""
        try:
            await _while_connected(receive, self._pump(send))
        except Cancelled:
            pass  # nobody is left to tell
        finally:
            if self._close is not None:
                await self._close()

    async def _pump(self, send: Send) -> None:
        start: Message = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        await send(start)
        async for chunk in self._body:
            message: Message = {"type": "http.response.body", "body": chunk, "more_body": True}
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                await send(message)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
