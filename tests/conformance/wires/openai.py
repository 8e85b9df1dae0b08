"""OpenAI's own wire, as its package reads it. Source: openai 3.52.0; examples in `tests/fixtures/usage`."""

import json
from typing import Any

from openai.types import Completion, CreateEmbeddingResponse
from openai.types.audio import Transcription
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from conformance.calls import call, form_call, speech
from conformance.wire import FIXTURES, JSON, KEY, SSE, EventStream, Exchange, Stream, Wire, against_sdk, says
from freehold.contracts.usage import Usage
from vendor_server import Planned

DONE = b"data: [DONE]\n\n"
SPOKEN = Planned(pieces=(b"ID3", b"\xff\xfb\x90"), headers={"content-type": "audio/mpeg"})
IMPOSSIBLE: tuple[dict[str, Any], ...] = (
    {"prompt_tokens": -5, "completion_tokens": 3, "total_tokens": -2},
    {"prompt_tokens": 10**12, "completion_tokens": 1, "total_tokens": 1},
    {"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 700}},
    {"prompt_tokens": "many", "completion_tokens": [1]},
)
RESPONSE: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1790000000,
    "model": "m",
    "output": [],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
}
TEXT = {"type": "output_text", "text": "Hi", "annotations": []}
ANSWERED = RESPONSE | {
    "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [TEXT]}],
    "usage": {
        "input_tokens": 328,
        "input_tokens_details": {"cached_tokens": 256, "cache_write_tokens": 40},
        "output_tokens": 52,
        "output_tokens_details": {"reasoning_tokens": 32},
        "total_tokens": 380,
    },
}
DELTA = {
    "type": "response.output_text.delta",
    "item_id": "msg_1",
    "output_index": 0,
    "content_index": 0,
    "delta": "Hi",
    "logprobs": [],
    "sequence_number": 1,
}
RESPONSE_EVENTS = (
    {"type": "response.created", "response": RESPONSE, "sequence_number": 0},
    DELTA,
    {"type": "response.completed", "response": ANSWERED, "sequence_number": 2},
)


def example(name: str) -> dict[str, Any]:
    return json.loads((FIXTURES / "usage" / f"{name}.json").read_bytes())


def unread(endpoint: str, rest: bytes, *, stream: bool = False) -> Any:
    """A call whose bytes no parser would write again: spaces, an unknown key, a number with a zero at its end."""
    body = b'{ "model":"m", "unknown": {"kept": [1, 2.50]}, ' + rest + (b', "stream": true}' if stream else b"}")
    return call(endpoint, body, "m", stream=stream)


def event(data: dict[str, Any]) -> bytes:
    named = f"event: {data['type']}\n".encode() if "type" in data else b""
    return named + b"data: " + json.dumps(data, separators=(",", ":")).encode() + b"\n\n"


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "server_error", "param": None, "code": None} | more}


def exchange(endpoint: str, rest: bytes, body: dict[str, Any], **more: Any) -> Exchange:
    return Exchange(
        call=unread(endpoint, rest),
        path=f"/v1/{endpoint}",
        answer=says(body),
        error_in_200=says(error("overloaded")),
        lies=tuple(says(body | {"usage": usage}) for usage in IMPOSSIBLE),
        passes_through=True,
        **more,
    )


MESSAGES = b'"messages": [{"role": "user", "content": "Hi"}]'
CHAT, CHUNKS = example("openai_chat"), example("openai_chat_stream")
FAILED = event(error("overloaded"))

WIRE = Wire(
    checked=against_sdk("openai"),
    exchanges=(
        exchange(
            "chat/completions",
            MESSAGES,
            CHAT["body"],
            reads=ChatCompletion.model_validate_json,
            usage=Usage(**CHAT["expected"]),
            stream=EventStream(
                call=unread("chat/completions", MESSAGES, stream=True),
                answer=Planned(pieces=(*(event(chunk) for chunk in CHUNKS["events"][:-1]), DONE), headers=SSE),
                usage=Usage(**CHUNKS["expected"]),
                reads=ChatCompletionChunk.model_validate_json,
                endless=b'data: {"choices": "',
                error=FAILED,
            ),
        ),
        exchange(
            "completions",
            b'"prompt": "Hi"',
            example("openai_completions")["body"],
            reads=Completion.model_validate_json,
            usage=Usage(input_tokens=5, output_tokens=7),
        ),
        exchange(
            "responses",
            b'"input": "Hi"',
            ANSWERED,
            reads=Response.model_validate_json,
            usage=Usage(**example("openai_responses")["expected"]),
            stream=EventStream(
                call=unread("responses", b'"input": "Hi"', stream=True),
                answer=Planned(pieces=tuple(event(data) for data in RESPONSE_EVENTS), headers=SSE),
                usage=Usage(**example("openai_responses")["expected"]),
                reads=TypeAdapter(ResponseStreamEvent).validate_json,
                endless=b'event: response.created\ndata: {"response": "',
                error=FAILED,
            ),
        ),
        exchange(
            "embeddings",
            b'"input": ["one", "two"]',
            example("openai_embeddings")["body"],
            reads=CreateEmbeddingResponse.model_validate_json,
            usage=Usage(input_tokens=8),
        ),
        Exchange(
            call=form_call("audio/transcriptions", "m", {"language": "en", "unknown": "kept"}),
            path="/v1/audio/transcriptions",
            answer=says(example("openai_transcription")["body"]),
            reads=Transcription.model_validate_json,
            usage=Usage(audio_seconds=12.5),
            error_in_200=says(error("overloaded")),
            lies=(says({"text": "Hi", "usage": {"type": "duration", "seconds": -4}}),),
            passes_through=True,
        ),
        Exchange(
            call=speech("m"),
            path="/v1/audio/speech",
            answer=SPOKEN,
            reads=lambda content: content.index(b"".join(SPOKEN.pieces)),
            usage=Usage(characters=6),
            error_in_200=says(error("overloaded")),
            stream=Stream(call=speech("m"), answer=SPOKEN),
            passes_through=True,
        ),
    ),
    refusals={
        400: says(error("Bad.", type="invalid_request_error", param="messages"), 400),
        429: says(error("Slow down.", code="rate_limit_exceeded"), 429, retry_after="7"),
        500: says(error("The server had an error."), 500),
        529: says(error("Overloaded."), 529),
    },
    retry_after="7",
    credentials=("authorization", f"Bearer {KEY}"),
    refused_credentials=tuple(
        Planned(pieces=(json.dumps(error("No.", code="invalid_api_key")).encode(),), status=status, headers=JSON)
        for status in (401, 402, 403)
    ),
)
