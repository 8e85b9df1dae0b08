"""Counters in this process's memory, for one server. What they held before it started is read from the ledger."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from freehold.gateway.counters import Claim, Means, Verdict

MAX_COUNTERS = 100_000


class _Window:
    """Amounts by slot, oldest first, and their sum."""

    __slots__ = ("amounts", "in_use", "total")

    def __init__(self, amounts: dict[int, int]) -> None:
        self.amounts = amounts
        self.total = sum(amounts.values())
        self.in_use = 0

    def forget_before(self, oldest: int) -> None:
        amounts = self.amounts
        while amounts:
            slot = next(iter(amounts))
            if slot >= oldest:
                return
            self.total -= amounts.pop(slot)

    def add(self, slot: int, amount: int) -> None:
        self.amounts[slot] = self.amounts.get(slot, 0) + amount
        self.total += amount


class ProcessCounters:
    """One server's counts. Those that nobody uses are dropped, and read from the ledger when they are needed again."""

    def __init__(self, means: Means) -> None:
        self._load = means.load
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._loading: dict[str, asyncio.Event] = {}

    async def reserve(self, claims: Sequence[Claim]) -> Verdict:
        """Count all claims unless one does not fit."""
        for claim in claims:
            while claim.counter not in self._windows:
                await self._fetch(claim)
        # No await from here on: nothing comes between the check and the count.
        refused = None
        used: list[int] = []
        first_slots: list[int | None] = []
        for index, claim in enumerate(claims):
            window = self._windows[claim.counter]
            window.forget_before(claim.oldest)
            used.append(window.total)
            first_slots.append(next(iter(window.amounts), None))
            if refused is None and window.total + claim.amount > claim.ceiling:
                refused = index
        if refused is None:
            for claim in claims:
                window = self._windows[claim.counter]
                window.add(claim.slot, claim.amount)
                window.in_use += 1
                self._windows.move_to_end(claim.counter)
        return Verdict(used, first_slots, refused)

    async def _fetch(self, claim: Claim) -> None:
        """Read what the counter held; callers that come meanwhile wait for the same reading."""
        if (running := self._loading.get(claim.counter)) is not None:
            await running.wait()
            return
        done = self._loading[claim.counter] = asyncio.Event()
        try:
            self._windows[claim.counter] = _Window(await self._load(claim))
            self._drop_unused()
        finally:
            del self._loading[claim.counter]
            done.set()

    def _drop_unused(self) -> None:
        for name in list(self._windows)[: max(0, len(self._windows) - MAX_COUNTERS)]:
            if self._windows[name].in_use == 0:
                del self._windows[name]

    def adjust(self, claim: Claim, delta: int) -> None:
        """Change what was counted, if its slot is still in the window."""
        window = self._windows[claim.counter]
        if claim.slot in window.amounts:
            window.add(claim.slot, delta)

    def end(self, claim: Claim) -> None:
        """The claim changes no more."""
        self._windows[claim.counter].in_use -= 1

    async def run(self) -> None:
        """Nothing to do meanwhile."""

    async def close(self) -> None:
        """Nothing to hand in: the ledger knows it all."""


COUNTERS = ProcessCounters
