"""A chat completion's stream as thoughts. Source: openai 3.52.0, `types/chat/chat_completion_chunk.py`.

A refusal is said like any other text; thinking aloud (`reasoning_content`) is not. Reads the first choice alone.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.wire import parse_sse
from freehold.voice.conversation.stages import Thought
from freehold.voice.conversation.wire.refusals import Said, failure


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _Call(msgspec.Struct):
    index: int = 0
    id: str | None = None
    function: _Function = msgspec.field(default_factory=_Function)


class _Delta(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = msgspec.field(default_factory=list[_Choice])
    usage: dict[str, Any] | None = None
    error: Said | str | None = None


async def thoughts(body: AsyncIterator[bytes]) -> AsyncGenerator[Thought]:
    """The thoughts up to the last one. Raises what the stream tells of, and `ProviderFailed` where it breaks off.

    The reason of the end comes at once, and again with the usage: a server of ours writes its books in between.
    """
    finish_reason, usage = "", None
    async for data in parse_sse(body):
        if data == b"[DONE]":
            break
        chunk = _chunk(data)
        usage = chunk.usage or usage
        for choice in chunk.choices[:1]:
            finish_reason = choice.finish_reason or finish_reason
            if text := choice.delta.content or choice.delta.refusal:
                yield Thought(text=text)
            for call in choice.delta.tool_calls or ():
                yield _piece(call)
            if choice.finish_reason:
                yield Thought(finish_reason=choice.finish_reason)
    if not finish_reason:
        raise ProviderFailed("The model's answer broke off.", hint="Try again.")
    yield Thought(finish_reason=finish_reason, usage=usage)


def _piece(call: _Call) -> Thought:
    return Thought(
        call_index=call.index,
        call_id=call.id or "",
        name=call.function.name or "",
        arguments=call.function.arguments or "",
    )


def _chunk(data: bytes) -> _Chunk:
    try:
        chunk = msgspec.json.decode(data, type=_Chunk)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderFailed(f"The model's provider sent what is no answer: {error}.") from error
    if chunk.error is not None:
        raise failure(chunk.error)
    return chunk
