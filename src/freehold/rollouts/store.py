"""Rollouts in the database: what they are, what was measured, their history and examples. Only SQL.

Whoever changes a rollout holds its row's lock meanwhile, so that of many servers one decides at a time, on what is
true now.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy import (
    Sequence as DatabaseSequence,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.database import Database, metadata
from freehold.rollouts.evidence.progress import Decision, Progress, Readings, State
from freehold.rollouts.plan import Plan
from freehold.rollouts.tallies import readings_of

VERSIONS = DatabaseSequence("rollout_versions", metadata=metadata)

ROLLOUTS = Table(
    "rollouts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("plan", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision", JSON),
    Column("looked_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("version", BigInteger, VERSIONS, nullable=False),
    # A route is under one rollout at a time.
    Index(
        "uq_rollouts_route_in_force",
        "route",
        unique=True,
        postgresql_where=text("state IN ('shadow', 'canary', 'paused', 'promoted')"),
    ),
)

HISTORY = Table(
    "rollout_history",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("rollout", Text, ForeignKey("rollouts.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision", JSON),
)

VALUES = Table(
    "rollout_values",
    metadata,
    Column("rollout", Text, ForeignKey("rollouts.name", ondelete="CASCADE"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("arm", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("value", Double, nullable=False),
    Index("ix_rollout_values_step", "rollout", "step"),
)

EXAMPLES = Table(
    "rollout_examples",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("rollout", Text, ForeignKey("rollouts.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A rollout as it is kept. Times are unix seconds; `version` grows with every change of any rollout."""

    name: str
    plan: Plan
    progress: Progress
    reason: str
    decision: Decision | None
    looked_at: float
    created_at: float
    created_by: str
    updated_at: float
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of a rollout's history."""

    at: float
    action: str
    actor: str
    from_state: State
    to_state: State
    step: int
    reason: str
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Value:
    """One measurement. Of a ratio metric it is the natural logarithm."""

    rollout: str
    step: int
    arm: str
    metric: str
    value: float


class RolloutStore:
    """The statements. Raises `Unavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Record]:
        """Every rollout, the one changed last first."""
        async with self._database.connect() as connection:
            rows = await connection.execute(select(ROLLOUTS).order_by(ROLLOUTS.c.version.desc()))
            return [_record(row) for row in rows.mappings()]

    async def version(self) -> int:
        """The newest change's number, and how many there are: moves when anything does."""
        query = select(func.coalesce(func.max(ROLLOUTS.c.version), 0) * 1_000 + func.count())
        async with self._database.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def add(self, record: Record) -> bool:
        """Keep a new rollout; false where there is one of this name."""
        async with self._database.begin() as connection:
            there = select(ROLLOUTS.c.name).where(ROLLOUTS.c.name == record.name)
            if (await connection.execute(there)).first() is not None:
                return False
            await connection.execute(insert(ROLLOUTS).values(**_columns(record), version=VERSIONS.next_value()))
        return True

    async def remove(self, name: str) -> None:
        """Take it away with all that was measured."""
        async with self._database.begin() as connection:
            await connection.execute(delete(ROLLOUTS).where(ROLLOUTS.c.name == name))

    @asynccontextmanager
    async def changing(self, name: str, *, wait: bool = True) -> "AsyncGenerator[Change | None]":
        """A rollout that nobody else changes meanwhile; None without one, or, unless it may `wait`, while it is taken.

        What is changed counts from the end of the context on.
        """
        async with self._database.begin() as connection:
            query = select(ROLLOUTS).where(ROLLOUTS.c.name == name).with_for_update(skip_locked=not wait)
            row = (await connection.execute(query)).mappings().first()
            yield None if row is None else Change(connection, _record(row))

    async def add_values(self, values: Sequence[Value]) -> None:
        """Keep measurements; those of rollouts that are gone are passed over."""
        rows = [[one.rollout, one.step, one.arm, one.metric, one.value] for one in values]
        statement = text(
            "INSERT INTO rollout_values (rollout, step, arm, metric, value) "
            "SELECT v->>0, (v->>1)::integer, v->>2, v->>3, (v->>4)::double precision "
            "FROM json_array_elements(CAST(:rows AS json)) AS t(v) JOIN rollouts r ON r.name = v->>0"
        )
        async with self._database.begin() as connection:
            await connection.execute(statement, {"rows": msgspec.json.encode(rows).decode()})

    async def sums(self, name: str) -> list[Mapping[str, Any]]:
        """Count, sum and sum of squares by step, arm and metric."""
        async with self._database.connect() as connection:
            return await _sums(connection, name)

    async def values(self, name: str, step: int, metric: str, most: int) -> dict[str, list[float]]:
        """By arm, what was measured of one metric in a step, at most so many."""
        columns = VALUES.c
        query = select(columns.arm, columns.value).where(columns.rollout == name, columns.step == step)
        found: dict[str, list[float]] = {}
        async with self._database.connect() as connection:
            for arm, value in await connection.execute(query.where(columns.metric == metric).limit(most)):
                found.setdefault(arm, []).append(value)
        return found

    async def history(self, name: str, limit: int) -> list[Event]:
        """What happened, newest first."""
        query = select(HISTORY).where(HISTORY.c.rollout == name).order_by(HISTORY.c.id.desc()).limit(limit)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Event(
                at=row["at"].timestamp(),
                action=row["action"],
                actor=row["actor"],
                from_state=row["from_state"],
                to_state=row["to_state"],
                step=row["step"],
                reason=row["reason"],
                decision=_decision(row["decision"]),
            )
            for row in rows
        ]

    async def add_example(self, name: str, sealed: bytes, expires_at: float) -> None:
        """Keep a pair of answers until then."""
        values = {"rollout": name, "sealed": sealed, "expires_at": _moment(expires_at)}
        async with self._database.begin() as connection:
            await connection.execute(insert(EXAMPLES).values(**values))

    async def examples(self, name: str, limit: int, before: int, now: float) -> list[tuple[int, bytes]]:
        """Number and sealed content, newest first, of those older than number `before` that have not expired."""
        columns = EXAMPLES.c
        query = select(columns.id, columns.sealed).where(
            columns.rollout == name, columns.id < before, columns.expires_at > _moment(now)
        )
        async with self._database.connect() as connection:
            rows = await connection.execute(query.order_by(EXAMPLES.c.id.desc()).limit(limit))
            return [(number, sealed) for number, sealed in rows]

    async def forget_expired(self, now: float) -> None:
        """Examples whose days are over go."""
        async with self._database.begin() as connection:
            await connection.execute(delete(EXAMPLES).where(EXAMPLES.c.expires_at <= _moment(now)))


