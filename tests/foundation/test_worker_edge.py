"""A worker's door for WebSockets, and serving on a private socket beside a public one."""

import asyncio
import json
import socket
import stat
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from freehold.contracts.errors import FreeholdError, SetupError, Unavailable
from freehold.foundation.egress import Egress
from freehold.foundation.http_server import HttpServer, listen_privately
from freehold.foundation.worker_edge import Worker

pytestmark = pytest.mark.network

SECONDS = 20


class Parrot:
    """Repeats what it hears, once `loaded`. Implements `worker_edge.Service`."""

    def __init__(self) -> None:
        self.routes = [WebSocketRoute("/v1/parrot", self._repeat)]
        self.loaded = asyncio.Event()

    async def load(self) -> None:
        await self.loaded.wait()

    def health(self) -> Mapping[str, Any]:
        return {}

    async def close(self) -> None:
        return None

    async def _repeat(self, websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(text)


@asynccontextmanager
async def running(app: Any, *listening: socket.socket) -> AsyncGenerator[None]:
    server = HttpServer(app, drain_seconds=1)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve_on(*listening))
        yield
        server.stop()
        server.stop()


@asynccontextmanager
async def parrot(token: str = "") -> AsyncGenerator[tuple[Parrot, str, Egress]]:
    """A worker on a free port: its service, its address without the scheme, and a way to ask it."""
    service, egress = Parrot(), Egress(trusted=True)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        async with running(Worker(service, token).app(), listening):
            yield service, address, egress
    await egress.close()


async def health(egress: Egress, address: str) -> dict[str, Any]:
    async with egress.open("GET", f"http://{address}/worker/health", timeout_seconds=SECONDS) as answer:
        return json.loads(await answer.whole(10_000, SECONDS))


async def until(egress: Egress, address: str, **wanted: Any) -> None:
    async with asyncio.timeout(SECONDS):
        while not wanted.items() <= (await health(egress, address)).items():
            await asyncio.sleep(0.01)


async def refusal(address: str, **headers: str) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as caught:
        await connect(f"ws://{address}/v1/parrot", additional_headers=headers)
    answer = caught.value.response
    return answer.status_code, json.loads(answer.body or b"")["error"]["code"]


async def test_a_worker_opens_no_websocket_before_it_is_ready() -> None:
    async with parrot() as (service, address, egress):
        assert await refusal(address) == (503, "unavailable")
        service.loaded.set()
        await until(egress, address, status="ready")
        async with connect(f"ws://{address}/v1/parrot") as client:
            await client.send("hello")
            assert await client.recv() == "hello"


async def test_a_websocket_needs_the_workers_token() -> None:
    async with parrot("secret") as (service, address, _):
        service.loaded.set()
        assert await refusal(address) == (401, "invalid_api_key")
        assert await refusal(address, authorization="Bearer wrong") == (401, "invalid_api_key")
        async with connect(f"ws://{address}/v1/parrot", additional_headers={"authorization": "Bearer secret"}):
            pass


async def test_draining_waits_for_open_websockets_and_opens_no_more() -> None:
    async with parrot() as (service, address, egress), asyncio.TaskGroup() as group:
        service.loaded.set()
        await until(egress, address, status="ready")
        async with connect(f"ws://{address}/v1/parrot") as client:
            await until(egress, address, in_flight=1)
            url = f"http://{address}/worker/drain"
            drained = group.create_task(egress.request("POST", url, timeout_seconds=SECONDS))
            await until(egress, address, status="draining")
            assert await refusal(address) == (503, "unavailable")
            await client.send("still here")
            assert await client.recv() == "still here"
            assert not drained.done()
        answer = await drained
        assert json.loads(await answer.whole(10_000, SECONDS))["in_flight"] == 0


def test_one_server_answers_on_a_port_and_on_a_private_socket(tmp_path: Path) -> None:
    async def greet(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    path = tmp_path / "private.sock"
    path.touch()  # left by a server that was killed

    async def ask() -> None:
        app = Starlette(routes=[Route("/", greet)])
        with closing(socket.create_server(("127.0.0.1", 0))) as public, closing(listen_privately(path)) as private:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            url = f"http://127.0.0.1:{public.getsockname()[1]}/"
            async with running(app, public, private):
                for egress in (Egress(trusted=True), Egress(trusted=True, socket_path=path)):
                    async with egress.open("GET", url, timeout_seconds=SECONDS) as answer:
                        assert await answer.whole(100, SECONDS) == b"hello"
                    await egress.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(ask())


def test_a_private_socket_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be used as a socket"):
        listen_privately(tmp_path / ("x" * 200))


async def test_a_websocket_to_nobody_or_to_a_server_without_any_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "plain.sock"
    nobody = Egress(trusted=True, socket_path=tmp_path / "nobody.sock")
    plain = Egress(trusted=True, socket_path=path)
    with closing(listen_privately(path)) as listening:
        async with running(Starlette(), listening):
            for egress in (nobody, plain):
                with pytest.raises(Unavailable) as caught:
                    async with egress.open_websocket("/v1/parrot", headers={}, max_message_bytes=100):
                        pass
                assert isinstance(caught.value, FreeholdError)
