"""On what terms a request is served: whose it is, how urgent, and what it wants to hear about itself."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import Clock

MAX_PRIORITY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Whose request it is and how it wants to be served. Tenants share the machine evenly and never a cached prompt."""

    request_id: str = ""
    tenant: str = ""
    cache_salt: str = ""  # parts a tenant's cached prompts further, as in vLLM
    priority: int = 0  # lower is sooner, as in vLLM
    deadline_seconds: float | None = None  # on the monotonic clock; what has not begun by then ends with a timeout
    traces: bool = False  # keep the time of every chunk of the prompt
    reports_progress: bool = False  # outputs say how much of the prompt has been processed


def read_terms(headers: Mapping[str, str], clock: Clock) -> Terms:
    """The terms that a worker's request headers set.

    `x-freehold-priority` is a whole number from -1000 to 1000, `x-freehold-deadline` a time in Unix seconds,
    `x-freehold-trace` "true" or absent. Raises `InvalidRequest`.
    """
    deadline = _number(headers, "x-freehold-deadline")
    priority = _number(headers, "x-freehold-priority") or 0
    if abs(priority) > MAX_PRIORITY or priority != int(priority):
        raise InvalidRequest(
            f"x-freehold-priority is {priority:g}.",
            hint=f"It is a whole number from -{MAX_PRIORITY} (soonest) to {MAX_PRIORITY}.",
        )
    return Terms(
        request_id=headers.get("x-request-id", ""),
        tenant=headers.get("x-freehold-tenant", ""),
        priority=int(priority),
        deadline_seconds=None if deadline is None else clock.monotonic_seconds() + deadline - clock.unix_seconds(),
        traces=headers.get("x-freehold-trace") == "true",
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
