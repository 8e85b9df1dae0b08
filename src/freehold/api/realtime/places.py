"""How many realtime sessions are open, of whom and of all. Refuses one too many; decides nothing else."""

from collections import Counter as Tally
from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

from freehold.api.settings import ApiSettings
from freehold.contracts.errors import RateLimited
from freehold.foundation.telemetry import METRICS

OPEN = Gauge("freehold_realtime_sessions", "Realtime sessions open now.", registry=METRICS)
OPENINGS = Counter(
    "freehold_realtime_openings",
    "Realtime sessions asked for, by what became of it: opened, or the code of the refusal.",
    ["outcome"],
    registry=METRICS,
)
SECONDS = Histogram(
    "freehold_realtime_session_seconds",
    "How long realtime sessions were open, by how they ended: left, closed, slow, expired or failed.",
    ["ending"],
    buckets=(1, 5, 15, 60, 180, 600, 1200, 1800, 3600),
    registry=METRICS,
)


class RealtimePlaces:
    """The places of one server."""

    def __init__(self, settings: ApiSettings) -> None:
        self._most, self._most_per_caller = settings.realtime_sessions, settings.realtime_sessions_per_caller
        self._taken: Tally[str] = Tally()

    @property
    def open(self) -> int:
        """How many are taken."""
        return self._taken.total()

    @contextmanager
    def taken(self, caller: str) -> Generator[None]:
        """A place for one session of the caller's. Raises `RateLimited`."""
        if self._taken[caller] >= self._most_per_caller:
            text = f"You have {self._most_per_caller} realtime sessions open."
            raise RateLimited(text, hint="End one, or raise api.realtime_sessions_per_caller.")
        if self.open >= self._most:
            raise RateLimited(f"All {self._most} realtime sessions of this server are in use.", hint="Try again later.")
        self._taken[caller] += 1
        OPEN.inc()
        try:
            yield
        finally:
            OPEN.dec()
            self._taken[caller] -= 1
            if not self._taken[caller]:
                del self._taken[caller]
