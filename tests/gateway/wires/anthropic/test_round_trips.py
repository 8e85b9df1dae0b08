"""There and back again: what both wires can say survives both translations."""

import json
from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from freehold.gateway.wires.anthropic.chat_answer import chat_completion
from freehold.gateway.wires.anthropic.chat_request import chat_request
from freehold.gateway.wires.anthropic.chat_stream import chat_stream
from freehold.gateway.wires.anthropic.messages_answer import message
from freehold.gateway.wires.anthropic.messages_request import messages_request
from freehold.gateway.wires.anthropic.messages_stream import messages_stream
from gateway.wires.anthropic.judges import data_of, in_pieces, is_chat_request, is_messages_request, joined

texts = st.text(min_size=1, max_size=30)
names = st.text("abcdefghij_", min_size=1, max_size=12)
identifiers = st.text("abcXYZ019_-", min_size=1, max_size=12)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), texts)
objects = st.dictionaries(texts, st.one_of(scalars, st.lists(scalars, max_size=3)), max_size=3)
calls = st.lists(st.tuples(identifiers, names, objects), max_size=3)
counts = st.integers(0, 100_000)

users = st.builds(lambda text: {"role": "user", "content": text}, texts)


@st.composite
def exchanges(draw: st.DrawFn) -> list[dict[str, Any]]:
    """An answer, with the results of its calls."""
    made = draw(calls)
    answer: dict[str, Any] = {"role": "assistant", "content": draw(texts)}
    if made:
        answer["tool_calls"] = [
            {"id": identifier, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for identifier, name, arguments in made
        ]
    results = [{"role": "tool", "tool_call_id": made_id, "content": draw(texts)} for made_id, _, _ in made]
    return [answer, *results, draw(users)]


@given(st.lists(texts, max_size=1), users, st.lists(exchanges(), max_size=3), st.integers(1, 99))
def test_a_chat_request_survives(system: list[str], user: dict[str, Any], turns: Any, limit: int) -> None:
    messages = [{"role": "system", "content": text} for text in system] + [user, *chain(*turns)]
    request = {"model": "claude-sonnet-5", "max_tokens": limit, "messages": messages, "stop": ["a"], "user": "u"}
    there = messages_request(json.dumps(request).encode())
    is_messages_request(there)
    back = is_chat_request(chat_request(there))
    assert _plain(back) == _plain(request)


def _plain(request: dict[str, Any]) -> dict[str, Any]:
    """The request with arguments read, for their spelling may differ."""
    plain = json.loads(json.dumps(request))
    for said in plain["messages"]:
        for call in said.get("tool_calls", []):
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return plain


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """A Message without what OpenAI's wire cannot carry: signatures, and text between calls."""
    content: list[dict[str, Any]] = []
    if draw(st.booleans()):
        content.append({"type": "thinking", "thinking": draw(texts), "signature": ""})
    if draw(st.booleans()):
        content.append({"type": "text", "text": draw(texts)})
    for identifier, name, arguments in draw(calls):
        content.append({"type": "tool_use", "id": identifier, "name": name, "input": arguments})
    fresh, read, written, output = (draw(counts) for _ in range(4))
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": content,
        "stop_reason": draw(st.sampled_from(["end_turn", "max_tokens", "tool_use", "refusal"])),
        "stop_sequence": None,
        "usage": {
            "input_tokens": fresh,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written,
            "output_tokens": output,
            "output_tokens_details": {"thinking_tokens": draw(st.integers(0, output))},
        },
    }


@given(answers())
def test_a_message_survives_with_every_token_counted_once(answer: dict[str, Any]) -> None:
    there = chat_completion(json.dumps(answer).encode(), 1)
    assert json.loads(message(there)) == answer


@given(answers(), st.data())
async def test_a_streamed_message_survives_and_says_what_the_whole_one_says(
    answer: dict[str, Any], data: st.DataObject
) -> None:
    events = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in _events(answer, data))
    there = chat_stream(in_pieces(events.encode()), 1)
    back = data_of(await joined(messages_stream(there, "req")))
    assert _accumulated(back) == answer


def _events(answer: dict[str, Any], data: st.DataObject) -> list[dict[str, Any]]:
    """A Message as the events of its stream, its texts cut anywhere."""
    usage = answer["usage"] | {"output_tokens": 1}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": answer | {"content": [], "usage": usage}}]
    deltas = {"text": "text_delta", "thinking": "thinking_delta", "input": "input_json_delta"}
    for index, block in enumerate(answer["content"]):
        key = "input" if block["type"] == "tool_use" else block["type"]
        value = json.dumps(block["input"]) if key == "input" else block[key]
        empty = block | {key: {} if key == "input" else ""}
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        cut = data.draw(st.integers(0, len(value)))
        for piece in (value[:cut], value[cut:]):
            delta = {"type": deltas[key], "partial_json" if key == "input" else key: piece}
            events.append({"type": "content_block_delta", "index": index, "delta": delta})
        events.append({"type": "content_block_stop", "index": index})
    reason = {"stop_reason": answer["stop_reason"], "stop_sequence": None}
    events.append({"type": "message_delta", "delta": reason, "usage": answer["usage"]})
    return [*events, {"type": "message_stop"}]


def _accumulated(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The Message that a client puts together."""
    found: dict[str, Any] = {}
    inputs: dict[int, str] = {}
    for event in events:
        if event["type"] == "message_start":
            found = event["message"]
        elif event["type"] == "content_block_start":
            assert event["index"] == len(found["content"])
            found["content"].append(event["content_block"])
        elif event["type"] == "content_block_delta":
            delta, block = event["delta"], found["content"][event["index"]]
            if delta["type"] == "input_json_delta":
                inputs[event["index"]] = inputs.get(event["index"], "") + delta["partial_json"]
            else:
                key = delta["type"].removesuffix("_delta")
                block[key] += delta[key]
        elif event["type"] == "message_delta":
            found |= event["delta"] | {"usage": event["usage"]}
    for index, text in inputs.items():
        found["content"][index]["input"] = json.loads(text)
    return found
