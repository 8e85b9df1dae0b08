"""`freehold provider`: providers set, shown, tested and removed in the data folder; no credential on a command line."""

import asyncio
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from command_module import run, told
from freehold.cli import doctor, provider
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError, Unavailable
from freehold.foundation.clock import SystemClock
from freehold.foundation.database import Database, DatabaseSettings
from freehold.foundation.vault import Vault
from freehold.gateway.configuration import Configuration
from freehold.gateway.ledger.price import shipped_prices
from freehold.gateway.route import Routes
from freehold.gateway.settings import GatewaySettings, ProviderSettings
from freehold.gateway.store import GatewayStore
from freehold.operations.audit import AuditLog
from freehold.operations.store import Entry, Filter
from gateway.rig import Local
from gateway.vendors import good, serving, status

pytestmark = pytest.mark.network

SECRET = "sk-from-the-environment"
URL = "http://127.0.0.1:9/v1"


def as_a_server_sees_it(options: list[str]) -> tuple[dict[str, Any], list[Entry]]:
    """The stored providers, with their credentials, and what is on record."""
    url = tomllib.loads(Path(options[1]).read_text())["database"]["url"]
    data = Path(options[3])

    async def visit() -> tuple[dict[str, Any], list[Entry]]:
        database = await Database.open(data, DatabaseSettings(url=url))
        settings, clock = GatewaySettings(), SystemClock()
        routes = Routes(settings, Local({}), clock)
        vault = Vault.at(data / "secret.key")
        configuration = Configuration(settings, GatewayStore(database), vault, routes, shipped_prices(), clock)
        await configuration.load()
        entries, _ = await AuditLog(database).page(Filter(action="gateway.*"))
        await database.close()
        return {item.name: item.value for item in configuration.items("provider")}, entries

    return asyncio.run(visit())


