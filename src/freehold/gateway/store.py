"""The gateway in the database: ledger rows, what was used, counters of limits, stored configuration. Only SQL."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    case,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DataError, DBAPIError

from freehold.contracts.errors import Unavailable
from freehold.foundation.database import Database, metadata

OWNERS = ("organisation_id", "team_id", "person_id", "key_id")
TEXTS = ("request_id", *OWNERS, "tier", "endpoint", "model", "provider", "upstream_model", "vendor", "outcome")
COUNTS = (
    "attempts",
    "input_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
    "audio_milliseconds",
    "characters",
    "images",
    "machine_microseconds",
)
QUANTITIES = COUNTS[1:]

LEDGER = Table(
    "ledger",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    *(Column(name, Text, nullable=False) for name in TEXTS),
    Column("status", Integer, nullable=False),
    Column("stream", Boolean, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in COUNTS),
    Column("estimated", Boolean, nullable=False),
    Column("cost", BigInteger),
    Column("price", Text),
    Column("equivalent", Text),
    Column("equivalent_cost", BigInteger),
    Column("equivalent_price", Text),
    Column("counts_as_saving", Boolean, nullable=False),
    Column("first_byte_milliseconds", Double),
    Column("total_milliseconds", Double, nullable=False),
    Column("decision", JSON),
    Index("ix_ledger_at", "at"),
    *(Index(f"ix_ledger_{owner}_at", owner, "at") for owner in OWNERS),
)

COUNTERS = Table(
    "limit_counters",
    metadata,
    Column("counter", Text, primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)

REPLICAS = Table(
    "replicas",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

CONFIG = Table(
    "gateway_config",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("secret", LargeBinary),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("updated_by", Text, nullable=False),
)

VERSION = Table(
    "gateway_config_version",
    metadata,
    Column("id", Boolean, CheckConstraint("id", name="one_row"), primary_key=True),
    Column("version", BigInteger, nullable=False),
)

# What a journal line leaves out is its default.
_DEFAULTS = {
    **dict.fromkeys(TEXTS, "''"),
    **dict.fromkeys((*COUNTS, "status", "total_milliseconds"), "0"),
    **dict.fromkeys(("stream", "estimated", "counts_as_saving"), "false"),
    "outcome": "'answered'",
    "attempts": "1",
}


def _insert_statement() -> str:
    names, values, shapes = list[str](), list[str](), list[str]()
    for column in LEDGER.columns:
        kind = "double precision" if column.name == "at" else column.type.compile(postgresql.dialect())
        value = "to_timestamp(r.at)" if column.name == "at" else f"r.{column.name}"
        default = _DEFAULTS.get(column.name)
        names.append(column.name)
        values.append(f"coalesce({value}, {default})" if default else value)
        shapes.append(f"{column.name} {kind}")
    columns, selected, shape = ", ".join(names), ", ".join(values), ", ".join(shapes)
    rows = f"json_to_recordset(CAST(:rows AS json)) AS r({shape})"
    return f"INSERT INTO ledger ({columns}) SELECT {selected} FROM {rows} ON CONFLICT (id) DO NOTHING"  # noqa: S608


INSERT_ROWS = text(_insert_statement())
RESERVE = text(
    "SELECT used, first_slots, refused FROM reserve_counters(CAST(:names AS text[]), CAST(:slots AS bigint[]),"
    " CAST(:oldest AS bigint[]), CAST(:amounts AS bigint[]), CAST(:ceilings AS bigint[]),"
    " CAST(:by_process AS boolean[]), CAST(:expiries AS timestamptz[]), :alive_since)"
)
ADJUST = text("SELECT adjust_counters(CAST(:names AS text[]), CAST(:slots AS bigint[]), CAST(:deltas AS bigint[]))")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One object of the stored configuration; `secret` is encrypted."""

    kind: str
    name: str
    value: Mapping[str, Any]
    secret: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageQuery:
    """Which rows of the ledger to add up. Times are unix seconds; owners that are None do not matter."""

    since: float
    until: float
    organisation_id: str | None = None
    team_id: str | None = None
    person_id: str | None = None
    key_id: str | None = None
    model: str | None = None
    group_by: tuple[str, ...] = ()
    bucket_seconds: int = 86_400


