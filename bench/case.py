"""What a scenario is made of: cases, whose contenders do the same work and report how long it took."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Does the work once and returns the seconds of each metric.
Contender = Callable[[], Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure of a case. The ratio peer/ours of its seconds must reach `target`.

    With `tokens`, so many tokens were made in those seconds, and the figure is shown as tokens per second.
    """

    name: str
    target: float
    tokens: int = 0

    def show(self, seconds: float) -> str:
        """A time of this metric as people read it."""
        return f"{self.tokens / seconds:,.0f} tokens/s" if self.tokens else f"{seconds * 1000:.1f} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One comparison. `notes` is asked after the rounds, for what explains the figures."""

    name: str
    metrics: tuple[Metric, ...]
    ours: Contender
    peer: Contender
    peer_name: str
    notes: Callable[[], list[str]] = field(default=list[str])


# Each case is set up when it is reached and torn down before the next.
Cases = Callable[[Path], Generator[Case]]
