"""Changes of counters on their way to a shared place: handed in together, and kept until they have arrived."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Changes(Generic[T]):
    """What was given back and not handed in yet. `write` hands a batch in; it raises `Unavailable`."""

    def __init__(self, write: Callable[[list[T]], Awaitable[object]]) -> None:
        self._write = write
        self._waiting: list[T] = []
        self._writing = asyncio.Lock()

    def add(self, change: T) -> None:
        """Take a change for the next batch."""
        self._waiting.append(change)

    async def hand_in(self) -> None:
        """Write what waits; when that fails it waits on. Whoever calls meanwhile waits for the batch under way, too."""
        async with self._writing:
            if not self._waiting:
                return
            batch, self._waiting = self._waiting, []
            try:
                await self._write(batch)
            except BaseException:
                self._waiting = batch + self._waiting
                raise
