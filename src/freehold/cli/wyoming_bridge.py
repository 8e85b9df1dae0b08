"""A Wyoming server that is a client of a Freehold server: what Home Assistant says here is asked there.

The protocol knows no passwords: who may reach the port is for the network to decide, and each of them asks with the
bridge's key. Keeps nothing.
"""

import asyncio
import errno
import socket

from freehold.cli.wyoming_connection import Connection
from freehold.cli.wyoming_frames import MAX_HEADER_BYTES
from freehold.cli.wyoming_offer import Service
from freehold.contracts.errors import RateLimited, SetupError
from freehold.foundation.tasks import TaskSupervisor

MAX_CONNECTIONS = 32
MAX_REFUSED = 32  # that are being told so; any more are cut off


def listen(host: str, port: int) -> socket.socket:
    """The open port. Raises `SetupError` with the fix."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except OverflowError as error:
        raise SetupError(f"{port} is not a port.", hint="Ports are 0 to 65535.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"Port {port} is taken: another program, perhaps another bridge, listens there."
            raise SetupError(text, hint=f"Stop it, or choose another: --port {port + 1}.") from error
        raise SetupError(f"{host}:{port} cannot be used: {error.strerror}.", hint="Check --host and --port.") from error


class Bridge:
    """Takes connections, a bounded number at once."""

    def __init__(self, service: Service, tasks: TaskSupervisor) -> None:
        self._service = service
        self._tasks = tasks
        self._taken = 0
        self._refused = 0

    async def serve(self, listening: socket.socket, stopped: asyncio.Event) -> None:
        """Until `stopped`; what is being answered then ends."""
        server = await asyncio.start_server(self._accept, sock=listening, limit=MAX_HEADER_BYTES)
        try:
            await stopped.wait()
        finally:
            server.close()
            await self._tasks.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, self._service)
        if self._taken < MAX_CONNECTIONS:
            self._taken += 1
            self._tasks.start("wyoming connection", self._run(connection))
        elif self._refused < MAX_REFUSED:
            self._refused += 1
            self._tasks.start("wyoming refusal", self._refuse(connection))
        else:
            writer.transport.abort()

    async def _run(self, connection: Connection) -> None:
        try:
            await connection.run()
        finally:
            self._taken -= 1

    async def _refuse(self, connection: Connection) -> None:
        try:
            text = f"{MAX_CONNECTIONS} connections are open, which is as many as there may be."
            await connection.refuse(RateLimited(text, hint="Try again shortly."))
        finally:
            self._refused -= 1
