"""The Wyoming protocol's events as a client sends them: a JSON line, more JSON, bytes; each within bounds.

Source: the README of wyoming 1.10.2, "Format". The package's own reading takes lengths of any size and falls over what
is no object, so what comes from the network is read here. Knows what an event holds, not what is done about it.
"""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec

from freehold.contracts.errors import InvalidRequest

MAX_HEADER_BYTES = 64 * 1024
MAX_DATA_BYTES = 1024 * 1024
MAX_PAYLOAD_BYTES = 10 * 1024 * 1024
FRAME_SECONDS = 30.0  # from the header's end to the event's

T = TypeVar("T")
Length = Annotated[int, msgspec.Meta(ge=0)]


class _Header(msgspec.Struct):
    type: str
    data: dict[str, Any] | None = None
    data_length: Length | None = None
    payload_length: Length | None = None


class SoundFormat(msgspec.Struct, frozen=True):
    """How samples lie in bytes: hertz, bytes per sample, and how many channels."""

    rate: Annotated[int, msgspec.Meta(ge=1000, le=384_000)]
    width: Annotated[int, msgspec.Meta(ge=1, le=4)]
    channels: Annotated[int, msgspec.Meta(ge=1, le=16)]

    @property
    def bytes_per_second(self) -> int:
        """Of all channels."""
        return self.rate * self.width * self.channels


class VoiceWish(msgspec.Struct, frozen=True):
    """Who is to speak. `speaker` is one of several in a voice; here each has an id of its own."""

    name: str | None = None
    language: str | None = None
    speaker: str | None = None


class SpeechWish(msgspec.Struct, frozen=True):
    """What `synthesize` and `synthesize-start` say, but for the text."""

    voice: VoiceWish | None = None
    text_format: str | None = None


class Text(msgspec.Struct, frozen=True):
    """The text of `synthesize` and `synthesize-chunk`."""

    text: str


class HearingWish(msgspec.Struct, frozen=True):
    """What `transcribe` says: the model's name, and what is spoken."""

    name: str | None = None
    language: str | None = None


class Ping(msgspec.Struct, frozen=True):
    """What comes back in the `pong`."""

    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One event."""

    kind: str
    data: dict[str, Any]
    payload: bytes = b""

    def read(self, schema: type[T]) -> T:
        """The data as what they should be. Raises `InvalidRequest`."""
        try:
            return msgspec.convert(self.data, schema)
        except msgspec.ValidationError as error:
            raise InvalidRequest(f"This is no '{self.kind[:100]}': {error}.") from error


async def read_event(reader: asyncio.StreamReader, idle_seconds: float) -> Received | None:
    """The next event; None once the client has gone, even in the middle of one.

    Raises `InvalidRequest` for what is no event, and `TimeoutError` where none begins in `idle_seconds`: nothing is
    lost then, and it may be asked again. The reader's own limit bounds the header.
    """
    try:
        async with asyncio.timeout(idle_seconds):
            line = await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise InvalidRequest("The header is no line of reasonable length.") from error
    header = _header(line)
    data_bytes, payload_bytes = header.data_length or 0, header.payload_length or 0
    if data_bytes > MAX_DATA_BYTES or payload_bytes > MAX_PAYLOAD_BYTES:
        text = f"An event of {data_bytes} and {payload_bytes} bytes is too large."
        raise InvalidRequest(text, hint=f"At most {MAX_DATA_BYTES} of data and {MAX_PAYLOAD_BYTES} of sound are taken.")
    try:
        async with asyncio.timeout(FRAME_SECONDS):
            data = _data(await reader.readexactly(data_bytes)) if data_bytes else {}
            payload = await reader.readexactly(payload_bytes)
    except asyncio.IncompleteReadError:
        return None
    except TimeoutError as error:
        raise InvalidRequest(f"The rest of an event did not come in {FRAME_SECONDS:g} s.") from error
    return Received(kind=header.type, data=(header.data or {}) | data, payload=payload)


def _header(line: bytes) -> _Header:
    try:
        return msgspec.json.decode(line, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The header is no event: {error}.") from error


def _data(encoded: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(encoded, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The event's data are no object: {error}.") from error
