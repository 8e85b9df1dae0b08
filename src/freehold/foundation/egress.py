"""All outgoing HTTP, and WebSockets to our own workers. Follows no redirect and heeds no proxy.

Private addresses are refused for URLs that users give. The name is resolved once and the connection goes to the address
that was checked, so a second look-up cannot point elsewhere (DNS rebinding).
"""

import asyncio
import base64
import ipaddress
import socket
import ssl
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from weakref import WeakSet

import msgspec
from aiohappyeyeballs import start_connection  # pyright: ignore[reportUnknownVariableType]
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import InvalidStatus, WebSocketException

from freehold.contracts.errors import Forbidden, FreeholdError, InvalidRequest, ProviderTimeout, Unavailable
from freehold.foundation.http1 import Answer, Connection, request_head

# IPv6 addresses that carry an IPv4 address: compatible (RFC 4291), 6to4 (RFC 3056) and NAT64 (RFC 6052). A router
# may unwrap one and lead to the private address inside.
CARRIERS = [ipaddress.ip_network(network) for network in ("::/96", "2002::/16", "64:ff9b::/96")]
PORTS: Mapping[str, int] = {"http": 80, "https": 443}
NEXT_ADDRESS_SECONDS = 0.25  # after which the next address of a name is tried beside the first (RFC 8305)
IDLE_SECONDS = 15.0  # how long an unused connection is kept
MAX_IDLE = 256
OPEN_SECONDS = 15.0  # how long the other side of a WebSocket may prepare what it is for
CLOSE_SECONDS = 0.5  # how long the other side of a WebSocket may take to say goodbye

Destination = tuple[str, int, bool]  # host, port, whether TLS


def refuse_private(address: str) -> None:
    """Raise `Forbidden` unless the IP address is that of one public machine."""
    found = ipaddress.ip_address(address)
    local = found.is_multicast or getattr(found, "is_site_local", False) or any(found in net for net in CARRIERS)
    if local or not found.is_global:
        raise Forbidden(f"{address} is not a public address.", hint="An administrator can configure internal servers.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: whom to connect to, and what to ask there."""

    host: str
    port: int
    is_tls: bool
    authority: str
    target: str
    authorization: str  # of a URL with a name and a password

    @property
    def destination(self) -> Destination:
        """What a connection is kept for."""
        return self.host, self.port, self.is_tls

    @classmethod
    def of(cls, url: str) -> "Place":
        """Raises `InvalidRequest` for what is no URL of HTTP."""
        try:
            parts = urlsplit(url)
            named = parts.hostname or ""
            host = named if ":" in named else named.encode("idna").decode()
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError) as error:
            raise InvalidRequest(f"'{url}' is no http or https address.") from error
        if not host:
            raise InvalidRequest(f"'{url}' names no host.")
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        if parts.query:
            target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?")
        shown = f"[{host}]" if ":" in host else host
        user = unquote(parts.username or "") + ":" + unquote(parts.password or "")
        return cls(
            host=host,
            port=port,
            is_tls=parts.scheme == "https",
            authority=shown if port == PORTS[parts.scheme] else f"{shown}:{port}",
            target=target,
            authorization="Basic " + base64.b64encode(user.encode()).decode() if parts.username else "",
        )


place_of = lru_cache(maxsize=1024)(Place.of)


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """The certificates that this machine trusts; read once."""
    return ssl.create_default_context()


