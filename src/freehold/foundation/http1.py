"""The client's side of HTTP/1.1 (RFC 9112) on one connection: a request out, its answer back as it comes.

Written here because every request of the gateway passes through it: a general client took longer than everything else
on the way (decision 8). httptools parses. Asks for no compression and refuses it. Knows no addresses and keeps no
pool, follows no redirect and asks nothing twice: that is for who owns the connection.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import cast

import httptools

from freehold.contracts.errors import FreeholdError, InvalidRequest, ProviderFailed, ProviderTimeout

MAX_HEAD_BYTES = 64 * 1024
BUFFERED_BYTES = 512 * 1024  # unread bytes of an answer from which on the sender has to wait
JOINED_BYTES = 64 * 1024  # a body up to this is sent in one piece with its head


def request_head(method: str, target: str, authority: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """The head of a request. Raises `InvalidRequest` for a header that would end early and begin another."""
    lines = [f"{method} {target} HTTP/1.1", f"host: {authority}", "accept: */*", "accept-encoding: identity"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"content-length: {len(body)}")
    text = "\r\n".join(lines)
    breaks = len(lines) - 1
    if text.count("\n") != breaks or text.count("\r") != breaks or "\0" in text:
        raise InvalidRequest("A header cannot hold a line break.")
    try:
        return text.encode("latin-1") + b"\r\n\r\n"
    except UnicodeEncodeError as error:
        raise InvalidRequest(f"A header cannot hold {error.object[error.start]!r}.") from error


class Answer:
    """One answer. `headers` have lower-case names. Close it, unless it was read to its end."""

    __slots__ = ("_connection", "_failure", "_parts", "_size", "_waiter", "headers", "host", "is_complete", "status")

    def __init__(self, connection: "Connection") -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.host = connection.host
        self.is_complete = False  # everything has come, read or not
        self._connection = connection
        self._parts: list[bytes] = []
        self._size = 0
        self._waiter: asyncio.Future[None] | None = None
        self._failure: FreeholdError | None = None

    @property
    def bytes_waiting(self) -> int:
        """What has come and was not read."""
        return self._size

    def take(self) -> bytes:
        """What has come since the last time, which may be nothing."""
        parts = self._parts
        if not parts:
            return b""
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        if self._size > BUFFERED_BYTES and not self.is_complete:
            self._connection.resume()
        self._parts, self._size = [], 0
        return data

    async def read(self, silence_seconds: float) -> bytes:
        """The next bytes, empty at the end. Raises `ProviderTimeout` after so long a silence, or `ProviderFailed`."""
        if not self._parts and not self.is_complete and self._failure is None:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(silence_seconds, self._fall_silent, silence_seconds)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
        if not self._parts and self._failure is not None:
            raise self._failure
        return self.take()

    async def chunks(self, silence_seconds: float) -> AsyncGenerator[bytes]:
        """The body as it comes; closes the answer. Raises what `read` raises."""
        try:
            while chunk := await self.read(silence_seconds):
                yield chunk
        finally:
            self.close()

    async def whole(self, max_bytes: int, silence_seconds: float) -> bytes:
        """The whole body; closes the answer. Raises `ProviderFailed` for a longer one, and what `read` raises."""
        parts: list[bytes] = []
        size = 0
        try:
            while chunk := await self.read(silence_seconds):
                parts.append(chunk)
                size += len(chunk)
                if size > max_bytes:
                    raise ProviderFailed(f"The answer of {self.host} is over {max_bytes} bytes.")
        finally:
            self.close()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Take no more of it. The other side learns of it by the end of the connection."""
        if not self.is_complete:
            self._connection.abort()

    def add(self, data: bytes) -> None:
        """Bytes of the body have come."""
        self._parts.append(data)
        self._size += len(data)
        if self._size > BUFFERED_BYTES:
            self._connection.pause()
        self._wake()

    def end(self) -> None:
        """The body is whole."""
        self.is_complete = True
        self._wake()

    def fail(self, failure: FreeholdError) -> None:
        """The body will never be whole."""
        self._failure = failure
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fall_silent(self, seconds: float) -> None:
        text = f"{self.host} fell silent for {seconds:g} s in the middle of its answer."
        self._connection.fail(ProviderTimeout(text))


