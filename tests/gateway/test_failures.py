"""What the gateway does when providers fail, lie, stall or never end. Real HTTP, real database."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from freehold.contracts.errors import (
    FreeholdError,
    ProviderFailed,
    ProviderTimeout,
    Unavailable,
    UnsupportedParameter,
)
from freehold.contracts.models import Endpoint
from freehold.foundation.database import Database
from freehold.gateway.settings import Condition, ProviderSettings, RouteSettings, TargetSettings
from gateway.rig import QUICK, Rig, gateway, read, until
from gateway.vendors import (
    Behaviour,
    Vendor,
    absurd_usage,
    breaks_in_stream,
    chat_answer,
    endless_event,
    error_in_200,
    good,
    hangs,
    no_json,
    no_usage,
    serving,
    slow_drip,
    stalls_in_stream,
    status,
    usage_beside_choices,
)

pytestmark = pytest.mark.network


class Bench:
    """A first and a second vendor behind the route `m`."""

    def __init__(self, rig: Rig, first: Vendor, second: Vendor) -> None:
        self.rig, self.first, self.second = rig, first, second


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def two(
    stack: AsyncExitStack, database: Database, folder: Path, first: Behaviour, second: Behaviour = good, **settings: Any
) -> Bench:
    one = await stack.enter_async_context(serving(first))
    other = await stack.enter_async_context(serving(second))
    providers = {"one": ProviderSettings(url=one.url), "two": ProviderSettings(url=other.url)}
    targets = (TargetSettings(provider="one", model="a"), TargetSettings(provider="two", model="b", priority=1))
    route = RouteSettings(targets=targets)
    rig = await stack.enter_async_context(
        gateway(database, folder, providers, {"m": route}, settings=replace(QUICK, **settings))
    )
    return Bench(rig, one, other)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("bad", [status(500), status(429), status(503), status(401), error_in_200, hangs])
async def test_the_next_provider_answers_and_the_client_notices_nothing(
    stack: AsyncExitStack, database: Database, tmp_path: Path, bad: Behaviour, stream: bool
) -> None:
    bench = await two(stack, database, tmp_path, bad)
    reply = await bench.rig.ask(stream=stream)
    content = await read(reply)
    assert reply.status == 200
    assert b"lo" in content
    assert b"error" not in content
    assert reply.headers["x-freehold-provider"] == "two"
    assert reply.headers["x-freehold-attempts"] == "2"
    (row,) = await bench.rig.ledger()
    assert (row["provider"], row["attempts"], row["outcome"]) == ("two", 2, "answered")
    assert (row["input_tokens"], row["output_tokens"], row["estimated"]) == (10, 5, False)


async def test_what_is_no_json_is_failed_over(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    bench = await two(stack, database, tmp_path, no_json)
    assert json.loads(await read(await bench.rig.ask())) == chat_answer()


async def test_a_clients_own_mistake_is_not_repeated_elsewhere(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    bench = await two(stack, database, tmp_path, status(400))
    reply = await bench.rig.ask()
    assert reply.status == 400
    assert bench.second.bodies == []
    (row,) = await bench.rig.ledger()
    assert (row["outcome"], row["status"], row["input_tokens"], row["output_tokens"]) == ("refused", 400, 0, 0)


async def test_the_providers_own_refusal_reaches_the_client_when_nobody_is_left(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    bench = await two(
        stack, database, tmp_path, status(429, **{"retry-after": "30"}), status(429, **{"retry-after": "30"})
    )
    reply = await bench.rig.ask()
    assert (reply.status, reply.headers["retry-after"]) == (429, "30")
    assert json.loads(await read(reply))["error"]["message"] == "error 429"
    assert len(bench.first.bodies) == len(bench.second.bodies) == 1


async def test_nothing_is_repeated_after_the_first_event(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    bench = await two(stack, database, tmp_path, breaks_in_stream)
    reply = await bench.rig.ask(stream=True)
    with pytest.raises(ProviderFailed):
        await read(reply)
    assert bench.second.bodies == []
    (row,) = await bench.rig.ledger()
    assert (row["outcome"], row["estimated"], row["output_tokens"] > 0) == ("failed", True, True)


@pytest.mark.parametrize(("bad", "error"), [(stalls_in_stream, ProviderTimeout), (endless_event, ProviderFailed)])
async def test_a_stream_that_stalls_or_has_no_end_is_cut(
    stack: AsyncExitStack, database: Database, tmp_path: Path, bad: Behaviour, error: type[FreeholdError]
) -> None:
    bench = await two(stack, database, tmp_path, bad, bad)
    with pytest.raises(error):
        await read(await bench.rig.ask(stream=True))
    await until(lambda: bench.first.running == 0)


async def test_a_slow_drip_ends_with_the_total_time(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    bench = await two(stack, database, tmp_path, slow_drip, total_timeout_seconds=0.6)
    with pytest.raises(ProviderTimeout, match="total_timeout_seconds"):
        await read(await bench.rig.ask(stream=True))
    await until(lambda: bench.first.running == 0)


async def test_a_breaker_opens_after_failures_and_lets_one_request_try_again(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    bench = await two(stack, database, tmp_path, status(500), breaker_failures=3, breaker_seconds=0.3)
    for _ in range(5):
        await read(await bench.rig.ask())
    assert len(bench.first.bodies) == 3
    bench.first.behaviour = good
    await asyncio.sleep(0.5)
    reply = await bench.rig.ask()
    assert reply.headers["x-freehold-provider"] == "one"
    assert len(bench.first.bodies) == 4


async def test_retry_after_keeps_requests_away(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    bench = await two(stack, database, tmp_path, status(429, **{"retry-after": "60"}))
    for _ in range(3):
        await read(await bench.rig.ask())
    assert len(bench.first.bodies) == 1


async def test_retries_are_a_share_of_requests(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    vendor = await stack.enter_async_context(serving(status(500)))
    settings = replace(QUICK, breaker_failures=10_000, retry_share=0.0, attempts=2)
    providers = {"one": ProviderSettings(url=vendor.url, models={"m": "a"})}
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, settings=settings))
    await asyncio.gather(*(rig.ask() for _ in range(40)))
    assert len(vendor.bodies) == 50  # 40 requests, and the reserve of ten retries


async def test_a_saturated_worker_overflows_up_to_the_cap(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    worker = await stack.enter_async_context(serving(status(429, **{"retry-after": "1"})))
    vendor = await stack.enter_async_context(serving(good))
    targets = (
        TargetSettings(provider="local", model="mine"),
        TargetSettings(provider="vendor", model="big", priority=1, overflow_per_minute=2),
    )
    rig = await stack.enter_async_context(
        gateway(
            database,
            tmp_path,
            {"vendor": ProviderSettings(url=vendor.url)},
            {"m": RouteSettings(targets=targets)},
            local={"mine": Endpoint(url=worker.url)},
        )
    )
    statuses = [(await rig.ask()).status for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert (len(worker.bodies), len(vendor.bodies)) == (4, 2)  # a full queue opens no breaker


async def test_a_route_degrades_to_its_smaller_model(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    big, small = await stack.enter_async_context(serving(status(500))), await stack.enter_async_context(serving(good))
    providers = {
        "big": ProviderSettings(url=big.url),
        "small": ProviderSettings(url=small.url, models={"little": "little-1"}),
    }
    route = RouteSettings(targets=(TargetSettings(provider="big", model="b"),), degrade_to="little")
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, {"m": route}))
    reply = await rig.ask()
    assert (reply.status, reply.headers["x-freehold-model"]) == (200, "little-1")
    assert small.bodies[0]["model"] == "little-1"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_leaves_frees_the_provider_and_still_gets_its_row(
    stack: AsyncExitStack, database: Database, tmp_path: Path, stream: bool
) -> None:
    behaviour = stalls_in_stream if stream else hangs
    bench = await two(stack, database, tmp_path, behaviour, answer_timeout_seconds=20, silence_timeout_seconds=20)
    asking = asyncio.ensure_future(_ask_and_read(bench.rig, stream))
    await until(lambda: bench.first.running == 1)
    await asyncio.sleep(0.1)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await until(lambda: bench.first.running == 0)
    assert bench.first.hung_up == 1
    (row,) = await bench.rig.ledger()
    assert (row["outcome"], row["estimated"]) == ("cancelled", True)
    assert row["input_tokens"] > 0
    assert bench.second.bodies == []


async def _ask_and_read(rig: Rig, stream: bool) -> bytes:
    return await read(await rig.ask(stream=stream))


async def test_usage_that_cannot_be_is_not_believed(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    bench = await two(stack, database, tmp_path, absurd_usage)
    await bench.rig.ask(max_tokens=50)
    (row,) = await bench.rig.ledger()
    assert row["estimated"]
    assert row["output_tokens"] == 50
    assert row["input_tokens"] < 3000


@pytest.mark.parametrize("stream", [False, True])
async def test_missing_usage_is_counted_and_marked(
    stack: AsyncExitStack, database: Database, tmp_path: Path, stream: bool
) -> None:
    bench = await two(stack, database, tmp_path, no_usage)
    await read(await bench.rig.ask(stream=stream))
    (row,) = await bench.rig.ledger()
    assert row["estimated"]
    assert row["input_tokens"] >= 1
    assert 5 <= row["output_tokens"] <= 25


@pytest.mark.parametrize("asked", [False, True])
async def test_usage_is_always_asked_for_and_shown_only_to_who_asked(
    stack: AsyncExitStack, database: Database, tmp_path: Path, asked: bool
) -> None:
    bench = await two(stack, database, tmp_path, good)
    options: dict[str, Any] = {"stream_options": {"include_usage": True}} if asked else {}
    content = await read(await bench.rig.ask(stream=True, **options))
    assert bench.first.bodies[0]["stream_options"] == {"include_usage": True}
    assert (b'"usage"' in content) == asked
    assert content.endswith(b"data: [DONE]\n\n")
    (row,) = await bench.rig.ledger()
    assert (row["input_tokens"], row["output_tokens"]) == (10, 5)


async def test_usage_beside_choices_counts_and_its_text_is_kept(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    bench = await two(stack, database, tmp_path, usage_beside_choices)
    content = await read(await bench.rig.ask(stream=True))
    assert b"hello" in content
    (row,) = await bench.rig.ledger()
    assert (row["input_tokens"], row["output_tokens"], row["estimated"]) == (10, 5, False)


async def test_vendors_are_not_told_who_asks(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    bench = await two(stack, database, tmp_path, good)
    await bench.rig.ask()
    assert not any(name.startswith("x-freehold") for name in bench.first.headers[0])


async def test_a_server_that_is_not_there_is_unavailable(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    providers = {"gone": ProviderSettings(url="http://127.0.0.1:9/v1", models={"m": "a"})}
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers))
    with pytest.raises(Unavailable):
        await rig.ask()
    (row,) = await rig.ledger()
    assert (row["outcome"], row["status"], row["cost"], row["attempts"]) == ("failed", 503, None, 3)


async def test_conditions_choose_the_target(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    one, other = await stack.enter_async_context(serving(good)), await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=one.url), "two": ProviderSettings(url=other.url)}
    targets = (
        TargetSettings(provider="one", model="a", when=Condition(stream=True)),
        TargetSettings(provider="two", model="b", when=Condition(stream=False)),
    )
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, {"m": RouteSettings(targets=targets)}))
    await read(await rig.ask(stream=True))
    await read(await rig.ask())
    assert [len(one.bodies), len(other.bodies)] == [1, 1]
    assert one.bodies[0]["stream"] is True


async def test_what_a_caller_does_wrong_opens_no_breaker(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    vendor = await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=vendor.url, kind="anthropic", models={"m": "a"})}
    settings = replace(QUICK, breaker_failures=2)
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, settings=settings))
    for _ in range(5):
        with pytest.raises(UnsupportedParameter):
            await rig.ask(logit_bias={"5": 100})
    assert rig.gateway.routes.health("one", "a").admits()
    assert vendor.bodies == []


async def test_a_local_model_that_is_gone_is_asked_elsewhere(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    vendor = await stack.enter_async_context(serving(good))
    targets = (
        TargetSettings(provider="local", model="gone"),
        TargetSettings(provider="vendor", model="big", priority=1),
    )
    providers = {"vendor": ProviderSettings(url=vendor.url)}
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, {"m": RouteSettings(targets=targets)}))
    assert (await rig.ask()).headers["x-freehold-provider"] == "vendor"
