"""GET /v1/usage: what requests used, added up by time and group, or row by row.

The rows are the export that replays: each has its quantities, its cost and the version of the price it was billed by.
"""

from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.api.ledger_csv import Cell, csv_answer, csv_lines, iso_time, money_cells, money_columns
from freehold.api.ledger_query import Id, Parameters, ledger_query, read_parameters, wants_csv
from freehold.api.ledger_report import Report, answer_report, money
from freehold.contracts.identity import Principal
from freehold.foundation.edge import JsonResponse
from freehold.gateway.gateway import Gateway
from freehold.gateway.ledger.rows import Entry
from freehold.gateway.store import QUANTITIES, GatewayStore, UsageQuery

REPORT = Report(name="usage", action="usage.read", counts=("requests", *QUANTITIES, "requests_estimated"))
MONEY = ("cost", "equivalent_cost")
ROW = tuple(name for name in Entry.__struct_fields__ if name != "decision")
DEFAULT_ROWS = 100
CSV_ROWS = 250  # a page is written in one go, so a long one would hold other requests up


class UsageParameters(Parameters, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rows` asks for single requests, behind the id `after`, oldest first; `limit` counts them then."""

    rows: bool = False
    after: Id = ""


async def usage(request: Request) -> Response:
    """Quantities by hour or day and by group, or single requests: JSON pages, or all of it as CSV."""
    principal = await identify(request)
    asked = read_parameters(request, UsageParameters)
    if asked.rows:
        return await _rows(request, principal, asked)
    return await answer_report(request, principal, REPORT, asked)


async def _rows(request: Request, principal: Principal, asked: UsageParameters) -> Response:
    query = await ledger_query(request, principal, REPORT.action, asked)
    gateway: Gateway = request.app.state.gateway_admin
    await gateway.ledger.flush()
    if wants_csv(request, asked):
        return await csv_answer("usage-rows", _csv_pages(gateway.store, query, asked))
    limit = asked.limit or DEFAULT_ROWS
    found = await _page(gateway.store, query, asked.after, limit + 1)
    data = [_plain(row) for row in found[:limit]]
    last = data[-1]["id"] if data else None
    return JsonResponse({"object": "page", "data": data, "has_more": len(found) > limit, "last_id": last})


async def _csv_pages(store: GatewayStore, query: UsageQuery, asked: UsageParameters) -> AsyncIterator[bytes]:
    """The header, and page by page every row; so few are in memory at a time."""
    header = [column for name in ROW for column in (money_columns(name) if name in MONEY else [name])]
    head, after, left = csv_lines([header]), asked.after, asked.limit
    while left != 0:
        size = CSV_ROWS if left is None else min(left, CSV_ROWS)
        found = await _page(store, query, after, size)
        yield head + csv_lines(_cells(row) for row in found)
        if len(found) < size:
            return
        head, after, left = b"", found[-1]["id"], None if left is None else left - len(found)


async def _page(store: GatewayStore, query: UsageQuery, after: str, limit: int) -> list[dict[str, Any]]:
    # An id begins with the millisecond of its request: so the database need not look at rows outside the window.
    lowest, highest = _id_at(query.since - 1), _id_at(query.until + 1)
    return await store.rows(query, after=max(after, lowest), before=highest, limit=limit)


def _id_at(unix_seconds: float) -> str:
    return f"{max(0, int(unix_seconds * 1000)):012x}"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {"object": "usage.row"} | row | {name: money(row[name]) for name in MONEY}


def _cells(row: dict[str, Any]) -> list[Cell]:
    cells: list[Cell] = []
    for name in ROW:
        value = row[name]
        if name in MONEY:
            cells += money_cells(value)
        else:
            cells.append(iso_time(value) if name == "at" else value)
    return cells


ROUTES = [Route("/v1/usage", usage)]
