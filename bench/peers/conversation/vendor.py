"""An upstream without models: `python -m bench.peers.conversation.vendor PORT`.

Every chat completion is the same long answer, its sentences written at once; every transcription the same words. So
what a model or a transcriber takes is not measured where it is not the question.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.machine import ROOT
from bench.peers.gateways.process import free_port, running
from bench.peers.gateways.upstream import FIRST, LAST, event, responds

SENTENCES = 40
SENTENCE = "The river was wide and slow, and the people of the town walked along it every evening. "
WORDS = "I would like to say something."
STREAM = FIRST + b"".join(event({"content": SENTENCE}) for _ in range(SENTENCES)) + LAST
TRANSCRIPT = json.dumps({"text": WORDS, "usage": {"type": "duration", "seconds": 2}}).encode()


@contextmanager
def vendor(folder: Path) -> Generator[str]:
    """A running one; its base URL."""
    port = free_port()
    command = [sys.executable, "-m", "bench.peers.conversation.vendor", str(port)]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with running(command, folder, partial(responds, f"http://127.0.0.1:{port}/"), {"PYTHONPATH": path}):
        yield f"http://127.0.0.1:{port}/v1"


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A connection, question by question, until the client leaves."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(length.group(1)) if length else 0)
            is_chat = b"/chat/completions" in head.split(b"\r\n", 1)[0]
            media_type, body = (b"text/event-stream", STREAM) if is_chat else (b"application/json", TRANSCRIPT)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n" % (media_type, len(body)))
            writer.write(body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def main() -> None:
    """Serve until stopped."""
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
