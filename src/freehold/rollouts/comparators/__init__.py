"""How answers are measured: one file for each modality, which defines `COMPARATOR`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

from freehold.contracts.rollouts import Exchange
from freehold.contracts.wire import Call
from freehold.foundation.registry import Registry
from freehold.rollouts.plan import Plan


class Comparator(Protocol):
    """Measures the answers of some endpoints. Never raises for what a provider wrote."""

    endpoints: frozenset[str]

    def measure(self, exchange: Exchange, plan: Plan) -> Mapping[str, float]:
        """Share and ratio metrics of one answer, by name; those that do not apply are left out.

        Ratios are plain amounts, in seconds, tokens or US dollars.
        """
        ...

    def measure_pair(self, control: Exchange, candidate: Exchange) -> Mapping[str, float]:
        """Pair metrics that need no other model."""
        ...

    def prompt(self, call: Call) -> str:
        """What was asked, as people and judges read it."""
        ...

    def text(self, exchange: Exchange) -> str:
        """What was answered, as people and judges read it; a tool call is written out."""
        ...


COMPARATORS: Registry[Comparator] = Registry("freehold.rollouts.comparators", "COMPARATOR")


@lru_cache(maxsize=64)
def comparator_for(endpoint: str) -> Comparator | None:
    """Who measures the answers of an endpoint; None where nobody can."""
    return next((found for name in COMPARATORS if endpoint in (found := COMPARATORS[name]).endpoints), None)
