"""The part's root: what the gateway asks of rollouts, and what people do with them."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping

from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Assignment, Exchange, MeteredGateway
from freehold.contracts.wire import Call
from freehold.foundation.clock import Clock
from freehold.foundation.database import Database
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.vault import Vault
from freehold.rollouts.announce import SHARE, Announcer
from freehold.rollouts.captured.examples import Examples
from freehold.rollouts.evidence.progress import ENDED, RUNNING, Progress, State
from freehold.rollouts.mirror import Mirrors
from freehold.rollouts.plan import Plan, check_name, check_plan
from freehold.rollouts.recorder import Recorder
from freehold.rollouts.runner import Runner, keep_looking, state_of_step
from freehold.rollouts.steering import Table, share_of
from freehold.rollouts.store import Event, Record, RolloutStore
from freehold.rollouts.tallies import ANSWERS, MIRROR_COST

MAX_ANSWERS = 50_000  # of one arm in one step; more would teach nothing
MAX_HISTORY = 1000
MAX_RATED = 10_000

# What people may do, from which states, and where it leads; None is the running step's own state.
ACTS: Mapping[str, tuple[tuple[State, ...], State | None]] = {
    "start": (("planned",), None),
    "pause": (("shadow", "canary"), "paused"),
    "resume": (("paused",), None),
    "abort": (("shadow", "canary", "paused", "promoted"), "aborted"),
    "promote": (("shadow", "canary", "paused"), "promoted"),
    "close": (("promoted",), "closed"),
}


class Rollouts:
    """One server's rollouts. Implements `contracts.rollouts.Steering`. Load, hand to the gateway, begin, close."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.store = RolloutStore(database)
        self.examples = Examples(self.store, vault, clock)
        self._clock = clock
        self._tasks = TaskSupervisor()
        self._announcer = Announcer()
        self._recorder = Recorder(self.store)
        self._runner = Runner(self.store, clock, self._announcer.announce)
        self._mirrors: Mirrors | None = None
        self._table = Table()
        self._seen = -1
        self._rated: OrderedDict[tuple[str, str], None] = OrderedDict()  # what was judged, the last at the end
        self._full: frozenset[tuple[str, int, str]] = frozenset()

    async def load(self) -> None:
        """Take what the database says. A server serves nobody before it knows what was aborted."""
        seen, records = await self.store.version(), await self.store.all()
        spent, full = set[str](), set[tuple[str, int, str]]()
        for record in records:
            SHARE.labels(record.name, record.plan.route).set(share_of(record))
            if record.progress.state not in RUNNING:
                continue
            rows = await self.store.sums(record.name)
            full |= {
                (record.name, row["step"], row["arm"])
                for row in rows
                if row["metric"] == ANSWERS and row["n"] >= MAX_ANSWERS
            }
            cost = sum(row["total"] for row in rows if row["metric"] == MIRROR_COST)
            if cost >= record.plan.mirror.budget_usd * 1_000_000:
                spent.add(record.name)
        self._seen, self._full = seen, frozenset(full)
        self._table = Table(records, spent=frozenset(spent))

    def mirror_by(self, gateway: MeteredGateway) -> None:
        """From now on copies are sent, through the gateway."""
        self._mirrors = Mirrors(gateway, self._recorder, self._tasks, self.examples.keep)

    def begin(self) -> None:
        """From now on gates are looked at."""
        self._tasks.start("rollouts", keep_looking(self.tick))

    async def tick(self) -> None:
        """Write what was measured, look at the gates that are due, and follow what other servers have changed."""
        await self._recorder.flush()
        running = [one for one in self._table.by_name.values() if one.progress.state in RUNNING]
        moved = await self._runner.look_at_due(running)
        # Each look is a change of its own, so that what is spent is known at every interval.
        if moved or await self.store.version() != self._seen:
            await self.load()
        await self.examples.forget_expired()

    async def close(self) -> None:
        """Write what was measured, and stop."""
        await self._tasks.close()
        await self._recorder.flush()
        await self._announcer.close()

    # What the gateway asks.

    def assign(self, principal: Principal, call: Call, unit: str) -> Assignment | None:
        """See `contracts.rollouts.Steering`."""
        return self._table.assign(principal, call, unit)

    def note(self, exchange: Exchange) -> None:
        """See `contracts.rollouts.Steering`. What belongs to a step that is over is passed over."""
        assignment = exchange.assignment
        record = self._table.by_name.get(assignment.rollout_id)
        if record is None or record.progress.state not in RUNNING or record.progress.step != assignment.step:
            return
        if (record.name, assignment.step, assignment.arm) not in self._full:
            # Reading an answer takes a while, and its last byte has not left yet.
            asyncio.get_running_loop().call_soon(self._recorder.record, exchange, record.plan)
        can_mirror = exchange.outcome == "answered" and exchange.is_whole and exchange.status < 400
        if assignment.is_mirrored and can_mirror and self._mirrors is not None:
            self._mirrors.offer(exchange, record)

    def rate(self, request_id: str, model: str, answered_by: str, *, at: float, is_down: bool) -> None:
        """Somebody has judged an answer. One of another step counts nowhere, and a second word on one neither."""
        record = self._table.by_route.get(model)
        if record is None or record.progress.state not in RUNNING or at < record.progress.since:
            return
        if (record.name, request_id) in self._rated:
            return
        self._rated[record.name, request_id] = None
        if len(self._rated) > MAX_RATED:
            self._rated.popitem(last=False)
        arm = "candidate" if answered_by == record.plan.candidate else "control"
        self._recorder.rate(record.name, record.progress.step, arm, is_down=is_down)

    # What people ask.

    async def get(self, name: str) -> Record:
        """One rollout. Raises `NotFound`."""
        for record in await self.store.all():
            if record.name == name:
                return record
        raise NotFound(f"There is no rollout '{name}'.", hint="`freehold rollout list` shows them.")

    async def put(self, name: str, plan: Plan, actor: str) -> Record:
        """Plan a rollout, or plan it anew while it has not begun. Raises `InvalidRequest`."""
        check_name(name)
        check_plan(plan)
        now = self._clock.unix_seconds()
        record = Record(
            name=name,
            plan=plan,
            progress=Progress(state="planned", step=0, since=now),
            reason="Planned.",
            decision=None,
            looked_at=now,
            created_at=now,
            created_by=actor,
            updated_at=now,
            version=0,
        )
        if not await self.store.add(record):
            async with self.store.changing(name) as change:
                if change is not None and change.record.progress.state != "planned":
                    text = f"The rollout '{name}' has begun."
                    raise InvalidRequest(text, hint="Abort it and plan another one under another name.")
                if change is not None:
                    await change.replan(plan, now)
        await self.load()
        return await self.get(name)

    async def act(self, name: str, act: str, actor: str) -> Record:
        """Start, pause, resume, abort, promote or close. Raises `NotFound` or `InvalidRequest`."""
        if act not in ACTS:
            raise NotFound(f"Nobody can {act} a rollout.", hint=f"Known: {', '.join(ACTS)}.")
        allowed, target = ACTS[act]
        async with self.store.changing(name) as change:
            if change is None:
                raise NotFound(f"There is no rollout '{name}'.", hint="`freehold rollout list` shows them.")
            record, progress = change.record, change.record.progress
            if progress.state not in allowed:
                text = f"A rollout that is {progress.state.replace('_', ' ')} cannot {act}."
                raise InvalidRequest(text, hint=f"Possible from: {', '.join(allowed)}.")
            event = Event(
                at=self._clock.unix_seconds(),
                action=act,
                actor=actor,
                from_state=progress.state,
                to_state=target or state_of_step(record.plan, progress.step),
                step=len(record.plan.steps) - 1 if act == "promote" else progress.step,
                reason=f"{actor} asked for it.",
                decision=record.decision,
            )
            await change.move(event)
        await self.load()
        await self._announcer.announce(record, event)
        return await self.get(name)

    async def remove(self, name: str) -> None:
        """Forget a rollout and all that it measured. Raises `NotFound`, or `InvalidRequest` while it is in force."""
        record = await self.get(name)
        if record.progress.state not in ENDED | {"planned"}:
            raise InvalidRequest(f"The rollout '{name}' is in force.", hint="Abort or close it before.")
        await self.store.remove(name)
        await self.load()
