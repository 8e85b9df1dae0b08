"""Background tasks that are named, watched and ended together. Refuses fire and forget."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from freehold.foundation.telemetry import UNEXPECTED_ERRORS

logger = logging.getLogger(__name__)


class TaskSupervisor:
    """Owns tasks that outlive the request that began them; an unexpected end is logged and counted."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` until it ends or `close` cancels it."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            UNEXPECTED_ERRORS.labels("task").inc()
            logger.error("task ended with an error", extra={"task": task.get_name()}, exc_info=error)

    async def drain(self, timeout_seconds: float = 10.0) -> None:
        """Let what still runs end by itself; what has not by then is cancelled."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=timeout_seconds)
        await self.close()

    async def close(self, timeout_seconds: float = 10.0) -> None:
        """Cancel what still runs and wait for it, at most `timeout_seconds`."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=timeout_seconds)
