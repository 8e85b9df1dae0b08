"""What answers were like, on its way to the database: measured at once, kept in memory, written in batches.

Bounded: what does not fit is dropped, arm by arm alike, and counted. A crash loses at most a second of measurements,
which makes a step longer and no decision wrong.
"""

import logging
import math
from collections import deque
from collections.abc import Mapping

from prometheus_client import Counter

from freehold.contracts.errors import Unavailable
from freehold.contracts.rollouts import Arm, Exchange
from freehold.foundation.telemetry import METRICS as PROMETHEUS
from freehold.rollouts.comparators import comparator_for
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import Plan
from freehold.rollouts.store import RolloutStore, Value
from freehold.rollouts.tallies import ANSWERS, COST, PAIR, PAIRS

MAX_WAITING = 50_000
BATCH = 5_000
CANCELLED = 499

ANSWERED = Counter("freehold_rollout_answers", "Answers measured.", ["rollout", "arm"], registry=PROMETHEUS)
DROPPED = Counter(
    "freehold_rollout_dropped", "Measurements and mirrored requests that were dropped.", ["what"], registry=PROMETHEUS
)

logger = logging.getLogger(__name__)


class Recorder:
    """Measures and writes."""

    def __init__(self, store: RolloutStore) -> None:
        self._store = store
        self._waiting: deque[Value] = deque()

    def record(self, exchange: Exchange, plan: Plan) -> None:
        """One answer of one arm."""
        comparator = comparator_for(exchange.call.endpoint)
        found: Mapping[str, float] = comparator.measure(exchange, plan) if comparator else {}
        # Callers' mistakes meet both arms alike; what one arm alone calls a mistake is the arm's.
        is_rejected = not found and exchange.outcome != "cancelled" and 400 <= exchange.status < CANCELLED
        if not found and not is_rejected:
            return  # a hang-up says nothing of the arm
        found = {"rejected_rate": float(is_rejected), **found}
        arm, name, step = exchange.assignment.arm, exchange.assignment.rollout_id, exchange.assignment.step
        ANSWERED.labels(name, arm).inc()
        self._keep(name, step, arm, {ANSWERS: 1.0} | _comparable(found))
        if exchange.cost is not None:
            self._keep(name, step, arm, {COST: float(exchange.cost)})

    def rate(self, name: str, step: int, arm: Arm, *, is_down: bool) -> None:
        """What somebody thought of one answer."""
        self._keep(name, step, arm, {"thumbs_down_rate": float(is_down)})

    def record_pair(self, name: str, step: int, scores: Mapping[str, float]) -> None:
        """The scores of one mirrored request."""
        self._keep(name, step, PAIR, {PAIRS: 1.0} | dict(scores))

    def count(self, name: str, step: int, what: str, amount: float) -> None:
        """An amount beside the metrics."""
        self._keep(name, step, "candidate", {what: amount})

    def _keep(self, name: str, step: int, arm: str, values: Mapping[str, float]) -> None:
        if len(self._waiting) + len(values) > MAX_WAITING:
            DROPPED.labels("measurements").inc()
            return
        self._waiting += [Value(name, step, arm, metric, value) for metric, value in values.items()]

    async def flush(self) -> None:
        """Write what waits; it stays where the database does not answer."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                await self._store.add_values(batch)
            except Unavailable as error:
                self._waiting.extendleft(reversed(batch))
                logger.warning("measurements of rollouts wait: %s", error.message)
                return


def _comparable(found: Mapping[str, float]) -> dict[str, float]:
    """As they are compared: the logarithm of a ratio, and nothing that is no number."""
    plain = {
        name: math.log(value) if METRICS[name].kind == "ratio" and value > 0 else value
        for name, value in found.items()
        if METRICS[name].kind != "ratio" or value > 0
    }
    return {name: value for name, value in plain.items() if math.isfinite(value)}
