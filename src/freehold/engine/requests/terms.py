"""On what terms a request is served: whose it is, how urgent, and what it wants to hear about itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from freehold.foundation import terms
from freehold.foundation.clock import Clock


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
    asked = terms.read_terms(headers, clock)
    return Terms(
        request_id=headers.get("x-request-id", ""),
        tenant=asked.tenant,
        priority=asked.priority,
        deadline_seconds=asked.deadline_seconds,
        traces=headers.get("x-freehold-trace") == "true",
    )
