"""What one look at the gates comes to. Pure: the same plan, progress, readings and time give the same decision.

The order is the promise: a failed gate comes before anything else, so that nothing goes on while one fails; then what
is missing; then the evidence.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from freehold.rollouts.evidence.progress import Action, Decision, Moments, Progress, Reading, Readings, Result, Verdict
from freehold.rollouts.evidence.statistics import Interval, mean_difference, mean_of, share_difference
from freehold.rollouts.metrics import METRICS, Kind, Metric, Worse
from freehold.rollouts.plan import Gate, Plan, Step

RATIO_SPREAD = 0.2  # see `statistics.mean_difference`: two values that are a fifth off
PAIR_SPREAD = 2.0  # two scores at the far ends: enough to trust in no answer that has differed, as little as in a share
MOST_LOGARITHM = math.log(1000)  # what is more than a thousand times as much is told as a thousand times
MOST_POINTS = 2.0  # between two scores


def decide(plan: Plan, progress: Progress, readings: Readings, now: float) -> Decision:
    """Look at every gate of the running step. `now` is in unix seconds."""
    step = plan.steps[progress.step]
    if step.share >= 1:
        return Decision(action="promote", reason="No step is left before the whole traffic.")
    alpha = alpha_of_gate(plan)
    verdicts = tuple(judge_gate(gate, readings.metrics.get(gate.metric, Reading()), alpha) for gate in plan.gates)
    failed = [verdict for verdict in verdicts if verdict.result == "fail"]
    if failed:
        action, reason = _stop(plan, progress, failed)
    else:
        action, reason = _go(plan, progress, readings, verdicts, now)
    return Decision(action=action, reason=reason, verdicts=verdicts)


def alpha_of_gate(plan: Plan) -> float:
    """The chance of a false failure that one gate may have in one step, over all its looks.

    A candidate is sent back falsely if any gate fails falsely in any step; these chances add up to the plan's at most.
    """
    run = sum(step.share < 1 for step in plan.steps)
    return plan.false_rollback / (len(plan.gates) * max(run, 1))


def judge_gate(gate: Gate, reading: Reading, alpha: float) -> Verdict:
    """How much worse the candidate is, by an interval that holds at every look with chance 1 - alpha.

    Worse than the margin for certain fails, within it for certain passes. A share or a pair is compared in points.
    A ratio, as a part of the control's amount: of a time, the part that comes on top; of a speed, the part that is lost
    (at most all of it). Where either direction is worse it is the part on top of the smaller amount, so that double
    and half are equally far. A metric that has come up in no answer of either arm has no data.
    """
    metric = gate.about
    found = _worsening(metric, reading, alpha)
    control, candidate = reading.control, reading.candidate
    result: Result = "inconclusive"
    if not candidate.n and (metric.kind == "pair" or not control.n):
        result = "no data"
    elif found.low > gate.tolerated:
        result = "fail"
    elif found.high <= gate.tolerated:
        result = "pass"
    return Verdict(
        metric=gate.metric,
        result=result,
        is_severe=result == "fail" and found.estimate > gate.severe_from,
        worsening=found.estimate,
        low=found.low,
        high=found.high,
        margin=gate.tolerated,
        control=None if metric.kind == "pair" else _plain_mean(metric, control),
        candidate=_plain_mean(metric, candidate),
        control_n=0 if metric.kind == "pair" else control.n,
        candidate_n=candidate.n,
    )


def _plain_mean(metric: Metric, arm: Moments) -> float | None:
    if not arm.n:
        return None
    return math.exp(min(max(arm.mean, -700.0), 700.0)) if metric.kind == "ratio" else arm.mean


# The worsening and its interval.


def _worsening(metric: Metric, reading: Reading, alpha: float) -> Interval:
    turned = TURNED[metric.worse](DIFFERENCES[metric.kind](metric, reading, alpha))
    if metric.kind == "pair":
        return _each(turned, lambda points: min(max(points, -MOST_POINTS), MOST_POINTS))
    if metric.kind == "ratio":
        return _each(turned, _part_lost if metric.worse == "lower" else _part_on_top)
    return turned


def _share(metric: Metric, reading: Reading, alpha: float) -> Interval:
    return share_difference(reading.control, reading.candidate, alpha)


def _ratio(metric: Metric, reading: Reading, alpha: float) -> Interval:
    return mean_difference(reading.control, reading.candidate, alpha, RATIO_SPREAD)


def _pair(metric: Metric, reading: Reading, alpha: float) -> Interval:
    found = mean_of(reading.candidate, alpha, PAIR_SPREAD)
    return _each(found, lambda score: score - metric.best)


DIFFERENCES: Mapping[Kind, Callable[[Metric, Reading, float], Interval]] = {
    "share": _share,
    "ratio": _ratio,
    "pair": _pair,
}


def _negated(found: Interval) -> Interval:
    return Interval(estimate=-found.estimate, low=-found.high, high=-found.low)


def _absolute(found: Interval) -> Interval:
    far = max(abs(found.low), abs(found.high))
    return Interval(estimate=abs(found.estimate), low=max(found.low, -found.high, 0.0), high=far)


TURNED: Mapping[Worse, Callable[[Interval], Interval]] = {
    "higher": lambda found: found,
    "lower": _negated,
    "either": _absolute,
}


def _each(found: Interval, change: Callable[[float], float]) -> Interval:
    """A rising change of all three."""
    return Interval(estimate=change(found.estimate), low=change(found.low), high=change(found.high))


def _part_on_top(logarithm: float) -> float:
    return math.expm1(min(max(logarithm, -MOST_LOGARITHM), MOST_LOGARITHM))


def _part_lost(logarithm: float) -> float:
    return -_part_on_top(-logarithm)


# What follows from it.


def _stop(plan: Plan, progress: Progress, failed: Sequence[Verdict]) -> tuple[Action, str]:
    worst = max(failed, key=lambda verdict: (verdict.is_severe, verdict.low - verdict.margin))
    told = sentence(worst)
    failures = progress.failures + 1
    if worst.is_severe:
        return "roll_back", f"Rolled back at once: {told}."
    if failures >= plan.failure_limit:
        times = "the first time" if failures == 1 else f"{failures} times in a row"
        return "roll_back", f"Rolled back, as a gate has failed {times}: {told}."
    return "halt", f"Halted after failed look {failures} of {plan.failure_limit}: {told}."


def _go(
    plan: Plan, progress: Progress, readings: Readings, verdicts: Sequence[Verdict], now: float
) -> tuple[Action, str]:
    step = plan.steps[progress.step]
    seconds = now - progress.since
    is_over = seconds >= step.max_seconds
    lacking = _lacking(step, readings)
    if lacking:
        return ("pause", f"Paused, as time is up with {lacking}.") if is_over else ("wait", f"Waits with {lacking}.")
    if seconds < step.soak_seconds:
        return "wait", f"Soaks for another {step.soak_seconds - seconds:.0f} s; {_closest(verdicts)}."
    unproven = [verdict for verdict in verdicts if verdict.result == "inconclusive"]
    if step.evidence == "proof" and unproven:
        told = sentence(max(unproven, key=_nearness))
        if is_over:
            return "pause", f"Paused, as time is up without proof: {told}."
        return "wait", f"Waits for proof: {told}."
    action: Action = "promote" if progress.step + 2 >= len(plan.steps) else "advance"
    verb = "Promoted" if action == "promote" else "Goes on"
    return action, f"{verb}, as {'every gate passes' if not unproven else 'no gate fails'}; {_closest(verdicts)}."


def _lacking(step: Step, readings: Readings) -> str:
    """Which samples are missing; empty where none are."""
    needed = step.min_samples
    if step.share == 0:
        return f"{readings.pairs:,} of {needed:,} pairs" if readings.pairs < needed else ""
    arms = {"candidate": readings.candidate_answers, "control": readings.control_answers}
    return " and ".join(f"{n:,} of {needed:,} answers of the {arm}" for arm, n in arms.items() if n < needed)


def _nearness(verdict: Verdict) -> float:
    """How near to failing a gate is: greatest for the nearest."""
    return verdict.worsening - verdict.margin


def _closest(verdicts: Sequence[Verdict]) -> str:
    measured = [verdict for verdict in verdicts if verdict.result != "no data"]
    return sentence(max(measured, key=_nearness)) if measured else "no gate has data"


# For people.


def sentence(verdict: Verdict) -> str:
    """A gate's evidence in plain words: both values, the worsening, its interval and the margin."""
    metric = METRICS[verdict.metric]
    value = _VALUES[metric.kind]
    of_candidate = "unknown" if verdict.candidate is None else value(verdict.candidate)
    of_control = "unknown" if verdict.control is None else value(verdict.control)
    beside = f"{of_control} on the control" if metric.kind != "pair" else f"{value(metric.best)} for equal answers"
    how = "off" if metric.worse == "either" else "worse" if verdict.worsening >= 0 else "better"
    worsening, margin = (_amount(metric, amount) for amount in (abs(verdict.worsening), verdict.margin))
    return (
        f"{verdict.metric} is {of_candidate} on the candidate against {beside}, {worsening} {how} "
        f"({_within(verdict, metric)}), with a margin of {margin}"
    )


def _within(verdict: Verdict, metric: Metric) -> str:
    if max(abs(verdict.low), abs(verdict.high)) >= _WIDEST[metric.kind]:
        return "too few values for an interval"
    how = "off" if metric.worse == "either" else "worse"
    return f"surely {_AMOUNTS[metric.kind](verdict.low)} to {_amount(metric, verdict.high)} {how}"


def _amount(metric: Metric, amount: float) -> str:
    shown = _AMOUNTS[metric.kind](amount)
    unit = "%" if metric.kind == "ratio" else "point" if shown == "1" else "points"
    return f"{shown} {unit}"


def _percent(part: float) -> str:
    return f"{100 * part:.3g}" if abs(part) < 9.995 else f"{100 * part:.0f}"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:.0f}" if abs(value) < 1e9 else f"{value:.2e}"


_AMOUNTS: Mapping[Kind, Callable[[float], str]] = {"share": _percent, "ratio": _percent, "pair": _number}
_VALUES: Mapping[Kind, Callable[[float], str]] = {
    "share": lambda share: f"{_percent(share)} %",
    "ratio": _number,
    "pair": _number,
}
_WIDEST: Mapping[Kind, float] = {"share": 1.0, "ratio": 998.9, "pair": MOST_POINTS}
