"""A server that stands in for a vendor: it keeps what it is sent and answers what it was told to."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as the vendor got it."""

    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An answer: its pieces are written one by one; `breaks` cuts the connection behind them, `hangs` keeps it open."""

    pieces: tuple[bytes, ...]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    breaks: bool = False
    hangs: bool = False


@dataclass
class Vendor:
    """One running server. Answers come from `plan`, in order."""

    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    plan: list[Planned] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    def answers(self, *pieces: bytes | str, status: int = 200, **headers: str) -> None:
        """Plan a whole answer; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        encoded = tuple(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
        self.plan.append(Planned(pieces=encoded, status=status, headers=named))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        sent = Sent(
            path=request.raw_path.partition("?")[0],
            query=list(request.query.items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read(),
        )
        self.sent.append(sent)
        planned = self.plan.pop(0)
        response = web.StreamResponse(status=planned.status, headers=planned.headers)
        await response.prepare(request)
        try:
            for piece in planned.pieces:
                await response.write(piece)
            if planned.hangs:
                await asyncio.sleep(30)
        except (asyncio.CancelledError, ConnectionError):
            self.hung_up.set()
            raise
        if planned.breaks:
            assert request.transport is not None
            request.transport.abort()
        return response


@asynccontextmanager
async def vendor_server() -> AsyncGenerator[Vendor]:
    """A vendor on a port of its own."""
    vendor = Vendor()
    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_route("*", "/{path:.*}", vendor.handle)
    server = TestServer(app, handler_cancellation=True)
    await server.start_server()
    vendor.url = str(server.make_url("/v1"))
    yield vendor
    await server.close()
