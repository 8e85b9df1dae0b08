"""Configuration while the server runs: checked before it is kept, taken as a whole, secrets sealed."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from freehold.contracts.errors import Forbidden, InvalidRequest, ModelNotFound, NotFound, SetupError
from freehold.contracts.identity import Principal, Scopes
from freehold.foundation.database import Database
from freehold.foundation.vault import Vault
from freehold.gateway.settings import ProviderSettings, RouteSettings, TierSettings
from gateway.rig import ADA, QUICK, Rig, gateway, read, until
from gateway.vendors import good, serving, stalls_in_stream

pytestmark = pytest.mark.network


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def empty(stack: AsyncExitStack, database: Database, folder: Path, **settings: Any) -> Rig:
    return await stack.enter_async_context(gateway(database, folder, {}, settings=replace(QUICK, **settings)))


async def test_a_stored_provider_answers_at_once_and_goes_at_once(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    vendor = await stack.enter_async_context(serving(good))
    rig = await empty(stack, database, tmp_path)
    value = {"url": vendor.url, "models": {"m": "a"}, "api_key": "secret-credential"}
    await rig.gateway.configuration.put("provider", "one", value, "ada")
    assert (await rig.ask()).status == 200
    assert vendor.headers[0]["authorization"] == "Bearer secret-credential"
    await rig.gateway.configuration.delete("provider", "one")
    with pytest.raises(ModelNotFound):
        await rig.ask()


async def test_credentials_lie_sealed_in_the_database_and_bound_to_their_name(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig = await empty(stack, database, tmp_path)
    value = {"url": "http://a.example/v1", "models": {"m": "a"}, "api_key": "secret-credential"}
    await rig.gateway.configuration.put("provider", "one", value, "ada")
    async with database.connect() as connection:
        row = (await connection.execute(text("SELECT value::text, secret FROM gateway_config"))).one()
    assert "secret-credential" not in row[0]
    assert b"secret-credential" not in bytes(row[1])
    vault = Vault.at(tmp_path / "secret.key")
    assert vault.open(bytes(row[1]), "one") == "secret-credential"
    with pytest.raises(SetupError, match="cannot be decrypted"):
        vault.open(bytes(row[1]), "two")
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


async def test_a_credential_is_kept_when_none_is_given_but_goes_to_no_other_address(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig = await empty(stack, database, tmp_path)
    put = rig.gateway.configuration.put
    await put("provider", "one", {"url": "http://a.example/v1", "api_key": "secret"}, "ada")
    await put("provider", "one", {"url": "http://a.example/v1", "models": {"m": "a"}}, "ada")
    kept = rig.gateway.configuration.item("provider", "one").value
    assert isinstance(kept, ProviderSettings)
    assert kept.api_key == "secret"
    await put("provider", "one", {"url": "http://evil.example/v1", "models": {"m": "a"}}, "ada")
    moved = rig.gateway.configuration.item("provider", "one").value
    assert isinstance(moved, ProviderSettings)
    assert moved.api_key == ""


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("provider", {"url": "http://a/v1", "kind": "opnai"}, "opnai"),
        ("provider", {"url": "http://a/v1", "modles": {}}, "modles"),
        ("route", {"targets": []}, "no targets"),
        ("route", {"targets": [{"provider": "gone", "model": "a"}]}, "gone"),
        ("route", {"targets": [{"provider": "local", "model": "a"}], "strategy": "luck"}, "luck"),
        ("route", {"targets": [{"provider": "local", "model": "a"}], "strategy": "fastest", "sticky": True}, "sticky"),
        ("route", {"targets": [{"provider": "local", "model": "a"}], "degrade_to": "nothing"}, "nothing"),
        ("route", {"targets": [{"provider": "local", "model": "a", "weight": -1}]}, "negative"),
        ("route", {"targets": [{"provider": "local", "model": "a", "equivalent": "gpt"}]}, "equivalent"),
        ("limit", {"meter": "usd", "amount": 5, "window": "minute"}, "per minute"),
        ("limit", {"meter": "requests", "amount": -1}, "less than nothing"),
        ("limit", {"meter": "requests", "amount": 1, "subject": "tier"}, "names no tier"),
        ("limit", {"meter": "wishes", "amount": 1}, "wishes"),
        ("price", {"vendor": "acme", "model": "a", "since": "yesterday"}, "no day"),
    ],
)
async def test_what_would_not_be_enforced_is_refused_and_not_kept(
    stack: AsyncExitStack, database: Database, tmp_path: Path, kind: Any, value: dict[str, Any], says: str
) -> None:
    rig = await empty(stack, database, tmp_path)
    with pytest.raises(InvalidRequest, match=says):
        await rig.gateway.configuration.put(kind, "x", value, "ada")
    assert rig.gateway.configuration.items(kind) == []
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM gateway_config"))).scalar_one() == 0


async def test_a_provider_that_a_route_needs_is_not_deleted(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig = await empty(stack, database, tmp_path)
    configuration = rig.gateway.configuration
    await configuration.put("provider", "one", {"url": "http://a/v1"}, "ada")
    await configuration.put("route", "m", {"targets": [{"provider": "one", "model": "a"}]}, "ada")
    with pytest.raises(InvalidRequest, match="does not exist"):
        await configuration.delete("provider", "one")
    with pytest.raises(NotFound):
        await configuration.delete("route", "other")


async def test_what_stands_in_the_file_is_changed_in_the_file(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    rig = await stack.enter_async_context(
        gateway(database, tmp_path, {"one": ProviderSettings(url="http://a/v1", models={"m": "a"})})
    )
    with pytest.raises(InvalidRequest, match=r"freehold\.toml"):
        await rig.gateway.configuration.put("provider", "one", {"url": "http://b/v1"}, "ada")
    with pytest.raises(InvalidRequest, match="both claim"):
        await rig.gateway.configuration.put("provider", "two", {"url": "http://b/v1", "models": {"m": "b"}}, "ada")


async def test_another_server_follows(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    vendor = await stack.enter_async_context(serving(good))
    one = await empty(stack, database, tmp_path / "one", secret_key="one passphrase for both")
    other = await empty(stack, database, tmp_path / "other", secret_key="one passphrase for both")
    value = {"url": vendor.url, "models": {"m": "a"}, "api_key": "secret"}
    await one.gateway.configuration.put("provider", "one", value, "ada")
    await until(lambda: other.gateway.configuration.items("provider"), 5)
    assert (await other.ask()).status == 200
    assert vendor.headers[0]["authorization"] == "Bearer secret"


async def test_a_reload_drops_no_stream_and_keeps_breakers(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    vendor = await stack.enter_async_context(serving(stalls_in_stream))
    providers = {"one": ProviderSettings(url=vendor.url, models={"m": "a"})}
    settings = replace(QUICK, silence_timeout_seconds=20)
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, settings=settings))
    reply = await rig.ask(stream=True)
    pieces = aiter(reply.body)
    assert b"hel" in await anext(pieces)
    rig.gateway.configuration.reload_file(replace(settings, providers={}))
    with pytest.raises(ModelNotFound):
        await rig.ask()
    waiting = asyncio.ensure_future(anext(pieces))
    await asyncio.sleep(0.2)
    assert not waiting.done()  # the provider that is gone from the table still answers
    assert vendor.running == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await reply.close()


async def test_a_mistake_in_the_file_changes_nothing(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    vendor = await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=vendor.url, models={"m": "a"})}
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers))
    with pytest.raises(SetupError, match="no targets"):
        rig.gateway.configuration.reload_file(replace(QUICK, routes={"x": RouteSettings(targets=())}))
    assert (await rig.ask()).status == 200


async def test_a_tier_allows_its_models_and_no_others(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    vendor = await stack.enter_async_context(serving(good))
    tiers = {"free": TierSettings(models=("small*",)), "pro": TierSettings()}
    providers = {"one": ProviderSettings(url=vendor.url, models={"small-1": "a", "big": "b"})}
    settings = replace(QUICK, tiers=tiers, default_tier="free")
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, settings=settings))
    pro = Principal(person_id="p", name="P", role="member", tier="pro")
    lost = Principal(person_id="l", name="L", role="member", tier="gold")
    assert (await rig.ask("small-1")).status == 200
    with pytest.raises(Forbidden, match="does not include"):
        await rig.ask("big")
    assert (await rig.ask("big", pro)).status == 200
    with pytest.raises(Forbidden, match="not configured"):
        await rig.ask("big", lost)
    narrow = replace(pro, scopes=Scopes(models=("big", "auto")))
    listed = [[info.id for info in rig.gateway.pipeline.models(who)] for who in (ADA, pro, lost, narrow)]
    assert listed == [["small-1", "auto"], ["small-1", "big", "auto"], ["auto"], ["big", "auto"]]


async def test_a_stored_limit_holds_from_the_next_request_on(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    vendor = await stack.enter_async_context(serving(good))
    providers = {"one": ProviderSettings(url=vendor.url, models={"m": "a"})}
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers))
    reply = await rig.ask()
    assert "x-ratelimit-limit-requests" not in reply.headers
    await rig.gateway.configuration.put("limit", "few", {"meter": "requests", "amount": 1}, "ada")
    reply = await rig.ask(principal=ADA)
    assert reply.headers["x-ratelimit-remaining-requests"] == "0"
    with pytest.raises(Exception, match="Too many requests"):
        await rig.ask()
    assert json.loads(await read(reply))["choices"]
