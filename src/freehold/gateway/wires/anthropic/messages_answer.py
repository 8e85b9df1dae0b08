"""A Message from a chat completion.

`reasoning_content` (`reasoning` in newer vLLM) becomes a thinking block without a signature. A call whose arguments
were cut off by the token limit is left out; other arguments that are no JSON object are the provider's failure.
"""

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.usage import Usage
from freehold.gateway.wires.anthropic.bodies import Json, decode_answer
from freehold.gateway.wires.anthropic.ending import ChatUsage, from_chat, messages_usage, stop_reason


class Function(msgspec.Struct):
    """A called function; in a stream, what is added to it."""

    name: str | None = None
    arguments: str | None = None


class ToolCall(msgspec.Struct):
    """A call; in a stream, what is added to it."""

    index: int | None = None
    id: str | None = None
    function: Function | None = None


class Spoken(msgspec.Struct):
    """What the model says; in a stream, what it adds."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None

    @property
    def thinking(self) -> str:
        """The reasoning, under either name."""
        return self.reasoning_content or self.reasoning or ""

    @property
    def text(self) -> str:
        """What is said aloud; a refusal is."""
        return (self.content or "") + (self.refusal or "")


class Choice(msgspec.Struct):
    """The answer; a stream has `delta` where a whole answer has `message`."""

    index: int = 0
    message: Spoken | None = None
    delta: Spoken | None = None
    finish_reason: str | None = None
    stop_reason: str | int | None = None


class ChatAnswer(msgspec.Struct):
    """A chat completion or one chunk of it."""

    id: str = ""
    model: str = ""
    choices: list[Choice] = []
    usage: ChatUsage | None = None

    @property
    def counted(self) -> Usage:
        """What was consumed, nothing where the provider does not say."""
        return from_chat(self.usage or ChatUsage())


def message(body: bytes) -> bytes:
    """The answer for a client of Anthropic's. Raises `ProviderFailed`."""
    answer = decode_answer(body, ChatAnswer)
    if not answer.choices:
        raise ProviderFailed("The provider's answer has no choices.")
    choice = answer.choices[0]
    content = _content(choice.message or Spoken(), answer.id, cut_off=choice.finish_reason == "length")
    found = message_head(answer.id, answer.model, answer.counted) | {"content": content}
    reason, sequence = stop_reason(choice.finish_reason, choice.stop_reason)
    return msgspec.json.encode(found | {"stop_reason": reason, "stop_sequence": sequence})


def message_head(identifier: str, model: str, usage: Usage) -> Json:
    """A Message before anything is said."""
    return {
        "id": identifier,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": messages_usage(usage),
    }


def call_id(call: ToolCall, answer_id: str, index: int) -> str:
    """The call's own id, or one made of its answer's for servers that give none."""
    return call.id or f"{answer_id}_{index}"


def _content(spoken: Spoken, answer_id: str, *, cut_off: bool) -> list[Json]:
    found: list[Json] = []
    if spoken.thinking:
        found.append({"type": "thinking", "thinking": spoken.thinking, "signature": ""})
    if spoken.text:
        found.append({"type": "text", "text": spoken.text})
    for index, call in enumerate(spoken.tool_calls or []):
        function = call.function or Function()
        arguments = (function.arguments or "{}").encode()
        try:
            msgspec.json.decode(arguments, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if cut_off:
                continue
            raise ProviderFailed(f"The model called '{function.name}' with what is not a JSON object.") from error
        block: Json = {"type": "tool_use", "id": call_id(call, answer_id, index), "name": function.name or ""}
        found.append(block | {"input": msgspec.Raw(arguments)})
    return found
