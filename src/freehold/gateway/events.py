"""Cuts a byte stream at the ends of server-sent events, without reading them.

Source: WHATWG HTML, server-sent events: an event ends with a blank line; lines end with LF, CR LF or CR.
"""

import re
from collections.abc import AsyncIterator
from itertools import pairwise

from freehold.contracts.errors import ProviderFailed

BLANK_LINE = re.compile(rb"(?>\r\n|\n|\r){2}")
ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")


class Events:
    """The stream again, in pieces that are whole events, as many as have come. What is left at the end comes last.

    Raises `ProviderFailed` for an event over `max_bytes`.
    """

    def __init__(self, body: AsyncIterator[bytes], max_bytes: int) -> None:
        self._body = body
        self._max_bytes = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Pieces of whole events."""
        rest = bytearray()
        async for chunk in self._body:
            if not rest and chunk.endswith(b"\n\n"):
                yield chunk
                continue
            # An end may lie across two chunks, but never further back than its own length.
            searched = max(0, len(rest) - 3)
            rest += chunk
            if end := _last_end(rest, searched):
                yield bytes(rest[:end])
                del rest[:end]
            if len(rest) > self._max_bytes:
                raise ProviderFailed(f"The provider sent an event of more than {self._max_bytes} bytes.")
        if rest:
            yield bytes(rest)


def _last_end(data: bytearray, start: int) -> int:
    """Where the last event that ends behind `start` ends; 0 when none does."""
    return max(found + len(end) if (found := data.rfind(end, start)) >= 0 else 0 for end in ENDS)


def whole_events(piece: bytes) -> list[bytes]:
    """The events of a piece, each with its blank line."""
    if b"\r" not in piece:
        parts = piece.split(b"\n\n")
        return [part + b"\n\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
    ends = [0, *(found.end() for found in BLANK_LINE.finditer(piece)), len(piece)]
    return [piece[start:end] for start, end in pairwise(ends) if end > start]


def data_of(event: bytes) -> bytes:
    """An event's data: its data lines together."""
    lines = [line[5:].removeprefix(b" ") for line in event.splitlines() if line.startswith(b"data:")]
    return b"\n".join(lines)
