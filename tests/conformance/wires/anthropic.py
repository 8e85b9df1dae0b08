"""Anthropic's wire, as its package reads it. Source: anthropic 2.14.0; answers in `tests/fixtures/anthropic`."""

import json
from dataclasses import replace
from typing import Any

from anthropic.types import Message, RawMessageStreamEvent
from anthropic.types.shared import ErrorResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter

from conformance.calls import TOOLS, call, chat
from conformance.wire import FIXTURES, KEY, SSE, EventStream, Exchange, Wire, against_sdk, says
from freehold.contracts.usage import Usage
from vendor_server import Planned

MODEL = "claude-sonnet-5"
NATIVE = b'{ "model":"claude-sonnet-5", "max_tokens":5, "future": {"kept": [1, 2.50]}, "messages":[]'
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"}


def fixture(name: str) -> bytes:
    return (FIXTURES / "anthropic" / name).read_bytes()


def error(kind: str, message: str) -> dict[str, Any]:
    return OVERLOADED | {"error": {"type": kind, "message": message}}


def with_usage(**usage: Any) -> Planned:
    message = json.loads(fixture("message.json"))
    return says(message | {"usage": message["usage"] | usage})


def read_event(data: bytes) -> None:
    """One event, but for the ping, which the package skips before it reads."""
    if json.loads(data)["type"] != "ping":
        TypeAdapter(RawMessageStreamEvent).validate_json(data)


EVENTS = tuple(event + b"\n\n" for event in fixture("message.sse").strip().split(b"\n\n"))
USAGE = Usage(
    input_tokens=1209, cached_tokens=1000, cache_write_tokens=188, output_tokens=93, reasoning_tokens=12
)  # fmt: skip
LIES = (
    with_usage(input_tokens=-5000),
    with_usage(output_tokens=10**12),
    with_usage(output_tokens_details={"thinking_tokens": 94_000}),
    with_usage(input_tokens="many"),
)
CHAT_STREAM = EventStream(
    call=chat(MODEL, stream=True, stream_options={"include_usage": True}),
    answer=Planned(pieces=EVENTS, headers=SSE),
    usage=USAGE,
    reads=ChatCompletionChunk.model_validate_json,
    endless=b'event: content_block_delta\ndata: {"type": "',
    error=b"event: error\ndata: " + json.dumps(OVERLOADED).encode() + b"\n\n",
)

WIRE = Wire(
    checked=against_sdk("anthropic"),
    exchanges=(
        Exchange(
            call=chat(MODEL, tools=TOOLS),
            path="/v1/messages",
            answer=says(fixture("message.json")),
            reads=ChatCompletion.model_validate_json,
            usage=USAGE,
            error_in_200=says(OVERLOADED),
            lies=LIES,
            stream=CHAT_STREAM,
        ),
        Exchange(
            call=call("messages", NATIVE + b"}", MODEL),
            path="/v1/messages",
            answer=says(fixture("message.json")),
            reads=Message.model_validate_json,
            usage=USAGE,
            error_in_200=says(OVERLOADED),
            lies=LIES,
            stream=replace(
                CHAT_STREAM,
                call=call("messages", NATIVE + b', "stream": true}', MODEL, stream=True),
                reads=read_event,
            ),
            reads_error=ErrorResponse.model_validate_json,
            passes_through=True,
        ),
    ),
    refusals={
        400: says(fixture("too_long.json"), 400),
        429: says(error("rate_limit_error", "Slow down."), 429, retry_after="7"),
        500: says(error("api_error", "Internal server error"), 500),
        529: says(fixture("overloaded.json"), 529),
    },
    retry_after="7",
    credentials=("x-api-key", KEY),
    refused_credentials=(
        says(error("authentication_error", "invalid x-api-key"), 401),
        says(error("billing_error", "Your credit balance is too low."), 402),
        says(error("permission_error", "No."), 403),
    ),
)
