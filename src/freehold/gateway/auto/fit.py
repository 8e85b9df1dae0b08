"""Whether a model fits a request: constraints that bind, and targets that may be given up. A reason for each miss.

A constraint is what would make the provider fail or break the tier, a target what the operator wishes. Ranks nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from freehold.gateway.auto.candidates import Candidate
from freehold.gateway.auto.language import UNDETERMINED
from freehold.gateway.auto.needs import SURE, Needs
from freehold.gateway.auto.policy import Target, Terms

Constraint = Literal["tier", "availability", "context", "vision", "audio", "tools", "json"]
Check = Callable[[Needs, Candidate, Terms], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """What a candidate does not meet, and why in words."""

    kind: Constraint | Target
    why: str


def _tier(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    del needs
    return "" if terms.allows(candidate.name) else f"tier {terms.tier or 'without a name'} does not allow it"


def _availability(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    del needs, terms
    return "" if candidate.available else "it is not available now"


def _context(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    del terms
    if not candidate.context_length or needs.context_tokens <= candidate.context_length:
        return ""
    return f"its context of {candidate.context_length} tokens is under the {needs.context_tokens} needed"


def _ability(wanted: Literal["vision", "audio", "tools", "json"], lack: str) -> Check:
    def check(needs: Needs, candidate: Candidate, terms: Terms) -> str:
        del terms
        return lack if getattr(needs, wanted) and not getattr(candidate, wanted) else ""

    return check


def _latency(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    """A model that was never measured passes, or it would never be."""
    del needs
    seconds, limit = candidate.ttft_seconds, terms.max_ttft_seconds
    if seconds is None or limit is None or seconds <= limit:
        return ""
    return f"its first token takes {seconds:.2f} s, over {limit:g} s"


def _cost(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    """An unknown price is not shown to be under the limit."""
    del needs
    cost, limit = candidate.cost_micro_usd, terms.max_cost_micro_usd
    if limit is None or (cost is not None and cost <= limit):
        return ""
    return "its price is unknown" if cost is None else f"it costs {cost} micro-USD, over {limit}"


def _task(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    """A guess that is no better than a coin binds nobody."""
    del terms
    if not candidate.good_at or needs.task in candidate.good_at or needs.certainty < SURE:
        return ""
    return f"it is meant for {', '.join(sorted(candidate.good_at))}, not {needs.task}"


def _quality(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    if candidate.quality >= terms.minimum_quality:
        return ""
    return f"its quality {candidate.quality} is under {terms.minimum_quality}, wanted for {needs.complexity} complexity"


def _language(needs: Needs, candidate: Candidate, terms: Terms) -> str:
    del terms
    if not candidate.languages or needs.language == UNDETERMINED or needs.language in candidate.languages:
        return ""
    return f"it is not said to know the language '{needs.language}'"


CONSTRAINTS: Mapping[Constraint, Check] = {
    "tier": _tier,
    "availability": _availability,
    "context": _context,
    "vision": _ability("vision", "it sees no images"),
    "audio": _ability("audio", "it hears no sound"),
    "tools": _ability("tools", "it calls no tools"),
    "json": _ability("json", "it cannot be held to JSON"),
}
TARGETS: Mapping[Target, Check] = {
    "latency": _latency,
    "task": _task,
    "quality": _quality,
    "language": _language,
    "cost": _cost,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a candidate stands: `broken` exclude it, `given_up` are missed targets that the policy lets go.

    `sacrifice` has a number for each target that may be relaxed, the last to go first: 0 if met, for quality by how
    much it falls short. Smaller tuples come first.
    """

    candidate: Candidate
    broken: tuple[Miss, ...]
    given_up: tuple[Miss, ...]
    sacrifice: tuple[int, ...]


def fit(needs: Needs, candidate: Candidate, terms: Terms) -> Fit:
    """How the candidate stands by these terms. Depends on no other candidate."""
    broken = [
        Miss(kind=kind, why=why) for kind, check in CONSTRAINTS.items() if (why := check(needs, candidate, terms))
    ]
    missed = [Miss(kind=kind, why=why) for kind, check in TARGETS.items() if (why := check(needs, candidate, terms))]
    amounts = {miss.kind: 1 for miss in missed}
    if "quality" in amounts:
        amounts["quality"] = terms.minimum_quality - candidate.quality
    return Fit(
        candidate=candidate,
        broken=(*broken, *(miss for miss in missed if miss.kind not in terms.relax)),
        given_up=tuple(miss for miss in missed if miss.kind in terms.relax),
        sacrifice=tuple(amounts.get(kind, 0) for kind in reversed(terms.relax)),
    )
