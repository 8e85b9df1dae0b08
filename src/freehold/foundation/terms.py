"""On whose behalf and how urgently a request is made: the headers that the gateway sets, never the body."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import Clock

MAX_PRIORITY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`priority` is lower for sooner; what has not begun by `deadline_seconds` (monotonic) ends with a timeout."""

    tenant: str = ""
    priority: int = 0
    deadline_seconds: float | None = None


def read_terms(headers: Mapping[str, str], clock: Clock) -> Terms:
    """`x-freehold-tenant`, `x-freehold-priority` (-1000 to 1000) and `x-freehold-deadline` (Unix seconds).

    Raises `InvalidRequest`.
    """
    deadline = _number(headers, "x-freehold-deadline")
    priority = _number(headers, "x-freehold-priority") or 0
    if abs(priority) > MAX_PRIORITY or priority != int(priority):
        hint = f"It is a whole number from -{MAX_PRIORITY} (soonest) to {MAX_PRIORITY}."
        raise InvalidRequest(f"x-freehold-priority is {priority:g}.", hint=hint)
    return Terms(
        tenant=headers.get("x-freehold-tenant", ""),
        priority=int(priority),
        deadline_seconds=None if deadline is None else clock.monotonic_seconds() + deadline - clock.unix_seconds(),
    )


def _number(headers: Mapping[str, str], name: str) -> float | None:
    given = headers.get(name)
    try:
        number = None if given is None else float(given)
    except ValueError:
        number = math.nan
    if number is not None and not math.isfinite(number):
        raise InvalidRequest(f"{name} is '{given}'.", hint="It takes a number.")
    return number
