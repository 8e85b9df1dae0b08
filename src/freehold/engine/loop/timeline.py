"""When what happened to one request, for its trace and for the metrics. Seconds are on the monotonic clock."""

from dataclasses import dataclass, field
from math import nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Tokens `start` to `end` of a prompt, computed by a step that ended at `seconds`."""

    seconds: float
    start: int
    end: int


@dataclass(slots=True, kw_only=True)
class Timeline:
    """What has happened so far; NaN for what has not. Written by the engine's thread alone."""

    arrived: float = nan
    admitted: float = nan
    first_token: float = nan
    last_token: float = nan
    finished: float = nan
    cached_tokens: int = 0  # of the prompt, found in the cache when it was first admitted
    preempted: list[float] = field(default_factory=list[float])
    chunks: list[Chunk] = field(default_factory=list[Chunk])  # only for requests that ask for a trace

    @property
    def has_run(self) -> bool:
        """Whether it was ever admitted."""
        return self.admitted == self.admitted

    @property
    def has_token(self) -> bool:
        """Whether a token was ever sampled."""
        return self.first_token == self.first_token

    def record(self) -> dict[str, object]:
        """As JSON: every time in seconds since arrival, None for what has not happened."""
        return {
            "queued_seconds": self._since(self.admitted),
            "first_token_seconds": self._since(self.first_token),
            "last_token_seconds": self._since(self.last_token),
            "finished_seconds": self._since(self.finished),
            "cached_tokens": self.cached_tokens,
            "preempted_seconds": [self._since(moment) for moment in self.preempted],
            "chunks": [[self._since(chunk.seconds), chunk.start, chunk.end] for chunk in self.chunks],
        }

    def _since(self, moment: float) -> float | None:
        return None if moment != moment else round(moment - self.arrived, 6)
