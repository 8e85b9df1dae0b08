"""Decisions: what may never happen whatever is measured, what each case comes to, and how often chance is wrong."""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.rollouts.evidence.decide import alpha_of_gate, decide, judge_gate
from freehold.rollouts.evidence.progress import Decision, Moments, Progress, Reading, Readings
from freehold.rollouts.evidence.statistics import MIN_VALUES, share_difference
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import Check, Gate, Plan, Step, check_plan

SINCE = 1_000.0
SEVERITY = ("promote", "advance", "wait", "pause", "halt", "roll_back")  # from the best news to the worst
FORWARD = ("advance", "promote")
CANARY = 1  # index of the step in `plan`


def plan(
    *gates: Gate, evidence: str = "no harm", share: float = 0.1, failure_limit: int = 2, samples: int = 100
) -> Plan:
    """A mirroring step, then the one under test, then another, then all."""
    found = Plan(
        route="chat",
        candidate="local/ours",
        steps=(
            Step(share=0.0, min_samples=samples, soak_seconds=0.0),
            Step(
                share=share,
                min_samples=samples,
                soak_seconds=60.0,
                max_seconds=600.0,
                evidence="proof" if evidence == "proof" else "no harm",
            ),
            Step(share=0.9),
            Step(share=1.0),
        ),
        gates=gates or (Gate(metric="error_rate"),),
        failure_limit=failure_limit,
        judge="judge",
        embedder="embedder",
        checks=(Check(kind="regex", value="."),),
        unsafe_patterns=("password",),
    )
    check_plan(found)
    return found


def share(n: int, ones: int) -> Moments:
    return Moments.of(n, ones, ones)


def logs(n: int, mean: float, deviation: float = 0.5) -> Moments:
    return Moments(n=n, mean=mean, variance=deviation**2)


def errors(control: Moments, candidate: Moments) -> Readings:
    return readings({"error_rate": Reading(control=control, candidate=candidate)})


def readings(metrics: Mapping[str, Reading], answers: int | None = None, pairs: int = 0) -> Readings:
    """As many answers as the first metric has values, unless told."""
    first = next(iter(metrics.values()), Reading())
    return Readings(
        control_answers=first.control.n if answers is None else answers,
        candidate_answers=first.candidate.n if answers is None else answers,
        pairs=pairs,
        metrics=metrics,
    )


def look(
    which: Plan, seen: Readings, *, after_seconds: float = 60.0, failures: int = 0, step: int = CANARY
) -> Decision:
    state = "shadow" if which.steps[step].share == 0 else "canary"
    progress = Progress(state=state, step=step, since=SINCE, failures=failures)
    return decide(which, progress, seen, SINCE + after_seconds)


# What each case comes to.


def test_a_candidate_as_good_as_the_control_goes_on_after_samples_and_soak() -> None:
    assert look(plan(), errors(share(900, 18), share(100, 2))).action == "advance"


def test_the_last_step_before_the_whole_traffic_promotes() -> None:
    seen = errors(share(100, 2), share(100, 2))
    assert look(plan(), seen, step=2, after_seconds=600).action == "promote"


def test_a_plan_whose_only_step_is_the_whole_traffic_promotes_at_once() -> None:
    only = Plan(route="chat", candidate="local/ours", steps=(Step(share=1.0),))
    progress = Progress(state="canary", step=0, since=SINCE)
    assert decide(only, progress, Readings(), SINCE).action == "promote"


def test_a_candidate_that_fails_every_request_is_sent_back_after_a_dozen() -> None:
    found = look(plan(), errors(share(108, 2), share(12, 12)), after_seconds=1)
    assert found.action == "roll_back"
    assert found.verdicts[0].is_severe


def test_the_first_failed_look_halts_and_the_last_allowed_sends_back() -> None:
    seen = errors(share(9_000, 90), share(9_000, 400))
    assert look(plan(), seen).action == "halt"
    assert look(plan(), seen, failures=1).action == "roll_back"
    assert look(plan(failure_limit=1), seen).action == "roll_back"
    assert look(plan(failure_limit=3), seen, failures=1).action == "halt"


