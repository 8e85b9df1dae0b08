"""`python -m bench.rollout_power [--quick] [--write]`: how often, and how soon, a rollout comes back by itself.

Simulates rollouts against the code that decides them, looking after every few samples, and prints what became of them
by how much worse the candidate truly is. No peer and no clock is in it: the same seed gives the same table on every
machine. `--write` puts the table between the markers of the guide.
"""

import argparse
import math
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from freehold.rollouts.evidence.decide import decide
from freehold.rollouts.evidence.progress import Moments, Progress, Reading, Readings
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import DEFAULT_GATES, Gate, Plan, Step, check_plan

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guides" / "rollouts.md"
BEGIN, END = "<!-- rollout-power:begin -->", "<!-- rollout-power:end -->"

ROLLOUTS, QUICK_ROLLOUTS = 1_000, 150
AT_ONCE = 50  # rollouts whose samples are drawn together
EVERY = 50  # samples between two looks
HORIZON = 5_000  # samples after which a rollout counts as undecided
WORSENINGS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)
BASE_ERROR_RATE = 0.02
TTFT_DEVIATION = 0.5  # of the logarithm
TIES = 0.4  # of all pairs, as long as the candidate is no worse than that leaves room for
SURELY = 1.96  # standard deviations of a 95 % interval

PLAN = Plan(
    route="chat",
    candidate="local/candidate",
    steps=(
        Step(share=0.0, min_samples=200, soak_seconds=0.0, evidence="proof"),
        Step(share=0.01),
        Step(share=0.1),
        Step(share=0.25),
        Step(share=0.5, evidence="proof"),
        Step(share=1.0),
    ),
    gates=(*DEFAULT_GATES, Gate(metric="quality")),
    judge="judge",
)
MIRRORING, HALF = 0, 4  # the steps that are simulated

Draw = Callable[[np.random.Generator, tuple[int, int], float], np.ndarray]


def errors(rng: np.random.Generator, shape: tuple[int, int], worsening: float) -> np.ndarray:
    """1 where an answer failed; a worsening is in points."""
    return (rng.random(shape) < BASE_ERROR_RATE + worsening).astype(float)


def log_ttft(rng: np.random.Generator, shape: tuple[int, int], worsening: float) -> np.ndarray:
    """The logarithm of the time to the first token; a worsening is a part of the control's time."""
    return rng.normal(math.log1p(worsening), TTFT_DEVIATION, shape)


