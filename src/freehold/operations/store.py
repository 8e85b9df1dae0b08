"""The audit log in the database. Only SQL; the database itself refuses to change what has been recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Identity, Index, Table, Text, insert, select
from sqlalchemy.dialects.postgresql import JSONB

from freehold.foundation.database import Database, metadata

AUDIT_LOG = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor_id", Text),
    Column("actor_name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("organisation_id", Text),
    Column("details", JSONB, nullable=False),
    Index("ix_audit_log_newest", "organisation_id", "id"),
    Index("ix_audit_log_subject", "subject", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change. `actor_id` is None for what no principal did; `id` is 0 before it is kept."""

    id: int = 0
    at: float  # unix seconds
    actor_id: str | None
    actor_name: str
    action: str
    subject: str
    organisation_id: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries: None means any. `action` may end in `*`; times are unix seconds, `until` excluded."""

    organisation_id: str | None = None
    actor_id: str | None = None
    action: str | None = None
    subject: str | None = None
    since: float | None = None
    until: float | None = None


class AuditStore:
    """The two statements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: Entry) -> None:
        """Keep an entry."""
        values = {name: getattr(entry, name) for name in ("actor_id", "actor_name", "action", "subject")}
        values |= {"at": _moment(entry.at), "organisation_id": entry.organisation_id, "details": dict(entry.details)}
        async with self._database.begin() as connection:
            await connection.execute(insert(AUDIT_LOG).values(**values))

    async def page(self, wanted: Filter, limit: int, before: int | None) -> list[Entry]:
        """Entries, newest first, older than the one with the id `before`."""
        query = select(AUDIT_LOG).where(*_conditions(wanted))
        if before is not None:
            query = query.where(AUDIT_LOG.c.id < before)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query.order_by(AUDIT_LOG.c.id.desc()).limit(limit))).mappings().all()
        return [Entry(**dict(row) | {"at": row["at"].timestamp()}) for row in rows]


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    columns = AUDIT_LOG.c
    exact = {name: getattr(wanted, name) for name in ("organisation_id", "actor_id", "subject")}
    conditions = [columns[name] == value for name, value in exact.items() if value is not None]
    if wanted.action is not None and wanted.action.endswith("*"):
        conditions.append(columns.action.startswith(wanted.action[:-1], autoescape=True))
    elif wanted.action is not None:
        conditions.append(columns.action == wanted.action)
    if wanted.since is not None:
        conditions.append(columns.at >= _moment(wanted.since))
    if wanted.until is not None:
        conditions.append(columns.at < _moment(wanted.until))
    return conditions


def _moment(unix_seconds: float) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)