def test_missing_samples_wait_and_pause_when_time_is_up() -> None:
    seen = errors(share(900, 9), share(99, 1))
    assert look(plan(), seen, after_seconds=599).action == "wait"
    found = look(plan(), seen, after_seconds=600)
    assert found.action == "pause"
    assert "99 of 100 answers of the candidate" in found.reason


def test_the_control_needs_its_samples_too() -> None:
    assert look(plan(share=0.9 - 0.01), errors(share(50, 1), share(400, 8))).action == "wait"


def test_soaking_waits() -> None:
    assert look(plan(), errors(share(900, 9), share(100, 1)), after_seconds=59.9).action == "wait"


def test_mirroring_counts_pairs_and_compares_both_arms() -> None:
    quality = Gate(metric="quality")
    good = {"quality": Reading(candidate=Moments(n=100, mean=0.0, variance=0.6))}
    both = good | {"error_rate": Reading(control=share(100, 1), candidate=share(100, 60))}
    which = plan(quality, Gate(metric="error_rate"))
    assert look(which, readings(good, answers=0, pairs=99), step=0).action == "wait"
    assert look(which, readings(good, answers=0, pairs=100), step=0).action == "advance"
    assert look(which, readings(both, answers=100, pairs=100), step=0).action == "roll_back"


def test_proof_waits_for_every_gate_and_pauses_when_time_is_up() -> None:
    which = plan(evidence="proof")
    unclear = errors(share(100, 2), share(100, 2))
    assert look(which, unclear, after_seconds=60).action == "wait"
    assert look(which, unclear, after_seconds=600).action == "pause"
    clear = errors(share(40_000, 800), share(40_000, 800))
    assert look(which, clear).action == "advance"


def test_a_metric_that_never_came_up_stands_in_nobodys_way() -> None:
    which = plan(Gate(metric="error_rate"), Gate(metric="invalid_json_rate"), evidence="proof")
    found = look(which, errors(share(40_000, 800), share(40_000, 800)))
    assert [verdict.result for verdict in found.verdicts] == ["pass", "no data"]
    assert found.action == "advance"


def test_a_metric_that_only_the_control_has_proves_nothing() -> None:
    found = judge_gate(Gate(metric="ttft_seconds"), Reading(control=logs(5_000, 0.0)), 0.001)
    assert found.result == "inconclusive"


@pytest.mark.parametrize(
    ("metric", "difference", "worsening"),
    [
        ("ttft_seconds", math.log(1.5), 0.5),
        ("ttft_seconds", math.log(0.5), -0.5),
        ("tokens_per_second", math.log(0.5), 0.5),
        ("tokens_per_second", math.log(1.5), -0.5),
        ("output_tokens", math.log(2), 1.0),
        ("output_tokens", math.log(0.5), 1.0),
    ],
)
def test_a_ratio_is_a_part_of_the_controls_amount(metric: str, difference: float, worsening: float) -> None:
    reading = Reading(control=logs(1_000, 0.3), candidate=logs(1_000, 0.3 + difference))
    found = judge_gate(Gate(metric=metric), reading, 0.001)
    assert found.worsening == pytest.approx(worsening)
    assert found.low < worsening < found.high
    assert found.control == pytest.approx(math.exp(0.3))
    assert found.result == ("fail" if worsening > 0 else "pass")


def test_a_pair_is_worse_by_what_it_lies_below_the_best() -> None:
    found = judge_gate(Gate(metric="similarity"), Reading(candidate=Moments(n=400, mean=0.4, variance=0.01)), 0.001)
    assert found.worsening == pytest.approx(0.6)
    assert found.result == "fail"
    assert found.control is None


def test_the_reason_names_metric_values_interval_and_margin() -> None:
    found = look(plan(), errors(share(1_000, 20), share(1_000, 250)))
    low, high = (f"{100 * end:.3g}" for end in (found.verdicts[0].low, found.verdicts[0].high))
    for part in (
        f"surely {low} to {high} points worse",
        "error_rate",
        "25 % on the candidate",
        "2 % on the control",
        "23 points worse",
        "a margin of 1 point",
    ):
        assert part in found.reason
    assert found.reason.endswith(".")


