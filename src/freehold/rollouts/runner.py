"""Looks at the gates of running rollouts and moves them, once for all servers: whoever holds a row's lock decides."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from freehold.contracts.errors import Unavailable
from freehold.foundation.clock import Clock
from freehold.rollouts.evidence.decide import decide
from freehold.rollouts.evidence.progress import RUNNING, Decision, Progress, State
from freehold.rollouts.plan import Plan
from freehold.rollouts.store import Change, Event, Record, RolloutStore

TICK_SECONDS = 0.5
ACTOR = "freehold"  # who moves a rollout by itself

Announce = Callable[[Record, Event], Awaitable[None]]  # tells those who want to know of a transition

logger = logging.getLogger(__name__)


def state_of_step(plan: Plan, step: int) -> State:
    """What a rollout is called while a step runs."""
    share = plan.steps[step].share
    return "shadow" if share == 0 else "canary" if share < 1 else "promoted"


def moved(plan: Plan, progress: Progress, decision: Decision) -> tuple[State, int]:
    """The state and the step that a decision leads to."""
    if decision.action == "advance":
        return state_of_step(plan, progress.step + 1), progress.step + 1
    if decision.action == "promote":
        return "promoted", len(plan.steps) - 1
    if decision.action == "roll_back":
        return "rolled_back", progress.step
    if decision.action == "pause":
        return "paused", progress.step
    return progress.state, progress.step


class Runner:
    """One server's part in it."""

    def __init__(self, store: RolloutStore, clock: Clock, announce: Announce) -> None:
        self._store = store
        self._clock = clock
        self._announce = announce

    async def look_at_due(self, records: list[Record]) -> bool:
        """Look at those whose interval is over; whether anything has moved."""
        now = self._clock.unix_seconds()
        due = [one for one in records if one.progress.state in RUNNING and _is_due(one, now)]
        results = [await self.look(one.name) for one in due]
        return any(results)

    async def look(self, name: str) -> bool:
        """Look at one, unless another server does; whether it has moved."""
        now, event = self._clock.unix_seconds(), None
        async with self._store.changing(name, wait=False) as change:
            if change is None or change.record.progress.state not in RUNNING or not _is_due(change.record, now):
                return False
            record = change.record
            event = await self._decide(change, now)
        if event is not None:
            logger.info("a rollout moves", extra={"rollout": name, "to": event.to_state, "reason": event.reason})
            await self._announce(record, event)
        return event is not None

    async def _decide(self, change: Change, now: float) -> Event | None:
        record = change.record
        progress = record.progress
        decision = decide(record.plan, progress, await change.readings(), now)
        if decision.action in ("wait", "halt"):
            failures = progress.failures + 1 if decision.action == "halt" else 0
            await change.looked(decision, failures, now)
            return None
        state, step = moved(record.plan, progress, decision)
        event = Event(
            at=now,
            action=decision.action,
            actor=ACTOR,
            from_state=progress.state,
            to_state=state,
            step=step,
            reason=decision.reason,
            decision=decision,
        )
        await change.move(event)
        return event


def _is_due(record: Record, now: float) -> bool:
    return now >= record.looked_at + record.plan.interval_seconds


async def keep_looking(tick: Callable[[], Awaitable[None]]) -> None:
    """Run `tick` again and again; never returns. A database that is away changes nothing meanwhile."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        try:
            await tick()
        except Unavailable as error:
            logger.warning("rollouts stay as they are: %s", error.message)
