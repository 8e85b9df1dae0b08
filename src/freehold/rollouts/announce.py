"""Tells of transitions: in metrics, and to the webhook that a plan names. Never holds a rollout up."""

import asyncio
import logging

import msgspec
from prometheus_client import Counter, Gauge

from freehold.contracts.errors import FreeholdError
from freehold.foundation.egress import Egress
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.telemetry import METRICS
from freehold.rollouts.store import Event, Record

TRIES = 3
PAUSE_SECONDS = 2.0
TIMEOUT_SECONDS = 10.0

TRANSITIONS = Counter(
    "freehold_rollout_transitions", "Transitions, by rollout and state.", ["rollout", "to"], registry=METRICS
)
SHARE = Gauge(
    "freehold_rollout_share", "The part of a route that its candidate answers.", ["rollout", "route"], registry=METRICS
)

logger = logging.getLogger(__name__)


class Announcer:
    """One server's voice. The address comes from an administrator's plan, so it may be a private one."""

    def __init__(self) -> None:
        self._tasks = TaskSupervisor()
        self._egress = Egress(trusted=True)

    async def announce(self, record: Record, event: Event) -> None:
        """Count it, and send it on its way."""
        TRANSITIONS.labels(record.name, event.to_state).inc()
        if record.plan.webhook:
            self._tasks.start("rollout webhook", self._post(record, event))

    async def _post(self, record: Record, event: Event) -> None:
        names = ("at", "action", "actor", "from_state", "to_state", "step", "reason", "decision")
        told = {"rollout": record.name, "route": record.plan.route, **{name: getattr(event, name) for name in names}}
        body = msgspec.json.encode(told)
        for turn in range(TRIES):
            try:
                answer = await self._egress.request(
                    "POST",
                    record.plan.webhook,
                    body=body,
                    headers={"content-type": "application/json"},
                    timeout_seconds=TIMEOUT_SECONDS,
                )
                answer.close()
                if answer.status < 400:
                    return
                said = f"it answered {answer.status}"
            except FreeholdError as error:
                said = error.message
            logger.warning("the webhook of a rollout was not told: %s", said, extra={"rollout": record.name})
            await asyncio.sleep(PAUSE_SECONDS * (turn + 1))

    async def close(self) -> None:
        """Let what is on its way arrive, then close its connections."""
        await self._tasks.drain()
        await self._egress.close()
