"""The events of a Message from chat completion chunks.

One content block is open at a time, as Anthropic's own streams have it. OpenAI's tell the usage at the end, so that
`message_start` counts nothing and the `message_delta` counts all. A stream that neither names a finish reason nor says
`[DONE]` broke off.
"""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.usage import Usage
from freehold.gateway.wires.anthropic.bodies import Json, decode_answer, event_data, named_event
from freehold.gateway.wires.anthropic.ending import messages_usage, stop_reason
from freehold.gateway.wires.anthropic.errors import messages_error_from_chat
from freehold.gateway.wires.anthropic.messages_answer import (
    ChatAnswer,
    Choice,
    Function,
    ToolCall,
    call_id,
    message_head,
)

DONE = b"[DONE]"
Block = str | int  # "text", "thinking", or the index of a tool call


class _Mark(msgspec.Struct):
    error: Any = None


async def messages_stream(body: AsyncIterator[bytes], request_id: str) -> AsyncIterator[bytes]:
    """The stream for a client of Anthropic's. Raises `ProviderFailed` where it breaks off or makes no sense."""
    events, said = _Events(), event_data(body)
    async for data in said:
        if data == DONE:
            break
        if b'"error"' in data and decode_answer(data, _Mark).error is not None:
            yield named_event(messages_error_from_chat(data, 500, request_id))
            async for _ in said:  # whoever meters the stream wants to see its end
                pass
            return
        for event in events.of(decode_answer(data, ChatAnswer)):
            yield named_event(event)
    else:
        events.refuse_unfinished()
    for event in events.end():
        yield named_event(event)


class _Events:
    """What is known of the answer so far, and the events that each chunk gives."""

    def __init__(self) -> None:
        self._usage = Usage()
        self._id = ""
        self._started = False
        self._open: Block | None = None
        self._closed: set[int] = set()
        self._blocks = 0
        self._end = Choice()

    def refuse_unfinished(self) -> None:
        """Raise `ProviderFailed` unless the answer said why it ends."""
        if self._end.finish_reason is None:
            raise ProviderFailed("The provider broke off in the middle of its answer.")

    def of(self, chunk: ChatAnswer) -> list[Json]:
        """The events of one chunk; one that says nothing, as Azure's first, has none."""
        found: list[Json] = []
        if not chunk.choices and chunk.usage is None:
            return found
        if chunk.usage is not None:
            self._usage = chunk.counted
        if not self._started:
            self._started, self._id = True, chunk.id
            found.append({"type": "message_start", "message": message_head(chunk.id, chunk.model, self._usage)})
        for choice in chunk.choices:
            if choice.index == 0:
                found += self._choice(choice)
        return found

    def end(self) -> list[Json]:
        """The last events."""
        if not self._started:
            raise ProviderFailed("The provider's stream holds no answer.")
        reason, sequence = stop_reason(self._end.finish_reason, self._end.stop_reason)
        delta = {"stop_reason": reason, "stop_sequence": sequence}
        return [
            *self._close(),
            {"type": "message_delta", "delta": delta, "usage": messages_usage(self._usage)},
            {"type": "message_stop"},
        ]

    def _choice(self, choice: Choice) -> list[Json]:
        found: list[Json] = []
        if choice.finish_reason is not None:
            self._end = choice
        spoken = choice.delta
        if spoken is None:
            return found
        if spoken.thinking:
            found += self._switch("thinking", {"type": "thinking", "thinking": "", "signature": ""})
            found.append(self._delta({"type": "thinking_delta", "thinking": spoken.thinking}))
        if spoken.text:
            found += self._switch("text", {"type": "text", "text": ""})
            found.append(self._delta({"type": "text_delta", "text": spoken.text}))
        for call in spoken.tool_calls or []:
            found += self._call(call)
        return found

    def _call(self, call: ToolCall) -> list[Json]:
        index, function = call.index or 0, call.function or Function()
        if index in self._closed:
            raise ProviderFailed("The provider goes back to a tool call that it had left.")
        block: Json = {
            "type": "tool_use",
            "id": call_id(call, self._id, index),
            "name": function.name or "",
            "input": {},
        }
        found = self._switch(index, block)
        if function.arguments:
            found.append(self._delta({"type": "input_json_delta", "partial_json": function.arguments}))
        return found

    def _switch(self, block: Block, start: Json) -> list[Json]:
        """Open a block, unless it is open; the one before ends."""
        if self._open == block:
            return []
        found = self._close()
        self._open = block
        return [*found, {"type": "content_block_start", "index": self._blocks, "content_block": start}]

    def _close(self) -> list[Json]:
        if self._open is None:
            return []
        if isinstance(self._open, int):
            self._closed.add(self._open)
        self._open = None
        self._blocks += 1
        return [{"type": "content_block_stop", "index": self._blocks - 1}]

    def _delta(self, delta: Json) -> Json:
        return {"type": "content_block_delta", "index": self._blocks, "delta": delta}
