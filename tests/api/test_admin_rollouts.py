"""Rollouts by the admin API: planned, moved, refused with the way out, recorded before they change, told of in full."""

import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from freehold.api.schema import document
from freehold.contracts.errors import Unavailable
from freehold.contracts.identity import Principal, Role
from freehold.contracts.rollouts import Assignment, Exchange
from freehold.contracts.wire import Call
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.operations.store import Filter
from freehold.rollouts.evidence.progress import State
from freehold.rollouts.rollouts import ACTS, Rollouts
from freehold.rollouts.store import Event, Value
from freehold.rollouts.tallies import ANSWERS, COST, PAIR, PAIRS
from gateway.vendors import chat_answer
from vendor_server import Vendor, vendor_server
from whole_app import Caller, WholeApp, whole_app

FILE = """
[gateway.providers.vendor]
url = "http://127.0.0.1:9/v1"
models = { gpt = "gpt-4o", judge = "gpt-5", other = "o", embedder = "e" }
"""
PLACE = "/admin/v1/rollouts"
PLAN: dict[str, Any] = {"route": "gpt", "candidate": "vendor/next"}
WHOLE_PLAN: dict[str, Any] = {
    "route": "gpt",
    "candidate": "vendor/meta/llama",
    "steps": [
        {"share": 0.0, "min_samples": 5, "soak_seconds": 1.5, "max_seconds": 60.0, "evidence": "no harm"},
        {"share": 0.25, "min_samples": 7, "soak_seconds": 0.0, "max_seconds": 90.0, "evidence": "proof"},
        {"share": 1.0, "min_samples": 1, "soak_seconds": 0.0, "max_seconds": 1.0, "evidence": "no harm"},
    ],
    "gates": [
        {"metric": "error_rate", "margin": None, "severe": None},
        {"metric": "ttft_seconds", "margin": 0.2, "severe": 0.9},
        {"metric": "quality", "margin": 0.05, "severe": None},
        {"metric": "unsafe_rate", "margin": None, "severe": None},
        {"metric": "check_failure_rate", "margin": None, "severe": None},
    ],
    "interval_seconds": 3600.0,
    "failure_limit": 3,
    "false_rollback": 0.05,
    "judge": "judge",
    "embedder": "embedder",
    "checks": [{"kind": "regex", "value": "^a+$"}, {"kind": "json_schema", "value": "{}"}],
    "unsafe_patterns": ["bomb"],
    "exclude": {"organisations": ["o"], "teams": ["t"], "people": ["p"], "keys": ["k"]},
    "mirror": {"share": 0.5, "budget_usd": 2.5, "at_once": 2},
    "capture": {"consent": True, "redact": False, "retention_days": 3},
    "webhook": "https://hooks.example.com/T000/very-secret",
    "equivalent": "openai/gpt-4o",
}
STATES: tuple[State, ...] = get_args(State)
# Where each act leads from each state; every other one is refused.
LEADS: Mapping[str, Mapping[str, str]] = {
    "planned": {"start": "shadow"},
    "shadow": {"pause": "paused", "abort": "aborted", "promote": "promoted"},
    "canary": {"pause": "paused", "abort": "aborted", "promote": "promoted"},
    "paused": {"resume": "shadow", "abort": "aborted", "promote": "promoted"},
    "promoted": {"abort": "aborted", "close": "closed"},
    "aborted": {},
    "rolled_back": {},
    "closed": {},
}
WAY_THERE: Mapping[str, tuple[str, ...]] = {
    "planned": (),
    "shadow": ("start",),
    "canary": ("start",),
    "paused": ("start", "pause"),
    "promoted": ("start", "promote"),
    "aborted": ("start", "abort"),
    "rolled_back": ("start",),
    "closed": ("start", "promote", "close"),
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


@pytest.fixture
def rollouts(whole: WholeApp) -> Rollouts:
    return whole.app.state.rollouts


async def recorded(whole: WholeApp, name: str | None = None) -> list[tuple[str, str]]:
    """What the audit log has of rollouts, or of one, oldest first."""
    entries, _ = await whole.audit.page(Filter(action="rollout.*", subject=name), limit=100)
    return [(entry.action, entry.subject) for entry in reversed(entries)]


async def test_a_plan_survives_being_put_and_read(admin: Caller) -> None:
    put = await admin.call("PUT", f"{PLACE}/r", WHOLE_PLAN)
    assert put.status == 200, put.content
    found = await admin.call("GET", f"{PLACE}/r")
    assert found.json() == put.json()
    assert found.json()["plan"] == WHOLE_PLAN
    again = await admin.call("PUT", f"{PLACE}/r", found.json()["plan"])
    assert again.json()["plan"] == WHOLE_PLAN
    assert (again.json()["state"], again.json()["created_by"]) == ("planned", "Root")
    assert again.json()["created_at"] == put.json()["created_at"]
    assert (await admin.call("GET", PLACE)).json() == {"object": "list", "data": [again.json()]}


async def test_what_a_short_plan_leaves_open_is_filled_in(admin: Caller) -> None:
    told = (await admin.call("PUT", f"{PLACE}/r", PLAN)).json()
    assert [step["share"] for step in told["plan"]["steps"]] == [0.0, 0.01, 0.1, 0.25, 0.5, 1.0]
    assert [step["step"] for step in told["steps"]] == [0, 1, 2, 3, 4, 5]
    assert (told["share"], told["decision"], told["reason"]) == (0.0, None, "Planned.")


REFUSED: list[tuple[dict[str, Any], str | None, str]] = [
    ({"stages": []}, None, "stages"),
    ({"steps": [{"share": 1.0, "min_sample": 5}]}, "steps[0]", "min_sample"),
    ({"gates": [{"metric": "error_rate", "maximum": 1}]}, "gates[0]", "maximum"),
    ({"mirror": {"shares": 1}}, "mirror", "shares"),
    ({"capture": {"keep": True}}, "capture", "keep"),
    ({"exclude": {"groups": []}}, "exclude", "groups"),
    ({"failure_limit": "two"}, "failure_limit", "int"),
    ({"candidate": "next"}, "candidate", "provider/model"),
    ({"candidate": "vendr/next"}, "candidate", "Did you mean 'vendor'?"),
    ({"candidate": "local/nothing-like-it"}, "candidate", "local model"),
    ({"route": "gtp"}, "route", "Did you mean 'gpt'?"),
    ({"steps": [{"share": 0.5}]}, "steps", "share 1.0"),
    ({"gates": [{"metric": "ttft"}]}, "gates", "ttft_seconds"),
    ({"gates": []}, "gates", "nothing could stop it"),
    ({"gates": [{"metric": "quality"}]}, "judge", "Set judge"),
    ({"gates": [{"metric": "quality"}], "judge": "juge"}, "judge", "Did you mean 'judge'?"),
    ({"gates": [{"metric": "similarity"}], "embedder": "mebedder"}, "embedder", "Did you mean 'embedder'?"),
    ({"webhook": "https://x/\0"}, None, "NUL"),
]


async def test_a_refusal_names_the_parameter_and_the_fix_and_keeps_nothing(whole: WholeApp, admin: Caller) -> None:
    for changes, param, word in REFUSED:
        answer = await admin.call("PUT", f"{PLACE}/r", PLAN | changes)
        error = answer.json()["error"]
        assert (answer.status, error["param"]) == (400, param), (changes, error)
        assert word in error["message"]
    for name in ("Loud", "a" * 101, "-a", "a%00".replace("%00", "\0")):
        answer = await admin.call("PUT", f"{PLACE}/{name}", PLAN)
        assert (answer.status, answer.json()["error"]["param"]) == (400, "name")
    assert (await admin.call("GET", PLACE)).json()["data"] == []
    assert await recorded(whole) == []


async def bring(admin: Caller, rollouts: Rollouts, name: str, state: State) -> None:
    """A rollout in this state."""
    steps = [{"share": 0.5}, {"share": 1.0}] if state == "canary" else [{"share": 0.0}, {"share": 1.0}]
    assert (await admin.call("PUT", f"{PLACE}/{name}", PLAN | {"steps": steps})).status == 200
    for act in WAY_THERE[state]:
        answer = await admin.call("POST", f"{PLACE}/{name}/{act}")
        assert answer.status == 200, answer.content
    if state == "rolled_back":
        await roll_back(rollouts, name)
    assert (await admin.call("GET", f"{PLACE}/{name}")).json()["state"] == state


async def roll_back(rollouts: Rollouts, name: str) -> None:
    """What no person does."""
    async with rollouts.store.changing(name) as change:
        assert change is not None
        event = Event(
            at=1_700_000_000.0,
            action="roll_back",
            actor="freehold",
            from_state=change.record.progress.state,
            to_state="rolled_back",
            step=0,
            reason="It was worse.",
            decision=None,
        )
        await change.move(event)


async def test_an_act_that_is_out_of_place_is_refused_with_the_way_out(
    whole: WholeApp, admin: Caller, rollouts: Rollouts
) -> None:
    for state in STATES:
        name = state.replace("_", "-")
        await bring(admin, rollouts, name, state)
        before = await recorded(whole, name)
        for act in ACTS.keys() - LEADS[state].keys():
            answer = await admin.call("POST", f"{PLACE}/{name}/{act}")
            assert answer.status == 400, (state, act)
            assert "Possible from: " in answer.json()["error"]["message"]
            assert (await admin.call("GET", f"{PLACE}/{name}")).json()["state"] == state
        assert await recorded(whole, name) == before
        await free_the_route(admin, name, state)


async def test_every_other_act_leads_on(whole: WholeApp, admin: Caller, rollouts: Rollouts) -> None:
    for state in STATES:
        for act, leads_to in LEADS[state].items():
            name = f"{state}-{act}"
            await bring(admin, rollouts, name, state)
            before = len(await recorded(whole, name))
            told = (await admin.call("POST", f"{PLACE}/{name}/{act}")).json()
            assert (told["state"], told["reason"]) == (leads_to, "Root asked for it."), (state, act)
            assert (await admin.call("GET", f"{PLACE}/{name}")).json() == told
            assert (await recorded(whole, name))[before:] == [(f"rollout.{act}", name)]
            await free_the_route(admin, name, leads_to)


async def free_the_route(admin: Caller, name: str, state: str) -> None:
    """For the next rollout."""
    if "abort" in LEADS[state]:
        assert (await admin.call("POST", f"{PLACE}/{name}/abort")).status == 200


async def test_only_what_is_not_in_force_is_forgotten(whole: WholeApp, admin: Caller, rollouts: Rollouts) -> None:
    for state in STATES:
        name = state.replace("_", "-")
        await bring(admin, rollouts, name, state)
        answer = await admin.call("DELETE", f"{PLACE}/{name}")
        is_gone = state in ("planned", "aborted", "rolled_back", "closed")
        assert answer.status == (204 if is_gone else 400), state
        assert (await admin.call("GET", f"{PLACE}/{name}")).status == (404 if is_gone else 200)
        assert (("rollout.delete", name) in await recorded(whole, name)) == is_gone
        if not is_gone:
            assert "Abort or close it before." in answer.json()["error"]["message"]
            await free_the_route(admin, name, state)


async def test_a_rollout_that_has_begun_is_not_planned_anew(whole: WholeApp, admin: Caller) -> None:
    await admin.call("PUT", f"{PLACE}/r", PLAN)
    await admin.call("POST", f"{PLACE}/r/start")
    before = await recorded(whole)
    answer = await admin.call("PUT", f"{PLACE}/r", PLAN | {"candidate": "vendor/else"})
    assert (answer.status, "under another name" in answer.json()["error"]["message"]) == (400, True)
    assert (await admin.call("GET", f"{PLACE}/r")).json()["plan"]["candidate"] == "vendor/next"
    assert await recorded(whole) == before


async def test_a_route_is_under_one_rollout_at_a_time(whole: WholeApp, admin: Caller) -> None:
    for name in ("first", "second"):
        assert (await admin.call("PUT", f"{PLACE}/{name}", PLAN)).status == 200
    assert (await admin.call("PUT", f"{PLACE}/elsewhere", PLAN | {"route": "other"})).status == 200
    assert (await admin.call("POST", f"{PLACE}/first/start")).status == 200
    assert (await admin.call("POST", f"{PLACE}/elsewhere/start")).status == 200
    refused = await admin.call("POST", f"{PLACE}/second/start")
    assert refused.status == 400
    assert "under another rollout. Abort or close that one before." in refused.json()["error"]["message"]
    assert ("rollout.start", "second") not in await recorded(whole)
    assert (await admin.call("POST", f"{PLACE}/first/abort")).status == 200
    assert (await admin.call("POST", f"{PLACE}/second/start")).status == 200


@pytest.fixture
async def listener() -> AsyncGenerator[Vendor]:
    """Whom a webhook tells; there for longer than the application."""
    async with vendor_server() as vendor:
        yield vendor


async def test_every_change_is_on_record_without_the_webhooks_address(
    listener: Vendor, whole: WholeApp, admin: Caller
) -> None:
    changes = ("start", "pause", "resume", "promote", "close")
    for _ in changes:
        listener.answers()
    await admin.call("PUT", f"{PLACE}/r", WHOLE_PLAN | {"webhook": f"{listener.url}/very-secret"})
    for act in changes:
        assert (await admin.call("POST", f"{PLACE}/r/{act}")).status == 200, act
    await admin.call("DELETE", f"{PLACE}/r")
    entries, _ = await whole.audit.page(Filter(action="rollout.*"))
    acts = ("put", "start", "pause", "resume", "promote", "close", "delete")
    expected = [(f"rollout.{act}", "r", admin.person_id) for act in acts]
    assert [(entry.action, entry.subject, entry.actor_id) for entry in reversed(entries)] == expected
    put = entries[-1].details
    assert (put["candidate"], put["webhook"], put["mirror"]["budget_usd"]) == ("vendor/meta/llama", True, 2.5)
    assert "very-secret" not in (await admin.call("GET", "/admin/v1/audit")).content.decode()


class SilentAudit:
    """A log that cannot be written."""

    async def record(self, *_: Any) -> None:
        raise Unavailable("The audit log is away.")


async def test_what_cannot_be_recorded_is_not_done(whole: WholeApp, admin: Caller) -> None:
    await admin.call("PUT", f"{PLACE}/r", PLAN)
    before = (await admin.call("GET", PLACE)).json()
    whole.app.state.audit = SilentAudit()
    answers = [await admin.call("PUT", f"{PLACE}/{name}", PLAN | {"failure_limit": 9}) for name in ("r", "new")]
    answers += [await admin.call("POST", f"{PLACE}/r/start"), await admin.call("DELETE", f"{PLACE}/r")]
    assert [answer.status for answer in answers] == [503] * 4
    assert (await admin.call("GET", PLACE)).json() == before


async def test_what_is_not_there_is_not_found(whole: WholeApp, admin: Caller) -> None:
    await admin.call("PUT", f"{PLACE}/r", PLAN)
    for method, place in (
        ("GET", "x"),
        ("DELETE", "x"),
        ("POST", "x/start"),
        ("POST", "r/explode"),
        ("POST", "r/history"),
        ("GET", "x/history"),
        ("GET", "x/distribution?metric=quality"),
        ("GET", "x/examples"),
        ("GET", "\0"),
        ("POST", "\0/start"),
    ):
        answer = await admin.call(method, f"{PLACE}/{place}")
        assert answer.status == 404, (method, place, answer.content)
    assert await recorded(whole) == [("rollout.put", "r")]


async def test_the_history_tells_each_move_newest_first(admin: Caller) -> None:
    await admin.call("PUT", f"{PLACE}/r", PLAN)
    for act in ("start", "pause", "abort"):
        await admin.call("POST", f"{PLACE}/r/{act}")
    told = (await admin.call("GET", f"{PLACE}/r/history")).json()
    assert told["object"] == "list"
    moves = [(one["action"], one["from_state"], one["to_state"], one["actor"]) for one in told["data"]]
    assert moves == [
        ("abort", "paused", "aborted", "Root"),
        ("pause", "shadow", "paused", "Root"),
        ("start", "planned", "shadow", "Root"),
    ]
    last = (await admin.call("GET", f"{PLACE}/r/history?limit=1")).json()["data"]
    assert [one["action"] for one in last] == ["abort"]
    for limit in ("0", "1001", "x"):
        assert (await admin.call("GET", f"{PLACE}/r/history?limit={limit}")).status == 400


async def test_what_was_measured_is_told_by_step(admin: Caller, rollouts: Rollouts) -> None:
    await bring(admin, rollouts, "r", "canary")
    values = [Value("r", 0, "control", metric, value) for metric, value in ((ANSWERS, 1.0), (COST, 100.0))] * 10
    values += [Value("r", 0, "candidate", metric, value) for metric, value in ((ANSWERS, 1.0), (COST, 30.0))] * 4
    values += [Value("r", 0, PAIR, PAIRS, 1.0)]
    values += [Value("r", 0, arm, "error_rate", 0.0) for arm in ("control", "candidate")]
    values += [Value("r", 0, "control", "error_rate", 1.0)]
    await rollouts.store.add_values(values)
    told = (await admin.call("GET", f"{PLACE}/r")).json()
    assert told["steps"][0] == {
        "step": 0,
        "share": 0.5,
        "control_answers": 10,
        "candidate_answers": 4,
        "pairs": 1,
        "control_cost_micro_usd": 1000,
        "candidate_cost_micro_usd": 120,
        "saved_micro_usd": 280,
    }
    found = (await admin.call("GET", f"{PLACE}/r/distribution?metric=error_rate")).json()
    assert (sum(found["control"]), sum(found["candidate"]), found["metric"]) == (2, 1, "error_rate")
    assert (found["control"][0], found["control"][-1], len(found["edges"])) == (1, 1, 25)
    empty = (await admin.call("GET", f"{PLACE}/r/distribution?metric=error_rate&step=1")).json()
    assert empty == {"metric": "error_rate", "edges": [], "control": [], "candidate": []}


async def test_a_distribution_of_nothing_known_is_refused(admin: Caller) -> None:
    await admin.call("PUT", f"{PLACE}/r", PLAN)
    for query, param, word in (
        ("metric=error", "metric", "error_rate"),
        ("", "metric", "required"),
        ("metric=quality&step=6", "step", "0 to 5"),
        ("metric=quality&step=-1", "step", "greater"),
        (f"metric=quality&step={2**70}", "step", "no step"),
    ):
        answer = await admin.call("GET", f"{PLACE}/r/distribution?{query}")
        assert (answer.status, answer.json()["error"]["param"]) == (400, param), query
        assert word in answer.json()["error"]["message"]


async def test_kept_pairs_are_shown_as_they_are_read(admin: Caller, rollouts: Rollouts) -> None:
    consent = {"consent": True, "redact": False, "retention_days": 1}
    await admin.call("PUT", f"{PLACE}/r", PLAN | {"capture": consent})
    record = await rollouts.get("r")
    for number in range(3):
        control, candidate = (exchange(f"req_{number}", f"{arm} {number}") for arm in ("control", "candidate"))
        await rollouts.examples.keep(record, control, candidate, {"quality": 1.0})
    told = (await admin.call("GET", f"{PLACE}/r/examples?limit=2")).json()
    assert [one["request_id"] for one in told["data"]] == ["req_2", "req_1"]
    newest = told["data"][0]
    assert "What is owned?" in newest.pop("prompt")
    assert newest == {
        "request_id": "req_2",
        "at": 1_700_000_000.0,
        "step": 0,
        "control": "control 2",
        "candidate": "candidate 2",
        "control_model": "vendor/gpt-4o",
        "candidate_model": "vendor/gpt-4o",
        "scores": {"quality": 1.0},
    }
    assert len((await admin.call("GET", f"{PLACE}/r/examples")).json()["data"]) == 3
    assert (await admin.call("GET", f"{PLACE}/r/examples?limit=101")).status == 400


def exchange(request_id: str, text: str) -> Exchange:
    """A chat that was answered."""
    body = {"model": "gpt", "messages": [{"role": "user", "content": "What is owned?"}]}
    return Exchange(
        assignment=Assignment(rollout_id="r", step=0, arm="control", provider="vendor", model="next", is_mirrored=True),
        principal=Principal(person_id="ada", name="Ada", role="member"),
        call=Call(endpoint="chat/completions", body=json.dumps(body).encode(), model="gpt"),
        at=1_700_000_000.0,
        status=200,
        outcome="answered",
        answer=json.dumps(chat_answer(text)).encode(),
        is_stream=False,
        request_id=request_id,
        answered_by="vendor/gpt-4o",
    )


ROLES: tuple[Role, ...] = ("manager", "auditor", "member")


async def test_only_administrators_see_or_move_rollouts(whole: WholeApp, admin: Caller, rollouts: Rollouts) -> None:
    await admin.call("PUT", f"{PLACE}/r", PLAN)
    reads = ["", "/r", "/r/history", "/r/distribution?metric=quality", "/r/examples"]
    for role in ROLES:
        somebody = await whole.client("Bob", role)
        answers = [await somebody.call("GET", f"{PLACE}{place}") for place in reads]
        answers += [await somebody.call("POST", f"{PLACE}/r/{act}") for act in ACTS]
        answers += [await somebody.call("PUT", f"{PLACE}/{name}", PLAN) for name in ("r", "mine")]
        answers.append(await somebody.call("DELETE", f"{PLACE}/r"))
        assert {answer.status for answer in answers} == {403}, role
    assert [one.name for one in await rollouts.store.all()] == ["r"]
    assert await recorded(whole) == [("rollout.put", "r")]


async def test_the_document_has_the_plans_and_the_reports_own_schemas(whole: WholeApp) -> None:
    paths = document(whole.app)["paths"]
    one = paths[f"{PLACE}/{{name}}"]
    body = one["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["required"]) == {"route", "candidate"}
    assert {"share", "evidence"} <= set(body["properties"]["steps"]["items"]["properties"])
    told = one["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(STATES) == set(told["properties"]["state"]["enum"])
    assert "saved_micro_usd" in told["properties"]["steps"]["items"]["properties"]
    act = paths[f"{PLACE}/{{name}}/{{act}}"]["post"]["parameters"]
    assert next(one for one in act if one["name"] == "act")["schema"]["enum"] == list(ACTS)
