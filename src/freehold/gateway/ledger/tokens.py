"""Counts tokens where a provider reports none: estimates, and marked so. Never holds the event loop long."""

import asyncio
from typing import Any

import msgspec

from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from freehold.gateway.events import data_of, whole_events
from freehold.gateway.ledger.estimate import TokenCounter

LARGE_BYTES = 4096
ANTHROPIC_PIECES = ("text", "partial_json", "thinking")


class Estimator:
    """Reads requests and answers with the built-in tokenizer."""

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter

    async def asked(self, call: Call) -> int:
        """The tokens of a request; of a form, whose bytes are sound, none."""
        if call.media_type != "application/json":
            return 0
        if len(call.body) < LARGE_BYTES:
            return self._counter.count_chat(call.body)
        return await asyncio.to_thread(self._counter.count_chat, call.body)

    async def streamed(self, call: Call, kept: bytes, total_bytes: int, known: Usage | None = None) -> Usage:
        """The usage of a stream, of which the first part was kept. What is `known` of its input holds."""
        output = await self._counted(_streamed_text(kept))
        if kept and total_bytes > len(kept):
            output = output * total_bytes // len(kept)
        if known is not None and known.input_tokens:
            output = max(output, known.output_tokens)
            return msgspec.structs.replace(known, output_tokens=output, estimated=True)
        return Usage(input_tokens=await self.asked(call), output_tokens=output, estimated=True)

    async def whole(self, call: Call, content: bytes) -> Usage:
        """The usage of a whole answer."""
        output = await self._counted(_whole_text(content))
        return Usage(input_tokens=await self.asked(call), output_tokens=output, estimated=True)

    async def _counted(self, text: str) -> int:
        if len(text) < LARGE_BYTES:
            return self._counter.count_text(text)
        return await asyncio.to_thread(self._counter.count_text, text)


class _Part(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: Any = None


class _Choice(msgspec.Struct):
    delta: _Part | None = None
    message: _Part | None = None
    text: str | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice] = []
    delta: dict[str, Any] | str | None = None  # of Anthropic's events


def _streamed_text(kept: bytes) -> str:
    return "".join(_text_of(data_of(event)) for event in whole_events(kept))


def _whole_text(content: bytes) -> str:
    return _text_of(content)


def _text_of(data: bytes) -> str:
    """What was generated, as far as it is in OpenAI's shape or Anthropic's."""
    try:
        answer = msgspec.json.decode(data, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    delta = answer.delta if isinstance(answer.delta, dict) else {}
    texts = [piece for name in ANTHROPIC_PIECES if isinstance(piece := delta.get(name), str)]
    for choice in answer.choices:
        part = choice.delta or choice.message or _Part()
        texts += [choice.text or "", part.content or "", part.reasoning_content or part.reasoning or ""]
        texts.append(msgspec.json.encode(part.tool_calls).decode() if part.tool_calls else "")
    return "".join(texts)
