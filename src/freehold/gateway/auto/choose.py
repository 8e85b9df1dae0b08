"""Which candidate answers: those that fit, by the targets they miss, then by preference, then by name.

A candidate's place depends on itself and the request alone, so adding or removing another never swaps two. Refuses with
the reasons and the fix when nothing fits.
"""

import math
from collections.abc import Mapping, Sequence

from freehold.contracts.errors import (
    ContextLengthExceeded,
    Forbidden,
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    Unavailable,
)
from freehold.gateway.auto.candidates import Candidate
from freehold.gateway.auto.decision import Decision, Step
from freehold.gateway.auto.fit import Fit, Miss, fit
from freehold.gateway.auto.needs import Needs
from freehold.gateway.auto.policy import AutoPolicy, Preference, Terms

ANSWER_TOKENS = 300  # an answer of usual length, where the caller sets no end
NAMED_REASONS = 4

REFUSALS: Mapping[str, tuple[type[FreeholdError], str]] = {
    "tier": (Forbidden, "An administrator can add models to `allow` in [gateway.auto.tiers.{tier}]."),
    "availability": (Unavailable, "Try again in a moment."),
    "context": (
        ContextLengthExceeded,
        "Shorten the conversation or lower max_tokens; or add a model with more context.",
    ),
    "vision": (InvalidRequest, "Leave the images out, or set `vision = true` for a model that sees, in {models}."),
    "audio": (InvalidRequest, "Leave the sound out, or set `audio = true` for a model that hears, in {models}."),
    "tools": (InvalidRequest, "Leave `tools` out, or set `tools = true` for a model that calls them, in {models}."),
    "json": (
        InvalidRequest,
        "Leave `response_format` out, or set `json = true` for a model that keeps to it, in {models}.",
    ),
}
TARGET_REFUSAL = (InvalidRequest, "An administrator can add '{kind}' to `relax` in [gateway.auto].")


def choose(needs: Needs, candidates: Sequence[Candidate], tier: str, policy: AutoPolicy) -> Decision:
    """The best candidate and the order in which to fall back.

    Raises `ModelNotFound` without candidates; else, by what the nearest candidate lacks, `Forbidden`, `Unavailable`,
    `ContextLengthExceeded` or `InvalidRequest`.
    """
    if not candidates:
        raise ModelNotFound("The smart route has no models.", param="model", hint="Add a provider or import a model.")
    terms = policy.terms(tier, needs.complexity)
    fits = [fit(needs, candidate, terms) for candidate in candidates]
    ranked = sorted((each for each in fits if not each.broken), key=lambda each: _place(each, needs, terms))
    if not ranked:
        raise _refusal(fits, terms)
    excluded = sorted((each for each in fits if each.broken), key=lambda each: each.candidate.name)
    return Decision(
        chosen=ranked[0].candidate.name,
        others=tuple(each.candidate.name for each in ranked[1:]),
        needs=needs,
        tier=tier,
        preference=terms.preference,
        steps=tuple(
            [_kept(each, place, terms.preference) for place, each in enumerate(ranked)]
            + [Step(name=each.candidate.name, verdict="excluded", why=_reasons(each.broken)) for each in excluded]
        ),
    )


def _place(each: Fit, needs: Needs, terms: Terms) -> tuple[float | str, ...]:
    """Smaller is better."""
    candidate = each.candidate
    cost = math.inf if candidate.cost_micro_usd is None else candidate.cost_micro_usd
    seconds = _answer_seconds(candidate, needs)
    special = 0 if needs.task in candidate.good_at else 1
    orders: Mapping[Preference, tuple[float, ...]] = {
        "cheapest": (cost, special, -candidate.quality, seconds),
        "fastest": (seconds, special, cost, -candidate.quality),
        "best": (-candidate.quality, special, cost, seconds),
    }
    return (*each.sacrifice, *orders[terms.preference], candidate.name)


def _answer_seconds(candidate: Candidate, needs: Needs) -> float:
    """How long a whole answer takes; what was never measured stands behind what was."""
    if candidate.ttft_seconds is None or not candidate.tokens_per_second:
        return math.inf
    tokens = min(needs.output_tokens or ANSWER_TOKENS, ANSWER_TOKENS)
    return candidate.ttft_seconds + tokens / candidate.tokens_per_second


def _kept(each: Fit, place: int, preference: Preference) -> Step:
    why = f"{preference} that meets every target" if not each.given_up else f"though {_reasons(each.given_up)}"
    if place and not each.given_up:
        why = f"meets every target, place {place + 1}"
    return Step(name=each.candidate.name, verdict="kept" if place else "chosen", why=why)


def _reasons(misses: Sequence[Miss]) -> str:
    return "; ".join(miss.why for miss in misses)


def _refusal(fits: Sequence[Fit], terms: Terms) -> FreeholdError:
    """By what the nearest candidate lacks. Models that the tier does not allow are counted, not named."""
    nearest = min(fits, key=lambda each: (len(each.broken), each.candidate.name))
    kind = nearest.broken[0].kind
    error, hint = REFUSALS.get(kind, TARGET_REFUSAL)
    barred = [each for each in fits if any(miss.kind == "tier" for miss in each.broken)]
    named = sorted(
        (each for each in fits if each not in barred), key=lambda each: (len(each.broken), each.candidate.name)
    )
    reasons = [f"{each.candidate.name}: {_reasons(each.broken)}" for each in named[:NAMED_REASONS]]
    if len(named) > NAMED_REASONS:
        reasons.append(f"{len(named) - NAMED_REASONS} more do not fit either")
    if barred:
        reasons.append(f"{len(barred)} not allowed for tier '{terms.tier}'")
    return error(
        f"No model fits this request. {'. '.join(reasons)}.",
        param="model",
        hint=hint.format(tier=terms.tier or "NAME", kind=kind, models="[gateway.auto.models.NAME]"),
    )
