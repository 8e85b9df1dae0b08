"""One message on a pipe: a line of JSON, then as many bytes as its `bytes` says.

A child says `{"type": "ready", …}` once, when it can work. A request has a `type` and an `id`; the child answers with
messages of that `id` and ends with `{"type": "done", "id": …}`, or with `{"type": "error", "id": …, "message": …,
"invalid": true where the request was at fault}`. `{"type": "cancel", "id": …}` asks it to end at once, with `done`.
One request at a time. (The framing is Wyoming's, https://github.com/OHF-Voice/wyoming: a line and a payload.)
"""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

MAX_LINE_BYTES = 1 << 20
MAX_PAYLOAD_BYTES = 1 << 30

Message = dict[str, Any]


class BrokenPipeProtocol(Exception):
    """What came is no message."""


def encode(message: Mapping[str, Any], payload: bytes = b"") -> bytes:
    """The message as it goes over the pipe."""
    line = msgspec.json.encode({**message, "bytes": len(payload)} if payload else message)
    return line + b"\n" + payload


def decode_line(line: bytes) -> tuple[Message, int]:
    """The message of a line, and how many bytes follow. Raises `BrokenPipeProtocol`."""
    try:
        message = msgspec.json.decode(line, type=Message)
        length = message.pop("bytes", 0)
        if isinstance(length, bool) or not isinstance(length, int) or not 0 <= length <= MAX_PAYLOAD_BYTES:
            raise BrokenPipeProtocol(f"a payload of {length!r} bytes")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenPipeProtocol(f"no JSON: {line[:200]!r}") from error
    return message, length


def read(stream: BinaryIO) -> tuple[Message, bytes] | None:
    """The next message of a blocking stream; None at its end, also within a message. Raises `BrokenPipeProtocol`."""
    line = stream.readline(MAX_LINE_BYTES)
    if not line.endswith(b"\n"):
        if len(line) == MAX_LINE_BYTES:
            raise BrokenPipeProtocol("an endless line")
        return None
    message, length = decode_line(line)
    payload = stream.read(length) if length else b""
    if len(payload) < length:
        return None
    return message, payload
