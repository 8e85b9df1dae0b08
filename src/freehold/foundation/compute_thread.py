"""One thread that computes for many requests, and a bound on how many of them may wait. Knows no models."""

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from prometheus_client import Gauge

from freehold.contracts.errors import RateLimited
from freehold.foundation.clock import SystemClock

MAX_REQUESTS = 256

T = TypeVar("T")


@dataclass(slots=True)
class Spent:
    """Time on the thread, for one request."""

    seconds: float = 0.0


class ComputeThread:
    """Does one piece of work after the other.

    A request gives it one piece at a time, so a short request passes between the pieces of a long one, and a request
    whose client has left gives it no more.
    """

    def __init__(self, name: str, gauge: Gauge) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._gauge = gauge
        self.requests = 0

    @contextmanager
    def admitted(self) -> Generator[None]:
        """Count a request while it runs or waits. Raises `RateLimited` when too many do."""
        if self.requests >= MAX_REQUESTS:
            raise RateLimited(f"{self.requests} requests are waiting.", hint="Try again shortly.")
        self.requests += 1
        self._gauge.inc()
        try:
            yield
        finally:
            self.requests -= 1
            self._gauge.dec()

    async def compute(self, work: Callable[[], T], spent: Spent | None = None) -> T:
        """Run `work` on the one thread, after what others gave it before; add the time it takes to `spent`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, _measured, work, spent or Spent())

    def close(self) -> None:
        """Drop what waits; the piece that runs ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _measured(work: Callable[[], T], spent: Spent) -> T:
    clock = SystemClock()
    started = clock.monotonic_seconds()
    try:
        return work()
    finally:
        spent.seconds += clock.monotonic_seconds() - started
