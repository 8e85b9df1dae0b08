"""An upstream whose streams stay open: `python -m bench.peers.gateways.held PORT`.

Every POST is answered by an event a second, each with the nanosecond of the machine's monotonic clock at which it was
written. GET /open says how many such streams are open.
"""

import asyncio
import re
import resource
import sys
import time

from bench.peers.gateways.upstream import FIRST, LAST, event

EVENTS = 6  # that bear a time, besides the first and the last ones
PAUSE_SECONDS = 1.0
STAMP = re.compile(rb'"content":"at (\d+)"')
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
BACKLOG = 4096


def raise_file_limit() -> None:
    """As many open files as the system lets this process and its children have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Held:
    """All open streams of one server."""

    def __init__(self) -> None:
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection, question by question, until the client leaves."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
                await reader.readexactly(int(length.group(1)) if length else 0)
                if head.startswith(b"GET"):
                    writer.write(
                        b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%d" % (len(str(self._open)), self._open)
                    )
                else:
                    await self._stream(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            writer.write(HEAD + _chunk(FIRST))
            for _ in range(EVENTS):
                await asyncio.sleep(PAUSE_SECONDS)
                if reader.at_eof() or writer.is_closing():
                    raise ConnectionResetError
                writer.write(_chunk(event({"content": f"at {time.monotonic_ns()}"})))
            writer.write(_chunk(LAST) + _chunk(b""))
            await writer.drain()
        finally:
            self._open -= 1


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


async def main() -> None:
    """Serve until stopped."""
    raise_file_limit()
    server = await asyncio.start_server(Held().serve, "127.0.0.1", int(sys.argv[1]), backlog=BACKLOG)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
