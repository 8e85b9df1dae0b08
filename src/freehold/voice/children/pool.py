"""Several children that do the same work, leased one request at a time. A dead one is replaced when next needed."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from freehold.contracts.errors import Unavailable
from freehold.voice.children.child import Child

logger = logging.getLogger(__name__)


class ChildPool:
    """`size` children of one command. Waiting is in the order of asking; the caller bounds how many wait."""

    def __init__(self, command: Sequence[str], size: int, *, ready_seconds: float = 30.0) -> None:
        self._command = list(command)
        self._ready_seconds = ready_seconds
        self._free: asyncio.LifoQueue[Child | None] = asyncio.LifoQueue()
        self._all: set[Child] = set()
        self._size = size
        self._closed = False
        self.on_start: Callable[[Child], None] = lambda child: None
        self.started = 0  # children so far, replacements included

    async def start(self, *, at_once: int | None = None) -> None:
        """Start the first `at_once` children (all by default); the others when first needed. Raises `SetupError`."""
        count = self._size if at_once is None else min(at_once, self._size)
        begun = await asyncio.gather(*(self._new() for _ in range(count)), return_exceptions=True)
        for result in begun:
            if isinstance(result, BaseException):
                await self.close()
                raise result
        for _ in range(self._size - count):
            self._free.put_nowait(None)
        for child in begun:
            assert isinstance(child, Child)
            self._free.put_nowait(child)

    @asynccontextmanager
    async def lease(self) -> AsyncGenerator[Child]:
        """A child for one request; waits for a free one.

        Raises `SetupError` where none can be started, and `Unavailable` once closed.
        """
        child = await self._free.get()
        try:
            if self._closed:
                raise Unavailable("The engines are stopping.", hint="Try again shortly.")
            if child is None or not child.alive:
                if child is not None:
                    logger.warning("an engine ended and is replaced", extra={"command": self._command[-1]})
                    self._all.discard(child)
                    child = None
                child = await self._new()
            yield child
        finally:
            self._free.put_nowait(child)

    async def _new(self) -> Child:
        child = await Child.start(self._command, ready_seconds=self._ready_seconds)
        self.started += 1
        self._all.add(child)
        self.on_start(child)
        return child

    @property
    def pids(self) -> list[int]:
        """Of those that run."""
        return [child.pid for child in self._all if child.alive]

    async def close(self) -> None:
        """End all children; what is asked of them ends with `Unavailable`."""
        self._closed = True
        await asyncio.gather(*(child.close() for child in self._all))
        self._all.clear()
