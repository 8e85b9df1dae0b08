"""Serves an ASGI application on a socket until it is told to stop. The first signal drains, the second hurries."""

import asyncio
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

# Clients keep idle connections; a longer wait than theirs spares them broken ones.
KEEP_ALIVE_SECONDS = 75


class HttpServer(uvicorn.Server):
    """uvicorn, but a signal ends `serve` instead of the process, so that what follows can close in order."""

    def __init__(self, app: ASGIApp, *, drain_seconds: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=drain_seconds,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
            )
        )

    async def serve_on(self, listening: socket.socket) -> None:
        """Serve until SIGINT, SIGTERM or `stop`."""
        if listening.family != socket.AF_UNIX:
            # Inherited by accepted connections; without it small answers wait 40 ms for the client's acknowledgement.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.serve(sockets=[listening])

    def stop(self) -> None:
        """End `serve_on`; asked twice, without waiting for running requests."""
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Called by uvicorn around serving."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)
