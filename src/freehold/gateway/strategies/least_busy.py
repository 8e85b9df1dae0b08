"""By load: the target with the fewest requests in flight for its weight."""

from collections.abc import Sequence

from freehold.gateway.strategies import Question
from freehold.gateway.target import Target


def order(targets: Sequence[Target], question: Question) -> list[Target]:
    """The targets by requests in flight per weight; ties by chance."""
    return sorted(
        targets, key=lambda target: (target.health.in_flight / max(target.weight, 1e-9), question.draw(target.name))
    )


STRATEGY = order
