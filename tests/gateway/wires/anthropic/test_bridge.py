"""Messages for providers of OpenAI's wire: what the caller says arrives, and what comes back is Anthropic's."""

import hashlib
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from anthropic import APIStatusError, BadRequestError
from anthropic.types import Message, TextBlock, ToolUseBlock
from anthropic.types.raw_message_stream_event import RawMessageStreamEvent
from anthropic.types.shared import ErrorResponse
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter

from freehold.contracts.errors import InvalidRequest, ProviderFailed, UnsupportedParameter
from freehold.contracts.wire import Call, Reply
from freehold.gateway.wires.anthropic.bridge import as_chat, as_messages
from gateway.wires.anthropic.judges import SSE, anthropic_reads, data_of, in_pieces, is_chat_request, joined

USER = {"role": "user", "content": "Hello"}
JSON = "application/json"
CALL = Call(endpoint="messages", body=b"", model="m", request_id="req_7")
EVENT = TypeAdapter(RawMessageStreamEvent)


def call(**fields: Any) -> Call:
    body = {"model": "claude", "max_tokens": 100, "messages": [USER]} | fields
    return Call(endpoint="messages", body=json.dumps(body).encode(), model="claude", stream=True, request_id="req_7")


def sent(**fields: Any) -> dict[str, Any]:
    """What the provider gets for a Messages request."""
    return is_chat_request(as_chat(call(**fields)).body)


async def answered(body: bytes, media_type: str = JSON, status: int = 200, *cuts: int) -> bytes:
    """What the client gets for what the provider says."""
    places = [0, *cuts, len(body)]
    pieces = [body[start:end] for start, end in pairwise(places)]
    reply = as_messages(Reply(status=status, media_type=media_type, body=in_pieces(*pieces)), CALL)
    assert (reply.status, reply.media_type) == (status, media_type if status < 400 else JSON)
    return await joined(reply.body)


def completion(finish_reason: str = "stop", choice: dict[str, Any] | None = None, **message: Any) -> bytes:
    """A completion that the SDK made."""
    usage = {
        "prompt_tokens": 1209,
        "completion_tokens": 93,
        "total_tokens": 1302,
        "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 188},
        "completion_tokens_details": {"reasoning_tokens": 12},
    }
    made = ChatCompletion.model_validate(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "own",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish_reason,
                    "message": {"role": "assistant", "content": None} | message,
                    **(choice or {}),
                }
            ],
            "usage": usage,
        }
    )
    return made.model_dump_json().encode()


def chunk(finish_reason: str | None = None, usage: dict[str, Any] | None = None, **delta: Any) -> bytes:
    """A chunk that the SDK made."""
    made = ChatCompletionChunk.model_validate(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "own",
            "choices": [] if usage else [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
            "usage": usage,
        }
    )
    return b"data: " + made.model_dump_json().encode() + b"\n\n"


def tool(index: int, arguments: str, **fields: Any) -> dict[str, Any]:
    function = {"arguments": arguments} | ({"name": fields.pop("name")} if "name" in fields else {})
    return {"index": index, "function": function, **fields}


DONE = b"data: [DONE]\n\n"
COUNTED = chunk(
    usage={
        "prompt_tokens": 30,
        "completion_tokens": 9,
        "total_tokens": 39,
        "prompt_tokens_details": {"cached_tokens": 20},
    }
)
STREAM = b"".join(
    [
        chunk(role="assistant", content=""),
        chunk(reasoning_content="Let me "),
        chunk(reasoning_content="see."),
        chunk(content="Grüße"),
        chunk(content=" aus Köln"),
        chunk(tool_calls=[tool(0, "", id="call_a", name="weather", type="function")]),
        chunk(tool_calls=[tool(0, '{"city": "Kö')]),
        chunk(tool_calls=[tool(0, 'ln"}'), tool(1, "{}", id="call_b", name="clock", type="function")]),
        chunk("tool_calls"),
        COUNTED,
        DONE,
    ]
)


def test_a_plain_request_keeps_its_limit_and_asks_no_more() -> None:
    assert sent() == {"model": "claude", "max_tokens": 100, "messages": [USER]}
    newer = is_chat_request(as_chat(call(), newer_limit=True).body)
    assert newer == {"model": "claude", "max_completion_tokens": 100, "messages": [USER]}