def test_the_worst_failure_gives_the_reason() -> None:
    which = plan(Gate(metric="ttft_seconds"), Gate(metric="error_rate"))
    seen = {
        "ttft_seconds": Reading(control=logs(900, 0.0), candidate=logs(900, 0.25)),
        "error_rate": Reading(control=share(900, 9), candidate=share(900, 500)),
    }
    assert "error_rate" in look(which, readings(seen)).reason


def test_the_chance_of_a_false_failure_is_shared_by_gates_and_steps_that_run() -> None:
    which = plan(Gate(metric="error_rate"), Gate(metric="ttft_seconds"))
    assert alpha_of_gate(which) == pytest.approx(which.false_rollback / (2 * 3))


# What may never happen.

finite = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 10**9)
anything = st.builds(Moments, n=counts, mean=finite, variance=st.floats(0, allow_infinity=False))
gates = st.lists(st.sampled_from(sorted(METRICS)), min_size=1, max_size=4, unique=True).map(
    lambda names: tuple(Gate(metric=name) for name in names)
)


@st.composite
def plausible(draw: st.DrawFn, name: str) -> Reading:
    """What a metric may really look like."""
    arms: list[Moments] = []
    for _ in range(2):
        n = draw(st.just(0) | st.integers(MIN_VALUES, 3_000))
        if METRICS[name].kind == "share":
            arms.append(share(n, draw(st.integers(0, n))) if n else Moments())
        else:
            arms.append(Moments(n=n, mean=draw(st.floats(-1.5, 1.5)), variance=draw(st.floats(0, 2))))
    return Reading(control=Moments() if METRICS[name].kind == "pair" else arms[0], candidate=arms[1])


@st.composite
def situations(draw: st.DrawFn) -> tuple[Plan, Readings, float, int, int]:
    which = plan(*draw(gates), evidence=draw(st.sampled_from(["no harm", "proof"])))
    metrics = {gate.metric: draw(plausible(gate.metric)) for gate in which.gates}
    seen = Readings(
        control_answers=draw(st.integers(0, 300)),
        candidate_answers=draw(st.integers(0, 300)),
        pairs=draw(st.integers(0, 300)),
        metrics=metrics,
    )
    return which, seen, draw(st.floats(0, 1_000)), draw(st.integers(0, 3)), draw(st.sampled_from([0, CANARY, 2]))


def taken(situation: tuple[Plan, Readings, float, int, int]) -> Decision:
    which, seen, seconds, failures, step = situation
    return look(which, seen, after_seconds=seconds, failures=failures, step=step)


@given(situations())
def test_nothing_goes_on_below_its_samples_before_its_soak_or_while_a_gate_fails(
    situation: tuple[Plan, Readings, float, int, int],
) -> None:
    which, seen, seconds, _, number = situation
    found, step = taken(situation), which.steps[number]
    if found.action in FORWARD:
        arms = [seen.pairs] if step.share == 0 else [seen.control_answers, seen.candidate_answers]
        assert min(arms) >= step.min_samples
        assert seconds >= step.soak_seconds
        assert all(verdict.result != "fail" for verdict in found.verdicts)
        if step.evidence == "proof":
            assert all(verdict.result in ("pass", "no data") for verdict in found.verdicts)


@given(situations())
def test_a_failed_gate_halts_or_sends_back_and_nothing_else_does(
    situation: tuple[Plan, Readings, float, int, int],
) -> None:
    found = taken(situation)
    failed = any(verdict.result == "fail" for verdict in found.verdicts)
    assert failed == (found.action in ("halt", "roll_back"))


@given(situations())
def test_the_same_situation_comes_to_the_same_decision(situation: tuple[Plan, Readings, float, int, int]) -> None:
    assert taken(situation) == taken(situation)


