"""All outgoing HTTP. Refuses private addresses for URLs that users give; follows no redirect by itself.

The name is resolved once and the connection goes to the address that was checked, so a second look-up cannot
point elsewhere (DNS rebinding).
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from freehold.contracts.errors import Forbidden, ProviderFailed, ProviderTimeout, Unavailable

# IPv6 addresses that carry an IPv4 address: compatible (RFC 4291), 6to4 (RFC 3056) and NAT64 (RFC 6052). A router
# may unwrap one and lead to the private address inside.
CARRIERS = [ipaddress.ip_network(network) for network in ("::/96", "2002::/16", "64:ff9b::/96")]


def refuse_private(address: str) -> None:
    """Raise `Forbidden` unless the IP address is that of one public machine."""
    found = ipaddress.ip_address(address)
    local = found.is_multicast or getattr(found, "is_site_local", False) or any(found in net for net in CARRIERS)
    if local or not found.is_global:
        raise Forbidden(f"{address} is not a public address.", hint="An administrator can configure internal servers.")


class _PublicResolver(AbstractResolver):
    """Resolves names and refuses answers that lead into private networks."""

    def __init__(self) -> None:
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of `host`, all public. Raises `Forbidden`."""
        found = await self._inner.resolve(host, port, family)
        for result in found:
            refuse_private(result["host"])
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()


class Egress:
    """A pool of connections to one kind of destination.

    `trusted` destinations are configured by an administrator and may be private; others must be public.
    `socket_path` sends every request to a Unix socket instead.
    """

    def __init__(self, *, trusted: bool, socket_path: Path | None = None, connect_timeout_seconds: float = 5.0) -> None:
        self._trusted = trusted
        self._socket_path = socket_path
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect_timeout_seconds)
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector: aiohttp.BaseConnector
            if self._socket_path is not None:
                connector = aiohttp.UnixConnector(str(self._socket_path), limit=0)
            else:
                connector = aiohttp.TCPConnector(limit=0, resolver=None if self._trusted else _PublicResolver())
            # A worker must never be reached through a proxy that the environment names.
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, auto_decompress=True, trust_env=False
            )
        return self._session

    def _check(self, url: str) -> None:
        if self._trusted or self._socket_path is not None:
            return
        host = URL(url).host or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return  # a name: the resolver looks at its addresses
        refuse_private(host)

    async def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float,
    ) -> aiohttp.ClientResponse:
        """Send and return once the status line is there; the caller closes the response.

        Raises `Unavailable` (no connection), `ProviderTimeout`, `ProviderFailed` or `Forbidden`.
        """
        self._check(url)
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._open().request(method, url, data=body, headers=headers, allow_redirects=False)
        except TimeoutError:
            raise ProviderTimeout(f"{URL(url).host} did not answer within {timeout_seconds:g} s.") from None
        except aiohttp.ClientConnectorError as error:
            raise Unavailable(f"No connection to {URL(url).host}: {error.os_error}.") from error
        except aiohttp.ClientError as error:
            raise ProviderFailed(f"{URL(url).host} broke the connection: {error!r}.") from error

    @asynccontextmanager
    async def open(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, timeout_seconds: float
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """`request` as a context that closes the response."""
        response = await self.request(method, url, headers=headers, timeout_seconds=timeout_seconds)
        try:
            yield response
        finally:
            response.close()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
