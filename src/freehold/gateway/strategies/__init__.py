"""In which order a route's targets are asked: each file defines `STRATEGY`. Refuses to drop a target: it only sorts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from freehold.foundation.registry import Registry
from freehold.gateway.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a strategy may decide on."""

    draw: Callable[[str], float]  # a number in (0, 1) for a target's name: by chance, or always the same for a caller
    cost: Callable[[Target], int | None]  # micro-USD that the request may cost there, None if unknown


STRATEGIES: Registry[Callable[[Sequence[Target], Question], list[Target]]] = Registry(
    "freehold.gateway.strategies", "STRATEGY"
)