def test_the_call_goes_to_the_other_endpoint_and_is_the_same_otherwise() -> None:
    given = call()
    found = as_chat(given)
    assert found.endpoint == "chat/completions"
    assert (found.model, found.stream, found.request_id) == (given.model, given.stream, given.request_id)


def test_a_conversation_with_tools_arrives() -> None:
    found = sent(
        system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        messages=[
            USER,
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "Hm.", "signature": "s"},
                    {"type": "text", "text": "Looking."},
                    {"type": "tool_use", "id": "a", "name": "weather", "input": {"city": "Köln"}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "a", "content": "down", "is_error": True},
                    {"type": "text", "text": "Again?"},
                ],
            },
            {"role": "system", "content": "Stay calm."},
        ],
    )
    assert found["messages"] == [
        {"role": "system", "content": "Be brief."},
        USER,
        {
            "role": "assistant",
            "content": "Looking.",
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"city": "K\\u00f6ln"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "Error: down"},
        {"role": "user", "content": "Again?"},
        {"role": "system", "content": "Stay calm."},
    ]


def test_images_and_documents_arrive_also_those_that_a_tool_found() -> None:
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"}}
    pdf = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"}}
    plain = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "words"}}
    web = {"type": "image", "source": {"type": "url", "url": "https://a.test/b.png"}}
    found = sent(
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "x"}, picture]},
                    {"type": "tool_result", "tool_use_id": "b"},
                    pdf,
                    plain,
                    web,
                ],
            }
        ]
    )["messages"]
    assert found[0] == {"role": "tool", "tool_call_id": "a", "content": "x"}
    assert found[1] == {"role": "tool", "tool_call_id": "b", "content": ""}
    assert found[2]["content"] == [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}},
        {"type": "file", "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,JVBE"}},
        {"type": "text", "text": "words"},
        {"type": "image_url", "image_url": {"url": "https://a.test/b.png"}},
    ]


def test_tools_sampling_and_form_arrive() -> None:
    schema = {"type": "object", "properties": {}}
    found = sent(
        tools=[{"name": "f", "description": "d", "input_schema": schema, "strict": True}],
        tool_choice={"type": "any", "disable_parallel_tool_use": True},
        stop_sequences=["END"],
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        metadata={"user_id": "u"},
        output_config={"effort": "high", "format": {"type": "json_schema", "schema": schema}},
        service_tier="standard_only",
    )
    function = {"name": "f", "parameters": schema, "description": "d", "strict": True}
    assert {name: found[name] for name in found if name not in ("model", "max_tokens", "messages")} == {
        "tools": [{"type": "function", "function": function}],
        "tool_choice": "required",
        "parallel_tool_calls": False,
        "stop": ["END"],
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 40,
        "user": "u",
        "reasoning_effort": "high",
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": schema, "strict": True},
        },
        "service_tier": "default",
    }


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "none"}, "none"),
        ({"type": "tool", "name": "f"}, {"type": "function", "function": {"name": "f"}}),
    ],
)
def test_how_tools_are_chosen(choice: dict[str, Any], found: Any) -> None:
    assert sent(tools=[{"name": "f", "input_schema": {"type": "object"}}], tool_choice=choice)["tool_choice"] == found


@pytest.mark.parametrize(("budget", "effort"), [(20, "low"), (50, "medium"), (99, "high")])
def test_a_budget_is_the_least_effort_that_covers_it(budget: int, effort: str) -> None:
    assert sent(thinking={"type": "enabled", "budget_tokens": budget})["reasoning_effort"] == effort


def test_a_model_that_may_choose_is_not_told() -> None:
    for kind in ("adaptive", "disabled"):
        assert "reasoning_effort" not in sent(thinking={"type": kind})


def test_an_identifier_that_openai_would_refuse_is_sent_as_its_hash() -> None:
    assert sent(metadata={"user_id": "x" * 65})["user"] == hashlib.sha256(b"x" * 65).hexdigest()
    assert sent(metadata={"user_id": "x" * 64})["user"] == "x" * 64


def test_hints_stay_behind() -> None:
    hints = {"cache_control": {"type": "ephemeral"}, "context_management": {"edits": []}, "speed": "standard"}
    assert sent(**hints) == sent()


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"container": "c"}, "container"),
        ({"mcp_servers": [{"url": "https://a.test"}]}, "mcp_servers"),
        ({"inference_geo": "us"}, "inference_geo"),
        ({"speed": "fast"}, "speed"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type"),
        ({"messages": [{"role": "user", "content": [{"type": "search_result"}]}]}, "messages[0].content[0]"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file"}}]}]},
            "messages[0].content[0].source",
        ),
    ],
)
def test_what_only_anthropic_can_do_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(UnsupportedParameter) as caught:
        as_chat(call(**fields))
    assert caught.value.param == param


