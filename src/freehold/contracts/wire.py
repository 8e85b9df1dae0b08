"""One request on its way to a provider, and its answer as bytes. Refuses to look inside the answer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.identity import Principal
from freehold.contracts.usage import Usage


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request in the wire format of its endpoint. `body` is what the client sent, byte for byte."""

    endpoint: str  # "chat/completions", "completions", "embeddings", "messages" …
    body: bytes
    model: str  # the public model name
    stream: bool = False
    request_id: str = ""
    tenant: str = ""
    media_type: str = "application/json"
    conversation: str = ""  # what sticky routing keeps together; empty when the client names none
    headers: Mapping[str, str] = {}  # the caller's wishes, by lower-case name
    origin: str | None = None  # the page that asks, where a browser says so
    stays: bool = False  # whether nobody but a worker of this machine may see it


async def _nothing() -> None:
    return None


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


@dataclass(slots=True, kw_only=True)
class Reply:
    """An answer: whole in `content`, or else a stream in `body`, as which every provider begins.

    `close` of a stream must be awaited on every path: it frees the provider's slot.

    A provider whose body does not carry OpenAI's `usage` (speech, transcription) sets `usage` before the body ends.
    """

    status: int
    media_type: str
    body: AsyncIterator[bytes]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    close: Callable[[], Awaitable[None]] = _nothing
    usage: Usage | None = None

    content: bytes | None = None  # the whole body, once it is kept

    async def keep(self, max_bytes: int) -> bytes:
        """Read the whole body, which stays in `content`; closes the provider's side. Raises `ProviderFailed`."""
        if self.content is None:
            parts: list[bytes] = []
            left = max_bytes
            try:
                async for part in self.body:
                    parts.append(part)
                    left -= len(part)
                    if left < 0:
                        raise ProviderFailed(f"The provider's answer is over {max_bytes} bytes.")
            finally:
                await self.close()
            self.content = b"".join(parts)
            self.body = _once(self.content)
        return self.content


class Provider(Protocol):
    """Answers requests: a worker of our own, a server that speaks the OpenAI protocol, or a vendor's own wire.

    `endpoints` are those that it answers in their own wire format; empty means all of OpenAI's.
    """

    endpoints: frozenset[str]

    async def send(self, call: Call) -> Reply:
        """Start the request; returns once the provider has answered with a status line.

        Raises `ProviderFailed`, `ProviderTimeout` or `Unavailable`.
        """
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


class ModelGateway(Protocol):
    """What the API and the chats see of the gateway."""

    async def send(self, principal: Principal, call: Call) -> Reply:
        """Route the call to a provider. Raises `ModelNotFound` and what providers raise."""
        ...


async def parse_sse(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the data of each server-sent event in a byte stream, whatever its chunk boundaries.

    Source: WHATWG HTML, server-sent events; comments and other fields are passed over.
    """
    buffer = b""
    data: list[bytes] = []
    async for chunk in body:
        buffer += chunk
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            line = line.removesuffix(b"\r")
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif not line and data:
                yield b"\n".join(data)
                data = []


def sse_event(payload: bytes) -> bytes:
    """One server-sent event that carries `payload` (no newline inside)."""
    return b"data: " + payload + b"\n\n"


SSE_DONE = sse_event(b"[DONE]")