class Egress:
    """A pool of connections to one kind of destination.

    `trusted` destinations are configured by an administrator and may be private; others must be public.
    `socket_path` sends every request to a Unix socket instead.
    """

    def __init__(self, *, trusted: bool, socket_path: Path | None = None, connect_timeout_seconds: float = 5.0) -> None:
        self._trusted = trusted
        self._socket_path = socket_path
        self._connect_timeout_seconds = connect_timeout_seconds
        # By destination, the one used last at the end: so few stay warm, and the rest grow old.
        self._idle: dict[Destination, deque[Connection]] = {}
        self._opened: WeakSet[Connection] = WeakSet()

    async def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float,
    ) -> Answer:
        """Send and return once the status line is there; the caller closes the answer.

        Raises `Unavailable` (no connection), `ProviderTimeout`, `ProviderFailed`, `Forbidden` or `InvalidRequest`.
        """
        place = place_of(url)
        sent = headers or {}
        if place.authorization:
            sent = {"authorization": place.authorization, **sent}
        head = request_head(method, place.target, place.authority, sent, body)
        connection = self._take_idle(place.destination)
        if connection is None:
            connection = await self._connect(place)
        return await connection.ask(head, body, timeout_seconds)

    @asynccontextmanager
    async def open(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float
    ) -> AsyncGenerator[Answer]:
        """`request` as a context that closes the answer."""
        answer = await self.request(method, url, headers=headers, timeout_seconds=timeout_seconds)
        try:
            yield answer
        finally:
            answer.close()

    @asynccontextmanager
    async def open_websocket(
        self, target: str, *, headers: Mapping[str, str], max_message_bytes: int
    ) -> AsyncGenerator[ClientConnection]:
        """A WebSocket over the Unix socket, closed on the way out. `target` is a path with its query.

        Raises `Unavailable` and `ProviderTimeout`, and what the other side refuses with, as it says it.
        """
        if self._socket_path is None:
            raise Unavailable("A WebSocket is opened over a Unix socket alone.")
        connecting = unix_connect(
            str(self._socket_path),
            f"ws://worker{target}",
            additional_headers=headers,
            user_agent_header=None,
            compression=None,
            max_size=max_message_bytes,
            open_timeout=None,
            close_timeout=CLOSE_SECONDS,
        )
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                opened = await connecting
        except TimeoutError:
            raise ProviderTimeout(f"No WebSocket was opened within {OPEN_SECONDS:g} s.") from None
        except InvalidStatus as error:
            raise _refusal(error.response.status_code, bytes(error.response.body or b"")) from error
        except (OSError, WebSocketException) as error:
            raise Unavailable(f"No WebSocket could be opened: {error}.") from error
        try:
            yield opened
        finally:
            await opened.close()

    def _take_idle(self, destination: Destination) -> Connection | None:
        idle = self._idle.get(destination)
        while idle:
            connection = idle.pop()
            if connection.is_open and not self._is_old(connection):
                return connection
            connection.abort()
        return None

    def _keep(self, destination: Destination, connection: Connection) -> None:
        """It may take the next request; those that have waited too long for one are closed."""
        connection.idle_since = asyncio.get_running_loop().time()
        idle = self._idle.setdefault(destination, deque())
        idle.append(connection)
        while len(idle) > MAX_IDLE or self._is_old(idle[0]):
            idle.popleft().abort()

    def _is_old(self, connection: Connection) -> bool:
        return asyncio.get_running_loop().time() - connection.idle_since > IDLE_SECONDS

    async def _connect(self, place: Place) -> Connection:
        loop = asyncio.get_running_loop()
        connection = Connection(place.host, partial(self._keep, place.destination))
        try:
            async with asyncio.timeout(self._connect_timeout_seconds):
                if self._socket_path is not None:
                    await loop.create_unix_connection(lambda: connection, str(self._socket_path))
                else:
                    reached = await start_connection(
                        await self._addresses(place), happy_eyeballs_delay=NEXT_ADDRESS_SECONDS
                    )
                    tls, name = (tls_context(), place.host) if place.is_tls else (None, None)
                    await loop.create_connection(lambda: connection, sock=reached, ssl=tls, server_hostname=name)
        except TimeoutError:
            text = f"{place.host} could not be reached within {self._connect_timeout_seconds:g} s."
            raise ProviderTimeout(text) from None
        except OSError as error:
            raise Unavailable(f"No connection to {place.host}: {error}.") from error
        self._opened.add(connection)
        return connection

    async def _addresses(self, place: Place) -> list[Any]:
        """Where the host may be found, every address checked. Raises `Forbidden` or `OSError`."""
        look_up = partial(socket.getaddrinfo, place.host, place.port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(None, look_up)
        if not self._trusted:
            for *_, address in found:
                refuse_private(str(address[0]))
        return found

    async def close(self) -> None:
        """Close all connections."""
        for connection in list(self._opened):
            connection.abort()
        self._idle.clear()


class _Refused(msgspec.Struct):
    """An error as OpenAI writes it."""

    message: str
    type: str = FreeholdError.type
    code: str | None = None
    param: str | None = None


def _refusal(status: int, body: bytes) -> FreeholdError:
    """The error in an answer that is no upgrade."""
    try:
        said = msgspec.json.decode(body, type=dict[str, _Refused])["error"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
        return Unavailable(f"Instead of opening a WebSocket the other side answered {status}.")
    error = FreeholdError(said.message, param=said.param)
    error.status, error.type, error.code = status, said.type, said.code or error.code
    return error
