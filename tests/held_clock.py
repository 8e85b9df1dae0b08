"""A clock for tests."""


class HeldClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def unix_seconds(self) -> float:
        return self.now

    def monotonic_seconds(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
