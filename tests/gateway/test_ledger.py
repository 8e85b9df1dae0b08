"""The ledger's promises: one row a request, whatever dies; money by the price of the day; nothing invented."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from freehold.contracts.errors import Forbidden, Unavailable
from freehold.contracts.models import Endpoint
from freehold.foundation.database import Database
from freehold.gateway.ledger.rows import Entry, Ledger
from freehold.gateway.settings import LimitSettings, PriceSettings, ProviderSettings, RouteSettings, TargetSettings
from freehold.gateway.store import GatewayStore
from gateway.rig import FOREVER, QUICK, Rig, gateway, read
from gateway.vendors import USAGE, Vendor, chat_answer, good, serving

pytestmark = pytest.mark.network

ACME = PriceSettings(vendor="acme", model="a", since="2024-01-01", input_per_million=3.0, output_per_million=15.0)


async def worker_answer(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    return web.json_response(chat_answer(usage=USAGE | {"freehold": {"machine_seconds": 2.0}}))


def entry(number: int) -> Entry:
    return Entry(id=f"{number:04d}", at=1_700_000_000.0 + number, model="m", provider="p", input_tokens=7, cost=5)


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> GatewayStore:
    return GatewayStore(database)


async def test_holds_of_a_dead_process_become_rows_at_their_worst_case(store: GatewayStore, tmp_path: Path) -> None:
    dead = Ledger(store, tmp_path, max_bytes=10**9)
    settled, left = dead.begin(entry(1)), dead.begin(entry(2))
    settled.entry.cost = 1
    await dead.settle(settled)
    assert not left.settled
    os.close(dead._journal._lock)  # what kill -9 does
    heir = Ledger(store, tmp_path, max_bytes=10**9)
    assert await heir.adopt() == 1
    assert await heir.adopt() == 0
    rows = await store.rows(FOREVER)
    assert [(row["id"], row["outcome"], row["cost"], row["estimated"]) for row in rows] == [
        ("0001", "answered", 1, False),
        ("0002", "crashed", 5, True),
    ]
    await heir.close()
    assert os.listdir(tmp_path) == []


async def test_a_row_is_written_once_however_often_it_is_settled_and_read(store: GatewayStore, tmp_path: Path) -> None:
    ledger = Ledger(store, tmp_path, max_bytes=10**9)
    opened = ledger.begin(entry(1))
    await asyncio.gather(*(ledger.settle(opened) for _ in range(5)))
    await ledger.flush()
    await store.insert_rows([msgspec.json.encode(opened.entry)])
    assert len(await store.rows(FOREVER)) == 1
    await ledger.close()


async def test_a_row_that_cannot_be_stored_holds_up_no_other(store: GatewayStore, tmp_path: Path) -> None:
    ledger = Ledger(store, tmp_path, max_bytes=10**9)
    for number in range(9):
        opened = ledger.begin(entry(number))
        if number == 4:
            opened.entry.model = "nul \0 byte"
        await ledger.settle(opened)
    await ledger.flush()
    assert len(await store.rows(FOREVER)) == 8
    await ledger.close()


async def test_rows_wait_in_the_journal_while_the_database_is_away(
    store: GatewayStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(store, tmp_path, max_bytes=10**9)

    async def away(lines: object) -> None:
        raise Unavailable("The database does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(store, "insert_rows", away)
        await ledger.settle(ledger.begin(entry(1)))
        with pytest.raises(Unavailable):
            await ledger.flush()
        await ledger.close()
    assert os.listdir(tmp_path) != []
    heir = Ledger(store, tmp_path, max_bytes=10**9)
    assert await heir.adopt() == 0
    assert [row["outcome"] for row in await store.rows(FOREVER)] == ["answered"]
    await heir.close()


async def priced(stack: AsyncExitStack, database: Database, folder: Path, *limits: LimitSettings, vendor: str) -> Rig:
    server = await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=server.url, models={"m": "a"}, vendor=vendor)}
    settings = replace(QUICK, prices=(ACME,), limits=limits)
    return await stack.enter_async_context(gateway(database, folder, providers, settings=settings))


async def test_a_vendors_answer_costs_what_its_price_list_says(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig = await priced(stack, database, tmp_path, vendor="acme")
    await rig.ask()
    (row,) = await rig.ledger()
    assert row["cost"] == 10 * 3 + 5 * 15
    assert row["price"]


async def test_an_unknown_price_is_no_price_and_no_budget_can_hold_for_it(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig = await priced(stack, database, tmp_path / "free", vendor="nobody")
    await rig.ask()
    (row,) = await rig.ledger()
    assert row["cost"] is None
    budget = LimitSettings(meter="usd", amount=100, window="month", subject="person")
    rig = await priced(stack, database, tmp_path / "held", budget, vendor="nobody")
    with pytest.raises(Forbidden, match="no known price"):
        await rig.ask()


async def test_a_saving_is_counted_only_where_an_operator_named_the_equivalent(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    worker = await stack.enter_async_context(serving(worker_answer))
    plain = TargetSettings(provider="local", model="mine")
    routes = {
        "plain": RouteSettings(targets=(plain,)),
        "saving": RouteSettings(targets=(msgspec.structs.replace(plain, equivalent="acme/a"),)),
    }
    settings = replace(QUICK, prices=(ACME,), hardware_usd_per_hour=0.036)
    local = {"mine": Endpoint(url=worker.url)}
    rig = await stack.enter_async_context(gateway(database, tmp_path, {}, routes, local=local, settings=settings))
    await rig.ask("plain")
    await rig.ask("saving")
    rows = {row["model"]: row for row in await rig.ledger()}
    assert (rows["plain"]["equivalent_cost"], rows["plain"]["counts_as_saving"]) == (None, False)
    assert (rows["saving"]["equivalent_cost"], rows["saving"]["counts_as_saving"]) == (105, True)
    assert rows["saving"]["cost"] == 20  # two machine seconds
    totals = await rig.gateway.store.totals(FOREVER)
    assert sum(bucket["saving"] for bucket in totals) == 85


async def test_an_answer_without_a_maximum_is_given_one_where_a_budget_holds(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    server = await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=server.url, models={"m": "a"}, vendor="acme")}
    budget = LimitSettings(meter="usd", amount=100, window="month", subject="person")
    settings = replace(QUICK, prices=(ACME,), limits=(budget,), default_output_tokens=321)
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, settings=settings))
    await rig.ask(max_tokens=None)
    await rig.ask(max_tokens=12)
    assert [body["max_tokens"] for body in server.bodies] == [321, 12]


async def test_a_dead_database_stops_no_request_of_a_known_counter(
    stack: AsyncExitStack, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = LimitSettings(meter="requests", amount=100, window="minute")
    rig = await priced(stack, database, tmp_path, limit, vendor="acme")

    async def away(lines: object) -> None:
        raise Unavailable("The database does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(rig.gateway.store, "insert_rows", away)
        for _ in range(3):
            assert (await rig.ask()).status == 200
    assert len(await rig.ledger()) == 3


async def test_a_full_disk_refuses_requests_before_anybody_is_asked(
    stack: AsyncExitStack, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = await priced(stack, database, tmp_path, vendor="acme")

    def full(file: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(Unavailable, match="No space left"):
            await rig.ask()
    assert await rig.ledger() == []
    assert (await rig.ask()).status == 200


async def test_every_stream_has_its_row_before_its_last_byte(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig = await priced(stack, database, tmp_path, vendor="acme")
    reply = await rig.ask(stream=True)
    seen = b""
    async for piece in reply.body:
        seen += piece
        if seen.endswith(b"data: [DONE]\n\n"):
            assert rig.gateway.ledger._journal.read() is not None or len(await rig.ledger()) == 1
    await reply.close()
    assert b"[DONE]" in seen
    assert await read(await rig.ask(stream=True)) == seen


async def test_a_spent_budget_leaves_what_costs_nothing(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    vendor, worker = await stack.enter_async_context(serving(good)), await stack.enter_async_context(serving(good))
    targets = (
        TargetSettings(provider="one", model="a"),
        TargetSettings(provider="local", model="mine", priority=1),
    )
    budget = LimitSettings(meter="usd", amount=0.001, window="month", subject="person")
    rig = await stack.enter_async_context(
        gateway(
            database,
            tmp_path,
            {"one": ProviderSettings(url=vendor.url, vendor="acme")},
            {"m": RouteSettings(targets=targets)},
            local={"mine": Endpoint(url=worker.url)},
            settings=replace(QUICK, prices=(ACME,), limits=(budget,)),
        )
    )
    providers = [(await rig.ask(max_tokens=50)).headers["x-freehold-provider"] for _ in range(12)]
    assert providers[0] == "one"
    assert providers[-1] == "local"
    assert len(vendor.bodies) + len(worker.bodies) == 12
    assert sum(row["cost"] or 0 for row in await rig.ledger()) <= 1000


async def test_a_shadow_budget_changes_no_request(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    server = await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=server.url, models={"m": "a"}, vendor="nobody")}
    budget = LimitSettings(meter="usd", amount=0, window="month", subject="person", shadow=True)
    settings = replace(QUICK, limits=(budget,))
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, settings=settings))
    assert (await rig.ask(max_tokens=None)).status == 200
    assert "max_tokens" not in server.bodies[0]
