"""The provider against a server that speaks Anthropic's wire, and misbehaves as servers do."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from anthropic.types import Message
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout, Unavailable, UnsupportedParameter
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Provider, parse_sse
from freehold.gateway.providers.anthropic import PROVIDER
from freehold.gateway.settings import GatewaySettings
from gateway.wires.anthropic.judges import data_of, fixture, is_messages_request
from held_clock import HeldClock

pytestmark = pytest.mark.network

SETTINGS = GatewaySettings(
    connect_timeout_seconds=2, answer_timeout_seconds=0.5, silence_timeout_seconds=0.5, max_answer_bytes=100_000
)
STREAM = fixture("message.sse")
HALF = STREAM.index(b"event: content_block_start")
CHAT = {"model": "claude-sonnet-5", "messages": [{"role": "user", "content": "Hello"}]}
NATIVE = b'{"model": "claude-sonnet-5", "max_tokens": 5, "future": {"kept": [1, 2.50]}, "messages": []}'
ERRORS = {"400": "too_long.json", "529": "overloaded.json", "429": "spend_limit.json"}


@dataclass
class Scripted:
    """A server that does what the path says: the name of a fixture, a status, or a kind of trouble."""

    seen: list[tuple[web.BaseRequest, bytes]] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request, await request.read()))
        behaviour = request.match_info["behaviour"]
        if behaviour.isdecimal():
            return self._error(behaviour)
        return await getattr(self, behaviour)(request)

    def _error(self, status: str) -> web.Response:
        body = fixture(ERRORS[status]) if status in ERRORS else b"<html>no</html>"
        return web.Response(status=int(status), body=body, headers={"retry-after": "7"})

    async def whole(self, request: web.Request) -> web.StreamResponse:
        made = Message.model_validate_json(fixture("message.json"))
        return web.Response(body=made.model_dump_json().encode(), content_type="application/json")

    async def page(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>Sign in</html>", content_type="text/html")

    async def endless(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=b'{"id": "' + b"x" * 200_000, content_type="application/json")

    async def hangs(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    async def streams(self, request: web.Request) -> web.StreamResponse:
        response = await self._begin(request)
        try:
            async with asyncio.timeout(5):
                await self.go_on.wait()
            await response.write(STREAM[HALF:])
        except (asyncio.CancelledError, ConnectionError):
            self.hung_up.set()
            raise
        return response

    async def breaks(self, request: web.Request) -> web.StreamResponse:
        response = await self._begin(request)
        assert request.transport is not None
        request.transport.abort()
        return response

    async def ends_early(self, request: web.Request) -> web.StreamResponse:
        return await self._begin(request)

    async def falls_silent(self, request: web.Request) -> web.StreamResponse:
        response = await self._begin(request)
        await asyncio.sleep(5)
        return response

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        await response.write(STREAM[:HALF])
        return response


@dataclass
class Rig:
    """The server and the providers that were opened on it."""

    server: TestServer
    script: Scripted
    opened: list[Provider] = field(default_factory=list)

    def provider(self, behaviour: str) -> Provider:
        endpoint = Endpoint(
            url=str(self.server.make_url(f"/{behaviour}/v1/")),
            api_key="secret",
            headers=(("x-own", "header"),),
            query=(("api-version", "7 b"),),
        )
        self.opened.append(PROVIDER(endpoint, SETTINGS, HeldClock()))
        return self.opened[-1]


@pytest.fixture
async def rig() -> AsyncGenerator[Rig]:
    script = Scripted()
    app = web.Application()
    app.router.add_post("/{behaviour}/v1/messages", script.answer)
    server = TestServer(app, handler_cancellation=True)
    await server.start_server()
    rig = Rig(server, script)
    yield rig
    for provider in rig.opened:
        await provider.close()
    await server.close()


def chat(*, stream: bool = False, headers: Mapping[str, str] = MappingProxyType({})) -> Call:
    body = json.dumps(CHAT | {"stream": stream}).encode()
    return Call(
        endpoint="chat/completions",
        body=body,
        model="claude-sonnet-5",
        stream=stream,
        request_id="req_7",
        tenant="t",
        headers=headers,
    )


def native() -> Call:
    return Call(endpoint="messages", body=NATIVE, model="claude-sonnet-5", request_id="req_7", tenant="t")


async def test_a_chat_request_is_asked_and_answered_in_translation(rig: Rig) -> None:
    reply = await rig.provider("whole").send(chat())
    completion = ChatCompletion.model_validate_json(await reply.keep(100_000))
    assert (reply.status, completion.created) == (200, 1_700_000_000)
    assert completion.choices[0].message.content == "I will look up both – größte zuerst."
    assert completion.usage is not None
    assert completion.usage.prompt_tokens == 1209
    [(request, body)] = rig.script.seen
    assert is_messages_request(body)["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
    assert dict(request.query) == {"api-version": "7 b"}


async def test_the_request_carries_what_anthropic_wants_and_nothing_of_the_tenant(rig: Rig) -> None:
    await rig.provider("whole").send(chat(headers={"anthropic-beta": "a-2026,b-2026", "x-freehold-secret": "s"}))
    headers = {name.lower(): value for name, value in rig.script.seen[0][0].headers.items()}
    assert headers["x-api-key"] == "secret"
    assert headers["anthropic-version"] == "2023-06-01"
    assert headers["anthropic-beta"] == "a-2026,b-2026"
    assert headers["x-request-id"] == "req_7"
    assert headers["x-own"] == "header"
    assert not {name for name in headers if name.startswith("x-freehold") or name == "authorization"}


async def test_a_messages_request_passes_untouched_both_ways(rig: Rig) -> None:
    provider = rig.provider("streams")
    assert provider.endpoints == {"messages"}
    rig.script.go_on.set()
    reply = await provider.send(native())
    assert await reply.keep(100_000) == STREAM
    assert rig.script.seen[0][1] == NATIVE


async def test_a_stream_is_translated_as_it_comes(rig: Rig) -> None:
    reply = await rig.provider("streams").send(chat(stream=True))
    events = parse_sse(reply.body)
    first = ChatCompletionChunk.model_validate_json(await anext(events))  # the server has not gone on yet
    assert first.choices[0].delta.role == "assistant"
    rig.script.go_on.set()
    rest = [event async for event in events]
    assert rest[-1] == b"[DONE]"
    assert all(ChatCompletionChunk.model_validate_json(event) for event in rest[:-1])
    await reply.close()


async def test_closing_the_reply_is_seen_by_the_server(rig: Rig) -> None:
    reply = await rig.provider("streams").send(chat(stream=True))
    await anext(reply.body)
    await reply.close()
    async with asyncio.timeout(2):
        await rig.script.hung_up.wait()


@pytest.mark.parametrize("status", ["401", "402", "403"])
@pytest.mark.parametrize("call", [chat(), native()])
async def test_refused_credentials_are_our_fault_not_the_callers(rig: Rig, status: str, call: Call) -> None:
    with pytest.raises(ProviderFailed, match="credentials"):
        await rig.provider(status).send(call)


@pytest.mark.parametrize(
    ("given", "status", "kind", "code"),
    [
        ("400", 400, "invalid_request_error", "context_length_exceeded"),
        ("404", 404, "invalid_request_error", "not_found"),
        ("413", 413, "invalid_request_error", "request_too_large"),
        ("422", 422, "invalid_request_error", "invalid_request"),
        ("500", 500, "server_error", "provider_failed"),
        ("504", 504, "server_error", "provider_timeout"),
        ("529", 503, "server_error", "unavailable"),
    ],
)
async def test_an_error_is_told_in_openais_words(rig: Rig, given: str, status: int, kind: str, code: str) -> None:
    reply = await rig.provider(given).send(chat())
    assert (reply.status, reply.media_type) == (status, "application/json")
    assert reply.headers == {"retry-after": "7"}
    error = json.loads(await reply.keep(100_000))["error"]
    assert (error["type"], error["code"]) == (kind, code)
    assert set(error) == {"message", "type", "param", "code"}


async def test_a_spend_limit_is_not_worth_a_retry(rig: Rig) -> None:
    reply = await rig.provider("429").send(chat())
    assert (reply.status, reply.headers["x-should-retry"]) == (429, "false")
    assert json.loads(await reply.keep(100_000))["error"]["code"] == "insufficient_quota"


async def test_a_messages_request_gets_anthropics_own_error(rig: Rig) -> None:
    reply = await rig.provider("529").send(native())
    assert (reply.status, await reply.keep(100_000)) == (529, fixture("overloaded.json"))


async def test_an_endpoint_that_anthropic_has_not_is_refused_unasked(rig: Rig) -> None:
    with pytest.raises(InvalidRequest, match="no /v1/embeddings"):
        await rig.provider("whole").send(Call(endpoint="embeddings", body=b"{}", model="m"))
    two = Call(endpoint="chat/completions", body=json.dumps(CHAT | {"n": 2}).encode(), model="m")
    with pytest.raises(UnsupportedParameter):
        await rig.provider("whole").send(two)
    assert rig.script.seen == []


async def test_a_late_answer_is_a_timeout(rig: Rig) -> None:
    with pytest.raises(ProviderTimeout):
        await rig.provider("hangs").send(chat())


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [("breaks", ProviderFailed), ("ends_early", ProviderFailed), ("falls_silent", ProviderTimeout)],
)
async def test_a_broken_stream_raises_after_what_came(rig: Rig, behaviour: str, error: type[Exception]) -> None:
    reply = await rig.provider(behaviour).send(chat(stream=True))
    [first] = data_of(await anext(reply.body))
    assert first["choices"][0]["delta"]["role"] == "assistant"
    with pytest.raises(error):
        await anext(reply.body)


@pytest.mark.parametrize(("behaviour", "message"), [("page", "cannot be read"), ("endless", "100000 bytes")])
async def test_what_is_no_answer_is_the_providers_failure(rig: Rig, behaviour: str, message: str) -> None:
    reply = await rig.provider(behaviour).send(chat())
    with pytest.raises(ProviderFailed, match=message):
        await reply.keep(1_000_000)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    provider = PROVIDER(Endpoint(url="http://127.0.0.1:9/v1"), SETTINGS)
    with pytest.raises(Unavailable):
        await provider.send(chat())
    await provider.close()
