"""A rollout's report: counts, costs and savings by step, and how values are distributed."""

import math
from typing import Any

import msgspec
import pytest

from freehold.rollouts.evidence.progress import Progress, State
from freehold.rollouts.plan import Plan, Step
from freehold.rollouts.report import BINS, describe, distribution
from freehold.rollouts.store import Record
from freehold.rollouts.tallies import ANSWERS, COST, MIRROR_COST, PAIR, PAIRS

STEPS = (Step(share=0.0), Step(share=0.1), Step(share=1.0))
PLAN = Plan(route="gpt", candidate="local/starter", steps=STEPS)


def record(state: State = "canary", step: int = 1) -> Record:
    return Record(
        name="r",
        plan=PLAN,
        progress=Progress(state=state, step=step, since=5.0, failures=1),
        reason="Because.",
        decision=None,
        looked_at=6.0,
        created_at=1.0,
        created_by="Ada",
        updated_at=5.0,
        version=3,
    )


def row(step: int, arm: str, metric: str, n: int, total: float) -> dict[str, Any]:
    return {"step": step, "arm": arm, "metric": metric, "n": n, "total": total, "squares": 0.0}


def test_a_report_says_where_a_rollout_stands() -> None:
    told = describe(record(), ())
    assert msgspec.convert(told.pop("plan"), Plan) == PLAN
    steps = told.pop("steps")
    assert told == {
        "name": "r",
        "state": "canary",
        "step": 1,
        "since": 5.0,
        "failures": 1,
        "reason": "Because.",
        "share": 0.1,
        "created_at": 1.0,
        "created_by": "Ada",
        "updated_at": 5.0,
        "decision": None,
    }
    nothing = {"control_answers": 0, "candidate_answers": 0, "pairs": 0}
    unknown = {"control_cost_micro_usd": None, "candidate_cost_micro_usd": None, "saved_micro_usd": None}
    assert steps == [
        {"step": 0, "share": 0.0} | nothing | unknown | {"saved_micro_usd": 0},
        {"step": 1, "share": 0.1} | nothing | unknown,
        {"step": 2, "share": 1.0} | nothing | unknown,
    ]


def test_the_share_is_what_the_candidate_answers_now() -> None:
    states: dict[State, float] = {"planned": 0.0, "paused": 0.1, "promoted": 1.0, "rolled_back": 0.0, "closed": 0.0}
    assert {state: describe(record(state), ())["share"] for state in states} == states


def test_savings_price_the_candidates_answers_at_the_controls_mean() -> None:
    rows = [
        row(0, "control", ANSWERS, 10, 10.0),
        row(0, "control", COST, 10, 1000.0),
        row(0, "candidate", ANSWERS, 9, 9.0),
        row(0, "candidate", COST, 9, 90.0),
        row(0, "candidate", MIRROR_COST, 9, 500.0),
        row(0, PAIR, PAIRS, 9, 9.0),
        row(1, "control", ANSWERS, 31, 31.0),
        row(1, "control", COST, 30, 4200.0),  # 5,200 for 40 answers: 130 each
        row(1, "candidate", ANSWERS, 6, 6.0),
        row(1, "candidate", COST, 4, 100.0),  # two have no price, and count for nothing
    ]
    mirroring, canary, last = describe(record(), rows)["steps"]
    assert (mirroring["control_answers"], mirroring["candidate_answers"], mirroring["pairs"]) == (10, 9, 9)
    assert (mirroring["control_cost_micro_usd"], mirroring["candidate_cost_micro_usd"]) == (1000, 90)
    assert mirroring["saved_micro_usd"] == 0
    assert (canary["control_answers"], canary["candidate_answers"]) == (31, 6)
    assert canary["saved_micro_usd"] == 4 * 130 - 100
    assert last["saved_micro_usd"] is None


@pytest.mark.parametrize("arm", ["control", "candidate"])
def test_without_a_price_on_either_side_there_is_no_saving(arm: str) -> None:
    step = describe(record(), [row(1, arm, COST, 5, 50.0)])["steps"][1]
    assert (step[f"{arm}_cost_micro_usd"], step["saved_micro_usd"]) == (50, None)


def test_a_dearer_candidate_is_a_negative_saving() -> None:
    rows = [row(1, "control", COST, 2, 2.0), row(1, "candidate", COST, 2, 10.0)]
    assert describe(record(), rows)["steps"][1]["saved_micro_usd"] == -8


def test_a_ratio_is_counted_in_its_own_unit_and_outliers_in_the_outermost_bins() -> None:
    control = [math.log(value) for value in range(1, 101)]
    candidate = [math.log(value) for value in range(1, 100)] + [math.log(1e9)]
    found = distribution({"control": control, "candidate": candidate}, "ttft_seconds")
    edges = found["edges"]
    assert (found["metric"], len(edges), edges == sorted(edges)) == ("ttft_seconds", BINS + 1, True)
    assert 1.0 <= edges[0] < 3.0
    assert 98.0 < edges[-1] <= 101.0
    assert (len(found["control"]), sum(found["control"])) == (BINS, 100)
    assert (len(found["candidate"]), sum(found["candidate"])) == (BINS, 100)
    assert found["candidate"][-1] == found["control"][-1]


def test_scores_of_pairs_are_the_candidates() -> None:
    found = distribution({PAIR: [-1.0, 0.5, 1.0, 1.0]}, "quality", bins=2)
    assert (found["control"], found["candidate"]) == ([0, 0], [1, 3])
    assert found["edges"][1] == pytest.approx(0.0, abs=0.05)


def test_one_value_alone_has_a_range_around_it() -> None:
    found = distribution({"control": [0.0], "candidate": [0.0, 0.0]}, "error_rate", bins=3)
    assert (found["control"], found["candidate"]) == ([0, 1, 0], [0, 2, 0])
    assert found["edges"][0] < 0.0 < found["edges"][-1]


def test_what_is_rare_is_counted_even_where_the_percentiles_are_one() -> None:
    found = distribution({"control": [0.0] * 999 + [1.0]}, "error_rate", bins=4)
    assert (found["edges"][0], found["edges"][-1], found["control"]) == (0.0, 1.0, [999, 0, 0, 1])


def test_without_a_value_there_is_nothing_to_draw() -> None:
    empty = {"metric": "quality", "edges": [], "control": [], "candidate": []}
    assert distribution({}, "quality") == empty
    assert distribution({"control": []}, "quality") == empty


def test_an_amount_that_no_float_holds_breaks_nothing() -> None:
    assert sum(distribution({"control": [900.0, 1.0]}, "output_tokens")["control"]) == 2
