"""The part as a whole over a real database: who goes where, what is counted, who decides, and what a crash leaves."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Assignment, Exchange
from freehold.contracts.wire import Call
from freehold.foundation.database import Database
from freehold.foundation.vault import Vault
from freehold.rollouts.plan import Capture, Exclusions, Gate, Mirroring, Plan, Step
from freehold.rollouts.rollouts import ACTS, Rollouts
from freehold.rollouts.steering import draw
from freehold.rollouts.tallies import MIRROR_COST
from held_clock import HeldClock

pytestmark = pytest.mark.network
ADA = Principal(person_id="ada", name="Ada", role="member", key_id="key", organisation_id="org", team_id="team")
STEPS = (
    Step(share=0.0, min_samples=5, soak_seconds=0),
    Step(share=0.5, min_samples=5, soak_seconds=10),
    Step(share=1.0, soak_seconds=0),
)
PLAN = Plan(
    route="m",
    candidate="own/new",
    steps=STEPS,
    gates=(Gate(metric="error_rate"),),
    interval_seconds=1.0,
    mirror=Mirroring(at_once=16),
)
BODY = msgspec.json.encode({"model": "m", "messages": [{"role": "user", "content": "hi"}]})
ANSWER = msgspec.json.encode({"choices": [{"message": {"role": "assistant", "content": "hello ada@example.org"}}]})


class Candidate:
    """A gateway that answers copies at once, or when it may. Implements `contracts.rollouts.MeteredGateway`."""

    def __init__(self, *, status: int = 200, cost: int = 7) -> None:
        self.calls: list[Call] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.status, self.cost = status, cost

    async def ask(
        self, principal: Principal, call: Call, assignment: Assignment, target: tuple[str, str] | None = None
    ) -> Exchange:
        self.calls.append(call)
        await self.may_answer.wait()
        return exchange(assignment, call=call, principal=principal, status=self.status, cost=self.cost)


def call(**fields: Any) -> Call:
    return Call(**({"endpoint": "chat/completions", "body": BODY, "model": "m"} | fields))


def exchange(assignment: Assignment, **fields: Any) -> Exchange:
    failed = fields.get("status", 200) >= 500
    known: dict[str, Any] = {
        "assignment": assignment,
        "principal": ADA,
        "call": call(),
        "at": 1.0,
        "status": 200,
        "outcome": "failed" if failed else "answered",
        "answer": b"" if failed else ANSWER,
        "is_stream": False,
        "output_tokens": 3,
        "request_id": "req_1",
    }
    return Exchange(**(known | fields))


@asynccontextmanager
async def serving(
    database: Database, clock: HeldClock, folder: Path, gateway: Candidate | None = None
) -> AsyncGenerator[Rollouts]:
    """A server's rollouts; ticks are the test's to make."""
    rollouts = Rollouts(database, Vault.at(folder / "key"), clock)
    await rollouts.load()
    rollouts.mirror_by(gateway or Candidate())
    try:
        yield rollouts
    finally:
        await rollouts.close()


@pytest.fixture
async def rollouts(database: Database, clock: HeldClock, tmp_path: Path) -> AsyncGenerator[Rollouts]:
    async with serving(database, clock, tmp_path) as running:
        yield running


async def begun(rollouts: Rollouts, plan: Plan = PLAN, name: str = "one") -> None:
    await rollouts.put(name, plan, "ada")
    await rollouts.act(name, "start", "ada")


def answered(rollouts: Rollouts, units: Sequence[str], *, candidate_status: int = 200) -> None:
    """Each unit asks once and is answered by its arm."""
    for unit in units:
        assignment = rollouts.assign(ADA, call(), unit)
        assert assignment is not None
        status = candidate_status if assignment.arm == "candidate" else 200
        rollouts.note(exchange(assignment, status=status))


async def tick(rollouts: Rollouts, clock: HeldClock, seconds: float = 1.0) -> None:
    await rollouts._tasks.drain()
    await asyncio.sleep(0)
    clock.advance(seconds)
    await rollouts.tick()


PEOPLE = [f"person-{number}" for number in range(200)]


def test_a_larger_share_only_adds() -> None:
    draws = {person: draw("one", person) for person in PEOPLE}
    small, large = ({who for who, at in draws.items() if at < share} for share in (0.1, 0.5))
    assert small < large
    assert 0.3 < len(large) / len(PEOPLE) < 0.7
    assert draws != {person: draw("two", person) for person in PEOPLE}


async def test_a_candidate_that_is_no_worse_gets_everything(rollouts: Rollouts, clock: HeldClock) -> None:
    await begun(rollouts)
    assert {a.arm for p in PEOPLE if (a := rollouts.assign(ADA, call(), p))} == {"control"}
    answered(rollouts, PEOPLE[:10])
    await tick(rollouts, clock)
    assert (await rollouts.get("one")).progress.state == "canary"
    answered(rollouts, PEOPLE)
    await tick(rollouts, clock)
    assert (await rollouts.get("one")).progress.step == 1  # it has not soaked
    await tick(rollouts, clock, 10.0)
    assert (await rollouts.get("one")).progress.state == "promoted"
    assert {a.arm for p in PEOPLE if (a := rollouts.assign(ADA, call(), p))} == {"candidate"}
    states = [event.to_state for event in await rollouts.store.history("one", 10)]
    assert states == ["promoted", "canary", "shadow"]


async def test_a_candidate_that_fails_is_back_at_the_next_look_with_the_evidence(
    rollouts: Rollouts, clock: HeldClock
) -> None:
    await begun(rollouts, msgspec.structs.replace(PLAN, steps=STEPS[1:]))
    answered(rollouts, PEOPLE, candidate_status=502)
    await tick(rollouts, clock)
    record = await rollouts.get("one")
    assert record.progress.state == "rolled_back"
    assert record.decision is not None
    [verdict] = record.decision.verdicts
    assert (verdict.metric, verdict.result, verdict.candidate, verdict.control) == ("error_rate", "fail", 1.0, 0.0)
    assert all(rollouts.assign(ADA, call(), person) is None for person in PEOPLE)


async def test_one_server_decides_and_the_others_follow(
    rollouts: Rollouts, database: Database, clock: HeldClock, tmp_path: Path
) -> None:
    async with serving(database, clock, tmp_path) as sibling:
        await begun(rollouts, msgspec.structs.replace(PLAN, steps=STEPS[1:]))
        await sibling.tick()
        answered(rollouts, PEOPLE[:100])
        answered(sibling, PEOPLE[100:], candidate_status=502)
        await asyncio.sleep(0)
        for server in (rollouts, sibling):
            await server._recorder.flush()
        clock.advance(1.0)
        await asyncio.gather(rollouts.tick(), sibling.tick())
        await asyncio.gather(rollouts.tick(), sibling.tick())
        assert [event.to_state for event in await rollouts.store.history("one", 10)] == ["rolled_back", "canary"]
        assert rollouts.assign(ADA, call(), PEOPLE[0]) is None
        assert sibling.assign(ADA, call(), PEOPLE[0]) is None


async def test_a_server_that_starts_knows_what_was_aborted(
    rollouts: Rollouts, database: Database, clock: HeldClock, tmp_path: Path
) -> None:
    await begun(rollouts, msgspec.structs.replace(PLAN, steps=STEPS[1:]))
    async with serving(database, clock, tmp_path) as restarted:
        arms = [restarted.assign(ADA, call(), person) for person in PEOPLE]
        assert arms == [rollouts.assign(ADA, call(), person) for person in PEOPLE]
    await rollouts.act("one", "abort", "ada")
    async with serving(database, clock, tmp_path) as restarted:
        assert all(restarted.assign(ADA, call(), person) is None for person in PEOPLE)


@pytest.mark.parametrize(
    ("exclude", "fields"),
    [
        (Exclusions(people=("ada",)), {}),
        (Exclusions(teams=("team",)), {}),
        (Exclusions(organisations=("org",)), {}),
        (Exclusions(keys=("key",)), {}),
        (Exclusions(), {"headers": {"x-freehold-rollout": "off"}}),
        (Exclusions(), {"model": "m-2024-05-01"}),
        (Exclusions(), {"endpoint": "images/generations"}),
    ],
    ids=["person", "team", "organisation", "key", "opted out", "pinned", "nobody could measure it"],
)
async def test_who_takes_no_part_is_left_alone(rollouts: Rollouts, exclude: Exclusions, fields: dict[str, Any]) -> None:
    await begun(rollouts, msgspec.structs.replace(PLAN, steps=STEPS[1:], exclude=exclude))
    assert all(rollouts.assign(ADA, call(**fields), person) is None for person in PEOPLE)


async def test_copies_never_wait_and_what_is_too_much_is_dropped(
    database: Database, clock: HeldClock, tmp_path: Path
) -> None:
    gateway = Candidate()
    gateway.may_answer.clear()
    async with serving(database, clock, tmp_path, gateway) as rollouts:
        await begun(rollouts, msgspec.structs.replace(PLAN, mirror=Mirroring(at_once=3)))
        answered(rollouts, PEOPLE)
        async with asyncio.timeout(5):
            while len(gateway.calls) < 3:
                await asyncio.sleep(0.01)
        gateway.may_answer.set()
        await rollouts._tasks.drain()
        await rollouts._recorder.flush()
        assert [row["n"] for row in await rollouts.store.sums("one") if row["metric"] == "pairs"] == [3]


async def test_copies_end_with_their_budget(database: Database, clock: HeldClock, tmp_path: Path) -> None:
    gateway = Candidate(cost=600_000)
    async with serving(database, clock, tmp_path, gateway) as rollouts:
        steps = (msgspec.structs.replace(STEPS[0], min_samples=1000), *STEPS[1:])
        await begun(rollouts, msgspec.structs.replace(PLAN, steps=steps, mirror=Mirroring(budget_usd=1.0, at_once=2)))
        for _ in range(3):
            answered(rollouts, PEOPLE[:2])
            await tick(rollouts, clock)
        assert len(gateway.calls) == 2
        [spent] = [row["total"] for row in await rollouts.store.sums("one") if row["metric"] == MIRROR_COST]
        assert spent == 1_200_000


async def test_a_copy_has_no_effect_in_the_world(database: Database, clock: HeldClock, tmp_path: Path) -> None:
    gateway = Candidate()
    async with serving(database, clock, tmp_path, gateway) as rollouts:
        await begun(rollouts)
        function = {"type": "function", "function": {"name": "order"}}
        body = {"store": True, "tools": [function, {"type": "web_search"}], "temperature": 0, "x": None}
        assignment = rollouts.assign(ADA, call(), "u")
        assert assignment is not None
        asked = call(body=msgspec.json.encode(body))
        rollouts.note(exchange(assignment, call=asked))
        await rollouts._tasks.drain()
        [copy] = gateway.calls
        assert msgspec.json.decode(copy.body) == {"store": False, "tools": [function], "temperature": 0}


@pytest.mark.parametrize("consents", [True, False])
async def test_pairs_are_kept_with_consent_alone_and_cannot_be_read_in_the_database(
    rollouts: Rollouts, clock: HeldClock, consents: bool
) -> None:
    await begun(rollouts, msgspec.structs.replace(PLAN, capture=Capture(consent=consents, retention_days=2)))
    for headers in ({}, {"x-freehold-capture": "off"}):
        assignment = rollouts.assign(ADA, call(), "u")
        assert assignment is not None
        rollouts.note(exchange(assignment, call=call(headers=headers)))
        await rollouts._tasks.drain()
    pairs = await rollouts.examples.newest("one", 10)
    assert [pair.candidate for _, pair in pairs] == (["hello [EMAIL]"] if consents else [])
    stored = await rollouts.store.examples("one", 10, 2**62, clock.unix_seconds())
    assert all(b"hello" not in sealed for _, sealed in stored)
    clock.advance(2 * 86_400 + 1)
    await rollouts.tick()
    assert await rollouts.examples.newest("one", 10) == []


async def test_a_hang_up_says_nothing_and_a_rejection_is_no_error(rollouts: Rollouts) -> None:
    await begun(rollouts)
    assignment = rollouts.assign(ADA, call(), "u")
    assert assignment is not None
    rollouts.note(exchange(assignment, status=400, outcome="refused"))
    rollouts.note(exchange(assignment, outcome="cancelled"))
    await asyncio.sleep(0)
    await rollouts._recorder.flush()
    sums = {row["metric"]: row["total"] for row in await rollouts.store.sums("one")}
    assert sums == {"answers": 1.0, "rejected_rate": 1.0}


async def test_what_people_think_of_an_answer_counts_once_on_its_side_and_in_its_step(
    rollouts: Rollouts, clock: HeldClock
) -> None:
    began = clock.unix_seconds()
    await begun(rollouts, msgspec.structs.replace(PLAN, steps=STEPS[1:]))
    for _ in range(2):
        rollouts.rate("a", "m", "own/new", at=began, is_down=True)
        rollouts.rate("b", "m", "vendor/old", at=began, is_down=False)
    rollouts.rate("c", "m", "own/new", at=began - 1, is_down=True)
    rollouts.rate("d", "another", "own/new", at=began, is_down=True)
    await rollouts._recorder.flush()
    found = {row["arm"]: (row["n"], row["total"]) for row in await rollouts.store.sums("one")}
    assert found == {"candidate": (1, 1.0), "control": (1, 0.0)}


async def test_a_route_is_under_one_rollout_at_a_time(rollouts: Rollouts) -> None:
    await begun(rollouts)
    await rollouts.put("two", PLAN, "ada")
    with pytest.raises(InvalidRequest, match="under another rollout"):
        await rollouts.act("two", "start", "ada")
    await rollouts.act("one", "abort", "ada")
    await rollouts.act("two", "start", "ada")


@pytest.mark.parametrize("act", ACTS)
async def test_nothing_is_done_to_what_is_not_there_or_has_ended(rollouts: Rollouts, act: str) -> None:
    with pytest.raises(NotFound):
        await rollouts.act("nothing", act, "ada")
    await begun(rollouts)
    await rollouts.act("one", "abort", "ada")
    with pytest.raises(InvalidRequest, match="is aborted"):
        await rollouts.act("one", act, "ada")


async def test_a_rollout_in_force_is_neither_planned_anew_nor_forgotten(rollouts: Rollouts) -> None:
    await begun(rollouts)
    with pytest.raises(InvalidRequest, match="has begun"):
        await rollouts.put("one", PLAN, "ada")
    with pytest.raises(InvalidRequest, match="in force"):
        await rollouts.remove("one")
    await rollouts.act("one", "abort", "ada")
    await rollouts.remove("one")
    with pytest.raises(NotFound):
        await rollouts.get("one")
