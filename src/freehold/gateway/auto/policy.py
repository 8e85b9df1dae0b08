"""What the smart route may choose and what it prefers, by tier. Settings only: data from `freehold.toml`."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import msgspec

from freehold.contracts.identity import covers
from freehold.gateway.auto.candidates import ModelFacts, Quality
from freehold.gateway.auto.labels import Complexity

Preference = Literal["cheapest", "fastest", "best"]
Target = Literal["latency", "task", "quality", "language", "cost"]
T = TypeVar("T")

MicroUsd = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class MinimumQuality(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The quality that a request of each complexity shall get."""

    low: Quality = 1
    medium: Quality = 2
    high: Quality = 4


class TierPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[gateway.auto.tiers.<tier>]` table; what it leaves out is as in `[gateway.auto]`."""

    allow: tuple[str, ...] | None = None
    max_cost_micro_usd: MicroUsd | None = None
    max_ttft_seconds: Seconds | None = None
    preference: Preference | None = None


class AutoPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `[gateway.auto]` table.

    `allow` names public models; a trailing * matches any ending. `relax` says which targets are given up, and in which
    order, when no model meets them all: waiting longer comes first, paying more last. A target that is not in it binds.
    """

    allow: tuple[str, ...] = ("*",)
    max_cost_micro_usd: MicroUsd | None = None
    max_ttft_seconds: Seconds | None = None
    preference: Preference = "cheapest"
    minimum_quality: MinimumQuality = MinimumQuality()
    relax: tuple[Target, ...] = ("latency", "task", "quality", "language", "cost")
    tiers: dict[str, TierPolicy] = {}
    models: dict[str, ModelFacts] = {}

    def terms(self, tier: str, complexity: Complexity) -> "Terms":
        """What holds for one request of a tier; a tier without a table has the general terms."""
        own = self.tiers.get(tier, TierPolicy())
        return Terms(
            tier=tier,
            allow=_first(own.allow, self.allow),
            max_cost_micro_usd=_first(own.max_cost_micro_usd, self.max_cost_micro_usd),
            max_ttft_seconds=_first(own.max_ttft_seconds, self.max_ttft_seconds),
            preference=_first(own.preference, self.preference),
            minimum_quality=getattr(self.minimum_quality, complexity),
            relax=self.relax,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The policy for one request. None is no limit."""

    tier: str
    allow: tuple[str, ...]
    max_cost_micro_usd: int | None
    max_ttft_seconds: float | None
    preference: Preference
    minimum_quality: int
    relax: tuple[Target, ...]

    def allows(self, name: str) -> bool:
        """Whether the tier may use the model of that name."""
        return covers(self.allow, name)


def _first(own: T | None, general: T) -> T:
    return general if own is None else own
