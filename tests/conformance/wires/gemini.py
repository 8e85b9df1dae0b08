"""Gemini's wire, as Google's package reads it. Source: google-genai 3.6.1; answers in `tests/fixtures/gemini`."""

import json
from typing import Any

from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from conformance.calls import TOOLS, chat, embedding
from conformance.wire import FIXTURES, KEY, SSE, EventStream, Exchange, Wire, against_sdk, says
from freehold.contracts.usage import Usage
from vendor_server import Planned

MODEL = "gemini-2.5-flash"
EMBEDDER = "gemini-embedding-001"
VECTORS = {"embeddings": [{"values": [0.6, 0.8]}, {"values": [1.0, 0.0]}]}


def fixture(name: str) -> bytes:
    return (FIXTURES / "gemini" / name).read_bytes()


def error(code: int, status: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status}}


def with_usage(**usage: Any) -> Planned:
    answer = json.loads(fixture("chat.json"))
    return says(answer | {"usageMetadata": answer["usageMetadata"] | usage})


EVENTS = tuple(event + b"\r\n\r\n" for event in fixture("chat.sse").strip().split(b"\r\n\r\n"))
UNAVAILABLE = error(503, "UNAVAILABLE", "The model is overloaded.")

WIRE = Wire(
    checked=against_sdk("google-genai"),
    exchanges=(
        Exchange(
            call=chat(MODEL, tools=TOOLS),
            path=f"/v1/models/{MODEL}:generateContent",
            answer=says(fixture("chat.json")),
            reads=ChatCompletion.model_validate_json,
            usage=Usage(input_tokens=120, cached_tokens=100, output_tokens=36, reasoning_tokens=30),
            error_in_200=says(UNAVAILABLE),
            lies=(
                with_usage(promptTokenCount=-5000),
                with_usage(candidatesTokenCount=10**12),
                with_usage(cachedContentTokenCount=9000),
                with_usage(thoughtsTokenCount="many"),
            ),
            stream=EventStream(
                call=chat(MODEL, stream=True, stream_options={"include_usage": True}),
                answer=Planned(pieces=EVENTS, headers=SSE),
                usage=Usage(input_tokens=50, cached_tokens=32, output_tokens=36, reasoning_tokens=11),
                reads=ChatCompletionChunk.model_validate_json,
                endless=b'data: {"candidates": "',
                error=b"data: " + json.dumps(UNAVAILABLE).encode() + b"\r\n\r\n",
            ),
        ),
        Exchange(
            call=embedding(EMBEDDER),
            path=f"/v1/models/{EMBEDDER}:batchEmbedContents",
            answer=says(VECTORS | {"usageMetadata": {"promptTokenCount": 4}}),
            reads=CreateEmbeddingResponse.model_validate_json,
            usage=Usage(input_tokens=4),
            error_in_200=says(UNAVAILABLE),
            lies=(
                says(VECTORS | {"usageMetadata": {"promptTokenCount": -4}}),
                says(VECTORS | {"usageMetadata": {"promptTokenCount": 10**12}}),
            ),
        ),
    ),
    refusals={
        400: says(error(400, "INVALID_ARGUMENT", "Bad."), 400),
        429: says(fixture("too_many_requests.json"), 429),
        500: says(error(500, "INTERNAL", "An internal error has occurred."), 500),
        529: says(error(529, "UNAVAILABLE", "Overloaded."), 529),
    },
    retry_after="35",  # a RetryInfo of 34.074 s in the body, not a header
    credentials=("x-goog-api-key", KEY),
    refused_credentials=(
        says(fixture("bad_key.json"), 400),
        says(error(401, "UNAUTHENTICATED", "No."), 401),
        says(error(403, "PERMISSION_DENIED", "No."), 403),
    ),
)