def test_a_provider_is_set_changed_in_part_shown_and_removed(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--url", URL, "--vendor", "openai", "--model", "small=gpt-4o-mini", "--model", "big=gpt-4o")
    made = told(capsys, provider, "set", "p", *words, *database_options)
    assert (made["origin"], made["has_api_key"]) == ("stored", False)
    assert made["settings"]["models"] == {"small": "gpt-4o-mini", "big": "gpt-4o"}
    changed = told(capsys, provider, "set", "p", "--model", "tiny=gpt-4o-mini", *database_options)
    assert changed["settings"] == made["settings"] | {"models": {"tiny": "gpt-4o-mini"}}
    assert told(capsys, provider, "show", "p", *database_options) == changed
    assert told(capsys, provider, "list", *database_options) == [changed]
    assert run(provider, "list", *database_options) == 0
    assert "tiny" in capsys.readouterr().out
    assert run(provider, "delete", "p", *database_options) == 0
    assert told(capsys, provider, "list", *database_options) == []
    with pytest.raises(NotFound, match="no provider 'p'"):
        run(provider, "delete", "p", *database_options)


def test_credentials_come_by_environment_or_standard_input_and_are_never_printed(
    database_options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENDOR_KEY", SECRET)
    words = ("--url", URL, "--api-key-env", "VENDOR_KEY", "--header-env", "x-api-key=VENDOR_KEY", "--header", "x-a=b")
    assert run(provider, "set", "p", *words, *database_options) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-from-stdin\nsecond line\n"))
    assert run(provider, "set", "q", "--url", URL, "--api-key-stdin", *database_options) == 0
    for act in (["list"], ["show", "p"], ["show", "p", "--json"], ["list", "--json"]):
        assert run(provider, *act, *database_options) == 0
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err
    assert "sk-from-stdin" not in printed.out + printed.err
    assert run(provider, "set", "p", "--vendor", "openai", *database_options) == 0
    providers, entries = as_a_server_sees_it(database_options)
    kept: ProviderSettings = providers["p"]
    assert (kept.api_key, kept.vendor) == (SECRET, "openai")
    assert kept.headers == {"x-api-key": SECRET, "x-a": "b"}
    assert providers["q"].api_key == "sk-from-stdin"
    assert [(entry.action, entry.subject, entry.actor_name) for entry in entries] == [
        ("gateway.provider.put", name, "command line") for name in ("p", "q", "p")
    ]
    assert SECRET not in str(entries)


def test_a_kept_credential_does_not_go_to_another_address(
    database_options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENDOR_KEY", SECRET)
    made = told(capsys, provider, "set", "p", "--url", URL, "--api-key-env", "VENDOR_KEY", *database_options)
    moved = told(capsys, provider, "set", "p", "--url", "http://127.0.0.1:10/v1", *database_options)
    assert (made["has_api_key"], moved["has_api_key"]) == (True, False)


def test_what_is_wrong_is_refused_with_the_way_on(database_options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[tuple[list[str], type[Exception], str]] = [
        (["set", "p"], InvalidRequest, "Nothing is set"),
        (["set", "p", "--vendor", "x"], InvalidRequest, "url"),
        (["set", "p", "--url", URL, "--kind", "opnai"], InvalidRequest, "opnai"),
        (["set", "local", "--url", URL], InvalidRequest, "local"),
        (["set", "p", "--url", URL, "--header", "authorization=Bearer x"], InvalidRequest, "secret"),
        (["set", "p", "--url", URL, "--query", "key=x"], InvalidRequest, "secret"),
        (["set", "p", "--url", URL, "--api-key-env", "NOT_THERE"], SetupError, "NOT_THERE is not set"),
        (["set", "p", "--url", URL, "--api-key-stdin"], SetupError, "no key"),
        (["set", "p", "--from", "/nowhere.json"], SetupError, "cannot be read"),
        (["show", "p"], NotFound, "no provider"),
        (["test", "p"], NotFound, "no provider"),
    ]
    for words, error, text in cases:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
        with pytest.raises(error, match=text):
            run(provider, *words, *database_options)


def test_a_secret_cannot_be_an_argument(database_options: list[str]) -> None:
    with pytest.raises(SystemExit):
        run(provider, "set", "p", "--url", URL, "--api-key", SECRET, *database_options)


def test_what_show_prints_can_be_changed_and_set_again(
    database_options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = told(capsys, provider, "set", "p", "--url", URL, "--vendor", "openai", *database_options)
    edited = made | {"settings": made["settings"] | {"vendor": "mistral"}}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(edited)))
    assert told(capsys, provider, "set", "p", "--from", "-", *database_options) == edited


async def test_a_test_says_what_came_back_and_fails_with_the_provider(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(good) as vendor, serving(status(404)) as empty:

        async def tested(url: str, *words: str) -> tuple[int, Any]:
            await asyncio.to_thread(run, provider, "set", "p", "--url", url, "--model", "m=up", *database_options)
            capsys.readouterr()
            code = await asyncio.to_thread(run, provider, "test", "p", "--json", *words, *database_options)
            return code, json.loads(capsys.readouterr().out)

        code, answer = await tested(vendor.url)
        assert (code, answer["ok"], answer["status"], answer["endpoint"]) == (0, True, 200, "chat/completions")
        assert "hello" in answer["said"]
        assert [body["model"] for body in vendor.bodies] == ["up"]
        code, answer = await tested(empty.url, "--model", "other", "--endpoint", "embeddings")
        assert (code, answer["status"], answer["model"]) == (1, 404, "other")
        assert "error 404" in answer["said"]
    with pytest.raises(Unavailable, match="No connection"):
        await tested(URL)


def test_doctor_looks_at_a_provider_only_when_it_may_ask_it(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(provider, "set", "gone", "--url", "http://127.0.0.1:9/v1", "--model", "m=a", *database_options) == 0
    with pytest.raises(InvalidRequest, match="only be looked at by asking"):
        run(doctor, "provider", "gone", *database_options)
    with pytest.raises(Unavailable, match="No connection"):
        run(doctor, "provider", "gone", "--live", *database_options)
    with pytest.raises(InvalidRequest, match="Nothing is known"):
        run(doctor, "weather", *database_options)