class Change:
    """A rollout while its row is locked."""

    def __init__(self, connection: AsyncConnection, record: Record) -> None:
        self._connection = connection
        self.record = record

    async def readings(self) -> Readings:
        """What was measured in its step."""
        step = self.record.progress.step
        return readings_of([row for row in await _sums(self._connection, self.record.name) if row["step"] == step])

    async def looked(self, decision: Decision, failures: int, now: float) -> None:
        """The gates were looked at, and nothing else changes."""
        await self._update(decision=decision, looked_at=now, failures=failures, reason=decision.reason)

    async def replan(self, plan: Plan, now: float) -> None:
        """Another plan for a rollout that has not begun."""
        await self._update(plan=plan, route=plan.route, updated_at=now)

    async def move(self, event: Event) -> None:
        """Another state or step, with its line in the history. Raises `InvalidRequest` where the route is taken."""
        name, now = self.record.name, event.at
        if event.from_state == "planned":
            await self._connection.execute(delete(VALUES).where(VALUES.c.rollout == name))
        try:
            await self._update(
                state=event.to_state,
                step=event.step,
                since=now,
                looked_at=now,
                updated_at=now,
                failures=0,
                reason=event.reason,
                decision=event.decision,
            )
        except IntegrityError as error:
            text = f"The route '{self.record.plan.route}' is under another rollout."
            raise InvalidRequest(text, hint="Abort or close that one before.") from error
        await self._connection.execute(insert(HISTORY).values(rollout=name, **_plain_event(event)))

    async def _update(self, **changes: Any) -> None:
        plain = {key: _plain(value) if key not in TIMES else _moment(value) for key, value in changes.items()}
        query = update(ROLLOUTS).where(ROLLOUTS.c.name == self.record.name)
        await self._connection.execute(query.values(**plain, version=VERSIONS.next_value()))


TIMES = frozenset({"since", "looked_at", "created_at", "updated_at"})


async def _sums(connection: AsyncConnection, name: str) -> list[Mapping[str, Any]]:
    columns = VALUES.c
    query = select(
        columns.step,
        columns.arm,
        columns.metric,
        func.count().label("n"),
        func.sum(columns.value).label("total"),
        func.sum(columns.value * columns.value).label("squares"),
    ).where(columns.rollout == bindparam("name"))
    query = query.group_by(columns.step, columns.arm, columns.metric)
    return [dict(row) for row in (await connection.execute(query, {"name": name})).mappings()]


def _record(row: Mapping[Any, Any]) -> Record:
    times = {name: row[name].timestamp() for name in TIMES}
    progress = Progress(state=row["state"], step=row["step"], since=times["since"], failures=row["failures"])
    return Record(
        name=row["name"],
        plan=msgspec.convert(row["plan"], Plan),
        progress=progress,
        reason=row["reason"],
        decision=_decision(row["decision"]),
        looked_at=times["looked_at"],
        created_at=times["created_at"],
        created_by=row["created_by"],
        updated_at=times["updated_at"],
        version=row["version"],
    )


def _columns(record: Record) -> dict[str, Any]:
    progress = record.progress
    return {
        "name": record.name,
        "route": record.plan.route,
        "plan": msgspec.to_builtins(record.plan),
        "state": progress.state,
        "step": progress.step,
        "since": _moment(progress.since),
        "failures": progress.failures,
        "reason": record.reason,
        "decision": _plain(record.decision),
        "looked_at": _moment(record.looked_at),
        "created_at": _moment(record.created_at),
        "created_by": record.created_by,
        "updated_at": _moment(record.updated_at),
    }


def _plain_event(event: Event) -> dict[str, Any]:
    names = ("action", "actor", "from_state", "to_state", "step", "reason")
    return {name: getattr(event, name) for name in names} | {
        "at": _moment(event.at),
        "decision": _plain(event.decision),
    }


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else value


def _decision(value: Any) -> Decision | None:
    return None if value is None else msgspec.convert(value, Decision)


def _moment(unix_seconds: float) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)
