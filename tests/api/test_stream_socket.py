"""WS /v1/stream, asked by a real WebSocket client over a real server; the gateway is scripted."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Subprotocol

from freehold.api.openai import stream
from freehold.api.settings import ApiSettings
from freehold.contracts.errors import ModelNotFound, ProviderFailed, Unauthorized
from freehold.contracts.identity import Credential, Principal
from freehold.foundation.edge import EXCEPTION_HANDLERS, RequestEdge
from freehold.foundation.http_server import HttpServer
from scripted_gateway import ScriptedGateway, chunk

pytestmark = pytest.mark.network

SECONDS = 10
CHAT = {"model": "small", "messages": [{"role": "user", "content": "hello"}]}
BEARER = {"authorization": "Bearer good"}


class Keys:
    """Knows one key and one session."""

    def __init__(self) -> None:
        self.revoked = False

    async def identify(self, credential: Credential) -> Principal:
        if self.revoked or "good" not in (credential.api_key, credential.session):
            raise Unauthorized("Unknown.")
        return Principal(person_id="ada", name="Ada", role="member")


@dataclass
class Rig:
    address: str
    gateway: ScriptedGateway
    keys: Keys

    def connect(self, **options: Any) -> connect:
        return connect(self.address, **({"additional_headers": BEARER, "open_timeout": SECONDS} | options))


@pytest.fixture
async def rig() -> AsyncGenerator[Rig]:
    gateway, keys = ScriptedGateway(), Keys()
    app = Starlette(routes=stream.ROUTES, exception_handlers=EXCEPTION_HANDLERS)
    app.add_middleware(RequestEdge)
    app.state.accounts, app.state.gateway, app.state.api_settings = keys, gateway, ApiSettings(max_body_bytes=4000)
    listening = socket.create_server(("127.0.0.1", 0))
    server = HttpServer(app, drain_seconds=1)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve_on(listening))
        yield Rig(f"ws://127.0.0.1:{listening.getsockname()[1]}/v1/stream", gateway, keys)
        server.stop()
        server.stop()
    listening.close()


async def say(client: ClientConnection, **fields: Any) -> None:
    await client.send(json.dumps(fields))


async def hear(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(SECONDS):
        return json.loads(await client.recv())


async def hear_all(client: ClientConnection, count: int = 1) -> list[dict[str, Any]]:
    """Messages until `count` requests have ended."""
    heard: list[dict[str, Any]] = []
    while sum(one.get("type") in ("done", "error") for one in heard) < count:
        heard.append(await hear(client))
    return heard


async def until(condition: Any) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_request_is_answered_by_its_chunks_and_the_end(rig: Rig) -> None:
    async with rig.connect() as client:
        await say(client, id="one", unknown={"kept": [1, 2.5]}, **CHAT)
        *chunks, end = await hear_all(client)
    assert [one["choices"][0]["delta"].get("content") for one in chunks] == ["Hello", " there", None]
    assert {one["request_id"] for one in chunks} == {"one"}
    assert end == {"type": "done", "id": "one"}
    [call] = rig.gateway.calls
    assert (call.endpoint, call.model, call.stream, call.tenant) == ("chat/completions", "small", True, "ada")
    assert json.loads(call.body) == CHAT | {"unknown": {"kept": [1, 2.5]}, "stream": True}
    assert rig.gateway.open == 0


async def test_a_prompt_asks_for_a_text_and_a_request_without_an_id_gets_one(rig: Rig) -> None:
    async with rig.connect() as client:
        await say(client, model="small", prompt="once", stream=False)
        *chunks, end = await hear_all(client)
    assert rig.gateway.calls[0].endpoint == "completions"
    assert {one["request_id"] for one in chunks} == {end["id"]}
    assert end["id"].startswith("req_")


async def test_requests_are_answered_side_by_side(rig: Rig) -> None:
    go_on = asyncio.Event()
    rig.gateway.steps = [chunk("first"), go_on, chunk("second")]
    async with rig.connect() as client:
        for name in "ab":
            await say(client, id=name, **CHAT)
        begun = [await hear(client) for _ in "ab"]
        assert {one["request_id"] for one in begun} == {"a", "b"}
        go_on.set()
        assert {one["id"] for one in await hear_all(client, 2) if "type" in one} == {"a", "b"}


async def test_cancelling_ends_one_request_and_leaves_the_other(rig: Rig) -> None:
    go_on = asyncio.Event()
    rig.gateway.steps = [chunk("first"), go_on, chunk("second")]
    async with rig.connect() as client:
        for name in "ab":
            await say(client, id=name, **CHAT)
            await hear(client)
        await say(client, type="cancel", id="a")
        assert await hear(client) == {"type": "done", "id": "a", "cancelled": True}
        await until(lambda: rig.gateway.open == 1)
        go_on.set()
        assert {one.get("request_id", "b") for one in await hear_all(client)} == {"b"}
        await say(client, type="cancel", id="a")
        assert (await hear(client))["error"]["code"] == "not_found"


async def test_closing_ends_every_request(rig: Rig) -> None:
    rig.gateway.steps = [chunk("first"), asyncio.Event()]
    async with rig.connect() as client:
        for name in "ab":
            await say(client, id=name, **CHAT)
            await hear(client)
        assert rig.gateway.open == 2
    await until(lambda: rig.gateway.open == 0)


@pytest.mark.parametrize(
    ("message", "param", "says"),
    [
        ("{", None, "JSON"),
        ("[]", None, "Expected `object`"),
        ("", None, "JSON"),
        ('{"id": 7}', "id", "Expected `str`"),
        ('{"type": "shout"}', "type", "shout"),
        ('{"model": "small"}', None, "prompt"),
        ('{"messages": []}', None, "model"),
        ('{"a":' * 700, None, "JSON"),
        ("x" * 5000, None, "4000"),
    ],
)
async def test_a_bad_message_is_answered_and_the_socket_goes_on(
    rig: Rig, message: str, param: str | None, says: str
) -> None:
    async with rig.connect() as client:
        await client.send(message)
        heard = await hear(client)
        assert heard["type"] == "error"
        assert set(heard["error"]) == {"message", "type", "param", "code"}
        assert heard["error"]["param"] == param
        assert says in heard["error"]["message"]
        await say(client, id="good", **CHAT)
        assert (await hear_all(client))[-1] == {"type": "done", "id": "good"}


async def test_errors_of_the_gateway_and_within_the_answer_end_their_request_only(rig: Rig) -> None:
    async with rig.connect() as client:
        rig.gateway.refusal = ModelNotFound("No such model.", param="model")
        await say(client, id="a", **CHAT)
        [end] = await hear_all(client)
        assert (end["id"], end["error"]["code"]) == ("a", "model_not_found")
        rig.gateway.refusal = None
        rig.gateway.steps = [chunk("half"), ProviderFailed("It broke off.")]
        await say(client, id="b", **CHAT)
        assert (await hear_all(client))[-1]["error"]["code"] == "provider_failed"
        rig.gateway.steps = [b'data: {"error": {"message": "full", "code": "rate_limit_exceeded"}}\n\n']
        await say(client, id="c", **CHAT)
        [end] = await hear_all(client)
        assert (end["type"], end["error"]["code"], end["error"]["message"]) == ("error", "rate_limit_exceeded", "full")
        rig.gateway.steps = [chunk("half"), RuntimeError("a mistake of ours")]
        await say(client, id="d", **CHAT)
        assert (await hear_all(client))[-1]["error"]["code"] == "internal_error"
    assert rig.gateway.open == 0


async def test_an_id_in_use_and_too_many_requests_are_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_REQUESTS", 2)
    rig.gateway.steps = [asyncio.Event()]
    async with rig.connect() as client:
        await say(client, id="a", **CHAT)
        await say(client, id="a", **CHAT)
        assert "still being answered" in (await hear(client))["error"]["message"]
        await say(client, id="b", **CHAT)
        await say(client, id="c", **CHAT)
        heard = await hear(client)
        assert (heard["id"], heard["error"]["code"]) == ("c", "rate_limit_exceeded")


async def test_a_client_that_does_not_read_is_dropped_and_its_requests_end(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SLOW_SECONDS", 0.2)
    monkeypatch.setattr(stream, "CLOSE_SECONDS", 0.2)
    rig.gateway.steps = [chunk("x" * 100_000)] * 2000
    async with rig.connect(max_queue=1, compression=None, close_timeout=0.2) as client:
        client.transport.pause_reading()
        await say(client, id="a", **CHAT)
        await until(lambda: rig.gateway.calls)
        await until(lambda: rig.gateway.open == 0)
        client.transport.resume_reading()
        with suppress(ConnectionClosedError):
            heard = 0
            while True:
                await hear(client)
                heard += 1
                assert heard < 2000


async def test_a_key_may_come_as_openai_s_subprotocol(rig: Rig) -> None:
    offered = [Subprotocol("realtime"), Subprotocol("openai-insecure-api-key.good")]
    async with rig.connect(additional_headers={}, subprotocols=offered) as client:
        assert client.subprotocol == "realtime"
        await say(client, id="a", **CHAT)
        assert (await hear_all(client))[-1]["type"] == "done"
    async with rig.connect(additional_headers={}, subprotocols=offered[1:]) as client:
        assert client.subprotocol == offered[1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer bad"}, 401),
        ({"cookie": "freehold_session=bad"}, 401),
        ({"cookie": "freehold_session=good", "origin": "https://elsewhere.example"}, 403),
    ],
)
async def test_strangers_and_other_sites_pages_get_no_socket(rig: Rig, headers: dict[str, str], status: int) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with rig.connect(additional_headers=headers):
            pass
    assert caught.value.response.status_code == status
    assert set(json.loads(caught.value.response.body or b"")["error"]) == {"message", "type", "param", "code"}


async def test_the_own_page_gets_one_by_its_cookie(rig: Rig) -> None:
    origin = rig.address.replace("ws://", "http://").removesuffix("/v1/stream")
    headers = {"cookie": "freehold_session=good", "origin": origin}
    async with rig.connect(additional_headers=headers) as client:
        await say(client, id="a", **CHAT)
        assert (await hear_all(client))[-1]["type"] == "done"


async def test_a_key_that_is_revoked_opens_no_further_request(rig: Rig) -> None:
    async with rig.connect() as client:
        rig.keys.revoked = True
        await say(client, id="a", **CHAT)
        [end] = await hear_all(client)
    assert end["error"]["code"] == "invalid_api_key"
    assert rig.gateway.calls == []
