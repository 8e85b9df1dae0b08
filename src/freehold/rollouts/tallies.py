"""What is counted beside the metrics, and the sums of a step as readings. Knows no database."""

from collections.abc import Mapping, Sequence
from typing import Any

from freehold.rollouts.evidence.progress import Moments, Reading, Readings

ANSWERS, PAIRS, COST = "answers", "pairs", "cost_micro_usd"  # counted beside the metrics
MIRROR_COST = "mirror_cost_micro_usd"
PAIR = "pair"  # in place of an arm


def readings_of(rows: Sequence[Mapping[str, Any]]) -> Readings:
    """The sums of one step as readings."""
    moments = {(row["arm"], row["metric"]): Moments.of(row["n"], row["total"], row["squares"]) for row in rows}
    metrics: dict[str, Reading] = {}
    for arm, metric in moments:
        if metric in (ANSWERS, PAIRS, COST, MIRROR_COST):
            continue
        measured = moments.get((PAIR, metric)) if arm == PAIR else moments.get(("candidate", metric))
        control = moments.get(("control", metric)) if arm != PAIR else None
        metrics[metric] = Reading(control=control or Moments(), candidate=measured or Moments())
    nothing = Moments()
    return Readings(
        control_answers=moments.get(("control", ANSWERS), nothing).n,
        candidate_answers=moments.get(("candidate", ANSWERS), nothing).n,
        pairs=moments.get((PAIR, PAIRS), nothing).n,
        metrics=metrics,
    )
