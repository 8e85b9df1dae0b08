"""How a target is doing: breaker, requests in flight, measured speed. One per provider and model, in each process."""

import random
from dataclasses import dataclass

from freehold.contracts.errors import FreeholdError, RateLimited
from freehold.foundation.clock import Clock

SMOOTHING = 0.2
MAX_COOLDOWN_SECONDS = 120.0


@dataclass(slots=True)
class Health:
    """What is known of a target. A breaker opens after so many failures in a row, and lets one request try again."""

    clock: Clock
    breaker_failures: int
    breaker_seconds: float
    in_flight: int = 0
    failures: int = 0
    open_until: float = 0.0
    probing: bool = False
    first_byte_seconds: float | None = None
    tokens_per_second: float | None = None
    overflowed_at: float = 0.0
    overflowed: int = 0

    def admits(self) -> bool:
        """Whether a request may go there now; after a cooldown one may, to see whether it answers again."""
        if self.open_until == 0.0:
            return True
        return self.clock.monotonic_seconds() >= self.open_until and not self.probing

    @property
    def is_open(self) -> bool:
        """Whether the breaker keeps requests away."""
        return not self.admits()

    def begin(self) -> None:
        """A request goes there."""
        self.in_flight += 1
        self.probing = self.open_until > 0.0

    def end(self) -> None:
        """It has come back, however."""
        self.in_flight -= 1
        self.probing = False

    def succeeded(self) -> None:
        """It answered: the breaker closes."""
        self.failures, self.open_until = 0, 0.0

    def failed(self, retry_after_seconds: float | None = None) -> None:
        """It did not. A provider that says when to come back is left alone until then."""
        self.failures += 1
        if retry_after_seconds is None and self.failures < self.breaker_failures and self.open_until == 0.0:
            return
        # With some scatter, so that many servers do not come back at one moment.
        pause = retry_after_seconds or self.breaker_seconds * random.uniform(0.8, 1.2)
        self.open_until = self.clock.monotonic_seconds() + min(pause, MAX_COOLDOWN_SECONDS)

    def measured(self, first_byte_seconds: float, output_tokens: int, seconds_after: float) -> None:
        """Fold one answer's speed into the averages."""
        self.first_byte_seconds = _smooth(self.first_byte_seconds, first_byte_seconds)
        if output_tokens > 1 and seconds_after > 0:
            self.tokens_per_second = _smooth(self.tokens_per_second, output_tokens / seconds_after)

    def takes_overflow(self, per_minute: int | None) -> bool:
        """Whether one more request may come because another target is saturated; counts it."""
        if per_minute is None:
            return True
        now = self.clock.monotonic_seconds()
        if now - self.overflowed_at >= 60:
            self.overflowed_at, self.overflowed = now, 0
        if self.overflowed >= per_minute:
            return False
        self.overflowed += 1
        return True


def _smooth(average: float | None, value: float) -> float:
    return value if average is None else average + SMOOTHING * (value - average)


class RetryBudget:
    """Keeps retries a share of all requests, so that a failing provider is not asked many times as often.

    Each request earns a share of a retry; a few are always there for quiet times.
    """

    RESERVE = 10.0

    def __init__(self, share: float) -> None:
        self._share = share
        self._balance = self.RESERVE

    def earn(self) -> None:
        """A request has come."""
        self._balance = min(self._balance + self._share, self.RESERVE * 10)

    def spend(self) -> bool:
        """Whether one retry may be made now."""
        if self._balance < 1:
            return False
        self._balance -= 1
        return True


def retry_after(error: FreeholdError) -> float | None:
    """When the other side wants to be asked again."""
    return error.retry_after_seconds if isinstance(error, RateLimited) else None
