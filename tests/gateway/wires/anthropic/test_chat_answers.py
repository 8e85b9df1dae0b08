"""Anthropic's answers for clients of OpenAI's: nothing lost, nothing counted twice, whatever pieces they come in."""

import json
from itertools import pairwise
from typing import Any

import pytest
from anthropic.types import Message
from anthropic.types.raw_message_stream_event import RawMessageStreamEvent
from anthropic.types.shared import ErrorResponse
from hypothesis import given
from hypothesis import strategies as st
from openai import APIError
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter

from freehold.contracts.errors import ProviderFailed
from freehold.gateway.wires.anthropic import bodies, chat_stream
from freehold.gateway.wires.anthropic.chat_answer import chat_completion
from gateway.wires.anthropic.judges import data_of, fixture, in_pieces, joined, openai_reads

CREATED = 1_760_000_000
WHOLE, STREAM = fixture("message.json"), fixture("message.sse")
TEXT = "I will look up both – größte zuerst."
THINKING = [
    {"type": "thinking", "thinking": "Two cities, two calls.", "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3h"},
    {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"},
]
CALLS = [("toolu_01A", "weather", {"city": "Köln", "days": 3}), ("toolu_01B", "clock", {})]
USAGE = {
    "prompt_tokens": 1209,  # 21 fresh, 1000 read from the cache, 188 written to it
    "completion_tokens": 93,
    "total_tokens": 1302,
    "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 188},
    "completion_tokens_details": {"reasoning_tokens": 12},
}


async def streamed(*pieces: bytes) -> bytes:
    return await joined(chat_stream.chat_stream(in_pieces(*pieces), CREATED))


def message(**fields: Any) -> bytes:
    """A Message that the SDK made."""
    plain = {"id": "m", "type": "message", "role": "assistant", "model": "c", "content": []}
    usage = {"input_tokens": 1, "output_tokens": 1}
    return Message.model_validate(plain | {"usage": usage} | fields).model_dump_json().encode()


def event(kind: str, **fields: Any) -> bytes:
    """An event that the SDK made."""
    made = TypeAdapter(RawMessageStreamEvent).validate_python({"type": kind, **fields})
    return f"event: {kind}\ndata: {made.model_dump_json()}\n\n".encode()


START = event("message_start", message=json.loads(message()))
STOP = event("message_stop")


def ended(reason: str | None, output_tokens: int = 5, **delta: Any) -> bytes:
    delta = {"stop_reason": reason, "stop_sequence": None} | delta
    return event("message_delta", delta=delta, usage={"output_tokens": output_tokens})


def test_the_fixtures_are_what_the_sdk_reads() -> None:
    assert Message.model_validate_json(WHOLE).stop_reason == "tool_use"
    events = TypeAdapter(RawMessageStreamEvent)
    assert all(events.validate_python(data) for data in data_of(STREAM) if data["type"] != "ping")
    assert ErrorResponse.model_validate_json(fixture("too_long.json")).error.type == "invalid_request_error"
    assert ErrorResponse.model_validate_json(fixture("overloaded.json")).error.type == "overloaded_error"
    assert ErrorResponse.model_validate_json(fixture("spend_limit.json")).error.type == "rate_limit_error"


def test_a_whole_answer_is_a_completion() -> None:
    body = chat_completion(WHOLE, CREATED)
    completion = ChatCompletion.model_validate_json(body, strict=True)
    choice = completion.choices[0]
    assert (completion.id, completion.model, completion.created) == (
        "msg_01XFDUDYJgAACzvnptvVoYEL",
        "claude-sonnet-5",
        CREATED,
    )
    assert (choice.message.content, choice.finish_reason) == (TEXT, "tool_calls")
    calls = json.loads(body)["choices"][0]["message"]["tool_calls"]
    assert [
        (call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls
    ] == CALLS
    assert json.loads(body)["choices"][0]["message"]["reasoning_content"] == "Two cities, two calls."
    assert json.loads(body)["choices"][0]["message"]["thinking_blocks"] == THINKING


def test_a_cached_token_is_counted_once() -> None:
    assert json.loads(chat_completion(WHOLE, CREATED))["usage"] == USAGE


async def test_a_stream_says_the_same_as_the_whole_answer() -> None:
    chunks = data_of(await streamed(STREAM))
    assert chunks.pop() == "[DONE]"
    usage = chunks.pop()
    assert (usage["choices"], usage["usage"]) == ([], USAGE)
    assert all("usage" not in chunk for chunk in chunks)
    assert all(ChatCompletionChunk.model_validate(chunk, strict=True).created == CREATED for chunk in chunks)
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta.get("content", "") for delta in deltas) == TEXT
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "Two cities, two calls."
    assert called(deltas) == CALLS
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks][-1] == "tool_calls"
    assert {chunk["choices"][0]["finish_reason"] for chunk in chunks[:-1]} == {None}


def called(deltas: list[dict[str, Any]]) -> list[tuple[str, str, Any]]:
    """The calls that a client puts together from its deltas."""
    found: dict[int, dict[str, str]] = {}
    for call in [call for delta in deltas for call in delta.get("tool_calls", [])]:
        known = found.setdefault(call["index"], {"id": call.get("id", ""), "name": call["function"].get("name", "")})
        known["arguments"] = known.get("arguments", "") + call["function"]["arguments"]
    assert list(found) == list(range(len(found)))
    return [(call["id"], call["name"], json.loads(call["arguments"])) for call in found.values()]


