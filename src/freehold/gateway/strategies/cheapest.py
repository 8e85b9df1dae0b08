"""By price: the target where the request costs least. Own models, which no vendor bills, go first."""

import math
from collections.abc import Sequence

from freehold.gateway.strategies import Question
from freehold.gateway.target import Target


def order(targets: Sequence[Target], question: Question) -> list[Target]:
    """The targets by rising cost; those whose price nobody knows last."""

    def cost(target: Target) -> float:
        known = question.cost(target)
        return (known if known is not None else math.inf) if target.vendor else 0

    return sorted(targets, key=lambda target: (cost(target), question.draw(target.name)))


STRATEGY = order
