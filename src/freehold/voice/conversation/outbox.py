"""What a session tells its client, in order: named, written as JSON, and kept until the client takes it.

Bounded: who does not read for `SLOW_SECONDS` while more than `MAX_BYTES` wait has gone, whatever the connection says.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

MAX_BYTES = 8 * 1024 * 1024
SLOW_SECONDS = 10.0

Event = Mapping[str, Any]


class ClientGone(Exception):
    """The client does not read."""


class Outbox:
    """The events to one client. `send` writes one message to its connection."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._taken = asyncio.Event()
        self.overflown = False

    def tell(self, event: Event) -> None:
        """Put an event in line."""
        if self._bytes > MAX_BYTES * 2:
            self.overflown = True  # nobody waited for room: `deliver` ends the session
            return
        named = {"event_id": f"event_{random.getrandbits(80):020x}", **event}
        message = msgspec.json.encode(named).decode()
        self._waiting.append(message)
        self._bytes += len(message)
        self._filled.set()

    async def room(self) -> None:
        """Wait until the client has taken enough of what waits. Raises `ClientGone`."""
        if self._bytes <= MAX_BYTES:
            return
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                while self._bytes > MAX_BYTES:
                    self._taken.clear()
                    await self._taken.wait()
        except TimeoutError:
            raise ClientGone from None

    async def deliver(self) -> None:
        """Send what is told, for ever. Raises `ClientGone`."""
        while True:
            while self._waiting:
                message = self._waiting.popleft()
                self._bytes -= len(message)
                try:
                    async with asyncio.timeout(SLOW_SECONDS):
                        await self._send(message)
                except TimeoutError:
                    raise ClientGone from None
                self._taken.set()
            if self.overflown:
                raise ClientGone
            self._filled.clear()
            await self._filled.wait()