async def test_the_official_client_accumulates_the_stream() -> None:
    client = openai_reads(await streamed(STREAM))
    with client.chat.completions.stream(model="claude", messages=[], stream_options={"include_usage": True}) as stream:
        completion = stream.get_final_completion()
    choice = completion.choices[0]
    assert (choice.message.content, choice.finish_reason) == (TEXT, "tool_calls")
    assert [call.function.name for call in choice.message.tool_calls or []] == ["weather", "clock"]
    assert getattr(choice.message, "thinking_blocks", None) == [
        {"index": index, **block} for index, block in enumerate(THINKING)
    ]
    assert completion.usage is not None
    assert completion.usage.total_tokens == USAGE["total_tokens"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12), st.booleans())
async def test_it_never_matters_where_a_stream_is_cut(cuts: list[int], crlf: bool) -> None:
    stream = STREAM.replace(b"\n", b"\r\n") if crlf else STREAM
    places = sorted({0, *cuts, len(stream)})
    pieces = [stream[start:end] for start, end in pairwise(places)]
    assert await streamed(*pieces) == await streamed(STREAM)


async def test_a_stream_byte_by_byte_is_the_same() -> None:
    assert await streamed(*(bytes([byte]) for byte in STREAM)) == await streamed(STREAM)


@pytest.mark.parametrize(
    ("stop_reason", "finish_reason"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("pause_turn", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_calls"),
        ("refusal", "content_filter"),
    ],
)
async def test_why_it_ended_is_told_in_openais_words(stop_reason: str, finish_reason: str) -> None:
    whole = ChatCompletion.model_validate_json(chat_completion(message(stop_reason=stop_reason), CREATED))
    assert whole.choices[0].finish_reason == finish_reason
    chunks = data_of(await streamed(START, ended(stop_reason), STOP))
    assert chunks[-3]["choices"][0]["finish_reason"] == finish_reason


async def test_the_stop_sequence_and_the_reason_of_a_refusal_are_kept() -> None:
    stopped = json.loads(chat_completion(message(stop_reason="stop_sequence", stop_sequence="END"), CREATED))
    assert stopped["choices"][0]["stop_reason"] == "END"
    details = {"type": "refusal", "category": "cyber", "explanation": "That could do harm."}
    refused = json.loads(chat_completion(message(stop_reason="refusal", stop_details=details), CREATED))
    assert refused["choices"][0]["message"]["refusal"] == "That could do harm."
    chunks = data_of(await streamed(START, ended("refusal", stop_details=details), STOP))
    assert chunks[-3]["choices"][0]["delta"] == {"refusal": "That could do harm."}


async def test_cumulative_counts_are_not_added() -> None:
    chunks = data_of(await streamed(START, ended(None, 3), ended("end_turn", 8), STOP))
    assert chunks[-2]["usage"]["completion_tokens"] == 8
    assert chunks[-2]["usage"]["prompt_tokens"] == 1


def test_an_answer_without_text_has_no_content() -> None:
    tool = {"type": "tool_use", "id": "t", "name": "f", "input": {"a": [1, {"b": None}]}}
    found = json.loads(chat_completion(message(content=[tool]), CREATED))["choices"][0]["message"]
    assert found["content"] is None
    assert json.loads(found["tool_calls"][0]["function"]["arguments"]) == {"a": [1, {"b": None}]}


async def test_an_error_within_the_stream_is_raised_by_the_official_client() -> None:
    body = await streamed(fixture("overloaded.sse"))
    assert data_of(body)[-1] == {
        "error": {"message": "Overloaded", "type": "server_error", "param": None, "code": "unavailable"}
    }
    chunks = openai_reads(body).chat.completions.create(model="claude", messages=[], stream=True)
    assert [next(chunks).choices[0].delta.content for _ in range(2)] == ["", "Once"]
    with pytest.raises(APIError, match="Overloaded"):
        next(chunks)


async def test_what_anthropic_may_add_is_passed_over() -> None:
    extra = b'event: later\ndata: {"type": "content_block_later", "index": {"new": 1}}\n\n: comment\n\n'
    block = event("content_block_start", index=0, content_block={"type": "text", "text": "Hi"})
    chunks = data_of(await streamed(START, extra, block, extra, ended("end_turn"), STOP))
    assert [chunk["choices"][0]["delta"].get("content") for chunk in chunks[:-2]] == ["", "Hi", None]


@pytest.mark.parametrize(
    "stream",
    [b"", START, START + ended("end_turn"), START + b'data: {"type": ', START + b"data: junk\n\n", b"<html>\n\n"],
)
async def test_a_stream_that_breaks_off_is_no_answer(stream: bytes) -> None:
    with pytest.raises(ProviderFailed):
        await streamed(stream)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b'{"id": "m", "model": "c", "usage": 7}'])
def test_what_is_no_message_is_the_providers_failure(body: bytes) -> None:
    with pytest.raises(ProviderFailed):
        chat_completion(body, CREATED)


async def test_an_event_that_does_not_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_EVENT_BYTES", 1000)
    with pytest.raises(ProviderFailed, match="1000 bytes"):
        await streamed(b"data: {", *[b"x" * 100] * 20)
