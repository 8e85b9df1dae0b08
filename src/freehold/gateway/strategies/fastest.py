"""By measured speed, as this server has seen it: first byte, then tokens. What was never measured goes first."""

from collections.abc import Sequence

from freehold.gateway.strategies import Question
from freehold.gateway.target import Target

USUAL_TOKENS = 200
EXPLORED = 0.05  # of requests go elsewhere, so that a target that became faster is noticed


def order(targets: Sequence[Target], question: Question) -> list[Target]:
    """The targets by the seconds that a usual answer takes there."""

    def seconds(target: Target) -> float:
        health = target.health
        if health.first_byte_seconds is None or question.draw(target.name) < EXPLORED:
            return 0.0
        speed = health.tokens_per_second
        return health.first_byte_seconds + (USUAL_TOKENS / speed if speed else 0.0)

    return sorted(targets, key=seconds)


STRATEGY = order
