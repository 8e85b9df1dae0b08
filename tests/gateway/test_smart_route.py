"""The route `auto` in the pipeline: chosen, explained, stored, and held to the caller's plan."""

import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from freehold.contracts.errors import Forbidden, InvalidRequest
from freehold.contracts.identity import Principal
from freehold.foundation.database import Database
from freehold.gateway.auto.candidates import ModelFacts
from freehold.gateway.auto.policy import AutoPolicy
from freehold.gateway.settings import LimitSettings, PriceSettings, ProviderSettings, TierSettings
from gateway.rig import QUICK, Rig, gateway
from gateway.vendors import Vendor, good, serving, status

pytestmark = pytest.mark.network

FREE = Principal(person_id="f", name="F", role="member", tier="free")
PRO = Principal(person_id="p", name="P", role="member", tier="pro")
MODELS = {"small": ModelFacts(quality=2), "big": ModelFacts(quality=5, vision=True, good_at=("code", "mathematics"))}
TIERS = {"free": TierSettings(models=("small",)), "pro": TierSettings()}
PRICES = tuple(
    PriceSettings(vendor="acme", model=model, since="2024-01-01", input_per_million=price, output_per_million=price)
    for model, price in (("s", 1.0), ("b", 20.0))
)
PROOF = "Prove that there are infinitely many primes congruent to 3 modulo 4, and generalise the argument step by step."
PICTURE = {"type": "image_url", "image_url": {"url": "https://pictures.example/cat.png"}}


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def smart(stack: AsyncExitStack, database: Database, folder: Path, **settings: Any) -> tuple[Rig, Vendor]:
    vendor = await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=vendor.url, models={"small": "s", "big": "b"}, vendor="acme")}
    given = replace(QUICK, auto=AutoPolicy(models=MODELS), tiers=TIERS, prices=PRICES, **settings)
    return await stack.enter_async_context(gateway(database, folder, providers, settings=given)), vendor


def said(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


async def test_small_talk_goes_to_the_cheap_model_and_a_proof_to_the_good_one(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig, vendor = await smart(stack, database, tmp_path)
    easy = await rig.ask("auto", PRO, messages=said("hi there, how are you?"))
    hard = await rig.ask("auto", PRO, messages=said(PROOF))
    assert [body["model"] for body in vendor.bodies] == ["s", "b"]
    assert easy.headers["x-freehold-decision"].startswith("model=small; ")
    assert "complexity=high" in hard.headers["x-freehold-decision"]
    rows = await rig.ledger()
    assert [row["model"] for row in rows] == ["small", "big"]
    assert rows[1]["decision"]["chosen"] == "big"
    assert rows[1]["decision"]["steps"]


async def test_a_picture_goes_to_a_model_that_sees(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    rig, vendor = await smart(stack, database, tmp_path)
    await rig.ask("auto", PRO, messages=[{"role": "user", "content": [PICTURE]}])
    assert vendor.bodies[0]["model"] == "b"
    with pytest.raises((Forbidden, InvalidRequest)):
        await rig.ask("auto", FREE, messages=[{"role": "user", "content": [PICTURE]}])


async def test_a_plan_bounds_the_choice(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    rig, vendor = await smart(stack, database, tmp_path)
    await rig.ask("auto", FREE, messages=said(PROOF))
    assert vendor.bodies[0]["model"] == "s"


async def test_the_limits_of_the_chosen_model_hold(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    limit = LimitSettings(meter="requests", amount=1, subject="all", model="big")
    rig, _ = await smart(stack, database, tmp_path, limits=(limit,))
    await rig.ask("auto", PRO, messages=said(PROOF))
    with pytest.raises(Exception, match="Too many requests"):
        await rig.ask("auto", PRO, messages=said(PROOF))
    await rig.ask("auto", PRO, messages=said("hi there"))


async def test_the_next_best_answers_when_the_chosen_one_fails(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    bad, fine = await stack.enter_async_context(serving(status(500))), await stack.enter_async_context(serving(good))
    providers = {
        "bad": ProviderSettings(url=bad.url, models={"small": "s"}, vendor="acme"),
        "fine": ProviderSettings(url=fine.url, models={"big": "b"}, vendor="acme"),
    }
    settings = replace(QUICK, auto=AutoPolicy(models=MODELS), prices=PRICES)
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, settings=settings))
    reply = await rig.ask("auto", messages=said("hi there"))
    assert reply.headers["x-freehold-model"] == "b"
    assert fine.bodies[0]["model"] == "b"
    assert json.loads(reply.content or b"")["choices"]
