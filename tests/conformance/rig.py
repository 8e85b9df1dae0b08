"""A provider of one kind before a server that stands in for its vendor."""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, cast

from aiohttp import web
from aiohttp.test_utils import TestServer

from conformance.wire import KEY, Exchange, Wire
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Provider, Reply
from freehold.foundation.clock import SystemClock
from freehold.gateway.calls.attempts import Attempts, Begun
from freehold.gateway.events import Events, data_of, whole_events
from freehold.gateway.health import Health
from freehold.gateway.ledger.usage import UsageReader, read_whole
from freehold.gateway.route import PROVIDERS, OpenProvider, Routes
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.target import Target
from vendor_server import Vendor

MAX_BYTES = 256 * 1024
SETTINGS = GatewaySettings(
    connect_timeout_seconds=2,
    answer_timeout_seconds=0.5,
    silence_timeout_seconds=0.5,
    max_answer_bytes=MAX_BYTES,
    attempts=1,
)


def find_wire(kind: str) -> Wire | None:
    """What the suite knows of a kind, if somebody wrote it down."""
    name = f"conformance.wires.{kind}"
    return importlib.import_module(name).WIRE if find_spec(name) else None


def known() -> dict[str, Wire]:
    """All kinds of the registry that the suite knows."""
    return {kind: wire for kind in PROVIDERS if (wire := find_wire(kind))}


def endpoints() -> Iterator[tuple[str, Wire, Exchange]]:
    """Every endpoint of every kind."""
    for kind, wire in known().items():
        for exchange in wire.exchanges:
            yield kind, wire, exchange


@dataclass
class WatchedVendor(Vendor):
    """A vendor that counts connections. Where no answer is planned it says nothing at all."""

    connections: set[Any] = field(default_factory=set)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """As planned."""
        self.connections.add(request.transport)
        if self.plan:
            return await super().handle(request)
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            self.hung_up.set()
            raise
        return web.Response()


class _OneRoute:
    """Leads to one provider. Stands in for `gateway.route.Routes`."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def provider(self, target: Target) -> Provider:
        return self._provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """The provider and its vendor."""

    vendor: WatchedVendor
    provider: Provider

    async def begin(self, call: Call) -> Begun:
        """What the gateway makes of the provider's answer. Raises what it gives up with."""
        health = Health(SystemClock(), 5, 15.0)
        target = Target(provider_name="vendor", model=call.model, provider=self.provider, health=health)
        attempts = Attempts(cast("Routes", _OneRoute(self.provider)), SETTINGS, SystemClock())
        return await attempts.begin([target], lambda _: call)

    async def whole(self, call: Call) -> tuple[Reply, bytes]:
        """The provider's whole answer."""
        reply = await self.provider.send(call)
        return reply, await reply.keep(MAX_BYTES)

    async def seen_leaving(self) -> None:
        """Wait until the vendor has noticed that nobody listens. Raises `TimeoutError`."""
        async with asyncio.timeout(3):
            await self.vendor.hung_up.wait()


@asynccontextmanager
async def rig(open_provider: OpenProvider) -> AsyncGenerator[Rig]:
    """A running rig."""
    vendor = WatchedVendor()
    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_route("*", "/{path:.*}", vendor.handle)
    server = TestServer(app, handler_cancellation=True)
    await server.start_server()
    vendor.url = str(server.make_url("/v1"))
    provider = open_provider(Endpoint(url=vendor.url, api_key=KEY), SETTINGS)
    try:
        yield Rig(vendor=vendor, provider=provider)
    finally:
        await provider.close()
        await server.close()


async def events(reply: Reply) -> list[bytes]:
    """The data of a stream's events, read as the gateway reads them. Raises what the stream raises."""
    found = [event async for piece in Events(reply.body, MAX_BYTES) for event in whole_events(piece)]
    return [data_of(event) for event in found]


def used(endpoint: str, reply: Reply, content: bytes) -> Usage | None:
    """What the gateway believes of a whole answer."""
    return reply.usage if reply.usage is not None else read_whole(endpoint, content)


def used_in(endpoint: str, reply: Reply, found: list[bytes]) -> Usage | None:
    """What the gateway believes of a stream."""
    reader = UsageReader(endpoint)
    for data in found:
        reader.feed(data)
    return reply.usage if reply.usage is not None else reader.usage
