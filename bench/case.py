"""What a scenario is made of: cases, whose contenders do the same work and report what it took."""

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a piece of work took: wall seconds, or what else its metric counts, and processor seconds."""

    amount: float
    cpu_seconds: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure of a case. The ratio peer/ours of what it took must reach `floor`, and should reach `aim`.

    A floor of 0 demands nothing. With `tokens`, so many were computed, and the figure is shown as tokens a second.
    """

    name: str
    floor: float = 0.0
    aim: float = 0.0
    tokens: int = 0
    unit: Literal["seconds", "bytes", "count", "share"] = "seconds"

    def show(self, amount: float) -> str:
        """What it took as people read it."""
        if self.tokens:
            return f"{self.tokens / amount:,.0f} tokens/s"
        match self.unit:
            case "bytes":
                return f"{amount / 1e6:,.0f} MB"
            case "count":
                return f"{amount:,.0f}"
            case "share":
                return f"{amount:.1e}"
        return f"{amount * 1000:,.1f} ms"

    @property
    def target(self) -> str:
        """Floor and aim as people read them."""
        return f"{self.floor:.3g}" + (f" → {self.aim:g}" if self.aim else "") if self.floor else "–"


# Does the work once; by the name of each metric.
Contender = Callable[[], Mapping[str, Taken]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One comparison with one or more peers. `notes` is asked after the rounds, for what explains the figures."""

    metrics: tuple[Metric, ...]
    ours: Contender
    peers: Mapping[str, Contender]
    notes: Callable[[], list[str]] = field(default=list[str])


# Names of cases and how each is set up, which is done when it is reached.
Cases = Generator[tuple[str, Callable[[], Case]]]
