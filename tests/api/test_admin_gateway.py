"""The gateway's configuration by the admin API: kept, refused with the reason, recorded, its secrets never told."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from freehold.api.schema import document
from freehold.contracts.identity import Role
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.operations.store import Filter
from gateway.vendors import good, serving, status
from whole_app import Caller, WholeApp, whole_app

FILE = """
[gateway.providers.filed]
url = "http://127.0.0.1:9/v1"
api_key = "sk-in-the-file"
models = { filed = "upstream" }

[[gateway.limits]]
meter = "requests"
amount = 1000
"""
ADMIN = "/admin/v1"
SECRET = "sk-very-secret-indeed"
PROVIDER = {"url": "http://127.0.0.1:9/v1", "api_key": SECRET, "models": {"small": "upstream-small"}}
BODIES: dict[str, dict[str, Any]] = {
    "providers": PROVIDER,
    "routes": {"targets": [{"provider": "filed", "model": "upstream", "weight": 2.0}]},
    "limits": {"meter": "usd", "amount": 5.5, "window": "month", "subject": "person"},
    "tiers": {"models": ["small*"], "limits": [{"meter": "requests", "amount": 3}]},
    "prices": {"vendor": "openai", "model": "m", "since": "2026-01-01", "input_per_million": 1.5},
    "models": {"quality": 3, "good_at": ["code"]},
}


@pytest.fixture
async def whole(
    postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[WholeApp]:
    async with whole_app(postgres, tmp_path, monkeypatch, FILE) as opened:
        yield opened


@pytest.fixture
async def admin(whole: WholeApp) -> Caller:
    return await whole.client("Root", "admin")


async def test_an_object_is_put_read_listed_replaced_and_removed(admin: Caller) -> None:
    for plural in BODIES:
        await _put_read_list_replace_remove(admin, plural)


async def _put_read_list_replace_remove(admin: Caller, plural: str) -> None:
    place = f"{ADMIN}/{plural}/acme/x.1"
    put = await admin.call("PUT", place, BODIES[plural])
    assert put.status == 200, put.content
    assert (await admin.call("GET", place)).json() == put.json()
    told = put.json()["settings"]
    for key, value in BODIES[plural].items():
        assert key == "api_key" or told[key] == value or isinstance(value, list), key
    names = {item["name"]: item["origin"] for item in (await admin.call("GET", f"{ADMIN}/{plural}")).json()["data"]}
    assert names["acme/x.1"] == "stored"
    again = told | {"api_key": ""} if plural == "providers" else told
    assert (await admin.call("PUT", place, again)).json() == put.json()
    assert (await admin.call("DELETE", place)).status == 204
    assert (await admin.call("GET", place)).status == 404
    assert (await admin.call("DELETE", place)).status == 404


async def test_a_credential_is_used_and_never_told(whole: WholeApp, admin: Caller) -> None:
    headers = {"x-api-key": "header-secret", "x-team": "blue"}
    url = "http://user:url-secret@127.0.0.1:9/v1"
    put = await admin.call("PUT", f"{ADMIN}/providers/p", PROVIDER | {"headers": headers, "url": url})
    assert put.json()["has_api_key"] is True
    assert put.json()["settings"]["headers"]["x-team"] == "blue"
    everything = put.content
    for place in ("providers", "providers/p", "audit", "providers/filed"):
        everything += (await admin.call("GET", f"{ADMIN}/{place}")).content
    for secret in (SECRET, "header-secret", "url-secret", "sk-in-the-file"):
        assert secret.encode() not in everything
    kept = whole.gateway.configuration.item("provider", "p").value
    assert (kept.api_key, kept.headers["x-api-key"], kept.url) == (SECRET, "header-secret", url)  # type: ignore[attr-defined]


async def test_what_was_shown_for_a_secret_is_not_taken_for_the_secret(whole: WholeApp, admin: Caller) -> None:
    given = PROVIDER | {"headers": {"authorization": "Basic abc"}}
    told = (await admin.call("PUT", f"{ADMIN}/providers/p", given)).json()["settings"]
    refused = await admin.call("PUT", f"{ADMIN}/providers/p", told)
    assert (refused.status, refused.json()["error"]["param"]) == (400, "headers.authorization")
    value = whole.gateway.configuration.item("provider", "p").value
    assert value.headers == {"authorization": "Basic abc"}  # type: ignore[attr-defined]


async def test_a_key_is_kept_when_none_is_given_but_not_for_another_address(admin: Caller) -> None:
    await admin.call("PUT", f"{ADMIN}/providers/p", PROVIDER)
    same = {"url": PROVIDER["url"]}
    assert (await admin.call("PUT", f"{ADMIN}/providers/p", same)).json()["has_api_key"] is True
    moved = {"url": "http://127.0.0.1:10/v1"}
    assert (await admin.call("PUT", f"{ADMIN}/providers/p", moved)).json()["has_api_key"] is False


async def test_what_stands_in_the_file_is_listed_and_not_changed(admin: Caller) -> None:
    listed = (await admin.call("GET", f"{ADMIN}/providers")).json()["data"]
    assert [(item["name"], item["origin"], item["has_api_key"]) for item in listed] == [("filed", "file", True)]
    limits = (await admin.call("GET", f"{ADMIN}/limits")).json()["data"]
    assert [(item["name"], item["settings"]["amount"]) for item in limits] == [("file-0", 1000)]
    for answer in (
        await admin.call("PUT", f"{ADMIN}/providers/filed", PROVIDER),
        await admin.call("DELETE", f"{ADMIN}/providers/filed"),
        await admin.call("DELETE", f"{ADMIN}/limits/file-0"),
    ):
        assert answer.status == 400
        assert "freehold.toml" in answer.json()["error"]["message"]
    assert (await admin.call("GET", f"{ADMIN}/audit?action=gateway.*")).json()["data"] == []


REFUSED: list[tuple[str, Any, str | None, str]] = [
    ("providers/p", {}, None, "url"),
    ("providers/p", {"url": 5}, "url", "str"),
    ("providers/p", {"url": "http://x/v1", "ulr": ""}, None, "ulr"),
    ("providers/p", {"url": "http://x/v1", "kind": "opnai"}, None, "openai"),
    ("providers/local", {"url": "http://x/v1"}, None, "local"),
    ("providers/p", {"url": "http://x/v1", "models": {"filed": "x"}}, None, "filed"),
    ("routes/r", {"targets": [{"provider": "fild", "model": "x"}]}, None, "Did you mean 'filed'"),
    ("routes/r", {"targets": [{"provider": "filed", "model": 5}]}, "targets[0].model", "str"),
    ("limits/l", {"meter": "tokns", "amount": 1}, "meter", "tokns"),
    ("limits/l", {"meter": "requests", "amount": -1}, None, "0 or more"),
    ("limits/l", {"meter": "usd", "amount": 1, "window": "minute"}, None, "day or month"),
    ("prices/x", {"vendor": "v", "model": "m", "since": "soon"}, None, "2026-01-31"),
    ("tiers/%00", {}, "name", "printable"),
    ("tiers/" + "a" * 201, {}, "name", "200"),
    ("tiers/", {}, "name", "1 to"),
]


async def test_a_refusal_names_the_field_and_the_fix_and_keeps_nothing(whole: WholeApp, admin: Caller) -> None:
    before = whole.gateway.configuration.current.items
    for place, body, param, word in REFUSED:
        answer = await admin.call("PUT", f"{ADMIN}/{place}".replace("%00", "\0"), body)
        error = answer.json()["error"]
        assert (answer.status, error["param"]) == (400, param), (place, error)
        assert word in error["message"]
    await whole.gateway.configuration.load()
    assert whole.gateway.configuration.current.items == before


async def test_what_something_else_needs_is_not_removed(admin: Caller) -> None:
    await admin.call("PUT", f"{ADMIN}/providers/p", PROVIDER)
    route = {"targets": [{"provider": "p", "model": "x"}]}
    assert (await admin.call("PUT", f"{ADMIN}/routes/r", route)).status == 200
    refused = await admin.call("DELETE", f"{ADMIN}/providers/p")
    assert refused.status == 400
    assert "route 'r'" in refused.json()["error"]["message"]
    assert (await admin.call("GET", f"{ADMIN}/providers/p")).status == 200


async def test_a_limit_and_a_price_may_be_added_without_a_name(admin: Caller) -> None:
    made = [(await admin.call("POST", f"{ADMIN}/limits", BODIES["limits"])) for _ in range(2)]
    assert [answer.status for answer in made] == [201, 201]
    assert len({answer.json()["name"] for answer in made}) == 2
    price = await admin.call("POST", f"{ADMIN}/prices", BODIES["prices"])
    assert price.json()["name"] == "openai/m@2026-01-01"
    assert (await admin.call("GET", f"{ADMIN}/prices/openai/m@2026-01-01")).json() == price.json()


async def test_every_change_is_on_record(whole: WholeApp, admin: Caller) -> None:
    await admin.call("PUT", f"{ADMIN}/providers/p", PROVIDER)
    await admin.call("PUT", f"{ADMIN}/tiers/gold", BODIES["tiers"])
    await admin.call("DELETE", f"{ADMIN}/tiers/gold")
    entries, _ = await whole.audit.page(Filter(action="gateway.*"))
    actions = [(entry.action, entry.subject, entry.actor_id) for entry in reversed(entries)]
    assert actions == [
        ("gateway.provider.put", "p", admin.person_id),
        ("gateway.tier.put", "gold", admin.person_id),
        ("gateway.tier.delete", "gold", admin.person_id),
    ]
    assert entries[-1].details["settings"]["models"] == {"small": "upstream-small"}


ROLES: tuple[Role, ...] = ("manager", "auditor", "member")


async def test_only_administrators_see_or_change_the_configuration(whole: WholeApp) -> None:
    for somebody in [await whole.client("Bob", role) for role in ROLES]:
        await _refused_everywhere(somebody)
    assert len(whole.gateway.configuration.current.items) == 2


async def _refused_everywhere(somebody: Caller) -> None:
    for plural, body in BODIES.items():
        answers = [
            await somebody.call("GET", f"{ADMIN}/{plural}"),
            await somebody.call("GET", f"{ADMIN}/{plural}/filed"),
            await somebody.call("PUT", f"{ADMIN}/{plural}/x", body),
            await somebody.call("DELETE", f"{ADMIN}/{plural}/filed"),
        ]
        assert [answer.status for answer in answers] == [403] * 4
    assert (await somebody.call("GET", f"{ADMIN}/health/targets")).status == 403


async def test_the_document_has_the_settings_own_schemas(whole: WholeApp) -> None:
    paths = document(whole.app)["paths"]
    put = paths[f"{ADMIN}/routes/{{name}}"]["put"]
    body = put["requestBody"]["content"]["application/json"]["schema"]
    target = body["properties"]["targets"]["items"]
    assert {"provider", "model", "weight", "when", "equivalent"} <= set(target["properties"])
    assert set(target["required"]) == {"provider", "model"}
    assert "tiers" in target["properties"]["when"]["properties"]
    limit = paths[f"{ADMIN}/limits"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "usd" in limit["properties"]["meter"]["enum"]
    told = paths[f"{ADMIN}/providers/{{name}}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert "has_api_key" in told["properties"]
    assert "api_key" not in told["properties"]["settings"]["properties"]
    taken = paths[f"{ADMIN}/providers/{{name}}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert "api_key" in taken["properties"]


@pytest.mark.network
async def test_a_route_made_here_answers_at_once_and_its_targets_health_is_told(admin: Caller) -> None:
    async with serving(good) as vendor, serving(status(500)) as broken:
        for name, url in (("good", vendor.url), ("broken", broken.url)):
            await admin.call("PUT", f"{ADMIN}/providers/{name}", {"url": url})
        targets = [{"provider": "broken", "model": "x"}, {"provider": "good", "model": "y", "priority": 1}]
        await admin.call("PUT", f"{ADMIN}/routes/fast", {"targets": targets})
        body = {"model": "fast", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
        answers = [await admin.call("POST", "/v1/chat/completions", body) for _ in range(6)]
        answers.append(await admin.call("POST", "/v1/chat/completions", body | {"stream": True}))
        assert [answer.status for answer in answers] == [200] * 7
        told = (await admin.call("GET", f"{ADMIN}/health/targets")).json()
    found = {item["provider"]: item for item in told["data"] if item["route"] == "fast"}
    assert (found["broken"]["breaker"], found["good"]["breaker"]) == ("open", "closed")
    assert (found["broken"]["failures"], found["broken"]["open_seconds"] > 0) == (5, True)
    assert (found["good"]["in_flight"], found["good"]["first_byte_seconds"] is not None) == (0, True)
    assert told["problem"] == ""
