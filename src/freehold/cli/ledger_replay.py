"""Computes every cost in the ledger again, from its quantities and the price it names: equal to the micro-dollar?

A row that names no price has nothing to compute. One whose price is in no list any more cannot be computed again: it
is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from freehold.contracts.usage import Usage
from freehold.gateway.ledger.price import MACHINE, PriceList, replay
from freehold.gateway.store import GatewayStore, UsageQuery

PAGE_ROWS = 1000
MOST_NAMED = 20
CRASHED = "crashed"  # settled at its worst case, for nobody lived to see its usage


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What it came to. Money is micro-USD. Of rows that differ or have lost their price, the first few are named."""

    rows: int = 0
    rows_without_price: int = 0
    ledger_cost: int = 0
    replayed_cost: int = 0
    rows_that_differ: int = 0
    rows_whose_price_is_gone: int = 0
    differ: list[str] = field(default_factory=list[str])
    price_is_gone: dict[str, list[str]] = field(default_factory=dict[str, list[str]])  # by the price's version

    @property
    def equal(self) -> bool:
        """Whether every row that names a price came to what the ledger says."""
        return self.rows_that_differ == 0 and self.rows_whose_price_is_gone == 0

    def add(self, row: Mapping[str, Any], prices: PriceList) -> None:
        """Compare one row."""
        self.rows += 1
        version: str | None = row["price"]
        if version is None:
            self.rows_without_price += 1
            return
        if not _is_known(version, prices):
            self.rows_whose_price_is_gone += 1
            named = self.price_is_gone.setdefault(version, [])
            if len(named) < MOST_NAMED:
                named.append(row["id"])
            return
        again = _cost_again(row, version, prices)
        self.ledger_cost += row["cost"] or 0
        self.replayed_cost += again or 0
        if again != row["cost"]:
            self.rows_that_differ += 1
            if len(self.differ) < MOST_NAMED:
                self.differ.append(row["id"])


async def replay_ledger(store: GatewayStore, query: UsageQuery, prices: PriceList) -> Comparison:
    """Compare all rows of a query, few of which are in memory at a time."""
    found = Comparison()
    after = ""
    while page := await store.rows(query, after=after, limit=PAGE_ROWS):
        for row in page:
            found.add(row, prices)
        after = page[-1]["id"]
    return found


def _is_known(version: str, prices: PriceList) -> bool:
    return version.startswith(MACHINE) or prices.price_by_version(version) is not None


def _cost_again(row: Mapping[str, Any], version: str, prices: PriceList) -> int | None:
    price = prices.price_by_version(version)
    if row["outcome"] == CRASHED and price is not None:
        return price.worst(row["input_tokens"], row["output_tokens"])
    totals = replay([(_usage(row), version)], prices)
    return None if totals.rows_without_price else totals.cost


def _usage(row: Mapping[str, Any]) -> Usage:
    return Usage(
        input_tokens=row["input_tokens"],
        cached_tokens=row["cached_tokens"],
        cache_write_tokens=row["cache_write_tokens"],
        output_tokens=row["output_tokens"],
        reasoning_tokens=row["reasoning_tokens"],
        audio_seconds=row["audio_milliseconds"] / 1000,
        characters=row["characters"],
        images=row["images"],
        machine_seconds=row["machine_microseconds"] / 1_000_000,
    )
