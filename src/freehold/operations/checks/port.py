"""Whether the port is free, or a Freehold answers there already."""

import errno
import socket

from freehold.contracts.errors import FreeholdError
from freehold.foundation.egress import Egress
from freehold.operations.checks import Check, Finding, failed, fine
from freehold.operations.machine import Machine

ANSWER_TIMEOUT_SECONDS = 3.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


async def look(machine: Machine) -> Finding:
    """Bind it for a moment; if that fails, ask who is there."""
    host, port = machine.place.host, machine.place.port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        return await _taken(host, port, error)
    return fine(f"{host}:{port} is free")


async def _taken(host: str, port: int, error: Exception) -> Finding:
    fix = f"`freehold serve --port {port + 1 if 1024 <= port < 65535 else 8000}`"
    if getattr(error, "errno", None) != errno.EADDRINUSE:
        return failed(f"{host}:{port} cannot be used: {error}.", fix)
    if await _is_freehold(EVERYWHERE.get(host, host), port):
        return fine(f"a Freehold is running on {host}:{port}")
    return failed(f"Another program listens on {host}:{port}.", f"{fix}; `ss -ltnp sport = :{port}` names the program")


async def _is_freehold(host: str, port: int) -> bool:
    egress = Egress(trusted=True)
    address = f"[{host}]" if ":" in host else host
    try:
        url = f"http://{address}:{port}/health/live"
        async with egress.open("GET", url, timeout_seconds=ANSWER_TIMEOUT_SECONDS) as response:
            return response.status == 200 and b'"live"' in await response.read(ANSWER_TIMEOUT_SECONDS)
    except FreeholdError:
        return False
    finally:
        await egress.close()


CHECK = Check(name="port", look=look)
