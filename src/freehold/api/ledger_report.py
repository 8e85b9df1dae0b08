"""The ledger added up in buckets of time, as JSON pages in the shape of OpenAI's organization usage, or as CSV.

Source of the shape: platform.openai.com/docs/api-reference/usage. Money is integer micro-USD, and the same as a
decimal string.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from freehold.api.ledger_csv import Cell, csv_answer, csv_lines, decimal_usd, iso_time, money_cells, money_columns
from freehold.api.ledger_query import GROUPS, Parameters, ledger_query, wants_csv
from freehold.contracts.identity import Principal
from freehold.foundation.edge import JsonResponse
from freehold.gateway.gateway import Gateway
from freehold.gateway.store import GatewayStore, UsageQuery

DEFAULT_BUCKETS = {"1h": 168, "1d": 31}
CSV_BUCKETS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The sums of a span of time, one row for each group. Times are unix seconds, the end excluded."""

    start: int
    end: int
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Which columns of the sums are told, and what one needs permission for."""

    name: str
    action: str
    counts: tuple[str, ...]
    money: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The columns of its CSV."""
        money = [column for name in self.money for column in money_columns(name)]
        return ("start_time", "end_time", *GROUPS, *self.counts, *money)

    def result(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One group for JSON; what is not grouped by is null."""
        groups = {name: row.get(name) for name in GROUPS}
        counts = {name: row[name] for name in self.counts}
        return {"object": f"{self.name}.result"} | groups | counts | {name: money(row[name]) for name in self.money}

    def cells(self, bucket: Bucket, row: Mapping[str, Any]) -> list[Cell]:
        """One group for CSV."""
        amounts = [cell for name in self.money for cell in money_cells(row[name])]
        groups: list[Cell] = [row.get(name) for name in GROUPS]
        counts: list[Cell] = [row[name] for name in self.counts]
        return [iso_time(bucket.start), iso_time(bucket.end), *groups, *counts, *amounts]


def money(micro: int | None) -> dict[str, Any] | None:
    """An amount for programs and for people; None where no price is known, which is not zero."""
    return None if micro is None else {"micro_usd": micro, "usd": decimal_usd(micro)}


async def answer_report(request: Request, principal: Principal, report: Report, asked: Parameters) -> Response:
    """The report, once everything that this server has settled is in the ledger."""
    query = await ledger_query(request, principal, report.action, asked)
    gateway: Gateway = request.app.state.gateway_admin
    await gateway.ledger.flush()
    if wants_csv(request, asked):
        return await csv_answer(
            report.name, csv_pages(report, gateway.store, query, first=asked.page, limit=asked.limit)
        )
    limit = asked.limit or DEFAULT_BUCKETS[asked.bucket]
    buckets, following = await read_buckets(gateway.store, query, first=asked.page, count=limit)
    page = [
        {
            "object": "bucket",
            "start_time": bucket.start,
            "end_time": bucket.end,
            "results": [report.result(row) for row in bucket.rows],
        }
        for bucket in buckets
    ]
    more = following is not None
    return JsonResponse(
        {"object": "page", "data": page, "has_more": more, "next_page": str(following) if more else None}
    )


async def csv_pages(
    report: Report, store: GatewayStore, query: UsageQuery, *, first: int = 0, limit: int | None = None
) -> AsyncIterator[bytes]:
    """The report's header and lines; buckets without requests have none. `limit` counts buckets."""
    head, left = csv_lines([report.header]), limit
    following: int | None = first
    while following is not None and left != 0:
        count = CSV_BUCKETS if left is None else min(left, CSV_BUCKETS)
        buckets, following = await read_buckets(store, query, first=following, count=count)
        yield head + csv_lines(report.cells(bucket, row) for bucket in buckets for row in bucket.rows)
        head, left = b"", None if left is None else left - len(buckets)


async def read_buckets(
    store: GatewayStore, query: UsageQuery, *, first: int, count: int
) -> tuple[list[Bucket], int | None]:
    """Up to `count` buckets from the one that holds the moment `first`, and where the next one begins.

    Buckets are hours or days of UTC; the outermost ones are cut at the query's start and end.
    """
    size = query.bucket_seconds
    since, until = int(query.since), int(query.until)
    begin, end = max(first, since) // size, -(-until // size)
    stop = min(begin + count, end)
    numbers = range(begin, stop)
    if not numbers:
        return [], None
    window = replace(query, since=max(since, begin * size), until=min(until, stop * size))
    rows: dict[int, list[dict[str, Any]]] = {number: [] for number in numbers}
    for row in await store.totals(window):
        rows[row["bucket"] // size].append(row)
    buckets = [
        Bucket(start=max(since, number * size), end=min(until, (number + 1) * size), rows=rows[number])
        for number in numbers
    ]
    return buckets, stop * size if stop < end else None
