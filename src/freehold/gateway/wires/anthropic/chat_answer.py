"""A chat completion from a Message.

Thinking becomes `reasoning_content`; `thinking_blocks` carry it once more as Anthropic wrote it, with its signature,
for a client that sends it back (Anthropic wants that between tool calls). Blocks of tools that Anthropic runs itself
have no place in a chat completion and are passed over; the text around them stays.
"""

import msgspec

from freehold.contracts.usage import Usage
from freehold.gateway.wires.anthropic.bodies import Json, decode_answer
from freehold.gateway.wires.anthropic.ending import MessagesUsage, chat_usage, finish_reason, updated


class Block(msgspec.Struct):
    """A content block of an answer, of any type."""

    type: str
    text: str = ""
    thinking: str = ""
    signature: str = ""
    data: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = msgspec.Raw(b"{}")

    @property
    def for_return(self) -> Json:
        """A block of thinking as Anthropic wants it back."""
        if self.type == "redacted_thinking":
            return {"type": self.type, "data": self.data}
        return {"type": self.type, "thinking": self.thinking, "signature": self.signature}


class StopDetails(msgspec.Struct):
    """Why the model refused."""

    explanation: str | None = None


class Message(msgspec.Struct):
    """An answer, or what is known of it when its stream starts."""

    id: str
    model: str
    usage: MessagesUsage
    content: list[Block] = []
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: StopDetails | None = None


THINKING = frozenset({"thinking", "redacted_thinking"})


def chat_completion(body: bytes, created: int) -> bytes:
    """The answer for a client of OpenAI's; `created` counts seconds since 1970. Raises `ProviderFailed`."""
    message = decode_answer(body, Message)
    choice: Json = {
        "index": 0,
        "message": _message(message),
        "logprobs": None,
        "finish_reason": finish_reason(message.stop_reason),
    }
    completion = {
        "id": message.id,
        "object": "chat.completion",
        "created": created,
        "model": message.model,
        "choices": [choice | stopped_by(message.stop_sequence)],
        "usage": chat_usage(updated(Usage(), message.usage)),
    }
    return msgspec.json.encode(completion)


def stopped_by(stop_sequence: str | None) -> Json:
    """The stop sequence that ended the answer, named as vLLM names it."""
    return {"stop_reason": stop_sequence} if stop_sequence is not None else {}


def _message(message: Message) -> Json:
    texts = [block.text for block in message.content if block.type == "text"]
    thinking = [block for block in message.content if block.type in THINKING]
    calls = [_tool_call(block) for block in message.content if block.type == "tool_use"]
    found: Json = {
        "role": "assistant",
        "content": "".join(texts) if texts else None,
        "refusal": message.stop_details.explanation if message.stop_details else None,
    }
    if thinking:
        found["reasoning_content"] = "".join(block.thinking for block in thinking)
        found["thinking_blocks"] = [block.for_return for block in thinking]
    return found | {"tool_calls": calls} if calls else found


def _tool_call(block: Block) -> Json:
    arguments = bytes(block.input).decode()
    return {"id": block.id, "type": "function", "function": {"name": block.name, "arguments": arguments}}
