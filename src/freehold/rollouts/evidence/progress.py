"""What a rollout knows of itself between two looks: its state, its step, and the sums of what was measured. Data."""

from collections.abc import Mapping
from typing import Literal

import msgspec

State = Literal["planned", "shadow", "canary", "paused", "promoted", "aborted", "rolled_back", "closed"]
RUNNING: frozenset[State] = frozenset({"shadow", "canary"})
ENDED: frozenset[State] = frozenset({"aborted", "rolled_back", "closed"})

Action = Literal["wait", "advance", "halt", "roll_back", "pause", "promote"]
Result = Literal["pass", "fail", "inconclusive", "no data"]


class Moments(msgspec.Struct, frozen=True, kw_only=True):
    """Values of one metric in one arm: how many, their mean, and their variance (of the sample, with n - 1).

    Of a ratio metric the values are natural logarithms.
    """

    n: int = 0
    mean: float = 0.0
    variance: float = 0.0

    @classmethod
    def of(cls, n: int, total: float, squares: float) -> "Moments":
        """From a count, a sum and a sum of squares."""
        if n == 0:
            return cls()
        mean = total / n
        variance = max(0.0, (squares - n * mean * mean) / (n - 1)) if n > 1 else 0.0
        return cls(n=n, mean=mean, variance=variance)


NOTHING = Moments()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One metric in this step. Of a pair metric `candidate` holds the pairs' scores, and `control` nothing."""

    control: Moments = NOTHING
    candidate: Moments = NOTHING


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured in the running step: answers of each arm, mirrored pairs, and each metric."""

    control_answers: int = 0
    candidate_answers: int = 0
    pairs: int = 0
    metrics: Mapping[str, Reading] = {}


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a rollout stands. Times are unix seconds."""

    state: State
    step: int  # index in the plan's steps
    since: float  # when this step began
    failures: int = 0  # failed looks in a row


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One gate's result: the worsening that is estimated, and the interval that holds it at every look.

    Worsening is positive where the candidate is worse, in points of a share or score, or as a part of the control's
    amount for a ratio. `control` and `candidate` are the arms' means, a ratio's as plain (geometric) means.
    """

    metric: str
    result: Result
    is_severe: bool = False
    worsening: float = 0.0
    low: float = 0.0
    high: float = 0.0
    margin: float = 0.0
    control: float | None = None
    candidate: float | None = None
    control_n: int = 0
    candidate_n: int = 0


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at the gates comes to, and the evidence for it."""

    action: Action
    reason: str  # one sentence for people
    verdicts: tuple[Verdict, ...] = ()
