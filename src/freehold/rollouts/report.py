"""A rollout as people and programs are told of it: where it stands, what each step has shown, cost and saved.

Money is integer micro-USD, None where no price is known. Times are unix seconds.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from freehold.rollouts.evidence.progress import Decision, State
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import Plan
from freehold.rollouts.steering import share_of
from freehold.rollouts.store import Record
from freehold.rollouts.tallies import ANSWERS, COST, PAIR, PAIRS

BINS = 24
OUTER = 0.01  # the part of all values at either end that shares the outermost bin
MAX_LOGARITHM = 700.0  # of what a float still holds


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one step has shown. `saved_micro_usd` is what the control would have cost for the candidate's answers, less
    what they did cost; where users got the control's answers, nothing was saved.
    """

    step: int
    share: float
    control_answers: int = 0
    candidate_answers: int = 0
    pairs: int = 0
    control_cost_micro_usd: int | None = None
    candidate_cost_micro_usd: int | None = None
    saved_micro_usd: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole rollout. `share` is the part of the route that the candidate answers now."""

    name: str
    state: State
    step: int
    since: float
    failures: int
    reason: str
    plan: Plan
    share: float
    created_at: float
    created_by: str
    updated_at: float
    decision: Decision | None
    steps: tuple[StepReport, ...]


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """How often a metric had which values in each arm: n counts between n + 1 edges; all empty without a value."""

    metric: str
    edges: tuple[float, ...] = ()
    control: tuple[int, ...] = ()
    candidate: tuple[int, ...] = ()


def describe(record: Record, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A `Report` as JSON has it. `rows` are the rollout's `RolloutStore.sums`."""
    return _as_json(report_of(record, rows))


def report_of(record: Record, rows: Sequence[Mapping[str, Any]]) -> Report:
    """The report of a rollout with its sums."""
    progress = record.progress
    sums = {(row["step"], row["arm"], row["metric"]): (int(row["n"]), float(row["total"])) for row in rows}
    price = _mean_control_cost(sums)
    steps = [_step(index, step.share, sums, price) for index, step in enumerate(record.plan.steps)]
    return Report(
        name=record.name,
        state=progress.state,
        step=progress.step,
        since=progress.since,
        failures=progress.failures,
        reason=record.reason,
        plan=record.plan,
        share=share_of(record),
        created_at=record.created_at,
        created_by=record.created_by,
        updated_at=record.updated_at,
        decision=record.decision,
        steps=tuple(steps),
    )


def _as_json(told: Report | Distribution) -> dict[str, Any]:
    return msgspec.json.decode(msgspec.json.encode(told))


Sums = Mapping[tuple[int, str, str], tuple[int, float]]  # by step, arm and metric: how many, and their sum


def _mean_control_cost(sums: Sums) -> float | None:
    """Micro-USD of an answer of the control, over all steps."""
    known = [found for (_, arm, metric), found in sums.items() if (arm, metric) == ("control", COST)]
    count = sum(n for n, _ in known)
    return sum(total for _, total in known) / count if count else None


def _step(index: int, share: float, sums: Sums, control_price: float | None) -> StepReport:
    def of(arm: str, metric: str) -> tuple[int, float]:
        return sums.get((index, arm, metric), (0, 0.0))

    control_n, control_cost = of("control", COST)
    candidate_n, candidate_cost = of("candidate", COST)
    saved = None
    if share == 0:
        saved = 0
    elif control_price is not None and candidate_n:
        saved = round(control_price * candidate_n - candidate_cost)
    return StepReport(
        step=index,
        share=share,
        control_answers=of("control", ANSWERS)[0],
        candidate_answers=of("candidate", ANSWERS)[0],
        pairs=of(PAIR, PAIRS)[0],
        control_cost_micro_usd=round(control_cost) if control_n else None,
        candidate_cost_micro_usd=round(candidate_cost) if candidate_n else None,
        saved_micro_usd=saved,
    )


def distribution(values: Mapping[str, list[float]], metric: str, bins: int = BINS) -> dict[str, Any]:
    """A `Distribution` as JSON has it. `values` are as `RolloutStore.values` has them: by arm, a ratio's logarithms.

    Of a pair metric there are the pairs' scores alone; they stand under the candidate.
    """
    is_ratio = METRICS[metric].kind == "ratio"
    plain = {
        arm: [math.exp(min(value, MAX_LOGARITHM)) for value in found] if is_ratio else found
        for arm, found in values.items()
    }
    control = plain.get("control", [])
    candidate = plain.get("candidate", []) + plain.get(PAIR, [])
    pooled = sorted(control + candidate)
    if not pooled:
        return _as_json(Distribution(metric=metric))
    low, high = _range(pooled)
    edges = [low + (high - low) * index / bins for index in range(bins)] + [high]
    counted = Distribution(
        metric=metric,
        edges=tuple(edges),
        control=_counts(control, low, high, bins),
        candidate=_counts(candidate, low, high, bins),
    )
    return _as_json(counted)


def _range(ordered: Sequence[float]) -> tuple[float, float]:
    """From the 1st to the 99th percentile; from end to end where those are one, and a little around a single value."""
    low, high = _quantile(ordered, OUTER), _quantile(ordered, 1 - OUTER)
    if low == high:
        low, high = ordered[0], ordered[-1]
    if low == high:
        around = abs(low) * 0.05 or 0.5
        low, high = low - around, high + around
    return low, high


def _quantile(ordered: Sequence[float], part: float) -> float:
    """The value that so much of all lies below, between two neighbours as far as it lies between their ranks."""
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _counts(values: Sequence[float], low: float, high: float, bins: int) -> tuple[int, ...]:
    counts = [0] * bins
    for value in values:
        index = int((min(max(value, low), high) - low) / (high - low) * bins)
        counts[min(index, bins - 1)] += 1
    return tuple(counts)
