"""Where limits are counted: each file defines `COUNTERS`, called with what it may need.

A count is kept per counter and slot of time. `reserve` is atomic over all claims of a request: all count, or none.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from freehold.foundation.clock import Clock
from freehold.foundation.registry import Registry
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.store import GatewayStore

NO_CEILING = 2**62


@dataclass(slots=True)
class Claim:
    """An amount of one counter, in one slot of its window.

    The window is all slots from `oldest` on; `ceiling` is what it may hold. A counter `by_process` holds what is
    running now, so what a dead process has left in it does not count.
    """

    counter: str
    amount: int
    ceiling: int
    slot: int = 0
    oldest: int = 0
    expires_at: float = 0.0
    by_process: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What each claim's window held before, its first slot that holds anything, and which claim did not fit."""

    used: Sequence[int]
    first_slots: Sequence[int | None]
    refused: int | None


# What a counter held when it is first asked for: slot → amount.
Load = Callable[[Claim], Awaitable[dict[int, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a counting place may need."""

    settings: GatewaySettings
    store: GatewayStore
    clock: Clock
    load: Load


class Counters(Protocol):
    """A counting place."""

    async def reserve(self, claims: Sequence[Claim]) -> Verdict:
        """Count all claims unless one does not fit. Raises `Unavailable`."""
        ...

    def adjust(self, claim: Claim, delta: int) -> None:
        """Add to what was counted for a claim; takes effect soon, and never fails."""
        ...

    def end(self, claim: Claim) -> None:
        """The claim changes no more."""
        ...

    async def run(self) -> None:
        """What must be done while the server runs; may return at once."""
        ...

    async def close(self) -> None:
        """Hand in what is not written yet."""
        ...


COUNTERS: Registry[Callable[[Means], Counters]] = Registry("freehold.gateway.counters", "COUNTERS")