@pytest.mark.parametrize(
    "fields", [{"max_tokens": None}, {"tool_choice": {"type": "x"}, "tools": [{"name": "f", "input_schema": {}}]}]
)
def test_what_is_no_messages_request_is_the_callers_mistake(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        as_chat(call(**fields))


async def test_a_completion_is_a_message() -> None:
    body = completion(
        "tool_calls",
        content="Grüße",
        reasoning_content="Hm.",
        tool_calls=[
            {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"x": 1.50}'}},
            {"id": "call_b", "type": "function", "function": {"name": "clock", "arguments": ""}},
        ],
    )
    found = Message.model_validate_json(await answered(body), strict=True)
    assert [block.type for block in found.content] == ["thinking", "text", "tool_use", "tool_use"]
    assert [block.input for block in found.content if isinstance(block, ToolUseBlock)] == [{"x": 1.5}, {}]
    assert (found.id, found.model, found.stop_reason) == ("chatcmpl-1", "own", "tool_use")
    usage = found.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (21, 1000, 188)
    assert usage.output_tokens == 93


@pytest.mark.parametrize(
    ("finish_reason", "choice", "stop_reason", "stop_sequence"),
    [
        ("stop", {}, "end_turn", None),
        ("stop", {"stop_reason": "END"}, "stop_sequence", "END"),
        ("stop", {"stop_reason": 2}, "end_turn", None),
        ("length", {}, "max_tokens", None),
        ("content_filter", {}, "refusal", None),
        ("tool_calls", {}, "tool_use", None),
    ],
)
async def test_why_it_ended_is_told_in_anthropics_words(
    finish_reason: str, choice: dict[str, Any], stop_reason: str, stop_sequence: str | None
) -> None:
    found = Message.model_validate_json(await answered(completion(finish_reason, choice, content="x")))
    assert (found.stop_reason, found.stop_sequence) == (stop_reason, stop_sequence)


async def test_a_call_that_was_cut_off_is_left_out_and_one_that_makes_no_sense_is_a_failure() -> None:
    calls = [{"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x": '}}]
    found = Message.model_validate_json(await answered(completion("length", tool_calls=calls)))
    assert (found.content, found.stop_reason) == ([], "max_tokens")
    with pytest.raises(ProviderFailed, match="'f'"):
        await answered(completion("tool_calls", tool_calls=calls))


async def test_a_stream_has_anthropics_events_in_their_order() -> None:
    body = await answered(STREAM, SSE)
    events = data_of(body)
    assert [line.removeprefix("event: ") for line in body.decode().split("\n") if line.startswith("event: ")] == [
        event["type"] for event in events
    ]
    assert all(EVENT.validate_python(event) for event in events)
    outline = [(event["type"].removeprefix("content_block_"), event.get("index")) for event in events]
    assert outline == [
        ("message_start", None),
        *[("start", 0), ("delta", 0), ("delta", 0), ("stop", 0)],
        *[("start", 1), ("delta", 1), ("delta", 1), ("stop", 1)],
        *[("start", 2), ("delta", 2), ("delta", 2), ("stop", 2)],
        *[("start", 3), ("delta", 3), ("stop", 3)],
        ("message_delta", None),
        ("message_stop", None),
    ]


async def test_the_official_client_accumulates_the_stream() -> None:
    client = anthropic_reads(await answered(STREAM, SSE))
    with client.messages.stream(model="own", max_tokens=1, messages=[]) as stream:
        found = stream.get_final_message()
    assert [block.type for block in found.content] == ["thinking", "text", "tool_use", "tool_use"]
    text, weather, clock = found.content[1:]
    assert isinstance(text, TextBlock)
    assert isinstance(weather, ToolUseBlock)
    assert isinstance(clock, ToolUseBlock)
    assert text.text == "Grüße aus Köln"
    assert (weather.id, weather.name, weather.input) == ("call_a", "weather", {"city": "Köln"})
    assert (clock.id, clock.name, clock.input) == ("call_b", "clock", {})
    assert found.stop_reason == "tool_use"
    assert (found.usage.input_tokens, found.usage.cache_read_input_tokens, found.usage.output_tokens) == (10, 20, 9)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
async def test_it_never_matters_where_a_stream_is_cut(cuts: list[int]) -> None:
    assert await answered(STREAM, SSE, 200, *sorted(cuts)) == await answered(STREAM, SSE)


@pytest.mark.parametrize("end", [chunk("stop") + DONE, chunk("stop"), DONE])
async def test_a_stream_ends_with_a_reason_or_with_done(end: bytes) -> None:
    events = data_of(await answered(chunk(content="Hi") + end, SSE))
    assert events[-2]["delta"]["stop_reason"] == "end_turn"


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        DONE,
        chunk(content="Hi"),
        b"data: junk\n\n",
        chunk(tool_calls=[tool(0, "", id="a", name="f")])
        + chunk(tool_calls=[tool(1, "", id="b", name="f")])
        + chunk(tool_calls=[tool(0, "{}")]),
    ],
)
async def test_a_stream_that_makes_no_sense_is_no_answer(stream: bytes) -> None:
    with pytest.raises(ProviderFailed):
        await answered(stream, SSE)


async def test_a_server_that_gives_no_ids_still_has_its_calls_told_apart() -> None:
    stream = chunk(tool_calls=[tool(0, "{}", name="f")]) + chunk(tool_calls=[tool(1, "{}", name="f")]) + DONE
    starts = [event for event in data_of(await answered(stream, SSE)) if event["type"] == "content_block_start"]
    assert [start["content_block"]["id"] for start in starts] == ["chatcmpl-1_0", "chatcmpl-1_1"]


async def test_a_first_chunk_that_says_nothing_does_not_begin_the_message() -> None:
    azure = b'data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]}\n\n'
    events = data_of(await answered(azure + STREAM, SSE))
    assert events == data_of(await answered(STREAM, SSE))


async def test_an_error_within_the_stream_is_raised_by_the_official_client() -> None:
    error = b'data: {"error": {"message": "out of memory", "type": "server_error", "param": null, "code": null}}\n\n'
    body = await answered(chunk(content="Hi") + error, SSE)
    assert body.split(b"\n\n")[-2].startswith(b"event: error\ndata: ")
    stream = anthropic_reads(body).messages.create(model="own", max_tokens=1, messages=[], stream=True)
    with pytest.raises(APIStatusError, match="out of memory"):
        list(stream)


async def test_a_stream_is_read_to_its_end_behind_an_error() -> None:
    ended: list[bool] = []

    async def body() -> AsyncIterator[bytes]:
        yield b'data: {"error": {"message": "no"}}\n\n'
        yield DONE
        ended.append(True)

    reply = as_messages(Reply(status=200, media_type=SSE, body=body()), CALL)
    assert [event["type"] for event in data_of(await joined(reply.body))] == ["error"]
    assert ended == [True]


async def test_a_word_that_only_looks_like_an_error_is_text() -> None:
    events = data_of(await answered(chunk(content='an "error"') + chunk("stop"), SSE))
    assert [event["delta"]["text"] for event in events if event["type"] == "content_block_delta"] == ['an "error"']


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            b'{"error": {"message": "too long", "type": "invalid_request_error", "param": null, "code": "x"}}',
            "too long",
        ),
        (b"<html>", "without saying why"),
    ],
)
async def test_an_error_is_told_in_anthropics_shape(body: bytes, message: str) -> None:
    found = await answered(body, JSON, 400)
    parsed = ErrorResponse.model_validate_json(found)
    assert (parsed.error.type, parsed.request_id) == ("invalid_request_error", "req_7")
    with pytest.raises(BadRequestError, match=message):
        anthropic_reads(found, JSON, 400).messages.create(model="own", max_tokens=1, messages=[])


async def test_closing_the_answer_closes_the_providers() -> None:
    closed: list[str] = []

    async def close() -> None:
        closed.append("provider")

    reply = as_messages(Reply(status=200, media_type=SSE, body=in_pieces(STREAM), close=close), CALL)
    await reply.close()
    assert closed == ["provider"]


@pytest.mark.parametrize(("status", "kind"), [(200, "message"), (429, "error")])
async def test_an_answer_that_was_kept_whole_stays_whole(status: int, kind: str) -> None:
    body = completion(content="Hi") if status == 200 else b'{"error": {"message": "full"}}'
    kept = Reply(status=status, media_type=JSON, body=in_pieces(body))
    await kept.keep(10_000)
    found = as_messages(kept, CALL).content
    assert found is not None
    assert json.loads(found)["type"] == kind
