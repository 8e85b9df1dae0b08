"""How a request ended, as far as the arm that answered it is to blame.

The gateway names the provider's model, and holds its key: a provider that does not know the one or refuses the other
fails, whatever the request said. What else a provider calls the caller's mistake says nothing of the arm.
"""

from typing import Literal

from freehold.contracts.rollouts import Exchange
from freehold.rollouts.reading.loose import decoded, mapping, word

Ending = Literal["answered", "declined", "failed", "no fault"]

CANCELLED = 499
NOT_FOUND = 404
FAILURES = frozenset({401, 402, 403, 407, 408, 429})  # and all from 500
# Azure OpenAI and OpenAI answer 400 to a prompt that their filter stops.
FILTERED = frozenset({"content_filter", "content_policy_violation"})
NAMED_MODELS = (b"model", b"deployment")
SAID_BYTES = 2000
MICRO = 1_000_000


def ending(exchange: Exchange) -> Ending:
    """Answered; declined by the provider's filter; failed; or no fault of the arm's, which is not counted at all."""
    status = exchange.status
    if exchange.outcome == "cancelled" or status == CANCELLED:
        return "no fault"
    if status >= 500 or status in FAILURES or (status == NOT_FOUND and _lacks_model(exchange)):
        return "failed"
    if status >= 400:
        return "declined" if _is_filtered(exchange) else "no fault"
    return "failed" if exchange.outcome == "failed" else "answered"


def _lacks_model(exchange: Exchange) -> bool:
    said = exchange.answer[:SAID_BYTES].lower()
    return exchange.outcome == "failed" or any(name in said for name in NAMED_MODELS)


def _is_filtered(exchange: Exchange) -> bool:
    return word(mapping(mapping(decoded(exchange.answer)).get("error")).get("code")) in FILTERED


def amounts(exchange: Exchange) -> dict[str, float]:
    """What an answer of any kind cost, in US dollars. A cost that is unknown or nothing has no logarithm."""
    return {"cost_usd": exchange.cost / MICRO} if exchange.cost is not None and exchange.cost > 0 else {}
