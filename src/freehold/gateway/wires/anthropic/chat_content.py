"""The turns of a Messages request as messages of a chat request.

Results of tools become messages of their own, before whatever else the turn says. Images among them, which OpenAI's
tool messages cannot hold, follow in the user's message. A failed tool is told in words ("Error: …"), for OpenAI has
no flag. Thinking is left out: it is signed for Anthropic, and OpenAI's wire takes none back. Citations and
`cache_control` are hints that OpenAI does not have.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from freehold.contracts.errors import UnsupportedParameter
from freehold.gateway.wires.anthropic.bodies import Json

LEFT_OUT = frozenset({"thinking", "redacted_thinking"})


class Source(msgspec.Struct):
    """Where an image or a document is."""

    type: str
    media_type: str = ""
    data: str = ""
    url: str = ""
    content: "str | list[Block]" = ""


class Block(msgspec.Struct):
    """A content block of a request, of any type."""

    type: str
    text: str = ""
    source: Source | None = None
    title: str | None = None
    id: str = ""
    name: str = ""
    input: msgspec.Raw = msgspec.Raw(b"{}")
    tool_use_id: str = ""
    content: "str | list[Block]" = ""
    is_error: bool = False


class Turn(msgspec.Struct):
    """One message of a Messages request."""

    role: str
    content: str | list[Block]


def messages(system: str | Sequence[Block] | None, turns: Sequence[Turn]) -> list[Json]:
    """The messages of the chat request. Raises `UnsupportedParameter`."""
    found: list[Json] = []
    if system:
        found.append({"role": "system", "content": _content(_parts(system, "system"))})
    for index, turn in enumerate(turns):
        found += _assistant(turn, index) if turn.role == "assistant" else _user(turn, index)
    return found


def _assistant(turn: Turn, index: int) -> Iterator[Json]:
    blocks = _as_blocks(turn.content)
    spoken = [block for block in blocks if block.type not in LEFT_OUT and block.type != "tool_use"]
    calls = [_tool_call(block) for block in blocks if block.type == "tool_use"]
    parts = _parts(spoken, f"messages[{index}]")
    message: Json = {"role": "assistant", "content": _content(parts) if parts else None}
    if parts or calls:
        yield message | {"tool_calls": calls} if calls else message


def _tool_call(block: Block) -> Json:
    function = {"name": block.name, "arguments": bytes(block.input).decode()}
    return {"id": block.id, "type": "function", "function": function}


def _user(turn: Turn, index: int) -> Iterator[Json]:
    """Messages for the results of tools, then one for the rest. A turn of the system's keeps its role."""
    rest: list[Block] = []
    for block in _as_blocks(turn.content):
        if block.type != "tool_result":
            rest.append(block)
            continue
        inner = _as_blocks(block.content)
        rest += [part for part in inner if part.type != "text"]
        text = "\n".join(part.text for part in inner if part.type == "text")
        text = f"Error: {text}" if block.is_error else text
        yield {"role": "tool", "tool_call_id": block.tool_use_id, "content": text}
    if rest:
        yield {"role": turn.role, "content": _content(_parts(rest, f"messages[{index}]"))}


def _as_blocks(content: str | Sequence[Block]) -> Sequence[Block]:
    return [Block(type="text", text=content)] if isinstance(content, str) else content


def _content(parts: list[Json]) -> str | list[Json]:
    """One text is a string, which every server takes."""
    return parts[0]["text"] if len(parts) == 1 and parts[0]["type"] == "text" else parts


def _parts(content: str | Sequence[Block], place: str) -> list[Json]:
    found: list[Json] = []
    for index, block in enumerate(_as_blocks(content)):
        if block.type not in _READERS:
            text = f"This model takes no block of type '{block.type}'."
            raise UnsupportedParameter(text, param=f"{place}.content[{index}]")
        found += _READERS[block.type](block, f"{place}.content[{index}]")
    return found


def _text(block: Block, place: str) -> list[Json]:
    return [{"type": "text", "text": block.text}]


def _image(block: Block, place: str) -> list[Json]:
    source = block.source or Source(type="none")
    if source.type == "url":
        return [{"type": "image_url", "image_url": {"url": source.url}}]
    if source.type == "base64":
        return [{"type": "image_url", "image_url": {"url": f"data:{source.media_type};base64,{source.data}"}}]
    raise _unreachable(source, place)


def _document(block: Block, place: str) -> list[Json]:
    source = block.source or Source(type="none")
    if source.type == "text":
        return [{"type": "text", "text": source.data}]
    if source.type == "content":
        return _parts(source.content, f"{place}.source")
    if source.type == "base64":
        data = f"data:{source.media_type};base64,{source.data}"
        return [{"type": "file", "file": {"filename": block.title or "document.pdf", "file_data": data}}]
    raise _unreachable(source, place)


def _unreachable(source: Source, place: str) -> UnsupportedParameter:
    text = f"This model takes nothing from a source of type '{source.type}'."
    return UnsupportedParameter(text, param=f"{place}.source", hint="Send the content itself, as base64.")


_READERS: Mapping[str, Callable[[Block, str], list[Json]]] = {
    "text": _text,
    "image": _image,
    "document": _document,
}
