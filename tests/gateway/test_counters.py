"""Counting places: the same promises in this process, in PostgreSQL and in Redis."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from free_port import free_port
from freehold.contracts.errors import BudgetExceeded, RateLimited
from freehold.contracts.identity import Principal
from freehold.foundation.clock import SystemClock
from freehold.foundation.database import Database
from freehold.gateway.counters import COUNTERS, Claim, Counters, Means
from freehold.gateway.counters.process import ProcessCounters
from freehold.gateway.limits import Limits, Rule, Rules
from freehold.gateway.settings import GatewaySettings, LimitSettings, TierSettings
from freehold.gateway.store import GatewayStore
from held_clock import HeldClock

ADA = Principal(person_id="ada", name="Ada", role="member", key_id="key", organisation_id="org", team_id="team")
BOB = Principal(person_id="bob", name="Bob", role="member", key_id="other", organisation_id="org", team_id="team")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


async def nothing_before(claim: Claim) -> dict[int, int]:
    return {}


PLACES = ["process", *(pytest.param(kind, marks=pytest.mark.network) for kind in ("postgresql", "redis"))]


@pytest.fixture(params=PLACES)
def means(request: pytest.FixtureRequest, clock: HeldClock) -> Means:
    kind = request.param
    database: Database | None = request.getfixturevalue("database") if kind == "postgresql" else None
    url = request.getfixturevalue("redis_url") if kind == "redis" else ""
    return Means(
        settings=GatewaySettings(counters=kind, redis_url=url),
        store=GatewayStore(database) if database else None,  # pyright: ignore[reportArgumentType]
        clock=clock,
        load=nothing_before,
    )


@pytest.fixture
async def counters(means: Means) -> AsyncGenerator[Counters]:
    opened = COUNTERS[means.settings.counters](means)
    running = asyncio.ensure_future(opened.run())
    yield opened
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await opened.close()


def claim(counter: str, amount: int, ceiling: int, slot: int = 1000, *, by_process: bool = False) -> Claim:
    later = SystemClock().unix_seconds() + 3600
    return Claim(f"{counter}", amount, ceiling, slot, slot - 60, later, by_process)


async def test_all_count_or_none(counters: Counters, tmp_path: Path) -> None:
    name = tmp_path.name
    assert (await counters.reserve([claim(f"{name}a", 5, 10), claim(f"{name}b", 5, 10)])).refused is None
    verdict = await counters.reserve([claim(f"{name}a", 5, 10), claim(f"{name}b", 6, 10)])
    assert (verdict.refused, list(verdict.used)) == (1, [5, 5])
    verdict = await counters.reserve([claim(f"{name}a", 5, 10), claim(f"{name}b", 5, 10)])
    assert (verdict.refused, list(verdict.used)) == (None, [5, 5])  # the refused call counted nowhere


async def test_a_settlement_gives_back_what_was_not_used(counters: Counters, tmp_path: Path) -> None:
    held = claim(tmp_path.name, 10, 10)
    await counters.reserve([held])
    assert (await counters.reserve([claim(tmp_path.name, 1, 10)])).refused == 0
    counters.adjust(held, -7)
    counters.end(held)
    verdict = await counters.reserve([claim(tmp_path.name, 7, 10)])
    assert (verdict.refused, list(verdict.used)) == (None, [3])


async def test_what_left_the_window_counts_no_more(counters: Counters, tmp_path: Path) -> None:
    await counters.reserve([claim(tmp_path.name, 6, 10, slot=1000)])
    await counters.reserve([claim(tmp_path.name, 4, 10, slot=1030)])
    assert (await counters.reserve([claim(tmp_path.name, 1, 10, slot=1060)])).refused == 0
    verdict = await counters.reserve([claim(tmp_path.name, 6, 10, slot=1061)])
    assert (verdict.refused, list(verdict.used)) == (None, [4])


async def test_hundreds_at_once_never_pass_the_ceiling(counters: Counters, tmp_path: Path) -> None:
    verdicts = await asyncio.gather(*(counters.reserve([claim(tmp_path.name, 1, 50)]) for _ in range(200)))
    assert sum(verdict.refused is None for verdict in verdicts) == 50


async def test_running_requests_are_counted_until_they_end(counters: Counters, tmp_path: Path) -> None:
    held = [claim(tmp_path.name, 1, 2, 0, by_process=True) for _ in range(2)]
    for one in held:
        assert (await counters.reserve([one])).refused is None
    assert (await counters.reserve([claim(tmp_path.name, 1, 2, 0, by_process=True)])).refused == 0
    counters.adjust(held[0], -1)
    counters.end(held[0])
    assert (await counters.reserve([claim(tmp_path.name, 1, 2, 0, by_process=True)])).refused is None


# --- rules ---------------------------------------------------------------------------------------------------------


def limits(clock: HeldClock) -> Limits:
    store: GatewayStore = None  # type: ignore[assignment]
    return Limits(
        ProcessCounters(Means(settings=GatewaySettings(), store=store, clock=clock, load=nothing_before)), clock
    )


def rules(*limits: LimitSettings, tiers: dict[str, TierSettings] | None = None) -> Rules:
    return Rules([Rule.of(f"r{index}", limit) for index, limit in enumerate(limits)], tiers or {}, "")


ONE = {"requests": 1, "parallel": 1}


async def test_each_subject_has_its_own_count(clock: HeldClock) -> None:
    found, admitted = limits(clock), rules(LimitSettings(meter="requests", amount=1, subject="person"))
    await found.admit(admitted.bound(ADA, "m"), ONE)
    await found.admit(admitted.bound(BOB, "m"), ONE)
    with pytest.raises(RateLimited, match="per person"):
        await found.admit(admitted.bound(ADA, "m"), ONE)


async def test_a_team_shares_one_count_and_a_model_may_have_its_own(clock: HeldClock) -> None:
    found = limits(clock)
    admitted = rules(LimitSettings(meter="requests", amount=1, subject="team", model="each"))
    await found.admit(admitted.bound(ADA, "m"), ONE)
    await found.admit(admitted.bound(ADA, "other"), ONE)
    with pytest.raises(RateLimited):
        await found.admit(admitted.bound(BOB, "m"), ONE)


async def test_a_tiers_limits_hold_for_its_people_one_by_one(clock: HeldClock) -> None:
    found = limits(clock)
    free = TierSettings(limits=(LimitSettings(meter="requests", amount=1),))
    admitted = rules(tiers={"free": free})
    on_free = Principal(person_id="eve", name="Eve", role="member", tier="free")
    await found.admit(admitted.bound(on_free, "m"), ONE)
    with pytest.raises(RateLimited):
        await found.admit(admitted.bound(on_free, "m"), ONE)
    for _ in range(3):
        await found.admit(admitted.bound(ADA, "m"), ONE)


async def test_a_spent_budget_stops_no_call_that_costs_nothing(clock: HeldClock) -> None:
    found = limits(clock)
    bounds = rules(LimitSettings(meter="usd", amount=0.01, subject="person", window="month")).bound(ADA, "m")
    await found.admit(bounds, {"usd": 10_000})
    with pytest.raises(BudgetExceeded) as refused:
        await found.admit(bounds, {"usd": 1})
    assert not refused.value.retryable
    await found.admit(bounds, {"usd": 0})


async def test_a_budget_begins_anew_with_the_month(clock: HeldClock) -> None:
    found = limits(clock)
    clock.now = 1_706_745_599.0  # 2024-01-31 23:59:59 UTC
    bounds = rules(LimitSettings(meter="usd", amount=1, subject="person", window="month")).bound(ADA, "m")
    await found.admit(bounds, {"usd": 1_000_000})
    with pytest.raises(BudgetExceeded):
        await found.admit(bounds, {"usd": 1})
    clock.advance(1)
    await found.admit(bounds, {"usd": 1})


async def test_a_shadow_limit_refuses_nobody(clock: HeldClock) -> None:
    found = limits(clock)
    bounds = rules(LimitSettings(meter="requests", amount=1, shadow=True)).bound(ADA, "m")
    for _ in range(5):
        await found.admit(bounds, ONE)


async def test_what_can_never_fit_is_not_worth_a_retry_and_what_will_says_when(clock: HeldClock) -> None:
    found = limits(clock)
    bounds = rules(LimitSettings(meter="tokens", amount=100)).bound(ADA, "m")
    with pytest.raises(RateLimited) as never:
        await found.admit(bounds, {"tokens": 101})
    assert not never.value.retryable
    assert "alone is over" in never.value.hint
    await found.admit(bounds, {"tokens": 60})
    clock.advance(20)
    with pytest.raises(RateLimited) as later:
        await found.admit(bounds, {"tokens": 60})
    assert later.value.retry_after_seconds in (41, 42)
    clock.advance(later.value.retry_after_seconds)
    hold = await found.admit(bounds, {"tokens": 60})
    assert hold.headers["x-ratelimit-limit-tokens"] == "100"
    assert hold.headers["x-ratelimit-remaining-tokens"] == "40"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 5)), min_size=1, max_size=80))
def test_never_more_than_the_limit_falls_into_any_window(steps: list[tuple[float, int]]) -> None:
    clock = HeldClock()
    found, admitted = limits(clock), list[tuple[float, int]]()
    bounds = rules(LimitSettings(meter="tokens", amount=10)).bound(ADA, "m")

    async def run() -> None:
        for pause, amount in steps:
            clock.advance(pause)
            try:
                await found.admit(bounds, {"tokens": amount})
                admitted.append((clock.unix_seconds(), amount))
            except RateLimited:
                pass

    asyncio.run(run())
    for start, _ in admitted:
        assert sum(amount for at, amount in admitted if start <= at < start + 60) <= 10


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=1, max_size=50))
def test_settling_to_less_never_lets_the_sum_pass_the_limit(calls: list[tuple[int, int]]) -> None:
    clock = HeldClock()
    found, spent = limits(clock), 0
    bounds = rules(LimitSettings(meter="usd", amount=0.0001, subject="person", window="month")).bound(ADA, "m")

    async def run() -> None:
        nonlocal spent
        for worst, actual in calls:
            try:
                hold = await found.admit(bounds, {"usd": worst})
            except BudgetExceeded:
                assert spent + worst > 100
                continue
            found.settle(hold, {"usd": min(worst, actual)})
            spent += min(worst, actual)

    asyncio.run(run())
    assert spent <= 100
