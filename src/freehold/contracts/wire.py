"""One request on its way to a provider, and its answer as bytes. Refuses to look inside the answer."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from freehold.contracts.identity import Principal
from freehold.contracts.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request in the wire format of its endpoint. `body` is what the client sent, byte for byte."""

    endpoint: str  # "chat/completions", "completions", "embeddings", "messages" …
    body: bytes
    model: str  # the public model name
    stream: bool = False
    request_id: str = ""
    tenant: str = ""
    media_type: str = "application/json"
    conversation: str = ""  # what sticky routing keeps together; empty when the client names none
    headers: Mapping[str, str] = field(default_factory=dict[str, str])  # the caller's wishes, x-freehold-… only


async def _nothing() -> None:
    return None


@dataclass(slots=True, kw_only=True)
class Reply:
    """A provider's answer. `close` must be awaited on every path: it frees the provider's slot.

    A provider whose body does not carry OpenAI's `usage` (speech, transcription) sets `usage` before the body ends.
    """

    status: int
    media_type: str
    body: AsyncIterator[bytes]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    close: Callable[[], Awaitable[None]] = _nothing
    usage: Usage | None = None

    async def read(self) -> bytes:
        """The whole body; closes the reply."""
        try:
            return b"".join([chunk async for chunk in self.body])
        finally:
            await self.close()


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
