"""Callers who were identified a moment ago, so that a request need not ask the database who sends it.

- For `FRESH_SECONDS` a caller is known without asking, in one look-up. While nothing changes it stays the same
  object, so others may keep what they derived from it under its identity.
- After that the next request asks, once for all requests that come meanwhile: those keep the known answer for at
  most `STALE_SECONDS`. So what is revoked anywhere ends everywhere within two seconds, and here at once.
- When the database does not answer in time, known callers stay known for `GRACE_SECONDS` from its last word on
  them, asking again every second while nobody waits for it: a dead database does not stop their traffic. Nobody
  outlives the end that was set for a key or session.
- What is not known is asked for by few at a time, and a refusal is remembered for `REFUSED_SECONDS`: guessing
  keys costs the database little.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar

from freehold.accounts.records import Found
from freehold.contracts.errors import Unavailable
from freehold.contracts.identity import Principal
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor

FRESH_SECONDS = 1.0
AHEAD_SECONDS = 0.25  # before that is over a request has its caller asked about anew, and does not wait
STALE_SECONDS = 1.0  # also how long a known caller's look-up may take
GRACE_SECONDS = 60.0
REFUSED_SECONDS = 2.0
MAX_KNOWN = 10_000
MAX_REFUSED = 1_000
MAX_STRANGERS_ASKED = 4  # of a pool of 10 connections
MAX_STRANGERS_WAITING = 1_000

T = TypeVar("T")
Forget = Callable[[Callable[[Principal], bool]], None]  # forgets the callers of whom it is true


@dataclass(slots=True, kw_only=True)
class _Known:
    """Monotonic seconds; `ends_at` is infinite for what does not end by itself."""

    principal: Principal
    confirmed_at: float
    fresh_until: float
    ends_at: float
    in_grace: bool = False


class KnownCallers:
    """By the hash of what they showed: keys in one, sessions in another. `ask` is the way to the database."""

    def __init__(self, ask: Callable[[bytes], Awaitable[Found | None]], clock: Clock, tasks: TaskSupervisor) -> None:
        self._ask = ask
        self._clock = clock
        self._tasks = tasks
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._refused: OrderedDict[bytes, float] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Principal | Unavailable | None]] = {}
        self._few = asyncio.Semaphore(MAX_STRANGERS_ASKED)

    async def find(self, secret_hash: bytes) -> Principal | None:
        """Who shows this, or None. Raises `Unavailable` when the database does not answer and grace is over."""
        now = self._clock.monotonic_seconds()
        known = self._known.get(secret_hash)
        if known is not None and now < known.fresh_until:
            if now > known.fresh_until - AHEAD_SECONDS and secret_hash not in self._asking:
                self._begin_asking(secret_hash, known)
            return known.principal
        if self._refused.get(secret_hash, -math.inf) > now:
            return None
        asking = self._asking.get(secret_hash)
        is_asked = asking is not None or (known is not None and known.in_grace)
        asking = asking or self._begin_asking(secret_hash, known)
        if is_asked and known is not None and now < min(known.fresh_until + STALE_SECONDS, known.ends_at):
            return known.principal
        # Shielded, because others wait for the answer, too, when this request's client hangs up.
        answer = await asyncio.shield(asking)
        if isinstance(answer, Unavailable):
            raise Unavailable(answer.message, hint=answer.hint) from answer
        return answer

    def forget(self, secret_hash: bytes) -> None:
        """Ask again about this one at its next request."""
        self._known.pop(secret_hash, None)
        self._refused.pop(secret_hash, None)

    def forget_where(self, concerns: Callable[[Principal], bool]) -> None:
        """Ask again about all whom a change concerns, and about all who were refused."""
        for secret_hash in [one for one, known in self._known.items() if concerns(known.principal)]:
            del self._known[secret_hash]
        self._refused.clear()

    def _begin_asking(self, secret_hash: bytes, known: _Known | None) -> "asyncio.Task[Principal | Unavailable | None]":
        if known is None and len(self._asking) >= MAX_STRANGERS_WAITING:
            raise Unavailable("Too many unknown keys are being looked up.", hint="Try again in a moment.")
        asking = self._tasks.start("identify a caller", self._look_up(secret_hash, known))
        self._asking[secret_hash] = asking
        return asking

    async def _look_up(self, secret_hash: bytes, known: _Known | None) -> Principal | Unavailable | None:
        """What the database says; its silence is an answer, too, for every request that waits gets its own error."""
        try:
            async with asyncio.timeout(STALE_SECONDS if known else None), self._few if known is None else nullcontext():
                found = await self._ask(secret_hash)
        except (TimeoutError, Unavailable) as error:
            return self._in_grace(known) or _unavailable(error)
        finally:
            del self._asking[secret_hash]
        return self._keep(secret_hash, known, found)

    def _keep(self, secret_hash: bytes, known: _Known | None, found: Found | None) -> Principal | None:
        now = self._clock.monotonic_seconds()
        if found is None:
            self._known.pop(secret_hash, None)
            _remember(self._refused, secret_hash, now + REFUSED_SECONDS, MAX_REFUSED)
            return None
        principal = known.principal if known is not None and known.principal == found.principal else found.principal
        ends_at = math.inf if found.ends_at is None else now + found.ends_at - self._clock.unix_seconds()
        fresh_until = min(now + FRESH_SECONDS, ends_at)
        entry = _Known(principal=principal, confirmed_at=now, fresh_until=fresh_until, ends_at=ends_at)
        _remember(self._known, secret_hash, entry, MAX_KNOWN)
        return principal

    def _in_grace(self, known: _Known | None) -> Principal | None:
        now = self._clock.monotonic_seconds()
        if known is None or now >= min(known.confirmed_at + GRACE_SECONDS, known.ends_at):
            return None
        known.fresh_until, known.in_grace = min(now + FRESH_SECONDS, known.ends_at), True
        return known.principal


def _remember(entries: "OrderedDict[bytes, T]", secret_hash: bytes, entry: T, most: int) -> None:
    """Keep an entry as the youngest; the oldest of too many goes."""
    entries[secret_hash] = entry
    entries.move_to_end(secret_hash)
    while len(entries) > most:
        entries.popitem(last=False)


def _unavailable(error: TimeoutError | Unavailable) -> Unavailable:
    if isinstance(error, Unavailable):
        return error
    return Unavailable("The database does not answer.", hint="Try again in a moment.")