def worse(name: str, reading: Reading, by: float) -> Reading:
    """The reading of a candidate that is worse."""
    metric, arm = METRICS[name], reading.candidate
    if not arm.n:
        return reading
    if metric.kind == "share":
        ones = round(arm.mean * arm.n)
        return Reading(control=reading.control, candidate=share(arm.n, ones + round(by * (arm.n - ones))))
    shift = by
    if metric.worse == "lower" or (metric.worse == "either" and arm.mean < reading.control.mean):
        shift = -by
    return Reading(control=reading.control, candidate=Moments(n=arm.n, mean=arm.mean + shift, variance=arm.variance))


@given(situations(), st.data(), st.floats(0, 1))
def test_a_worse_candidate_never_gets_a_better_decision(
    situation: tuple[Plan, Readings, float, int, int], data: st.DataObject, by: float
) -> None:
    which, seen, *rest = situation
    name = data.draw(st.sampled_from([gate.metric for gate in which.gates]))
    metrics = dict(seen.metrics) | {name: worse(name, seen.metrics[name], by)}
    changed = Readings(
        control_answers=seen.control_answers,
        candidate_answers=seen.candidate_answers,
        pairs=seen.pairs,
        metrics=metrics,
    )
    before, after = taken(situation), taken((which, changed, *rest))  # type: ignore[arg-type]
    assert SEVERITY.index(after.action) >= SEVERITY.index(before.action)


ratios = st.sampled_from(sorted(name for name, metric in METRICS.items() if metric.kind == "ratio"))


@given(ratios, st.data(), st.floats(-20, 20))
def test_a_unit_that_both_arms_share_changes_nothing(name: str, data: st.DataObject, shift: float) -> None:
    reading = data.draw(plausible(name))

    def moved(arm: Moments) -> Moments:
        return Moments(n=arm.n, mean=arm.mean + shift, variance=arm.variance)

    before = judge_gate(Gate(metric=name), reading, 0.001)
    after = judge_gate(
        Gate(metric=name), Reading(control=moved(reading.control), candidate=moved(reading.candidate)), 0.001
    )
    assert (after.worsening, after.low, after.high) == pytest.approx(
        (before.worsening, before.low, before.high), rel=1e-9, abs=1e-9
    )


@given(st.data())
def test_swapped_arms_turn_a_ratio_over(data: st.DataObject) -> None:
    reading = data.draw(plausible("ttft_seconds"))
    turned = Reading(control=reading.candidate, candidate=reading.control)
    one, other = (judge_gate(Gate(metric="ttft_seconds"), each, 0.001) for each in (reading, turned))
    assert 1 + one.low == pytest.approx(1 / (1 + other.high))
    assert 1 + one.high == pytest.approx(1 / (1 + other.low))
    both = [judge_gate(Gate(metric="output_tokens"), each, 0.001) for each in (reading, turned)]
    assert (both[0].low, both[0].high) == pytest.approx((both[1].low, both[1].high))


@given(st.sampled_from(sorted(METRICS)), anything, anything, st.floats(1e-9, 0.2))
def test_no_finite_reading_gives_what_is_no_number(
    name: str, control: Moments, candidate: Moments, alpha: float
) -> None:
    found = judge_gate(Gate(metric=name), Reading(control=control, candidate=candidate), alpha)
    numbers = (found.worsening, found.low, found.high, found.margin, found.control or 0.0, found.candidate or 0.0)
    assert all(math.isfinite(number) for number in numbers)
    assert found.low <= found.high


# How often chance is wrong, and how soon the truth is found.


def of_logs(values: np.ndarray, n: int) -> Moments:
    return Moments.of(n, float(values[:n].sum()), float((values[:n] ** 2).sum()))


def of_events(events: np.ndarray, n: int) -> Moments:
    return share(n, int(events[:n].sum()))


