"""JSON that others wrote, taken as it comes: what is of another kind than expected counts as absent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

# msgspec's own errors are ValueErrors, as are those about UTF-8 and integers of thousands of digits. It overflows where
# it writes an integer of more than 64 bits.
UNREADABLE = (ValueError, RecursionError, OverflowError)

NOTHING: Mapping[str, Any] = {}


def decoded(data: bytes | str) -> Any:
    """The value, None for what is no JSON."""
    try:
        return msgspec.json.decode(data)
    except UNREADABLE:
        return None


def mapping(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else NOTHING


def items(value: Any) -> Sequence[Any]:
    """A list, or an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else ()


def word(value: Any) -> str:
    """A text, or an empty one."""
    return value if isinstance(value, str) else ""


def written(value: Any) -> str:
    """A value as compact JSON with its keys sorted; empty for what is nested too deeply or holds too large a number."""
    try:
        return msgspec.json.encode(value, order="deterministic").decode()
    except UNREADABLE:
        return ""


def event_data(stream: bytes) -> Iterator[bytes]:
    """The data of each server-sent event; what an event at the end has without its blank line counts too.

    Source: WHATWG HTML, server-sent events.
    """
    data: list[bytes] = []
    for line in stream.splitlines():
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif not line and data:
            yield b"\n".join(data)
            data = []
    if data:
        yield b"\n".join(data)
