"""Time, passed in so that tests can hold it. The only place that reads the machine's clocks."""

import time
from typing import Protocol


class Clock(Protocol):
    """Two clocks: one for timestamps, one for durations."""

    def unix_seconds(self) -> float:
        """Seconds since 1970, for records."""
        ...

    def monotonic_seconds(self) -> float:
        """Seconds from an arbitrary start, for durations and deadlines."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def unix_seconds(self) -> float:
        """Seconds since 1970, for records."""
        return time.time()

    def monotonic_seconds(self) -> float:
        """Seconds from an arbitrary start, for durations and deadlines."""
        return time.monotonic()
