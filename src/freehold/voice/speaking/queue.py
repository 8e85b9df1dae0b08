"""Whose clause is spoken next: earliest deadline first, fair between tenants, bounded by the work that waits.

A clause is due when its listener would otherwise fall silent: the first one at once, a later one when what was made
before it has been played. Short ones are due a little before long ones. Nobody starves, for what comes later is due
later. Tenants that were served more wait for those that were served less (start-time fair queueing: Goyal, Vin, Cheng,
SIGCOMM 1996). Knows no engines and no sound.
"""

import asyncio
import heapq
import itertools
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from freehold.contracts.errors import ProviderTimeout, RateLimited
from freehold.foundation.clock import Clock
from freehold.voice.speaking import measures

SECONDS_PER_CHARACTER = 0.0001  # until the engine has been measured
MEASURED_CHARACTERS = 20_000.0  # the average is over about so many: a burst that arrives slows the first turns
DUE_PER_CHARACTER = 0.005  # seconds by which a clause is due later for each character
DUE_PER_PRIORITY = 0.1  # seconds
FAIRNESS = 2.0  # seconds by which a tenant's clauses are due later for each second of an engine that it had


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A clause that wants to be spoken. Times are on the monotonic clock.

    `due_seconds` is when its sound is needed. What has not begun by `deadline_seconds` is given up.
    """

    characters: int
    due_seconds: float
    tenant: str = ""
    priority: int = 0
    deadline_seconds: float | None = None

    @property
    def rank(self) -> float:
        """Lower is sooner."""
        due = self.due_seconds + DUE_PER_CHARACTER * self.characters
        due = due if self.deadline_seconds is None else min(due, self.deadline_seconds)
        return due + DUE_PER_PRIORITY * self.priority


@dataclass(slots=True)
class _Tenant:
    """`served_seconds` is its share so far, of engines; `heap` holds rank, number and the waiter."""

    served_seconds: float
    heap: list[tuple[float, int, "_Waiter"]] = field(default_factory=list)
    waiting_characters: int = 0


@dataclass(slots=True, eq=False)
class _Waiter:
    ask: Ask
    turn: "asyncio.Future[None]"
    gone: bool = False


class TurnQueue:
    """The turns of an engine with `slots`. Belongs to one event loop."""

    def __init__(self, slots: int, clock: Clock, *, waiting_seconds: float) -> None:
        self._free = slots
        self._slots = slots
        self._clock = clock
        self._waiting_seconds = waiting_seconds
        self._tenants: dict[str, _Tenant] = {}
        self._numbers = itertools.count()
        self._virtual_seconds = 0.0  # the share of the tenant that was served last: where newcomers begin
        self.seconds_per_character = SECONDS_PER_CHARACTER
        self.waiting = 0

    @property
    def running(self) -> int:
        """Clauses being spoken."""
        return self._slots - self._free

    def admit(self, tenant: str, characters: int) -> None:
        """Raise `RateLimited` where a clause of so many characters could not begin in time.

        It waits for what its tenant has waiting, and for as much again of each other tenant.
        """
        own = self._tenants[tenant].waiting_characters if tenant in self._tenants else 0
        ahead = own + sum(
            min(other.waiting_characters, own + characters) for name, other in self._tenants.items() if name != tenant
        )
        wait_seconds = ahead * self.seconds_per_character / self._slots
        if wait_seconds > self._waiting_seconds:
            retry_seconds = max(1, math.ceil(wait_seconds - self._waiting_seconds))
            text = f"Speech could begin in {math.ceil(wait_seconds)} seconds at the soonest."
            raise RateLimited(text, hint="Try again later.", retry_after_seconds=retry_seconds)

    @asynccontextmanager
    async def turn(self, ask: Ask) -> AsyncGenerator[float]:
        """Wait for a turn and hold it; what is given is how many seconds that took. Raises `ProviderTimeout`."""
        began = self._clock.monotonic_seconds()
        tenant = self._tenant(ask.tenant)
        if self._free and not self.waiting:
            self._take(tenant, ask)
        else:
            await self._wait(tenant, ask)
        waited = self._clock.monotonic_seconds() - began
        measures.QUEUE_WAIT.observe(waited)
        try:
            yield waited
        finally:
            self._release()

    def learn(self, characters: int, seconds: float) -> None:
        """Note how long a turn took."""
        weight = min(1.0, characters / MEASURED_CHARACTERS)
        self.seconds_per_character += weight * (seconds / max(1, characters) - self.seconds_per_character)

    def _tenant(self, name: str) -> _Tenant:
        tenant = self._tenants.setdefault(name, _Tenant(self._virtual_seconds))
        if not tenant.heap:
            tenant.served_seconds = max(tenant.served_seconds, self._virtual_seconds)
        return tenant

    def _take(self, tenant: _Tenant, ask: Ask) -> None:
        self._free -= 1
        self._virtual_seconds = max(self._virtual_seconds, tenant.served_seconds)
        tenant.served_seconds += ask.characters * self.seconds_per_character

    async def _wait(self, tenant: _Tenant, ask: Ask) -> None:
        waiter = _Waiter(ask, asyncio.get_running_loop().create_future())
        heapq.heappush(tenant.heap, (ask.rank, next(self._numbers), waiter))
        self._count(tenant, ask, +1)
        try:
            async with asyncio.timeout(self._patience_seconds(ask)):
                await waiter.turn
        except BaseException as error:
            if waiter.turn.done() and not waiter.turn.cancelled():
                self._release()  # it came in the moment in which nobody wanted it any more
            else:
                waiter.gone = True
                self._count(tenant, ask, -1)
            if isinstance(error, TimeoutError):
                raise ProviderTimeout("No engine was free before the request's deadline.") from error
            raise

    def _patience_seconds(self, ask: Ask) -> float | None:
        if ask.deadline_seconds is None:
            return None
        return max(0.0, ask.deadline_seconds - self._clock.monotonic_seconds())

    def _count(self, tenant: _Tenant, ask: Ask, change: int) -> None:
        self.waiting += change
        tenant.waiting_characters += change * ask.characters
        measures.WAITING.inc(change)

    def _release(self) -> None:
        self._free += 1
        while self._free and self._grant():
            pass
        if self._free == self._slots:
            self._tenants.clear()  # an idle engine owes nobody anything
            self._virtual_seconds = 0.0

    def _grant(self) -> bool:
        """Give one turn; false where nobody waits."""
        tenant = min(
            (tenant for tenant in self._tenants.values() if _drop_gone(tenant.heap)),
            key=lambda tenant: tenant.heap[0][0] + FAIRNESS * tenant.served_seconds,
            default=None,
        )
        if tenant is None:
            return False
        _, _, waiter = heapq.heappop(tenant.heap)
        self._count(tenant, waiter.ask, -1)
        self._take(tenant, waiter.ask)
        waiter.turn.set_result(None)
        return True


def _drop_gone(heap: list[tuple[float, int, _Waiter]]) -> bool:
    """Whether somebody waits, once those who have left are out of the way: a cancelled turn's task may not know yet."""
    while heap and (heap[0][2].gone or heap[0][2].turn.done()):
        heapq.heappop(heap)
    return bool(heap)
