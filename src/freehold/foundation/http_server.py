"""Serves an ASGI application on sockets until it is told to stop. The first signal drains, the second hurries."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from freehold.contracts.errors import SetupError

# Clients keep idle connections; a longer wait than theirs spares them broken ones.
KEEP_ALIVE_SECONDS = 75
MAX_MESSAGE_BYTES = 21 * 1024 * 1024  # of a WebSocket: 15 MiB of sound in base64, and what is around it
PING_SECONDS = 10.0  # a WebSocket's client is asked this often,
PONG_SECONDS = 20.0  # and has so long to answer: a page that is drawing may be late


class HttpServer(uvicorn.Server):
    """uvicorn, but a signal ends `serve` instead of the process, so that what follows can close in order."""

    def __init__(self, app: ASGIApp, *, drain_seconds: int) -> None:
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=drain_seconds,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_ping_interval=PING_SECONDS,
                ws_ping_timeout=PONG_SECONDS,
                # Sound hardly gets smaller, and each connection would keep two windows in memory.
                ws_per_message_deflate=False,
            )
        )

    async def serve_on(self, *listening: socket.socket) -> None:
        """Serve on all of them until SIGINT, SIGTERM or `stop`."""
        for one in listening:
            if one.family != socket.AF_UNIX:
                # Inherited by accepted connections; without it small answers wait 40 ms for the client's
                # acknowledgement.
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.serve(sockets=list(listening))

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


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's is one: it takes every WebSocket refused before the upgrade for a mistake of ours."""
    return record.msg != "ASGI callable returned without completing handshake."


def listen_privately(path: Path) -> socket.socket:
    """A Unix socket that only this user reaches (mode 0600), in place of one that was left. Raises `SetupError`."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Created without access for others from the first moment, not changed afterwards.
    previous = os.umask(0o177)
    try:
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        raise SetupError(f"{path} cannot be used as a socket: {error.strerror or error}.") from error
    finally:
        os.umask(previous)
    listening.listen(1024)
    return listening
