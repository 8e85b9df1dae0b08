"""Counters in PostgreSQL, for many servers on one database: one statement a reservation, changes in batches."""

import asyncio
import logging
from collections.abc import Sequence

from freehold.contracts.errors import Unavailable
from freehold.gateway.counters import Claim, Means, Verdict
from freehold.gateway.counters._changes import Changes

ADJUST_SECONDS = 0.05
HEARTBEAT_SECONDS = 5.0
ALIVE_SECONDS = 20.0  # a process not seen for so long is dead: what it was running is no longer counted as running
FORGET_SECONDS = 3600.0

logger = logging.getLogger(__name__)


class PostgresCounters:
    """Counts that all servers share. A server that dies leaves its reservations counted at their worst case."""

    def __init__(self, means: Means) -> None:
        self._store = means.store
        self._clock = means.clock
        self._number: int | None = None
        self._changes = Changes(means.store.adjust)
        self._registering = asyncio.Lock()

    async def reserve(self, claims: Sequence[Claim]) -> Verdict:
        """Count all claims unless one does not fit. What was given back but not handed in yet counts as given back."""
        verdict = await self._reserve(claims)
        if verdict.refused is not None:
            await self._changes.hand_in()
            verdict = await self._reserve(claims)
        return verdict

    async def _reserve(self, claims: Sequence[Claim]) -> Verdict:
        number = await self._register()
        for claim in claims:
            if claim.by_process:
                claim.slot = number
        columns = {
            "names": [claim.counter for claim in claims],
            "slots": [claim.slot for claim in claims],
            "oldest": [claim.oldest for claim in claims],
            "amounts": [claim.amount for claim in claims],
            "ceilings": [claim.ceiling for claim in claims],
            "by_process": [claim.by_process for claim in claims],
            "expiries": [claim.expires_at for claim in claims],
        }
        alive_since = self._clock.unix_seconds() - ALIVE_SECONDS
        used, first_slots, refused = await self._store.reserve(columns, alive_since)
        return Verdict(used, first_slots, refused)

    async def _register(self) -> int:
        async with self._registering:
            if self._number is None:
                self._number = await self._store.add_replica(self._clock.unix_seconds())
            return self._number

    def adjust(self, claim: Claim, delta: int) -> None:
        """Hand in a change with the next batch."""
        if delta:
            self._changes.add((claim.counter, claim.slot, delta))

    def end(self, claim: Claim) -> None:
        """Nothing is kept here."""

    async def run(self) -> None:
        """Hand in changes, and say that this process lives."""
        await self._register()
        last_beat = self._clock.monotonic_seconds()
        while True:
            await asyncio.sleep(ADJUST_SECONDS)
            try:
                await self._changes.hand_in()
                if self._clock.monotonic_seconds() - last_beat >= HEARTBEAT_SECONDS:
                    await self._beat()
                    last_beat = self._clock.monotonic_seconds()
            except Unavailable as error:
                logger.warning("counters wait for the database: %s", error.message)
                await asyncio.sleep(1)

    async def _beat(self) -> None:
        now = self._clock.unix_seconds()
        await self._store.keep_replica(await self._register(), now, now - FORGET_SECONDS)

    async def close(self) -> None:
        """Hand in the rest."""
        try:
            await self._changes.hand_in()
        except Unavailable:
            logger.warning("the last settlements did not reach the counters, which stay on the safe side")


COUNTERS = PostgresCounters
