"""Reads what a model said: whole or as a stream, in OpenAI's words or in Anthropic's, told apart by their shape.

Understands chat completions and completions with their chunks, and messages with their events. Of several choices the
first stands for all. Thinking is no part of the answer, nor are tools that the vendor runs itself.

Source: OpenAI API reference, chat/completions and completions; Anthropic API reference, messages and its streaming.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from freehold.rollouts.reading.loose import decoded, event_data, items, mapping, word, written

DECLINED = frozenset({"content_filter", "refusal"})
TEXT_PARTS = frozenset({"text", "output_text"})


class ToolCall(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that the model calls; `arguments` is JSON as the model wrote it, so that it may be none."""

    name: str
    arguments: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was said. `refusal` is what the field of that name says, `finish` why the model stopped."""

    text: str = ""
    refusal: str = ""
    finish: str = ""
    calls: tuple[ToolCall, ...] = ()

    @property
    def is_declined(self) -> bool:
        """Whether the provider itself says that the task was declined."""
        return bool(self.refusal) or self.finish in DECLINED


def read_answer(body: bytes, *, is_stream: bool) -> Answer | None:
    """The answer, None for what is not one. A stream may turn out to be a whole answer, and the other way round."""
    readers = (_read_stream, _read_whole) if is_stream else (_read_whole, _read_stream)
    return next((found for read in readers if (found := read(body)) is not None), None)


def _read_whole(body: bytes) -> Answer | None:
    return _read([decoded(body)])


def _read_stream(body: bytes) -> Answer | None:
    return _read(decoded(data) for data in event_data(body) if data != b"[DONE]")


def _read(values: Iterable[Any]) -> Answer | None:
    pieces = _Pieces()
    for value in values:
        pieces.take(mapping(value))
    return pieces.answer() if pieces.is_answer else None


class _Call:
    """A call as it comes. What it began with holds where nothing follows."""

    def __init__(self, *, identifier: str = "", name: str = "", start: str = "") -> None:
        self.identifier = identifier
        self.name = name
        self.start = start
        self.parts: list[str] = []

    def whole(self) -> ToolCall:
        """The call, once all of it is there."""
        return ToolCall(name=self.name, arguments="".join(self.parts) or self.start)


class _Pieces:
    """What has come of an answer. A whole answer is a single piece."""

    def __init__(self) -> None:
        self.is_answer = False
        self._texts: list[str] = []
        self._refusals: list[str] = []
        self._finish = ""
        self._calls: list[_Call] = []
        self._open: dict[int, _Call] = {}  # by the index that a stream gives them

    def answer(self) -> Answer:
        """All of it together."""
        return Answer(
            text="".join(self._texts),
            refusal="".join(self._refusals),
            finish=self._finish,
            calls=tuple(call.whole() for call in self._calls),
        )

    def take(self, value: Mapping[str, Any]) -> None:
        """An answer, a chunk or an event; anything else is passed over."""
        for choice in items(value.get("choices")):
            first = mapping(choice)
            if first and first.get("index", 0) in (0, None):
                self._take_choice(first)
                break
        else:
            if reader := _READERS.get(word(value.get("type"))):
                reader(self, value)

    def _take_choice(self, choice: Mapping[str, Any]) -> None:
        self.is_answer = True
        said = mapping(choice["delta"] if "delta" in choice else choice.get("message"))
        self._take_content(said.get("content"))
        self._texts.append(word(choice.get("text")))
        self._texts.append(word(mapping(said.get("audio")).get("transcript")))
        self._refusals.append(word(said.get("refusal")))
        self._finish = word(choice.get("finish_reason")) or self._finish
        for call in items(said.get("tool_calls")):
            self._take_call(mapping(call), mapping(mapping(call).get("function")))
        if function := mapping(said.get("function_call")):  # the older form, of one call alone
            self._take_call({"index": 0}, function)

    def _take_content(self, content: Any) -> None:
        self._texts.append(word(content))
        for part in map(mapping, items(content)):
            if part.get("type") in TEXT_PARTS:
                self._texts.append(word(part.get("text")))
            self._refusals.append(word(part.get("refusal")))

    def _take_call(self, call: Mapping[str, Any], function: Mapping[str, Any]) -> None:
        """A call or a part of one. Some servers number all of a stream's calls 0, and tell them apart by their ids."""
        index, identifier, name = call.get("index"), word(call.get("id")), word(function.get("name"))
        if type(index) is int:
            found = self._open.get(index)
        else:
            found = self._calls[-1] if self._calls and not (name or identifier) else None
        if found is None or (identifier and found.identifier and identifier != found.identifier):
            found = _Call(identifier=identifier, name=name)
            self._calls.append(found)
            if type(index) is int:
                self._open[index] = found
        found.name = found.name or name
        arguments = function.get("arguments")
        if arguments is not None:
            found.parts.append(arguments if isinstance(arguments, str) else written(arguments))

    def take_message(self, message: Mapping[str, Any]) -> None:
        """Anthropic's whole message."""
        self.is_answer = True
        for block in items(message.get("content")):
            self._take_block(mapping(block), None)
        self._take_end(message)

    def start_message(self, event: Mapping[str, Any]) -> None:
        """The message as its stream begins."""
        self.take_message(mapping(event.get("message")))

    def start_block(self, event: Mapping[str, Any]) -> None:
        """A block begins, as a rule empty."""
        self._take_block(mapping(event.get("content_block")), event.get("index"))

    def extend_block(self, event: Mapping[str, Any]) -> None:
        """A block grows, by text or by a call's arguments."""
        delta, index = mapping(event.get("delta")), event.get("index")
        self._texts.append(word(delta.get("text")))
        call = self._open.get(index) if type(index) is int else None
        if call is not None:
            call.parts.append(word(delta.get("partial_json")))

    def end_message(self, event: Mapping[str, Any]) -> None:
        """Why the message ends."""
        self._take_end(mapping(event.get("delta")))

    def _take_block(self, block: Mapping[str, Any], index: Any) -> None:
        if block.get("type") == "text":
            self._texts.append(word(block.get("text")))
        elif block.get("type") == "tool_use":
            call = _Call(name=word(block.get("name")), start=written(block.get("input", {})))
            self._calls.append(call)
            if type(index) is int:
                self._open[index] = call

    def _take_end(self, ending: Mapping[str, Any]) -> None:
        self._finish = word(ending.get("stop_reason")) or self._finish
        if self._finish in DECLINED:
            self._refusals.append(word(mapping(ending.get("stop_details")).get("explanation")))


_READERS: Mapping[str, Callable[[_Pieces, Mapping[str, Any]], None]] = {
    "message": _Pieces.take_message,
    "message_start": _Pieces.start_message,
    "content_block_start": _Pieces.start_block,
    "content_block_delta": _Pieces.extend_block,
    "message_delta": _Pieces.end_message,
}
