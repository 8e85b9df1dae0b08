"""Chat completion chunks from the events of a Message.

Always ends with a chunk of usage and `[DONE]`; the gateway takes the usage out where the client did not ask for it.
A stream without `message_stop` broke off and is no answer. Blocks that a chat completion has no place for are passed
over as in `chat_answer`, and so are events that Anthropic may add, as its documentation asks. `thinking_blocks` come in
pieces with an `index`, by which OpenAI's own client puts them together.
"""

from collections.abc import AsyncIterator, Callable, Mapping

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.usage import Usage
from freehold.contracts.wire import SSE_DONE, sse_event
from freehold.gateway.wires.anthropic.bodies import Json, decode_answer, event_data
from freehold.gateway.wires.anthropic.chat_answer import THINKING, Block, Message, StopDetails, stopped_by
from freehold.gateway.wires.anthropic.ending import MessagesUsage, chat_usage, finish_reason, updated
from freehold.gateway.wires.anthropic.errors import chat_error


class Delta(msgspec.Struct):
    """What an event adds to a block, or to the message."""

    type: str = ""
    text: str = ""
    partial_json: str = ""
    thinking: str = ""
    signature: str = ""
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: StopDetails | None = None


class Event(msgspec.Struct):
    """One event of a Message's stream, of any type."""

    type: str
    message: Message | None = None
    content_block: Block | None = None
    delta: Delta | None = None
    usage: MessagesUsage | None = None


async def chat_stream(body: AsyncIterator[bytes], created: int) -> AsyncIterator[bytes]:
    """The stream for a client of OpenAI's. Raises `ProviderFailed` where it breaks off or makes no sense."""
    chunks = _Chunks(created)
    async for data in event_data(body):
        event = decode_answer(data, Event)
        if event.type == "error":
            yield sse_event(msgspec.json.encode(chat_error(data, 500)))
            return
        for chunk in chunks.of(event):
            yield sse_event(msgspec.json.encode(chunk))
        if event.type == "message_stop":
            yield SSE_DONE
            return
    raise ProviderFailed("The provider broke off in the middle of its answer.")


class _Chunks:
    """What is known of the answer so far, and the chunks that each event gives."""

    def __init__(self, created: int) -> None:
        self._head: Json = {"id": "", "object": "chat.completion.chunk", "created": created, "model": ""}
        self._usage = Usage()
        self._block = Block(type="")
        self._has_arguments = False
        self._tools = 0
        self._thoughts = 0
        self._last = Delta()

    def of(self, event: Event) -> list[Json]:
        """The chunks, none for an event that says nothing to a client of OpenAI's."""
        if event.usage is not None:
            self._usage = updated(self._usage, event.usage)
        return _READERS[event.type](self, event) if event.type in _READERS else []

    def start(self, event: Event) -> list[Json]:
        """The message begins."""
        if event.message is None:
            raise ProviderFailed("The provider began a message without saying which.")
        self._head |= {"id": event.message.id, "model": event.message.model}
        self._usage = updated(self._usage, event.message.usage)
        return [self._chunk({"role": "assistant", "content": ""})]

    def open_block(self, event: Event) -> list[Json]:
        """A block begins: a call is announced; what stands in it already is given."""
        self._block = block = event.content_block or Block(type="")
        self._has_arguments = False
        if block.type in THINKING:
            self._thoughts += 1
            return self._thought(block.thinking, block.for_return)
        if block.type == "tool_use":
            self._tools += 1
            return [self._call({"id": block.id, "type": "function", "function": {"name": block.name, "arguments": ""}})]
        return [self._chunk({"content": block.text})] if block.text else []

    def extend_block(self, event: Event) -> list[Json]:
        """A block grows."""
        delta = event.delta or Delta()
        if delta.text:
            return [self._chunk({"content": delta.text})]
        if delta.thinking:
            return self._thought(delta.thinking, {"type": "thinking", "thinking": delta.thinking})
        if delta.signature:
            return self._thought("", {"type": "thinking", "signature": delta.signature})
        if delta.partial_json and self._block.type == "tool_use":
            self._has_arguments = True
            return [self._call({"function": {"arguments": delta.partial_json}})]
        return []

    def close_block(self, event: Event) -> list[Json]:
        """A block ends: a call whose arguments did not come gets those it began with, none as a rule."""
        block, self._block = self._block, Block(type="")
        if block.type != "tool_use" or self._has_arguments:
            return []
        return [self._call({"function": {"arguments": bytes(block.input).decode()}})]

    def note_end(self, event: Event) -> list[Json]:
        """Why the message ends; it may be said more than once, the last word counts."""
        if event.delta is not None and event.delta.stop_reason is not None:
            self._last = event.delta
        return []

    def stop(self, event: Event) -> list[Json]:
        """The message ends: its reason, then its usage."""
        explanation = self._last.stop_details.explanation if self._last.stop_details else None
        delta = {"refusal": explanation} if explanation else {}
        end = self._chunk(delta, finish_reason(self._last.stop_reason), self._last.stop_sequence)
        return [end, self._head | {"choices": [], "usage": chat_usage(self._usage)}]

    def _thought(self, text: str, change: Json) -> list[Json]:
        blocks = {"thinking_blocks": [{"index": self._thoughts - 1, **change}]}
        return [self._chunk({"reasoning_content": text, **blocks} if text else blocks)]

    def _call(self, change: Json) -> Json:
        return self._chunk({"tool_calls": [{"index": self._tools - 1, **change}]})

    def _chunk(self, delta: Json, reason: str | None = None, stop_sequence: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return self._head | {"choices": [choice | stopped_by(stop_sequence)]}


_READERS: Mapping[str, Callable[[_Chunks, Event], list[Json]]] = {
    "message_start": _Chunks.start,
    "content_block_start": _Chunks.open_block,
    "content_block_delta": _Chunks.extend_block,
    "content_block_stop": _Chunks.close_block,
    "message_delta": _Chunks.note_end,
    "message_stop": _Chunks.stop,
}
