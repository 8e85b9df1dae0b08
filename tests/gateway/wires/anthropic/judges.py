"""The official SDKs as judges of what is sent and served: their types read it, and so do their clients."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
from anthropic import Anthropic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from openai import OpenAI
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from pydantic import TypeAdapter

FIXTURES = Path(__file__).parents[3] / "fixtures" / "anthropic"
SSE = "text/event-stream"

_MESSAGES = TypeAdapter(MessageCreateParamsNonStreaming)
_CHAT = TypeAdapter(CompletionCreateParamsNonStreaming)


def fixture(name: str) -> bytes:
    """What Anthropic sends."""
    return (FIXTURES / name).read_bytes()


def is_messages_request(body: bytes) -> dict[str, Any]:
    """The request, which the types of `anthropic` accept."""
    found = json.loads(body)
    _drained(_MESSAGES.validate_python({name: found[name] for name in found if name != "stream"}))
    return found


def is_chat_request(body: bytes) -> dict[str, Any]:
    """The request, which the types of `openai` accept."""
    found = json.loads(body)
    _drained(_CHAT.validate_python({name: found[name] for name in found if name != "stream"}))
    return found


def _drained(value: Any) -> Any:
    """Pydantic checks an iterable as it is read."""
    if isinstance(value, dict):
        return {name: _drained(inner) for name, inner in value.items()}
    if value is None or isinstance(value, str | int | float):
        return value
    return [_drained(inner) for inner in value]


def _served(content: bytes, media_type: str, status: int) -> httpx.Client:
    response = httpx.Response(status, content=content, headers={"content-type": media_type})
    return httpx.Client(transport=httpx.MockTransport(lambda request: response))


def anthropic_reads(content: bytes, media_type: str = SSE, status: int = 200) -> Anthropic:
    """The official client, to which `content` is served."""
    return Anthropic(api_key="k", max_retries=0, http_client=_served(content, media_type, status))


def openai_reads(content: bytes, media_type: str = SSE, status: int = 200) -> OpenAI:
    """The official client, to which `content` is served."""
    return OpenAI(api_key="k", max_retries=0, http_client=_served(content, media_type, status))


async def in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    """A body that comes in these pieces."""
    for piece in pieces:
        yield piece


async def joined(body: AsyncIterator[bytes]) -> bytes:
    """The whole body."""
    return b"".join([piece async for piece in body])


def data_of(content: bytes) -> list[Any]:
    """The data of each event; `[DONE]` stays text."""
    lines = [line.removeprefix("data: ") for line in content.decode().split("\n") if line.startswith("data: ")]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]