class GatewayStore:
    """The statements, each in its own transaction. Raises `Unavailable`. Times are unix seconds outside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert_rows(self, lines: Sequence[bytes]) -> None:
        """Add ledger rows given as JSON objects; those that are there already are passed over.

        A row that PostgreSQL refuses for what is in it is logged and left out, so that it does not hold up the rest.
        """
        if not lines:
            return
        try:
            async with self._database.begin() as connection:
                await connection.execute(INSERT_ROWS, {"rows": (b"[" + b",".join(lines) + b"]").decode()})
        except DBAPIError as error:
            if not isinstance(error, DataError):
                raise Unavailable(f"The ledger takes no rows: {str(error.orig).partition(chr(10))[0]}") from error
            if len(lines) == 1:
                logger.error("a row of usage cannot be stored: %s", error.orig, extra={"row": lines[0].decode()})
                return
            half = len(lines) // 2
            await self.insert_rows(lines[:half])
            await self.insert_rows(lines[half:])

    async def used(self, owner: tuple[str, str] | None, model: str | None, meter: str, since: float) -> dict[int, int]:
        """What the ledger says was used since a moment: unix second of the request → amount, in the meter's units."""
        amount = _AMOUNTS[meter]
        second = func.floor(func.extract("epoch", LEDGER.c.at)).cast(BigInteger)
        query = select(second, func.sum(amount)).where(LEDGER.c.at >= _moment(since)).group_by(second).order_by(second)
        if owner is not None:
            query = query.where(LEDGER.c[owner[0]] == owner[1])
        if model is not None:
            query = query.where(LEDGER.c.model == model)
        async with self._database.connect() as connection:
            return {int(at): int(total or 0) for at, total in await connection.execute(query)}

    async def totals(self, query: UsageQuery) -> list[dict[str, Any]]:
        """Sums by bucket and group: every quantity, the money, and how many rows had no price.

        What counts as a saving is in `saving`; the list price of what does not is `vendor_list_price`.
        """
        size = literal(query.bucket_seconds, BigInteger)
        epoch = func.floor(func.extract("epoch", LEDGER.c.at) / size) * size
        groups = [LEDGER.c[name] for name in query.group_by]
        columns = [
            epoch.cast(BigInteger).label("bucket"),
            *groups,
            func.count().label("requests"),
            *(func.coalesce(func.sum(LEDGER.c[name]), 0).cast(BigInteger).label(name) for name in QUANTITIES),
            func.coalesce(func.sum(LEDGER.c.cost).filter(LEDGER.c.vendor != ""), 0)
            .cast(BigInteger)
            .label("vendor_cost"),
            func.coalesce(func.sum(LEDGER.c.cost).filter(LEDGER.c.vendor == ""), 0)
            .cast(BigInteger)
            .label("local_cost"),
            func.count().filter(LEDGER.c.cost.is_(None)).label("requests_without_price"),
            func.count().filter(LEDGER.c.estimated).label("requests_estimated"),
            func.coalesce(func.sum(LEDGER.c.equivalent_cost).filter(~LEDGER.c.counts_as_saving), 0)
            .cast(BigInteger)
            .label("vendor_list_price"),
            func.coalesce(func.sum(_SAVING), 0).cast(BigInteger).label("saving"),
        ]
        statement = _within(select(*columns), query).group_by(epoch, *groups).order_by(epoch, *groups)
        async with self._database.connect() as connection:
            return [dict(row._mapping) for row in await connection.execute(statement)]  # pyright: ignore[reportPrivateUsage]

    async def rows(
        self, query: UsageQuery, *, after: str = "", before: str | None = None, limit: int = 1000
    ) -> list[dict[str, Any]]:
        """Single rows in the order of their ids, which is that of time, between the ids `after` and `before`."""
        statement = _within(select(LEDGER), query).where(LEDGER.c.id > after).order_by(LEDGER.c.id).limit(limit)
        if before is not None:
            statement = statement.where(LEDGER.c.id < before)
        async with self._database.connect() as connection:
            found = [dict(row._mapping) for row in await connection.execute(statement)]  # pyright: ignore[reportPrivateUsage]
        return [row | {"at": row["at"].timestamp()} for row in found]

    async def answered(self, request_id: str, person_id: str, since: float) -> dict[str, Any] | None:
        """The newest row of a person's request: its public model, provider, upstream model and time."""
        columns = LEDGER.c
        query = select(columns.model, columns.provider, columns.upstream_model, columns.at)
        query = query.where(columns.person_id == person_id, columns.at >= _moment(since))
        query = query.where(columns.request_id == request_id).order_by(columns.at.desc()).limit(1)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else {**row, "at": row["at"].timestamp()}

    async def reserve(
        self, claims: Mapping[str, Sequence[Any]], alive_since: float
    ) -> tuple[list[int], list[int | None], int | None]:
        """Count all claims or none, in one statement: what was used before, first slots, which claim was refused."""
        moments = [_moment(expiry) for expiry in claims["expiries"]]
        values = dict(claims) | {"expiries": moments, "alive_since": _moment(alive_since)}
        async with self._database.begin() as connection:
            row = (await connection.execute(RESERVE, values)).one()
        return row.used, row.first_slots, row.refused

    async def adjust(self, changes: Sequence[tuple[str, int, int]]) -> None:
        """Add deltas to counters: (counter, slot, delta)."""
        names, slots, deltas = (list(column) for column in zip(*changes, strict=True))
        async with self._database.begin() as connection:
            await connection.execute(ADJUST, {"names": names, "slots": slots, "deltas": deltas})

    async def add_replica(self, now: float) -> int:
        """A number for this process, by which its running requests are counted."""
        statement = postgresql.insert(REPLICAS).values(seen_at=_moment(now)).returning(REPLICAS.c.number)
        async with self._database.begin() as connection:
            return (await connection.execute(statement)).scalar_one()

    async def keep_replica(self, number: int, now: float, forgotten_before: float) -> None:
        """This process lives; processes not seen for long and counters that have run out are forgotten."""
        async with self._database.begin() as connection:
            await connection.execute(update(REPLICAS).where(REPLICAS.c.number == number).values(seen_at=_moment(now)))
            await connection.execute(delete(REPLICAS).where(REPLICAS.c.seen_at < _moment(forgotten_before)))
            await connection.execute(delete(COUNTERS).where(COUNTERS.c.expires_at < _moment(now)))

    async def config_version(self) -> int:
        """Which changes that every replica must have seen."""
        async with self._database.connect() as connection:
            return (await connection.execute(select(VERSION.c.version))).scalar_one()

    async def config(self) -> tuple[int, list[Stored]]:
        """The stored configuration and its version."""
        async with self._database.connect() as connection:
            version = (await connection.execute(select(VERSION.c.version))).scalar_one()
            rows = await connection.execute(select(CONFIG).order_by(CONFIG.c.kind, CONFIG.c.name))
            found = [Stored(kind=row.kind, name=row.name, value=row.value, secret=row.secret) for row in rows]
        return version, found

    async def put_config(self, stored: Stored, *, by: str, now: float) -> None:
        """Add or replace one object. A secret of None keeps the one that is there."""
        values: dict[str, Any] = {"value": dict(stored.value), "updated_at": _moment(now), "updated_by": by}
        if stored.secret is not None:
            values["secret"] = stored.secret
        statement = postgresql.insert(CONFIG).values(kind=stored.kind, name=stored.name, **values)
        async with self._database.begin() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["kind", "name"], set_=values))
            await connection.execute(update(VERSION).values(version=VERSION.c.version + 1))

    async def delete_config(self, kind: str, name: str) -> bool:
        """Remove one object; whether it was there."""
        statement = delete(CONFIG).where(CONFIG.c.kind == kind, CONFIG.c.name == name)
        async with self._database.begin() as connection:
            found = (await connection.execute(statement.returning(CONFIG.c.name))).first() is not None
            await connection.execute(update(VERSION).values(version=VERSION.c.version + 1))
        return found


_SAVING = (LEDGER.c.equivalent_cost - func.coalesce(LEDGER.c.cost, 0)) * LEDGER.c.counts_as_saving.cast(Integer)
_AMOUNTS: Mapping[str, Any] = {
    "requests": 1,
    "tokens": LEDGER.c.input_tokens + LEDGER.c.output_tokens,
    "input_tokens": LEDGER.c.input_tokens,
    "output_tokens": LEDGER.c.output_tokens,
    "audio_seconds": LEDGER.c.audio_milliseconds,
    "characters": LEDGER.c.characters,
    "images": LEDGER.c.images,
    "usd": case((LEDGER.c.vendor != "", func.coalesce(LEDGER.c.cost, 0)), else_=0),
}


def _within(statement: Select[Any], query: UsageQuery) -> Select[Any]:
    statement = statement.where(LEDGER.c.at >= _moment(query.since), LEDGER.c.at < _moment(query.until))
    for name in (*OWNERS, "model"):
        if (value := getattr(query, name)) is not None:
            statement = statement.where(LEDGER.c[name] == value)
    return statement


def _moment(unix_seconds: float) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)
