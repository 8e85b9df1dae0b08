"""Runs a case in alternating rounds and judges it. Refuses to call a difference real that the noise could explain."""

import gc
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.case import Case, Metric, Taken

ROUNDS = 5
QUICK_ROUNDS = 2
NOISY_SPREAD = 0.25
WILD_SPREAD = 0.5  # of a contender: foreign load, which hits contenders unequally

# What a round took, by contender and metric.
Round = Mapping[str, Mapping[str, Taken]]


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
        """Interquartile range over median; 0 where all figures are the same."""
        return (self.high - self.low) / self.median if self.high > self.low else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One metric of one case: what it took ours and the best peer, and the ratio peer/ours round by round."""

    metric: Metric
    ours: Spread
    peer_name: str
    peer: Spread
    ratio: Spread
    cpu_ratio: float | None  # the same ratio in processor seconds, where both are known
    others: Mapping[str, float]  # medians of the slower peers

    @property
    def verdict(self) -> str:
        """Whether floor and aim are met, or the spread of the rounds does not tell."""
        if not self.metric.floor:
            return "for information"
        if max(self.ours.relative, self.peer.relative) > WILD_SPREAD:
            return "too noisy"
        if self.metric.aim and self.ratio.low >= self.metric.aim:
            return "met, aim too"
        if self.ratio.low >= self.metric.floor:
            return "met"
        if self.ratio.high < self.metric.floor and self.ratio.relative <= NOISY_SPREAD:
            return "missed"
        return "too noisy"


def measure(case: Case, rounds: int = ROUNDS) -> list[Finding]:
    """Warm ours up, then ours, peers, ours, peers …; neighbours in time share the machine's weather."""
    case.ours()
    contenders = {"": case.ours, **case.peers}
    found: list[Round] = []
    for _ in range(rounds):
        gc.collect()
        found.append({name: contender() for name, contender in contenders.items()})
    return [_finding(metric, found, list(case.peers)) for metric in case.metrics]


def _finding(metric: Metric, rounds: list[Round], peers: list[str]) -> Finding:
    amounts = {name: [row[name][metric.name].amount for row in rounds] for name in ("", *peers)}
    medians = {name: statistics.median(amounts[name]) for name in peers}
    best = min(peers, key=lambda name: medians[name])
    ratios = [theirs / mine for mine, theirs in zip(amounts[""], amounts[best], strict=True)]
    cpu = statistics.median(row[best][metric.name].cpu_seconds / row[""][metric.name].cpu_seconds for row in rounds)
    return Finding(
        metric=metric,
        ours=Spread.of(amounts[""]),
        peer_name=best,
        peer=Spread.of(amounts[best]),
        ratio=Spread.of(ratios),
        cpu_ratio=None if math.isnan(cpu) else cpu,
        others={name: median for name, median in medians.items() if name != best},
    )
