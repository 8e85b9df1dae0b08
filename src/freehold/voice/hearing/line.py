"""Who is heard next: the urgent, then tenants evenly, then who has waited longest for how little is left to do.

Bounded by time. A recording takes the engine for one chunk at a time, so that a long one gives way between its chunks.
Within a tenant the highest response ratio goes first (Brinch Hansen, 1971): short before long, and nobody waits for
ever. Knows no audio.
"""

import asyncio
import math
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from freehold.contracts.errors import ProviderTimeout, RateLimited
from freehold.foundation.clock import Clock, SystemClock

MAX_JOBS = 256
MAX_WAIT_SECONDS = 600.0
FIRST_FACTOR = 0.3  # machine seconds per second of speech, until it has been measured
LEARNING = 0.2  # weight of the newest measurement


@dataclass(slots=True, eq=False)
class Job:
    """One recording in the line. `seconds` is its speech; the lowest `priority` is heard first.

    No chunk of it begins after `deadline_seconds`, on the monotonic clock.
    """

    tenant: str
    seconds: float
    deadline_seconds: float | None = None
    priority: int = 0
    done_seconds: float = 0.0
    waited_seconds: float = 0.0
    machine_seconds: float = 0.0

    @property
    def left_seconds(self) -> float:
        """Speech that has not been heard yet."""
        return max(self.seconds - self.done_seconds, 0.0)


@dataclass(slots=True, eq=False)
class _Waiting:
    job: Job
    since: float
    turn: "asyncio.Future[None]"


class Line:
    """`slots` chunks are heard at once."""

    def __init__(self, slots: int, clock: Clock | None = None, *, max_wait_seconds: float = MAX_WAIT_SECONDS) -> None:
        self._clock = clock or SystemClock()
        self._free = slots
        self._max_wait_seconds = max_wait_seconds
        self._waiting: list[_Waiting] = []
        self._served: dict[str, float] = {}  # virtual seconds of the tenants that have jobs
        self.slots = slots
        self.jobs: list[Job] = []
        self.factor = FIRST_FACTOR

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def admitted(self, job: Job) -> Generator[None]:
        """Keep the job in the line. Raises `RateLimited` where it would wait too long."""
        tenant, wait = job.tenant, self.wait_seconds(job.seconds)
        if len(self.jobs) >= MAX_JOBS or wait > self._max_wait_seconds:
            after = max(math.ceil(min(wait, max(wait - self._max_wait_seconds, 1.0))), 1)
            text = f"{len(self.jobs)} recordings are being heard, and this one would wait {wait:.0f} seconds."
            raise RateLimited(text, hint=f"Try again in {after} seconds.", retry_after_seconds=after)
        # Who comes back has not saved up turns from before.
        least = min(self._served.values(), default=0.0)
        self._served[tenant] = max(self._served.get(tenant, least), least)
        self.jobs.append(job)
        try:
            yield
        finally:
            self.jobs.remove(job)
            if all(other.tenant != tenant for other in self.jobs):
                del self._served[tenant]

    def wait_seconds(self, seconds: float) -> float:
        """About how long a recording of so much speech waits: with each of the others it shares until one has ended."""
        return sum(min(job.left_seconds, seconds) for job in self.jobs) * self.factor / self.slots

    @asynccontextmanager
    async def turn(self, job: Job, seconds: float) -> AsyncGenerator[None]:
        """The engine for the next `seconds` of an admitted job. Raises `ProviderTimeout` after its deadline."""
        asked = self._clock.monotonic_seconds()
        await self._wait(job, asked)
        began = self._clock.monotonic_seconds()
        try:
            job.waited_seconds += began - asked
            self._served[job.tenant] += seconds
            yield
            spent = self._clock.monotonic_seconds() - began
            self.factor += LEARNING * (spent / max(seconds, 0.1) - self.factor)
        finally:
            job.machine_seconds += self._clock.monotonic_seconds() - began
            job.done_seconds += seconds
            self._free += 1
            self._next()

    async def _wait(self, job: Job, asked: float) -> None:
        left = None if job.deadline_seconds is None else job.deadline_seconds - asked
        late = ProviderTimeout("The recording's turn did not come before its deadline.", hint="Send it again later.")
        if left is not None and left <= 0:
            raise late
        entry = _Waiting(job=job, since=asked, turn=asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._next()
        try:
            async with asyncio.timeout(left):
                await entry.turn
        except BaseException as error:
            if entry in self._waiting:
                self._waiting.remove(entry)
            elif entry.turn.done() and not entry.turn.cancelled():  # the turn came as its job left
                self._free += 1
                self._next()
            if isinstance(error, TimeoutError):
                raise late from error
            raise

    def _next(self) -> None:
        while self._free and self._waiting:
            entry = min(self._waiting, key=self._rank)
            self._waiting.remove(entry)
            if not entry.turn.done():
                self._free -= 1
                entry.turn.set_result(None)

    def _rank(self, entry: _Waiting) -> tuple[int, float, float]:
        cost = max(entry.job.left_seconds * self.factor, 1e-3)
        waited = self._clock.monotonic_seconds() - entry.since
        ratio = (waited + cost) / cost if waited > 0 else 1 - cost * 1e-9  # who came at once: the shorter first
        return entry.job.priority, self._served[entry.job.tenant], -ratio
