"""Every provider file against a server that behaves and misbehaves as servers do."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from freehold.contracts.errors import ProviderFailed, ProviderTimeout, Unavailable
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Provider, parse_sse
from freehold.gateway.route import PROVIDERS
from freehold.gateway.settings import GatewaySettings

pytestmark = pytest.mark.network

SETTINGS = GatewaySettings(connect_timeout_seconds=2, answer_timeout_seconds=0.5, silence_timeout_seconds=0.5)
BODY = b'{"model": "m", "unknown": {"kept": [1, 2.50]}, "messages": []}'


@dataclass
class Scripted:
    """An OpenAI-compatible server that does what the model's name says."""

    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.seen.append(({name.lower(): value for name, value in request.headers.items()}, body))
        behaviour = getattr(self, request.match_info["behaviour"])
        return await behaviour(request)

    async def whole(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True}, headers={"openai-processing-ms": "7"})

    async def refuses(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": {"message": "no"}}, status=401)

    async def hangs(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    async def streams(self, request: web.Request) -> web.StreamResponse:
        response = await self._begin(request)
        try:
            await asyncio.wait_for(self.go_on.wait(), 5)
            await response.write(b'data: {"n": 2}\n\ndata: [DONE]\n\n')
        except (asyncio.CancelledError, ConnectionError):
            self.hung_up.set()
            raise
        return response

    async def breaks(self, request: web.Request) -> web.StreamResponse:
        response = await self._begin(request)
        assert request.transport is not None
        request.transport.abort()
        return response

    async def falls_silent(self, request: web.Request) -> web.StreamResponse:
        response = await self._begin(request)
        await asyncio.sleep(5)
        return response

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b'data: {"n": 1}\n\n')
        return response


@dataclass
class Rig:
    """A provider of one kind and the server it talks to."""

    kind: str
    server: TestServer
    script: Scripted
    opened: list[Provider] = field(default_factory=list)

    def provider(self, behaviour: str) -> Provider:
        url = str(self.server.make_url(f"/{behaviour}/v1"))
        self.opened.append(PROVIDERS[self.kind](Endpoint(url=url, api_key="secret"), SETTINGS))
        return self.opened[-1]


@pytest.fixture(params=list(PROVIDERS))
async def rig(request: pytest.FixtureRequest) -> AsyncGenerator[Rig]:
    script = Scripted()
    app = web.Application(handler_args={"handler_cancellation": True})
    app.router.add_post("/{behaviour}/v1/{endpoint:.*}", script.answer)
    server = TestServer(app, handler_cancellation=True)
    await server.start_server()
    rig = Rig(request.param, server, script)
    yield rig
    for provider in rig.opened:
        await provider.close()
    await server.close()


def call(stream: bool = False) -> Call:
    return Call(endpoint="chat/completions", body=BODY, model="m", stream=stream, request_id="req_7", tenant="t")


async def test_a_whole_answer_comes_back_and_the_body_arrives_untouched(rig: Rig) -> None:
    reply = await rig.provider("whole").send(call())
    assert reply.status == 200
    assert json.loads(await reply.read()) == {"ok": True}
    assert reply.headers["openai-processing-ms"] == "7"
    headers, body = rig.script.seen[0]
    assert body == BODY
    assert headers["authorization"] == "Bearer secret"
    assert headers["x-request-id"] == "req_7"


async def test_a_stream_is_passed_on_as_it_comes(rig: Rig) -> None:
    reply = await rig.provider("streams").send(call(stream=True))
    events = parse_sse(reply.body)
    assert await anext(events) == b'{"n": 1}'  # the server has not written the second yet
    rig.script.go_on.set()
    assert [event async for event in events] == [b'{"n": 2}', b"[DONE]"]
    await reply.close()


async def test_closing_the_reply_is_seen_by_the_server(rig: Rig) -> None:
    reply = await rig.provider("streams").send(call(stream=True))
    await anext(reply.body)
    await reply.close()
    async with asyncio.timeout(2):
        await rig.script.hung_up.wait()


async def test_refused_credentials_are_our_fault_not_the_callers(rig: Rig) -> None:
    with pytest.raises(ProviderFailed, match="credentials"):
        await rig.provider("refuses").send(call())


async def test_a_late_answer_is_a_timeout(rig: Rig) -> None:
    with pytest.raises(ProviderTimeout):
        await rig.provider("hangs").send(call())


@pytest.mark.parametrize(("behaviour", "error"), [("breaks", ProviderFailed), ("falls_silent", ProviderTimeout)])
async def test_a_broken_stream_raises_after_what_came(rig: Rig, behaviour: str, error: type[Exception]) -> None:
    reply = await rig.provider(behaviour).send(call(stream=True))
    with pytest.raises(error):
        async for _ in reply.body:
            pass


async def test_a_server_that_is_not_there_is_unavailable(rig: Rig) -> None:
    provider = PROVIDERS[rig.kind](Endpoint(url="http://127.0.0.1:9/v1"), SETTINGS)
    with pytest.raises(Unavailable):
        await provider.send(call())
    await provider.close()
