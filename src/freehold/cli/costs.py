"""`freehold costs`: what requests cost, and what was saved, from the ledger in the data folder's database.

`--replay` computes every cost again and says whether the ledger holds.
"""

import argparse
import asyncio
import math
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from freehold.accounts.identity import Accounts
from freehold.api.ledger_report import csv_pages, money
from freehold.api.openai.costs import REPORT
from freehold.app import SCHEMAS, data_folder
from freehold.cli.accounts_visit import duration, names, print_json, refuse_empty
from freehold.cli.gateway_visit import print_table
from freehold.cli.ledger_replay import Comparison, replay_ledger
from freehold.cli.options import add_settings_options, read_settings
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError
from freehold.foundation.clock import SystemClock
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.settings import Settings
from freehold.gateway.ledger.price import PriceList, configured_entry, shipped_prices, usd
from freehold.gateway.settings import GatewaySettings, PriceSettings
from freehold.gateway.store import GatewayStore, UsageQuery
from freehold.operations.database_visit import visit_database

EXAMPLES = """\
  freehold costs
  freehold costs --since 7d --by person,model
  freehold costs --since 90d --csv costs.csv          a line for each day and model
  freehold costs --replay                             is every cost in the ledger what its price says?"""

GROUPS = {
    "model": "model",
    "provider": "provider",
    "person": "person_id",
    "team": "team_id",
    "key": "key_id",
    "tier": "tier",
    "endpoint": "endpoint",
}
DAY_SECONDS = 86_400
ALL_TIME_SECONDS = 10**11  # one bucket


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which time, by what, and where to."""
    text = "how far back, like 30d or 24h (default: 30d)"
    parser.add_argument("--since", type=duration, default=30.0 * DAY_SECONDS, metavar="TIME", help=text)
    text = f"a line for each of these, or for several at once: {', '.join(GROUPS)} (default: model)"
    parser.add_argument("--by", type=names, default=("model",), metavar="G,…", help=text)
    parser.add_argument(
        "--csv", metavar="FILE", help="write a CSV with a line for each day and group; - is standard output"
    )
    parser.add_argument("--replay", action="store_true", help="compute every cost again; exit status 1 if one differs")
    parser.add_argument("--json", action="store_true", help="print JSON; money in micro-USD and dollars")
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Open the database, add up, close."""
    if unknown := [name for name in arguments.by if name not in GROUPS]:
        raise InvalidRequest(f"Nothing is grouped by '{unknown[0]}'.", hint=f"Known: {', '.join(GROUPS)}.")
    if arguments.csv and (arguments.json or arguments.replay):
        raise InvalidRequest("A CSV holds neither JSON nor a replay.", hint="Run the command once for each.")
    return asyncio.run(_costs(arguments, read_settings(arguments, SCHEMAS)))


async def _costs(arguments: argparse.Namespace, settings: Settings) -> int:
    refuse_empty(settings)
    until = math.ceil(SystemClock().unix_seconds())
    columns = tuple(GROUPS[name] for name in arguments.by)
    query = UsageQuery(since=max(0, until - int(arguments.since)), until=until, group_by=columns)
    async with visit_database(data_folder(settings), settings.part(DatabaseSettings)) as database:
        await database.migrate()
        store = GatewayStore(database)
        if arguments.csv:
            with _opened(arguments.csv) as file:
                async for page in csv_pages(REPORT, store, query, first=int(query.since)):
                    file.write(page)
            return 0
        sums = await store.totals(replace(query, bucket_seconds=ALL_TIME_SECONDS))
        called = await _names(Accounts(database), sums)
        compared = await _replay(settings, store, query) if arguments.replay else None
    if arguments.json:
        _print_json(query, sums, compared)
    else:
        _print(arguments.by, sums, called, compared)
    return 1 if compared is not None and not compared.equal else 0


@contextmanager
def _opened(target: str) -> Generator[BinaryIO]:
    """The file to write, or standard output for `-`. Raises `SetupError`."""
    if target == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with Path(target).expanduser().open("wb") as file:
            yield file
    except OSError as error:
        raise SetupError(f"{target} cannot be written: {error.strerror}.", hint="Check --csv.") from error
    sys.stderr.write(f"Written to {target}.\n")