class Connection(asyncio.Protocol):
    """One connection, one request at a time. `freed` is told when it may take the next one."""

    def __init__(self, host: str, freed: Callable[["Connection"], None]) -> None:
        self.host = host
        self.idle_since = 0.0  # of the loop's clock; for the owner
        self._freed = freed
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: Answer | None = None
        self._begun: asyncio.Future[None] | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_bytes = 0
        self._is_interim = False
        self._ends_with_connection = False
        self._is_whole = False
        self._can_go_on = False

    @property
    def is_open(self) -> bool:
        """Whether a request may be sent."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, head: bytes, body: bytes | None, timeout_seconds: float) -> Answer:
        """Send, and return once the answer's head is there.

        Raises `ProviderTimeout` when that takes too long, `ProviderFailed` when something else than an answer comes.
        """
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self._answer = answer = Answer(self)
        self._begun = loop.create_future()
        self._headers, self._head_bytes, self._is_whole, self._can_go_on = [], 0, False, False
        if body and len(body) > JOINED_BYTES:
            self._transport.write(head)
            self._transport.write(body)
        else:
            self._transport.write(head + body if body else head)
        deadline = loop.call_later(timeout_seconds, self._give_up, timeout_seconds)
        try:
            await self._begun
        except BaseException:
            self.abort()
            raise
        finally:
            deadline.cancel()
        return answer

    def pause(self) -> None:
        """Take nothing more from the other side for now."""
        if self._transport is not None and self._transport.is_reading():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Take what comes."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def abort(self) -> None:
        """End it, whatever is under way."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.fail(ProviderFailed(f"The answer of {self.host} was closed."))
        if self._transport is not None:
            self._transport.abort()

    def fail(self, failure: FreeholdError) -> None:
        """End it; who waits for the answer gets `failure`."""
        answer, self._answer = self._answer, None
        if self._begun is not None and not self._begun.done():
            self._begun.set_exception(failure)
        elif answer is not None:
            answer.fail(failure)
        if self._transport is not None:
            self._transport.abort()

    def _give_up(self, seconds: float) -> None:
        self.fail(ProviderTimeout(f"{self.host} did not answer within {seconds:g} s."))

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._answer is None:
            self.abort()  # nobody asked: whatever it is, the next answer must not begin with it
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._is_whole:
                self.fail(ProviderFailed(f"{self.host} broke off with what is no HTTP: {error}."))
                return
            self._can_go_on = False
        if self._is_whole:
            self._finish()
        elif self._begun is not None and not self._begun.done():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.fail(ProviderFailed(f"{self.host} sent a head of more than {MAX_HEAD_BYTES} bytes."))

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended, which may be the end of the answer, too."""
        if self._answer is None:
            return
        has_begun = self._begun is not None and self._begun.done()
        if exc is None and self._ends_with_connection and has_begun:
            answer, self._answer = self._answer, None
            answer.end()
        else:
            when = "in the middle of its answer" if has_begun else "before it answered"
            self.fail(ProviderFailed(f"{self.host} broke off {when}."))

    def _finish(self) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.end()
        if self._can_go_on:
            self.resume()
            self._freed(self)
        elif self._transport is not None:
            self._transport.close()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """An answer begins. A second one to the same request is one too many."""
        if self._is_whole:
            self._can_go_on = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, or one trailer, which nobody needs."""
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        status = self._parser.get_status_code()
        self._is_interim = 100 <= status < 200
        answer = self._answer
        if answer is None or self._is_interim or self._is_whole or self._begun is None or self._begun.done():
            return
        answer.status = status
        headers = answer.headers
        for raw, value in self._headers:
            name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
            headers[name] = f"{headers[name]}, {text}" if name in headers else text
        self._ends_with_connection = "content-length" not in headers and "transfer-encoding" not in headers
        if (encoding := headers.get("content-encoding", "identity")) != "identity":
            self.fail(ProviderFailed(f"{self.host} sent its answer as {encoding}, which was not asked for."))
            return
        self._begun.set_result(None)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._answer is not None and not self._is_whole:
            self._answer.add(body)

    def on_message_complete(self) -> None:
        """The answer is whole, or an interim one, behind which the answer is yet to come."""
        if self._is_interim:
            self._headers = []
        elif not self._is_whole:
            self._is_whole = True
            self._can_go_on = self._parser.should_keep_alive()
