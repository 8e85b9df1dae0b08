"""A stream that runs ahead of who reads it, by so many items at most; then it waits."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Generic, TypeVar

from freehold.contracts.errors import FreeholdError
from freehold.foundation.tasks import TaskSupervisor

T = TypeVar("T")


class Ahead(Generic[T]):
    """Begins to run at once, as one of `tasks`. Read it to its end, or `stop` it."""

    def __init__(self, source: AsyncGenerator[T], tasks: TaskSupervisor, *, most: int) -> None:
        self._source = source
        self._most = most
        self._made: deque[T] = deque()
        self._error: FreeholdError | None = None
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._task = tasks.start("ahead", self._run())
        self._task.add_done_callback(lambda _: self._changed.set())

    async def next(self) -> T | None:
        """The next item, None after the last. Raises what the source raises, behind what it gave before."""
        while not self._made:
            if self._error is not None:
                raise self._error
            if self._task.done():
                self._task.result()
                return None
            self._changed.clear()
            await self._changed.wait()
        self._taken.set()
        return self._made.popleft()

    def stop(self) -> None:
        """End the source where it stands."""
        self._task.cancel()

    async def _run(self) -> None:
        try:
            async with aclosing(self._source) as source:
                async for item in source:
                    self._made.append(item)
                    self._changed.set()
                    while len(self._made) >= self._most:
                        self._taken.clear()
                        await self._taken.wait()
        except FreeholdError as error:
            self._error = error