def rolls_back(rng: np.random.Generator, which: Plan, worsening: Mapping[str, float]) -> bool:
    """One rollout from its first step to its end, looked at after every few answers."""
    for number, step in enumerate(which.steps[:-1]):
        most, failures = 600 if step.evidence == "proof" else step.min_samples, 0
        times = round((1 - step.share) / step.share) if step.share else 1
        events = {
            name: (rng.random(most * times) < 0.02, rng.random(most) < 0.02 + worsening.get(name, 0.0))
            for name in ("error_rate", "refusal_rate")
        }
        slower = math.log1p(worsening.get("ttft_seconds", 0.0))
        seconds = rng.normal(0.0, 0.5, most * times), rng.normal(slower, 0.5, most)
        for n in range(most // 10, most + 1, most // 10):
            metrics = {
                name: Reading(control=of_events(found[0], n * times), candidate=of_events(found[1], n))
                for name, found in events.items()
            }
            metrics["ttft_seconds"] = Reading(control=of_logs(seconds[0], n * times), candidate=of_logs(seconds[1], n))
            seen = Readings(control_answers=n * times, candidate_answers=n, pairs=n, metrics=metrics)
            found = look(which, seen, step=number, after_seconds=step.soak_seconds, failures=failures)
            if found.action == "roll_back":
                return True
            failures = failures + 1 if found.action == "halt" else 0
            if found.action in FORWARD:
                break
    return False


THREE_GATES = (Gate(metric="error_rate"), Gate(metric="ttft_seconds"), Gate(metric="refusal_rate"))


def whole(*gates: Gate) -> Plan:
    """A plan as most would write it, that sends back at the first failed look: the strictest."""
    return Plan(
        route="chat",
        candidate="local/ours",
        steps=(
            Step(share=0.0, min_samples=200),
            Step(share=0.05),
            Step(share=0.25),
            Step(share=0.5, evidence="proof"),
            Step(share=1.0),
        ),
        gates=gates,
        failure_limit=1,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "worsening",
    [{}, {"error_rate": 0.01, "refusal_rate": 0.02, "ttft_seconds": 0.1}],
    ids=["as good as the control", "as bad as is tolerated"],
)
def test_a_candidate_within_the_margins_is_sent_back_in_at_most_one_rollout_of_a_hundred(
    worsening: Mapping[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same few counts come up again and again.
    monkeypatch.setattr("freehold.rollouts.evidence.decide.share_difference", lru_cache(maxsize=None)(share_difference))
    rng, rollouts = np.random.default_rng(17), 2_000
    which = whole(*THREE_GATES)
    assert sum(rolls_back(rng, which, worsening) for _ in range(rollouts)) <= rollouts * which.false_rollback


def looks_until_sent_back(which: Plan, step: int, seen: Mapping[int, Readings]) -> int | None:
    """After how many answers a rollout is sent back; None where it never is."""
    failures = 0
    for n, readings_then in seen.items():
        found = look(which, readings_then, step=step, failures=failures)
        if found.action == "roll_back":
            return n
        failures = failures + 1 if found.action == "halt" else 0
    return None


def test_a_fifth_slower_is_found_within_some_thousand_answers() -> None:
    rng, which, answers = np.random.default_rng(19), plan(*THREE_GATES), 4_000
    found: list[float] = []
    for _ in range(60):
        control, candidate = rng.normal(0.0, 0.5, answers), rng.normal(math.log(1.2), 0.5, answers)
        seen = {
            n: readings({"ttft_seconds": Reading(control=of_logs(control, n), candidate=of_logs(candidate, n))})
            for n in range(50, answers + 1, 50)
        }
        found.append(looks_until_sent_back(which, CANARY, seen) or math.inf)
    assert np.median(found) <= 1_500
    assert sum(math.isfinite(n) for n in found) >= 58


def test_quality_five_points_below_what_is_tolerated_is_found_within_ten_thousand_pairs() -> None:
    rng, which, pairs = np.random.default_rng(23), plan(Gate(metric="quality", margin=0.0)), 10_000
    found: list[float] = []
    for _ in range(40):
        scores = rng.choice([-1.0, 0.0, 1.0], pairs, p=[0.325, 0.4, 0.275])
        seen = {
            n: readings({"quality": Reading(candidate=of_logs(scores, n))}, answers=0, pairs=n)
            for n in range(250, pairs + 1, 250)
        }
        found.append(looks_until_sent_back(which, 0, seen) or math.inf)
    assert np.median(found) <= 6_000
    assert sum(math.isfinite(n) for n in found) >= 36
