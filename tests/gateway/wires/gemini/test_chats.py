"""What clients are answered: built with Google's types, translated, read with OpenAI's."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from google.genai import types
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from freehold.contracts.errors import ProviderFailed
from freehold.gateway.wires.gemini import chats
from freehold.gateway.wires.gemini.chats import ChatStream, Heading, chat_chunks, completion

FIXTURES = Path(__file__).parents[3] / "fixtures" / "gemini"
HEADING = Heading(answer_id="req_1", model="gemini-x", created=1_700_000_000)
STREAM = (FIXTURES / "chat.sse").read_bytes()


def completed(answer: types.GenerateContentResponse | bytes) -> ChatCompletion:
    body = answer if isinstance(answer, bytes) else dumped(answer)
    return ChatCompletion.model_validate_json(completion(body, HEADING))


def used(found: ChatCompletion | ChatCompletionChunk) -> dict[str, Any]:
    assert found.usage is not None
    return found.usage.model_dump(exclude_none=True)


def dumped(answer: types.GenerateContentResponse) -> bytes:
    return answer.model_dump_json(by_alias=True, exclude_none=True).encode()


def events(*answers: types.GenerateContentResponse) -> bytes:
    return b"".join(b"data: " + dumped(answer) + b"\r\n\r\n" for answer in answers)


def candidate(reason: str | None = "STOP", index: int = 0, **part: Any) -> types.Candidate:
    content = types.Content(role="model", parts=[types.Part(**part)] if part else None)
    found = types.FinishReason(reason) if reason else None
    return types.Candidate(index=index, content=content, finish_reason=found)


def answer(*candidates: types.Candidate) -> types.GenerateContentResponse:
    return types.GenerateContentResponse(candidates=list(candidates))


async def streamed(pieces: list[bytes]) -> list[bytes]:
    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return [chunk async for chunk in chat_chunks(body(), ChatStream(HEADING))]


def chunks(*pieces: bytes) -> list[ChatCompletionChunk]:
    *found, done = asyncio.run(streamed(list(pieces)))
    assert done == b"data: [DONE]\n\n"
    return [ChatCompletionChunk.model_validate_json(chunk.removeprefix(b"data: ")) for chunk in found]


def test_the_fixtures_are_what_googles_own_types_read() -> None:
    types.GenerateContentResponse.model_validate_json((FIXTURES / "chat.json").read_bytes())
    for event in STREAM.split(b"\r\n\r\n")[:-1]:
        types.GenerateContentResponse.model_validate_json(event.removeprefix(b"data: "))


def test_a_whole_answer_keeps_thoughts_apart_from_what_is_said() -> None:
    found = completed((FIXTURES / "chat.json").read_bytes())
    assert (found.id, found.model) == ("chatcmpl-mAitaLmkHPPlz7IPvtfUqQ4", "gemini-2.5-flash")
    choice = found.choices[0]
    assert (choice.finish_reason, choice.message.content) == ("stop", "Bonjour, le monde.")
    assert choice.message.model_extra == {"reasoning_content": "Weighing it. "}


def test_thoughts_are_paid_as_output_and_cached_tokens_are_counted_once() -> None:
    assert used(completed((FIXTURES / "chat.json").read_bytes())) == {
        "prompt_tokens": 120,
        "prompt_tokens_details": {"cached_tokens": 100},
        "completion_tokens": 36,
        "completion_tokens_details": {"reasoning_tokens": 30},
        "total_tokens": 156,
    }


def test_unknown_usage_is_left_out_rather_than_zero() -> None:
    assert completed(answer(candidate(text="x"))).usage is None
    assert all(chunk.usage is None for chunk in chunks(events(answer(candidate(text="x")))))


@pytest.mark.parametrize("reason", [r.value for r in types.FinishReason])
def test_every_reason_to_stop_is_one_that_openai_knows(reason: str) -> None:
    found = completed(answer(candidate(reason, text="x"))).choices[0]
    plain = {"STOP": "stop", "MAX_TOKENS": "length", "CONTINUATION": "length"}
    assert found.finish_reason == plain.get(reason, "content_filter")
    assert (found.model_extra or {}).get("native_finish_reason") == (None if reason in plain else reason)


def test_a_blocked_prompt_is_a_filtered_answer_whole_and_streamed() -> None:
    feedback = types.GenerateContentResponsePromptFeedback(block_reason=types.BlockedReason.PROHIBITED_CONTENT)
    usage = types.GenerateContentResponseUsageMetadata(prompt_token_count=9)
    blocked = types.GenerateContentResponse(prompt_feedback=feedback, usage_metadata=usage)
    assert completed(blocked).choices[0].finish_reason == "content_filter"
    stop, last = chunks(events(blocked))
    assert stop.choices[0].finish_reason == "content_filter"
    assert used(last)["prompt_tokens"] == 9


def test_calls_carry_their_arguments_and_signature_and_end_the_turn() -> None:
    call = types.FunctionCall(id="fc-1", name="weather", args={"city": "Zürich"})
    found = completed(answer(candidate(function_call=call, thought_signature=b"signed"))).choices[0]
    assert (found.finish_reason, found.message.content) == ("tool_calls", None)
    made = (found.message.tool_calls or [])[0]
    assert made.type == "function"
    assert (made.id, made.function.name, json.loads(made.function.arguments)) == ("fc-1", "weather", {"city": "Zürich"})
    assert made.model_extra == {"extra_content": {"google": {"thought_signature": "c2lnbmVk"}}}


def test_log_probabilities_stand_beside_their_tokens() -> None:
    token = types.LogprobsResultCandidate(token="é", token_id=5, log_probability=-0.5)
    result = types.LogprobsResult(
        chosen_candidates=[token], top_candidates=[types.LogprobsResultTopCandidates(candidates=[token])]
    )
    found = completed(answer(types.Candidate(logprobs_result=result, finish_reason=types.FinishReason.STOP)))
    logprobs = found.choices[0].logprobs
    assert logprobs is not None
    written = {"token": "é", "logprob": -0.5, "bytes": [0xC3, 0xA9]}
    assert logprobs.model_dump() == {"content": [{**written, "top_logprobs": [written]}], "refusal": None}


def test_several_answers_stay_apart() -> None:
    found = completed(answer(candidate(text="a"), candidate("MAX_TOKENS", 1, text="b")))
    assert [(c.index, c.message.content, c.finish_reason) for c in found.choices] == [
        (0, "a", "stop"),
        (1, "b", "length"),
    ]
    text: dict[int, str] = {}
    both = answer(candidate(None, text="a"), candidate(None, 1, text="b")), answer(candidate("STOP", 1), candidate())
    for chunk in chunks(events(*both)):
        for choice in chunk.choices:
            text[choice.index] = (
                text.get(choice.index, "") + (choice.delta.content or "") + (choice.finish_reason or "")
            )
    assert text == {0: "astop", 1: "bstop"}


def test_a_stream_ends_with_reason_usage_and_done() -> None:
    found = chunks(STREAM)
    assert {chunk.id for chunk in found} == {"chatcmpl-r-7"}
    assert found[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in found[:-1]) == "Let me ask: é😀"
    calls = [call for chunk in found[:-1] for call in chunk.choices[0].delta.tool_calls or []]
    assert [(c.index, c.id, c.function and c.function.name) for c in calls] == [
        (0, "fc-1", "weather"),
        (1, "call_r-7_0_1", "time"),
    ]
    assert [c.choices[0].finish_reason for c in found[:-1]] == [None, None, None, "tool_calls"]
    last = found[-1]
    assert last.choices == []
    assert used(last) == {
        "prompt_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 32},
        "completion_tokens": 36,
        "completion_tokens_details": {"reasoning_tokens": 11},
        "total_tokens": 86,
    }


def test_a_reason_repeated_in_every_event_stops_a_choice_once() -> None:
    found = chunks(events(answer(candidate(text="a")), answer(candidate(text="b"))))
    assert [c.choices[0].finish_reason for c in found] == [None, None, "stop"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_where_the_bytes_are_cut_never_matters(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in pairwise(bounds)]
    assert asyncio.run(streamed(pieces)) == asyncio.run(streamed([STREAM]))


def test_bytes_that_come_one_by_one_make_the_same_stream() -> None:
    assert asyncio.run(streamed([STREAM[at : at + 1] for at in range(len(STREAM))])) == asyncio.run(streamed([STREAM]))


def test_a_stream_without_an_end_is_a_failure() -> None:
    with pytest.raises(ProviderFailed, match="broke off"):
        chunks(events(answer(candidate(None, text="a"))))
    with pytest.raises(ProviderFailed, match="broke off"):
        chunks()


def test_an_error_within_a_stream_is_a_failure_that_says_why() -> None:
    error = b'data: {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}\r\n\r\n'
    with pytest.raises(ProviderFailed, match="overloaded"):
        chunks(events(answer(candidate(None, text="a"))), error)


def test_an_event_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chats, "MAX_EVENT_BYTES", 100)
    with pytest.raises(ProviderFailed, match="more than 100 bytes"):
        chunks(*[b"data: " + b"x" * 30] * 5)


def test_the_bound_is_one_events_not_the_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    event = events(answer(candidate(text="x" * 30)))
    monkeypatch.setattr(chats, "MAX_EVENT_BYTES", 2 * len(event))
    assert len(chunks(*[event] * 5)) == 6


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"{}", b'{"candidates": 3}'])
def test_what_is_no_answer_is_a_failure(body: bytes) -> None:
    with pytest.raises(ProviderFailed):
        completion(body, HEADING)
