"""How much a model thinks: OpenAI's `reasoning_effort`, and Anthropic's effort or token budget.

Claude 4.6 and later, and every name without a version, decide themselves how much to think and are told an effort;
the newest refuse a budget. Claude 4.5 and earlier know only the budget (platform.claude.com/docs/en/build-with-claude/
adaptive-thinking). There an effort is a share of the answer's tokens; the shares are Freehold's choice.
"""

import re
from collections.abc import Mapping

from freehold.contracts.errors import InvalidRequest
from freehold.gateway.wires.anthropic.bodies import Json

EFFORTS: Mapping[str, str] = {
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
SHARES: Mapping[str, float] = {"low": 0.2, "medium": 0.5, "high": 0.8, "xhigh": 0.9, "max": 0.95}
LEAST_BUDGET = 1024  # Anthropic's own lower bound
ADAPTIVE_SINCE = (4, 6)

_VERSION = re.compile(r"claude-(?:[a-z]+-)?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?")


def thinks_adaptively(model: str) -> bool:
    """Whether the model takes an effort rather than a budget."""
    found = _VERSION.search(model)
    return found is None or (int(found[1]), int(found[2] or 0)) >= ADAPTIVE_SINCE


def thinking_fields(effort: str | None, model: str, max_tokens: int) -> Json:
    """`thinking`, and `effort` where the model takes one. Raises `InvalidRequest`."""
    if effort is None:
        return {}
    if effort == "none":
        return {"thinking": {"type": "disabled"}}
    if effort not in EFFORTS:
        hint = f"Use one of none, {', '.join(EFFORTS)}."
        raise InvalidRequest(f"There is no reasoning effort '{effort}'.", param="reasoning_effort", hint=hint)
    if thinks_adaptively(model):
        return {"thinking": {"type": "adaptive"}, "effort": EFFORTS[effort]}
    if max_tokens <= LEAST_BUDGET:
        text = f"{max_tokens} tokens leave no room to think: the least budget is {LEAST_BUDGET}."
        raise InvalidRequest(text, param="max_completion_tokens", hint="Ask for more, or for no reasoning_effort.")
    budget = max(LEAST_BUDGET, int(max_tokens * SHARES[EFFORTS[effort]]))
    return {"thinking": {"type": "enabled", "budget_tokens": budget}}


def reasoning_effort(effort: str | None, budget: int | None, max_tokens: int) -> str | None:
    """OpenAI's word for an effort, or for a budget: the least effort whose share covers it."""
    if effort is not None or budget is None:
        return effort
    return next((name for name in ("low", "medium") if budget <= SHARES[name] * max_tokens), "high")
