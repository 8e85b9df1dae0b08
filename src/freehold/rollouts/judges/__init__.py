"""Who compares the two answers to one mirrored request with the help of a model: one file each defines `JUDGE`."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Protocol

from freehold.contracts.rollouts import Exchange
from freehold.foundation.registry import Registry
from freehold.rollouts.comparators import Comparator
from freehold.rollouts.plan import Plan

Ask = Callable[[str, str, bytes], Awaitable[bytes]]  # (endpoint, model, body) → a whole answer; raises FreeholdError


class Judge(Protocol):
    """Scores pairs under one metric."""

    metric: str

    def is_wanted(self, plan: Plan) -> bool:
        """Whether the plan names the model that it takes."""
        ...

    async def score(
        self, control: Exchange, candidate: Exchange, comparator: Comparator, plan: Plan, ask: Ask
    ) -> float | None:
        """The score; None where the model's answer says nothing. Raises what `ask` raises."""
        ...


JUDGES: Registry[Judge] = Registry("freehold.rollouts.judges", "JUDGE")


@cache
def all_judges() -> tuple[Judge, ...]:
    """Every judge, looked up once: a registry asks for entry points each time."""
    return tuple(JUDGES.values())
