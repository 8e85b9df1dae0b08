"""How often a rollout comes back without a reason, and how often it misses one: simulated with the code that decides.

The full run also writes the operating curves into the guide on rollouts.
"""

from functools import cache, partial
from pathlib import Path

import numpy as np

from bench.case import Case, Cases, Metric, Taken
from bench.rollout_power import CURVES, GUIDE, ROLLOUTS, Curve, Outcome, simulate, table, write

TARGET = "of equal candidates 1 % are sent back at most; of those 20 % slower, 1 % are not; the curves are in the guide"
ALLOWED = 0.01
LEAST = 1e-6  # what never happened counts as this rare


def cases(folder: Path) -> Cases:
    """Equal candidates under each gate, then slower ones."""
    for curve in CURVES:
        yield f"equal, {curve.title}, {curve.tolerated:g} tolerated", partial(_case, curve, 0.0, "sent back")
    [slower] = [curve for curve in CURVES if curve.metric == "ttft_seconds"]
    yield "20 % slower", partial(_case, slower, 0.2, "missed")


def _case(curve: Curve, worsening: float, what: str) -> Case:
    found = cache(partial(_simulated, CURVES.index(curve), worsening))

    def run() -> dict[str, Taken]:
        sent_back = len(found().sent_back)
        events = sent_back if what == "sent back" else found().rollouts - sent_back
        return {what: Taken(amount=max(events / found().rollouts, LEAST))}

    return Case(
        metrics=(Metric(name=what, unit="share", floor=1.0),),
        ours=run,
        peers={"allowed": lambda: {what: Taken(amount=ALLOWED)}},
        notes=lambda: [f"wrote {write(GUIDE, _table()).name}"] if what == "missed" else [],
    )


def _simulated(number: int, worsening: float) -> Outcome:
    return simulate(CURVES[number], worsening, ROLLOUTS, np.random.default_rng([number, round(worsening * 100)]))


@cache
def _table() -> str:
    return "\n".join(table(ROLLOUTS))
