"""What every worker process shares: health, drain, metrics, its token, and serving on a private socket.

A worker is an OpenAI-compatible HTTP server on a Unix socket (mode 0600) or a TCP port. It starts to listen at once and
answers 503 until its model is loaded. Knows nothing of what it serves.
"""

import asyncio
import hmac
import logging
import os
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import uvloop
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from freehold.contracts.errors import FreeholdError, SetupError, Unauthorized, Unavailable
from freehold.foundation.edge import EXCEPTION_HANDLERS, JsonResponse, RequestEdge, error_response
from freehold.foundation.http_server import HttpServer, listen_privately
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.telemetry import render_metrics

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 30


class Service(Protocol):
    """What a worker serves."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its endpoints, WebSockets among them."""
        ...

    async def load(self) -> None:
        """Make ready. Raises `FreeholdError` when the model cannot be served."""
        ...

    def health(self) -> Mapping[str, Any]:
        """Slots, queue, memory, model hash: whatever an operator wants to see."""
        ...

    async def close(self) -> None:
        """Release everything."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a worker listens: a socket path, or a host and port guarded by a token."""

    socket_path: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
    token: str = field(default="", repr=False)


class Worker:
    """The HTTP side of a worker process."""

    def __init__(self, service: Service, token: str = "") -> None:
        self._service = service
        self._token = token
        self._status: Literal["starting", "ready", "draining"] = "starting"
        self._in_flight = 0
        self._tasks = TaskSupervisor()
        self.failed: FreeholdError | None = None
        self.on_failed: Callable[[], None] = lambda: None

    def app(self) -> Starlette:
        """The ASGI application."""
        own = [
            Route("/worker/health", self._health),
            Route("/worker/drain", self._drain, methods=["POST"]),
            Route("/metrics", self._metrics),
        ]
        return Starlette(
            routes=[*own, *self._service.routes],
            middleware=[Middleware(RequestEdge), Middleware(_Gate, worker=self)],
            exception_handlers=EXCEPTION_HANDLERS,
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncGenerator[None]:
        self._tasks.start("load", self._load())
        yield
        self._status = "draining"
        await self._tasks.close()
        await self._service.close()

    async def _load(self) -> None:
        try:
            await self._service.load()
            self._status = "ready"
        except FreeholdError as error:
            self._fail(error)
        except Exception as error:  # the worker's start is a supervised edge: without it the worker would hang
            logger.error("loading failed", exc_info=error)
            self._fail(FreeholdError(f"The model could not be loaded: {error!r}"))

    def _fail(self, error: FreeholdError) -> None:
        self.failed = error
        self.on_failed()

    def admit(self, path: str, authorization: str) -> None:
        """Raise unless a request to `path` may be served now."""
        if self._token and not hmac.compare_digest(authorization.encode(), f"Bearer {self._token}".encode()):
            raise Unauthorized("The worker's token is missing or wrong.")
        if path.startswith("/v1/") and self._status != "ready":
            raise Unavailable(f"The worker is {self._status}.", hint="Try again shortly.")

    def count(self, change: int) -> None:
        """Note that a request began (+1) or ended (-1)."""
        self._in_flight += change

    async def _health(self, request: Request) -> Response:
        body = {"status": self._status, "in_flight": self._in_flight, "pid": os.getpid(), **self._service.health()}
        return JsonResponse(body, status_code=200 if self._status == "ready" else 503)

    async def _drain(self, request: Request) -> Response:
        """Refuse new requests and return once the running ones have ended, or after half a minute."""
        self._status = "draining"
        deadline = asyncio.get_running_loop().time() + DRAIN_SECONDS
        while self._in_flight and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        return JsonResponse({"status": "draining", "in_flight": self._in_flight})

    async def _metrics(self, request: Request) -> Response:
        return Response(render_metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")


class _Gate:
    """Checks the token and readiness, and counts requests for models and open WebSockets.

    A WebSocket is refused before the upgrade, by an answer as any other request gets.
    """

    def __init__(self, app: ASGIApp, worker: Worker) -> None:
        self.app, self.worker = app, worker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        authorization = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        try:
            self.worker.admit(scope["path"], authorization)
        except FreeholdError as error:
            await error_response(error)(scope, receive, send)
            return
        counts = scope["path"].startswith("/v1/")
        self.worker.count(+counts)
        try:
            await self.app(scope, receive, send)
        finally:
            self.worker.count(-counts)


def serve_worker(service: Service, address: Address, *, exit_with_parent: bool = False) -> int:
    """Serve until told to stop; returns the exit status.

    `exit_with_parent` ends the worker when its standard input closes, so no orphan survives a killed server.
    """
    worker = Worker(service, address.token)
    listening = _listen(address)
    server = HttpServer(worker.app(), drain_seconds=DRAIN_SECONDS)
    worker.on_failed = server.stop

    async def run() -> None:
        if exit_with_parent:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _orphaned, server)
        await server.serve_on(listening)

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run())
    finally:
        listening.close()
        if address.socket_path is not None:
            address.socket_path.unlink(missing_ok=True)
    if worker.failed is not None:
        sys.stderr.write(f"freehold worker: {worker.failed.public_message()}\n")
        return 1
    return 0


def _orphaned(server: HttpServer) -> None:
    """Nobody reads the answers any more: stop without waiting for them."""
    asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
    server.stop()
    server.stop()


def _listen(address: Address) -> socket.socket:
    if address.socket_path is None:
        try:
            return socket.create_server((address.host, address.port), backlog=1024)
        except OverflowError as error:
            raise SetupError(f"{address.port} is not a port.", hint="Ports are 0 to 65535.") from error
        except OSError as error:
            raise SetupError(f"Port {address.port} on {address.host} cannot be used: {error.strerror}.") from error
    return listen_privately(address.socket_path)
