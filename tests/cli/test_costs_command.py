"""`freehold costs`: the ledger added up, written as CSV, and computed again."""

import asyncio
import csv
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from command_module import run, told
from freehold.accounts.identity import Accounts
from freehold.cli import costs
from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.contracts.usage import Usage
from freehold.foundation.clock import SystemClock
from freehold.foundation.database import Database, DatabaseSettings
from freehold.gateway.ledger.price import Price, configured_entry
from freehold.gateway.settings import PriceSettings
from freehold.gateway.store import GatewayStore, Stored

pytestmark = pytest.mark.network

NOW = SystemClock().unix_seconds()
DAY = 86_400
PRICE = {
    "vendor": "acme",
    "model": "up",
    "since": "2026-01-01",
    "input_per_million": 3.3,
    "cached_input_per_million": 0.7,
    "output_per_million": 9.1,
}
ENTRY = Price.of(configured_entry(msgspec.convert(PRICE, PriceSettings)), "configured")
USAGE = {"input_tokens": 1001, "cached_tokens": 500, "output_tokens": 77}
COST = ENTRY.cost(msgspec.convert(USAGE, Usage))

Put = Callable[..., str]


def visit(options: list[str], ask: Callable[[Database], Any]) -> Any:
    """Do something with the database, as a server would."""
    url = tomllib.loads(Path(options[1]).read_text())["database"]["url"]

    async def visited() -> Any:
        database = await Database.open(Path(options[3]), DatabaseSettings(url=url))
        await database.migrate()
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(visited())


@pytest.fixture
def put(database_options: list[str]) -> Put:
    """Adds a ledger row, which is billed by `PRICE` unless it says otherwise."""
    count = 0

    def add(at: float = NOW - 60, **more: Any) -> str:
        nonlocal count
        count += 1
        row = {"id": f"{int(at * 1000):012x}{count:016x}", "at": at, "model": "m", "vendor": "acme", **USAGE}
        row |= {"cost": COST, "price": ENTRY.version} | more
        visit(database_options, lambda database: GatewayStore(database).insert_rows([json.dumps(row).encode()]))
        return str(row["id"])

    return add


@pytest.fixture
def priced(database_options: list[str]) -> list[str]:
    """Options of a data folder where the admin API has stored `PRICE`."""
    stored = Stored(kind="price", name="p", value=PRICE)
    visit(database_options, lambda database: GatewayStore(database).put_config(stored, by="ada", now=NOW))
    return database_options


def test_costs_are_added_up_by_what_is_asked_within_the_time(
    database_options: list[str], put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = visit(database_options, lambda database: Accounts(database).add_person("Ada"))
    put(person_id=ada.id, cost=1_500_000)
    put(person_id=ada.id, cost=None, price=None, model="n")
    put(person_id="gone", vendor="", cost=20, price="machine", equivalent_cost=100, counts_as_saving=True)
    put(NOW - 40 * DAY)
    found = told(capsys, costs, "--by", "person,model", *database_options)
    groups = [(row["person_id"], row["model"], row["vendor_cost"]["micro_usd"]) for row in found["data"]]
    assert groups == [("gone", "m", 0), (ada.id, "m", 1_500_000), (ada.id, "n", 0)]
    total = found["total"]
    assert (total["requests"], total["requests_without_price"]) == (3, 1)
    assert (total["saving"]["micro_usd"], total["local_cost"]["usd"]) == (80, "0.00002")
    assert told(capsys, costs, "--since", "50d", *database_options)["total"]["requests"] == 4
    assert run(costs, "--by", "person", *database_options) == 0
    printed = capsys.readouterr().out
    assert f"Ada ({ada.id})" in printed
    assert [line.split()[:3] for line in printed.splitlines() if line.startswith("all")] == [["all", "3", "$1.50"]]


def test_a_csv_has_a_line_for_each_day_and_group(database_options: list[str], put: Put, tmp_path: Path) -> None:
    for at in (NOW - 60, NOW - 5 * DAY, NOW - 5 * DAY):
        put(at)
    target = tmp_path / "costs.csv"
    assert run(costs, "--csv", str(target), *database_options) == 0
    with target.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["model"], line["requests"]) for line in lines] == [("m", "2"), ("m", "1")]
    assert int(lines[0]["vendor_cost_micro_usd"]) == 2 * (COST or 0)


def test_a_replay_finds_the_ledger_equal_to_the_micro_dollar(
    priced: list[str], put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put()
    put(outcome="failed", input_tokens=0, cached_tokens=0, output_tokens=0, cost=0)
    put(outcome="crashed", estimated=True, cached_tokens=0, cost=ENTRY.worst(1001, 77))
    put(cost=None, price=None)
    found = told(capsys, costs, "--replay", *priced)["replay"]
    assert (found["equal"], found["rows"], found["rows_without_price"]) == (True, 4, 1)
    assert found["ledger_cost"] == found["replayed_cost"] == (COST or 0) + (ENTRY.worst(1001, 77) or 0)
    assert run(costs, "--replay", *priced) == 0
    assert "equal to the micro-dollar" in capsys.readouterr().out


def test_a_replay_finds_a_micro_dollar_too_much(
    priced: list[str], put: Put, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.cli.ledger_replay.PAGE_ROWS", 2)
    put()
    wrong = [put(cost=(COST or 0) + 1), put(cost=None)]
    put()
    assert run(costs, "--replay", *priced) == 1
    printed = capsys.readouterr().out
    assert "NOT equal" in printed
    assert f"2 differ: {wrong[0]}, {wrong[1]}" in printed
    assert "Replayed 4 rows" in printed


def test_a_replay_names_the_rows_whose_price_is_gone(
    database_options: list[str], put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    row = put()
    assert run(costs, "--replay", "--json", *database_options) == 1
    found = json.loads(capsys.readouterr().out)["replay"]
    assert (found["equal"], found["price_is_gone"], found["rows_whose_price_is_gone"]) == (
        False,
        {ENTRY.version: [row]},
        1,
    )


def test_local_answers_replay_by_the_machines_price_of_their_day(
    database_options: list[str], put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = {"input_tokens": 5, "cached_tokens": 0, "vendor": ""}
    put(**nothing, machine_microseconds=1_800_001, cost=1001, price="machine 2")
    put(**nothing, machine_microseconds=1_800_001, cost=2001, price="machine 4")
    assert told(capsys, costs, "--replay", *database_options)["replay"]["equal"] is True
    put(**nothing, machine_microseconds=1_800_001, cost=2002, price="machine 4")
    assert run(costs, "--replay", *database_options) == 1


def test_what_cannot_be_answered_is_refused(database_options: list[str], tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="grouped by 'colour'"):
        run(costs, "--by", "model,colour", *database_options)
    with pytest.raises(InvalidRequest, match="neither JSON nor a replay"):
        run(costs, "--csv", "-", "--replay", *database_options)
    with pytest.raises(SetupError, match="cannot be written"):
        run(costs, "--csv", str(tmp_path / "none" / "x.csv"), *database_options)
    with pytest.raises(SetupError, match="no Freehold data"):
        run(costs, "--data", str(tmp_path / "empty"))
