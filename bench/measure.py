"""Runs a case in alternating rounds and judges it. Refuses to call a difference real that the noise could explain."""

import gc
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.case import Case, Metric

ROUNDS = 5
WARM_UPS = 1
NOISY_SPREAD = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median and quartiles of some figures."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        """The quartiles, interpolated."""
        low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(low=low, median=median, high=high)

    @property
    def relative(self) -> float:
        """Interquartile range over median."""
        return (self.high - self.low) / self.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One metric of one case: seconds of both, and the ratio peer/ours round by round."""

    metric: Metric
    ours: Spread
    peer: Spread
    ratio: Spread

    @property
    def verdict(self) -> str:
        """Whether the target is met, missed, or lies within the spread of the rounds."""
        if self.ratio.low >= self.metric.target:
            return "met"
        if self.ratio.high < self.metric.target and self.ratio.relative <= NOISY_SPREAD:
            return "missed"
        return "too noisy"


def measure(case: Case, rounds: int = ROUNDS) -> list[Finding]:
    """Warm both up, then ours, peer, ours, peer …; neighbours in time share the machine's weather."""
    for _ in range(WARM_UPS):
        case.ours()
        case.peer()
    pairs: list[tuple[dict[str, float], dict[str, float]]] = []
    for _ in range(rounds):
        gc.collect()
        pairs.append((dict(case.ours()), dict(case.peer())))
    return [_finding(metric, pairs) for metric in case.metrics]


def _finding(metric: Metric, pairs: list[tuple[dict[str, float], dict[str, float]]]) -> Finding:
    ours = [mine[metric.name] for mine, _ in pairs]
    peer = [theirs[metric.name] for _, theirs in pairs]
    ratios = [theirs / mine for mine, theirs in zip(ours, peer, strict=True)]
    return Finding(metric=metric, ours=Spread.of(ours), peer=Spread.of(peer), ratio=Spread.of(ratios))