async def _replay(settings: Settings, store: GatewayStore, query: UsageQuery) -> Comparison:
    own = settings.part(GatewaySettings)
    return await replay_ledger(store, query, await _prices(own, store))


async def _prices(own: GatewaySettings, store: GatewayStore) -> PriceList:
    """Every price that a row can name: the shipped ones, those of the file and the stored ones."""
    _, stored = await store.config()
    kept = [msgspec.convert(one.value, PriceSettings) for one in stored if one.kind == "price"]
    return shipped_prices().with_entries(configured_entry(price) for price in (*own.prices, *kept))


async def _names(accounts: Accounts, sums: list[dict[str, Any]]) -> dict[str, str]:
    """What people, teams and keys are called, by their ids; who is gone has no name."""
    found: dict[str, str] = {}
    for column, part in (("person_id", accounts.people), ("team_id", accounts.teams), ("key_id", accounts.keys)):
        for identifier in {row[column] for row in sums if row.get(column)}:
            try:
                found[identifier] = (await part.get(identifier)).name
            except NotFound:
                continue
    return found


def _total(sums: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(row[name] for row in sums) for name in (*REPORT.counts, *REPORT.money)}


def _print(
    by: tuple[str, ...], sums: list[dict[str, Any]], called: dict[str, str], compared: Comparison | None
) -> None:
    header = [
        *(name.upper() for name in by),
        "REQUESTS",
        "VENDORS",
        "OWN",
        "SAVED",
        "LIST PRICE",
        "NO PRICE",
        "ESTIMATED",
    ]
    lines = [[*(_told(row[GROUPS[name]], called) for name in by), *_numbers(row)] for row in sums]
    lines.append(["all", *[""] * (len(by) - 1), *_numbers(_total(sums))] if by else _numbers(_total(sums)))
    print_table(header, lines, right=range(len(by), len(header)))
    print("LIST PRICE is what vendors would bill for answers that count as no saving. What has NO PRICE is in no sum.")
    print("Of the last second, a running server may still hold requests.")
    if compared is not None:
        _print_comparison(compared)


def _told(text: str, called: dict[str, str]) -> str:
    return f"{called[text]} ({text})" if text in called else text or "–"


def _numbers(row: dict[str, Any]) -> list[str]:
    counts = [f"{row[name]:,}" for name in ("requests_without_price", "requests_estimated")]
    return [f"{row['requests']:,}", *(usd(row[name]) for name in REPORT.money), *counts]


def _print_comparison(found: Comparison) -> None:
    verdict = "equal to the micro-dollar" if found.equal else "NOT equal"
    print(
        f"Replayed {found.rows:,} rows: ledger {usd(found.ledger_cost)}, again {usd(found.replayed_cost)}: {verdict}."
    )
    if found.rows_without_price:
        print(f"  {found.rows_without_price:,} name no price, so there is nothing to compute.")
    if found.rows_that_differ:
        print(f"  {found.rows_that_differ:,} differ: {_listed(found.differ, found.rows_that_differ)}")
    for version, ids in found.price_is_gone.items():
        print(f"  the price '{version}' is in no list any more; rows: {_listed(ids, found.rows_whose_price_is_gone)}")


def _listed(ids: list[str], count: int) -> str:
    return ", ".join(ids) + (" …" if count > len(ids) else "")


def _print_json(query: UsageQuery, sums: list[dict[str, Any]], compared: Comparison | None) -> None:
    def plain(row: dict[str, Any]) -> dict[str, Any]:
        groups = {name: row[name] for name in query.group_by if name in row}
        return groups | {name: row[name] for name in REPORT.counts} | {name: money(row[name]) for name in REPORT.money}

    told: dict[str, Any] = {
        "start_time": query.since,
        "end_time": query.until,
        "data": [plain(row) for row in sums],
        "total": plain(_total(sums)),
    }
    if compared is not None:
        told["replay"] = {"equal": compared.equal} | asdict(compared)
    print_json(told)