def quality(rng: np.random.Generator, shape: tuple[int, int], worsening: float) -> np.ndarray:
    """Win 1, tie 0, loss -1; a worsening is the losses' lead over the wins."""
    wins = max(0.0, (1 - TIES - worsening) / 2)
    drawn = rng.random(shape)
    return (drawn < wins).astype(float) - (drawn >= 1 - wins - worsening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A metric, how its values are drawn, and the step in which they are seen."""

    metric: str
    title: str
    unit: str
    draw: Draw
    step: int
    margin: float | None = None  # instead of the usual one

    @property
    def plan(self) -> Plan:
        """The plan with this curve's margin."""
        if self.margin is None:
            return PLAN
        gate = Gate(metric=self.metric, margin=self.margin)
        return msgspec.structs.replace(PLAN, gates=(*(one for one in PLAN.gates if one.metric != self.metric), gate))

    @property
    def tolerated(self) -> float:
        """The worsening that its gate tolerates."""
        return METRICS[self.metric].margin if self.margin is None else self.margin


CURVES = (
    Curve(
        metric="error_rate", title=f"error rate, {BASE_ERROR_RATE:.0%} before", unit="points", draw=errors, step=HALF
    ),
    Curve(metric="ttft_seconds", title="time to the first token", unit="%", draw=log_ttft, step=HALF),
    Curve(metric="quality", title="quality of mirrored pairs", unit="points", draw=quality, step=MIRRORING),
    Curve(metric="quality", title="quality of mirrored pairs", unit="points", draw=quality, step=MIRRORING, margin=0.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the rollouts of one row. `sent_back` holds the samples that each one took."""

    rollouts: int
    sent_back: tuple[int, ...]
    passed: int


def main() -> int:
    """Simulate, print, and keep the table if asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.rollout_power", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROLLOUTS} rollouts a row instead of {ROLLOUTS}")
    parser.add_argument("--write", action="store_true", help=f"put the table into {GUIDE.name}")
    arguments = parser.parse_args()
    check_plan(PLAN)
    text = "\n".join(table(QUICK_ROLLOUTS if arguments.quick else ROLLOUTS))
    print(text)
    if arguments.write:
        print(f"wrote {write(GUIDE, text)}")
    return 0


def table(rollouts: int) -> Generator[str]:
    """The lines of the Markdown table."""
    yield (
        f"{rollouts:,} simulated rollouts a row, a look every {EVERY} samples of each arm, {HORIZON:,} at most; the "
        f"chance of a false rollback is {PLAN.false_rollback:.0%} over {len(PLAN.gates)} gates and "
        f"{len(PLAN.steps) - 1} steps. In brackets, the 95 % interval of the simulation."
    )
    yield ""
    yield "| metric (tolerated) | truly worse by | sent back | samples until then, median | passed |"
    yield "|---|---|---|---|---|"
    for number, curve in enumerate(CURVES):
        for worsening in WORSENINGS:
            rng = np.random.default_rng([number, round(worsening * 100)])
            yield row(curve, worsening, simulate(curve, worsening, rollouts, rng))


def row(curve: Curve, worsening: float, found: Outcome) -> str:
    """One line."""
    cells = (
        f"{curve.title} ({100 * curve.tolerated:g} {curve.unit})",
        f"{100 * worsening:g} {curve.unit}",
        share(len(found.sent_back), found.rollouts),
        median(found),
        share(found.passed, found.rollouts),
    )
    return f"| {' | '.join(cells)} |"


def simulate(curve: Curve, worsening: float, rollouts: int, rng: np.random.Generator) -> Outcome:
    """Run so many rollouts of one worsening to their ends."""
    ends: list[tuple[str, int]] = []
    for first in range(0, rollouts, AT_ONCE):
        shape = (min(AT_ONCE, rollouts - first), HORIZON)
        candidate = _sums(curve.draw(rng, shape, worsening))
        control = _sums(curve.draw(rng, shape, 0.0)) if curve.step != MIRRORING else None
        ends += [
            _run(curve, candidate[:, which], control[:, which] if control is not None else None)
            for which in range(shape[0])
        ]
    sent_back = tuple(samples for action, samples in ends if action == "roll_back")
    passed = sum(action in ("advance", "promote") for action, _ in ends)
    return Outcome(rollouts=rollouts, sent_back=sent_back, passed=passed)


def _sums(values: np.ndarray) -> np.ndarray:
    """Sums and sums of squares at every look: [2, rollout, look]."""
    looks = values.reshape(len(values), -1, EVERY)
    return np.stack([looks.sum(axis=2).cumsum(axis=1), (looks * looks).sum(axis=2).cumsum(axis=1)])


def _run(curve: Curve, candidate: np.ndarray, control: np.ndarray | None) -> tuple[str, int]:
    """One rollout's last action, and after how many samples of each arm."""
    failures, plan = 0, curve.plan
    for look in range(candidate.shape[1]):
        samples = (look + 1) * EVERY
        arms: dict[str, Moments] = {"candidate": _moments(samples, candidate[:, look])}
        if control is not None:
            arms["control"] = _moments(samples, control[:, look])
        seen = _readings(samples, {curve.metric: Reading(**arms)})
        progress = Progress(state="canary", step=curve.step, since=0.0, failures=failures)
        action = decide(plan, progress, seen, plan.steps[curve.step].soak_seconds).action
        if action in ("roll_back", "advance", "promote"):
            return action, samples
        failures = failures + 1 if action == "halt" else 0
    return "wait", HORIZON


def _moments(samples: int, sums: np.ndarray) -> Moments:
    return Moments.of(samples, float(sums[0]), float(sums[1]))


def _readings(samples: int, metrics: Mapping[str, Reading]) -> Readings:
    return Readings(control_answers=samples, candidate_answers=samples, pairs=samples, metrics=metrics)


def share(events: int, trials: int) -> str:
    """A share with its interval (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference")."""
    squared = SURELY**2
    middle = (events + squared / 2) / (trials + squared)
    width = SURELY / (trials + squared) * math.sqrt(events * (trials - events) / trials + squared / 4)
    return f"{events / trials:.1%} ({max(0.0, middle - width):.1%}–{min(1.0, middle + width):.1%})"


def median(found: Outcome) -> str:
    """Half of all rollouts were sent back by then, with its interval from the order statistics; needs half of them."""
    ordered = [*sorted(found.sent_back), *[math.inf] * (found.rollouts - len(found.sent_back))]
    half, width = found.rollouts / 2, SURELY * math.sqrt(found.rollouts) / 2
    low, middle, high = (
        ordered[min(max(round(rank), 0), found.rollouts - 1)] for rank in (half - width, half, half + width)
    )
    if math.isinf(middle):
        return "–"
    return f"{middle:,.0f} ({low:,.0f}–{'more' if math.isinf(high) else f'{high:,.0f}'})"


def write(page: Path, text: str) -> Path:
    """Put the table between the page's markers; a page that is missing is begun."""
    if not page.exists():
        page.write_text(f"# Rollouts\n\n{BEGIN}\n{END}\n")
    content = page.read_text()
    if BEGIN not in content or END not in content:
        raise SystemExit(f"{page} has no place for the table: put {BEGIN} and {END} where it belongs.")
    before, _, rest = content.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}")
    return page


if __name__ == "__main__":
    sys.exit(main())
