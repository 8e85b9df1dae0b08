"""By weight: each target is first as often as its weight says.

Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights after Schindelhauer and Schomaker 2005): with a draw
that is fixed for a caller, that caller keeps its target, and a weight that is raised only brings callers, never
moves any between other targets.
"""

import math
from collections.abc import Sequence

from freehold.gateway.strategies import Question
from freehold.gateway.target import Target


def order(targets: Sequence[Target], question: Question) -> list[Target]:
    """The targets, the winner of this draw first; those of weight 0 last."""

    def score(target: Target) -> float:
        return -target.weight / math.log(question.draw(target.name)) if target.weight > 0 else -1.0

    return sorted(targets, key=score, reverse=True)


STRATEGY = order
