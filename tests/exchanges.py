"""Requests with their answers, as the gateway hands them to rollouts."""

import json
from collections.abc import Mapping
from typing import Any, cast

from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Assignment, Exchange
from freehold.contracts.wire import SSE_DONE, Call, sse_event

ASSIGNMENT = Assignment(rollout_id="r", step=0, arm="control", provider="local", model="starter", is_mirrored=False)
PRINCIPAL = Principal(person_id="p", name="Ada", role="member")


def exchange(
    answer: Any = b"",
    *,
    request: Mapping[str, Any] | bytes = b"{}",
    endpoint: str = "chat/completions",
    status: int = 200,
    outcome: str = "answered",
    **more: Any,
) -> Exchange:
    """An exchange whose answer is bytes, or a value to be written as JSON."""
    return Exchange(
        assignment=ASSIGNMENT,
        principal=PRINCIPAL,
        call=Call(endpoint=endpoint, body=packed(request), model="m"),
        at=0.0,
        status=status,
        outcome=outcome,
        answer=packed(answer),
        **cast("Any", {"is_stream": False} | more),
    )


def packed(value: Any) -> bytes:
    """JSON, unless it is bytes already."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def said(text: str | None, finish: str = "stop", **more: Any) -> dict[str, Any]:
    """A chat completion that says a text."""
    message = {"role": "assistant", "content": text} | more
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish}]}


def calling(*calls: tuple[str, str]) -> dict[str, Any]:
    """A chat completion that calls tools: name and arguments of each."""
    written = [
        {"id": f"call_{at}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(calls)
    ]
    return said(None, "tool_calls", tool_calls=written)


def streamed(*values: Any) -> bytes:
    """A stream of these, to its end."""
    return b"".join(sse_event(packed(value)) for value in values) + SSE_DONE


def delta(finish: str | None = None, **said: Any) -> dict[str, Any]:
    """A chunk of a chat completion."""
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": said, "finish_reason": finish}]}
