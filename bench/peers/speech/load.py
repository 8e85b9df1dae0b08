"""Load on a server that speaks: raw sockets, for the client shares the cores with what it measures.

Reads status, first sound, length and end of an answer, and nothing else of it.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.peers.speech.target import Target

DEADLINE_SECONDS = 900.0
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
HEAD_END, LAST_CHUNK = b"\r\n\r\n", b"0\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One answer: seconds from the question to the first sound and to the end; `failure` says what went wrong."""

    text: str
    first: float
    last: float
    bytes: int
    failure: str = ""


class _Answer(asyncio.Protocol):
    """Sends one request and watches its answer."""

    def __init__(self, request: bytes, ended: "asyncio.Future[None]") -> None:
        self._request = request
        self._ended = ended
        self.head = b""
        self.first_at = 0.0
        self.bytes = 0
        self.tail = b""
        self.error = ""
        self.in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.in_body:
            self.head += data
            head, end, data = self.head.partition(HEAD_END)
            if not end:
                return
            self.head, self.in_body = head, True
        if not data:
            return
        self.first_at = self.first_at or time.perf_counter()
        self.bytes += len(data)
        self.tail = (self.tail + data)[-len(LAST_CHUNK) :]

    def connection_lost(self, exc: Exception | None) -> None:
        self.error = str(exc or "")
        if not self._ended.done():
            self._ended.set_result(None)

    @property
    def failure(self) -> str:
        """What went wrong, or nothing."""
        status, length = STATUS.match(self.head), LENGTH.search(self.head)
        if self.error or status is None:
            return self.error or "no answer"
        if status[1] != b"200":
            return f"status {status[1].decode()}"
        if CHUNKED.search(self.head):
            return "" if self.tail == LAST_CHUNK else "broken off"
        return "" if length is None or int(length[1]) == self.bytes else "broken off"


async def _ask(target: Target, text: str) -> Spoken:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    answer = _Answer(target.request(text), ended)
    began, failure = time.perf_counter(), ""
    transport: asyncio.BaseTransport | None = None
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            transport, _ = await loop.create_connection(lambda: answer, "127.0.0.1", target.port)
            await ended
    except (OSError, TimeoutError) as error:
        failure = f"{type(error).__name__}"
    finally:
        if transport is not None:
            transport.close()
    last = time.perf_counter() - began
    first = answer.first_at - began if answer.first_at else last
    return Spoken(text=text, first=first, last=last, bytes=answer.bytes, failure=failure or answer.failure)


def one_by_one(target: Target, texts: Sequence[str]) -> list[Spoken]:
    """Each asked when the one before has ended."""

    async def run() -> list[Spoken]:
        return [await _ask(target, text) for text in texts]

    return asyncio.run(run())


def at_once(target: Target, texts: Sequence[str]) -> list[Spoken]:
    """All asked together, each on a connection of its own."""

    async def run() -> list[Spoken]:
        return await asyncio.gather(*(_ask(target, text) for text in texts))

    return asyncio.run(run())
