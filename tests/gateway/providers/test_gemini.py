"""The Gemini provider between a vendor's server and OpenAI's own client types."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from google.genai import Client, types
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout, UnsupportedParameter
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, parse_sse
from freehold.gateway.providers.gemini import PROVIDER, GeminiProvider
from freehold.gateway.settings import GatewaySettings
from held_clock import HeldClock
from vendor_server import Planned, Vendor, vendor_server

pytestmark = pytest.mark.network

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gemini"
SETTINGS = GatewaySettings(connect_timeout_seconds=2, answer_timeout_seconds=2, silence_timeout_seconds=0.3)


@pytest.fixture
async def vendor() -> AsyncGenerator[Vendor]:
    async with vendor_server() as running:
        yield running


@pytest.fixture
async def provider(vendor: Vendor, clock: HeldClock) -> AsyncGenerator[GeminiProvider]:
    endpoint = Endpoint(url=vendor.url, api_key="secret", headers=(("x-extra", "1"),), query=(("q", "2"),))
    opened = PROVIDER(endpoint, SETTINGS, clock)
    yield opened
    await opened.close()


def chat(stream: bool = False, **request: Any) -> Call:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], **request}
    return Call(
        endpoint="chat/completions", body=json.dumps(body).encode(), model="gemini-2.5-flash", stream=stream,
        request_id="req_7",
    )  # fmt: skip


def embedding(**request: Any) -> Call:
    return Call(endpoint="embeddings", body=json.dumps(request).encode(), model="models/gemini-embedding-001")


def camel(value: Any) -> Any:
    """The names as protobuf's JSON has them: Google's package leaves some in snake case, which is read as well."""
    if isinstance(value, list):
        return [camel(item) for item in value]
    if isinstance(value, dict):
        return {re.sub("_(.)", lambda found: found[1].upper(), name): camel(item) for name, item in value.items()}
    return value


async def test_a_chat_goes_to_generate_content_with_the_key_in_its_header(
    vendor: Vendor, provider: GeminiProvider, clock: HeldClock
) -> None:
    vendor.answers((FIXTURES / "chat.json").read_bytes())
    reply = await provider.send(chat())
    found = ChatCompletion.model_validate_json(await reply.keep(10_000))
    assert (reply.status, found.choices[0].message.content) == (200, "Bonjour, le monde.")
    assert found.created == int(clock.unix_seconds())
    (sent,) = vendor.sent
    assert (sent.path, sent.query) == ("/v1/models/gemini-2.5-flash:generateContent", [("q", "2")])
    assert (sent.headers["x-goog-api-key"], sent.headers["x-extra"]) == ("secret", "1")
    assert json.loads(sent.body) == {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


async def test_what_is_sent_is_what_googles_own_package_sends(vendor: Vendor, clock: HeldClock) -> None:
    provider = PROVIDER(Endpoint(url=vendor.url, api_key="secret"), SETTINGS, clock)
    options = types.HttpOptions(base_url=vendor.url.removesuffix("/v1"))
    package = Client(api_key="secret", http_options=options).aio.models
    weather = {"name": "weather", "parameters": {"type": "object", "properties": {}}}
    choice = {"type": "function", "function": {"name": "weather"}}
    asked = {"temperature": 0.5, "max_tokens": 9, "stop": ["END"], "reasoning_effort": "low", "tool_choice": choice}
    for _ in range(2):
        vendor.answers((FIXTURES / "chat.json").read_bytes(), content_type="application/json")
    await provider.send(chat(tools=[{"type": "function", "function": weather}], **asked))
    await provider.close()
    declared = types.FunctionDeclaration(name="weather", parameters_json_schema=weather["parameters"])
    calling = types.FunctionCallingConfig(mode=types.FunctionCallingConfigMode.ANY, allowed_function_names=["weather"])
    config = types.GenerateContentConfig(
        temperature=0.5, max_output_tokens=9, stop_sequences=["END"],
        thinking_config=types.ThinkingConfig(thinking_budget=1024),
        tools=[types.Tool(function_declarations=[declared])],
        tool_config=types.ToolConfig(function_calling_config=calling),
    )  # fmt: skip
    await package.generate_content(model="gemini-2.5-flash", contents="Hi", config=config)
    ours, theirs = vendor.sent
    assert (ours.path, ours.query) == (theirs.path, theirs.query)
    assert ours.headers["x-goog-api-key"] == theirs.headers["x-goog-api-key"]
    assert json.loads(ours.body) == camel(json.loads(theirs.body))


async def test_embeddings_are_asked_for_as_googles_own_package_does(vendor: Vendor, clock: HeldClock) -> None:
    provider = PROVIDER(Endpoint(url=vendor.url, api_key="secret"), SETTINGS, clock)
    options = types.HttpOptions(base_url=vendor.url.removesuffix("/v1"))
    package = Client(api_key="secret", http_options=options).aio.models
    for _ in range(2):
        vendor.answers('{"embeddings": [{"values": [1]}, {"values": [1]}]}', content_type="application/json")
    await provider.send(embedding(model="m", input=["a", "b"], dimensions=1))
    await provider.close()
    wanted = types.EmbedContentConfig(output_dimensionality=1)
    await package.embed_content(model="gemini-embedding-001", contents=["a", "b"], config=wanted)
    ours, theirs = vendor.sent
    assert ours.path == theirs.path
    bodies = [json.loads(sent.body) for sent in (ours, theirs)]
    for request in bodies[1]["requests"]:
        del request["content"]["role"]
    assert bodies[0] == bodies[1]


async def test_a_stream_asks_for_events_and_ends_with_usage_and_done(vendor: Vendor, provider: GeminiProvider) -> None:
    vendor.answers((FIXTURES / "chat.sse").read_bytes(), content_type="text/event-stream")
    reply = await provider.send(chat(stream=True))
    events = [event async for event in parse_sse(reply.body)]
    await reply.close()
    assert reply.media_type == "text/event-stream"
    assert events[-1] == b"[DONE]"
    last = json.loads(events[-2])
    assert (last["choices"], last["usage"]["total_tokens"]) == ([], 86)
    assert vendor.sent[0].path.endswith(":streamGenerateContent")
    assert ("alt", "sse") in vendor.sent[0].query


async def test_too_many_requests_tell_when_to_come_back(vendor: Vendor, provider: GeminiProvider) -> None:
    vendor.answers((FIXTURES / "too_many_requests.json").read_bytes(), status=429)
    reply = await provider.send(chat(stream=True))
    error = json.loads(await reply.keep(10_000))["error"]
    assert (reply.status, reply.headers) == (429, {"retry-after": "35"})
    assert error == {
        "message": "You exceeded your current quota.",
        "type": "rate_limit_error",
        "param": None,
        "code": "rate_limit_exceeded",
    }


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, '{"error": {"code": 400, "message": "Bad.", "status": "INVALID_ARGUMENT"}}', "invalid_request"),
        (
            400,
            '[{"error": {"message": "The input token count (9) exceeds the maximum number of tokens allowed (8)."}}]',
            "context_length_exceeded",
        ),
        (404, '{"error": {"message": "No such model.", "status": "NOT_FOUND"}}', "model_not_found"),
        (503, '{"error": {"message": "Overloaded.", "status": "UNAVAILABLE"}}', "unavailable"),
        (502, "<html>Bad gateway</html>", "provider_failed"),
    ],
)
async def test_errors_arrive_in_openais_shape(
    vendor: Vendor, provider: GeminiProvider, status: int, body: str, code: str
) -> None:
    vendor.answers(body, status=status)
    reply = await provider.send(chat())
    error = json.loads(await reply.keep(10_000))["error"]
    assert (reply.status, error["code"]) == (status, code)
    assert error["message"]


@pytest.mark.parametrize(
    ("status", "body"),
    [(401, b"{}"), (403, b"{}"), (400, (FIXTURES / "bad_key.json").read_bytes())],
    ids=["401", "403", "400 with API_KEY_INVALID"],
)
async def test_refused_credentials_are_our_fault_not_the_callers(
    vendor: Vendor, provider: GeminiProvider, status: int, body: bytes
) -> None:
    vendor.answers(body, status=status)
    with pytest.raises(ProviderFailed, match="credentials"):
        await provider.send(chat())


async def test_what_gemini_cannot_honour_is_refused_before_anything_is_sent(
    vendor: Vendor, provider: GeminiProvider
) -> None:
    with pytest.raises(UnsupportedParameter):
        await provider.send(chat(logit_bias={"1": 5}))
    with pytest.raises(InvalidRequest):
        await provider.send(Call(endpoint="rerank", body=b"{}", model="m"))
    assert vendor.sent == []


async def test_closing_the_reply_is_seen_by_the_vendor(vendor: Vendor, provider: GeminiProvider) -> None:
    first, *_ = (FIXTURES / "chat.sse").read_bytes().partition(b"\r\n\r\n")
    vendor.plan.append(Planned(pieces=(first + b"\r\n\r\n",), hangs=True))
    reply = await provider.send(chat(stream=True))
    await anext(reply.body)
    await reply.close()
    async with asyncio.timeout(2):
        await vendor.hung_up.wait()


async def test_leaving_while_a_whole_answer_is_read_is_seen_by_the_vendor(
    vendor: Vendor, provider: GeminiProvider
) -> None:
    vendor.plan.append(Planned(pieces=(b'{"candidates": [',), hangs=True))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await provider.send(chat())
    async with asyncio.timeout(2):
        await vendor.hung_up.wait()


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("hangs", "error"), [(False, ProviderFailed), (True, ProviderTimeout)])
async def test_an_answer_that_breaks_off_or_falls_silent_raises(
    vendor: Vendor, provider: GeminiProvider, stream: bool, hangs: bool, error: type[Exception]
) -> None:
    vendor.plan.append(Planned(pieces=(b'data: {"candidates": [',), hangs=hangs, breaks=not hangs))
    with pytest.raises(error):
        await (await provider.send(chat(stream=stream))).keep(1000)


async def test_embeddings_are_what_openais_types_read(vendor: Vendor, provider: GeminiProvider) -> None:
    vendor.answers(
        '{"embeddings": [{"values": [0.5, 0.5]}, {"values": [1, 0]}], "usageMetadata": {"promptTokenCount": 4}}'
    )
    reply = await provider.send(embedding(model="m", input=["a", "b"]))
    found = CreateEmbeddingResponse.model_validate_json(await reply.keep(10_000))
    assert [item.embedding for item in found.data] == [[0.5, 0.5], [1.0, 0.0]]
    assert reply.usage == Usage(input_tokens=4)
    assert vendor.sent[0].path == "/v1/models/gemini-embedding-001:batchEmbedContents"


async def test_a_batch_that_fails_fails_the_request(vendor: Vendor, provider: GeminiProvider) -> None:
    vendor.answers(json.dumps({"embeddings": [{"values": [1]}] * 100}))
    vendor.answers((FIXTURES / "too_many_requests.json").read_bytes(), status=429)
    reply = await provider.send(embedding(model="m", input=["a"] * 101))
    assert reply.status == 429
    assert len(vendor.sent) == 2
