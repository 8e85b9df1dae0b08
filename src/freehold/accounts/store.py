"""Organisations, teams, people, keys and sessions in the database. Only SQL: decides nothing but what must be decided
within a transaction, and never sees a key or a token in clear."""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, Table, Text, delete, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from freehold.accounts.records import DEFAULT_ORGANISATION, ApiKey, Found, Organisation, Person, Session, Team, Wanted
from freehold.accounts.rows import (
    SCOPES,
    key_of,
    key_values,
    moment,
    person_of,
    principal_of,
    record_of,
    seconds,
    values_of,
)
from freehold.contracts.errors import InvalidRequest
from freehold.foundation.database import Database, metadata

ADMINS_LOCK = 0x61646D69  # any number of its own
UNIQUE_VIOLATION = "23505"  # PostgreSQL, appendix A

ORGANISATIONS = Table(
    "organisations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

PEOPLE = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column(
        "organisation_id", Text, ForeignKey("organisations.id"), nullable=False, server_default=DEFAULT_ORGANISATION
    ),
    Column("kind", Text, nullable=False, server_default="person"),
    Column("tier", Text, nullable=False, server_default=""),
    Column("disabled_at", DateTime(timezone=True)),
    sa.CheckConstraint("role IN ('admin', 'manager', 'auditor', 'member')", name="role_is_known"),
    sa.CheckConstraint("kind IN ('person', 'service')", name="kind_is_known"),
    sa.Index("ix_people_newest", "organisation_id", "created_at", "id"),
)

TEAMS = Table(
    "teams",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation_id", Text, ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("organisation_id", "name"),
)

TEAM_MEMBERS = Table(
    "team_members",
    metadata,
    Column("team_id", Text, ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
)

API_KEYS = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("key_hash", sa.LargeBinary, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("team_id", Text, ForeignKey("teams.id", ondelete="SET NULL"), index=True),
    Column("models", sa.ARRAY(Text)),
    Column("endpoints", sa.ARRAY(Text)),
    Column("origins", sa.ARRAY(Text)),
    Column("expires_at", DateTime(timezone=True)),
    Column("replaced_by", Text, ForeignKey("api_keys.id", ondelete="SET NULL"), index=True),
)

SESSIONS = Table(
    "sessions",
    metadata,
    Column("token_hash", sa.LargeBinary, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key_id", Text, ForeignKey("api_keys.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)

Group = Organisation | Team
G = TypeVar("G", Organisation, Team)
GROUPS: Mapping[type[Group], Table] = {Organisation: ORGANISATIONS, Team: TEAMS}


class AccountStore:
    """The statements, each method in its own transaction. Times are unix seconds outside, timestamptz inside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Organisations and teams

    async def group(self, kind: type[G], group_id: str) -> G | None:
        """One organisation or team."""
        table = GROUPS[kind]
        row = await self._row(select(table).where(table.c.id == group_id))
        return record_of(kind, row) if row else None

    async def groups(self, kind: type[G], wanted: Wanted) -> list[G]:
        """A page of the organisations, or of the teams."""
        table = GROUPS[kind]
        own = ORGANISATIONS.c.id if kind is Organisation else TEAMS.c.organisation_id
        query = select(table).where(*_equal((own, wanted.organisation_id), (table.c.name, wanted.name)))
        return [record_of(kind, row) for row in await self._page(query, table, wanted)]

    async def add_group(self, group: Group) -> None:
        """Add an organisation or team. Raises `InvalidRequest` for a name that is taken."""
        await self._change(insert(GROUPS[type(group)]).values(**values_of(group)), taken=group.name)

    async def rename_group(self, group: Group, name: str) -> None:
        """Give another name. Raises `InvalidRequest` for one that is taken."""
        table = GROUPS[type(group)]
        await self._change(update(table).where(table.c.id == group.id).values(name=name), taken=name)

    async def delete_organisation(self, organisation_id: str) -> bool:
        """Remove an organisation and its teams; False, and nothing is removed, while people are in it."""
        empty = ~sa.exists().where(PEOPLE.c.organisation_id == organisation_id)
        return await self._change(delete(ORGANISATIONS).where(ORGANISATIONS.c.id == organisation_id, empty)) > 0

    async def delete_team(self, team_id: str, now: float) -> bool:
        """Remove a team; False, and nothing is removed, while live keys are bound to it."""
        unbound = ~sa.exists().where(API_KEYS.c.team_id == team_id, _live(now))
        return await self._change(delete(TEAMS).where(TEAMS.c.id == team_id, unbound)) > 0

    # People

    async def person(self, person_id: str) -> Person | None:
        """One person."""
        row = await self._row(_people().where(PEOPLE.c.id == person_id))
        return person_of(row) if row else None

    async def first_admin(self) -> Person | None:
        """The enabled admin who has been there longest."""
        row = await self._row(_oldest_admin())
        return person_of(row) if row else None

    async def people(self, wanted: Wanted) -> list[Person]:
        """A page of people."""
        query = _people().where(
            *_equal((PEOPLE.c.organisation_id, wanted.organisation_id), (PEOPLE.c.name, wanted.name))
        )
        if wanted.team_id is not None:
            members = select(TEAM_MEMBERS.c.person_id).where(TEAM_MEMBERS.c.team_id == wanted.team_id)
            query = query.where(PEOPLE.c.id.in_(members))
        return [person_of(row) for row in await self._page(query, PEOPLE, wanted)]

    async def add_person(self, person: Person) -> None:
        """Add a person. Raises `InvalidRequest` for a team that is not the organisation's."""
        async with self._begin() as connection:
            await _add_person(connection, person)

    async def change_person(self, before: Person, after: Person, now: float) -> None:
        """Write what differs, so that a change of something else at the same time is kept, too.

        Keys bound to a team that is left are revoked. Raises `InvalidRequest` for a team that is not the
        organisation's, and rather than leave no admin.
        """
        one, old = PEOPLE.c.id == before.id, values_of(before, "team_ids")
        values = {name: value for name, value in values_of(after, "team_ids").items() if value != old[name]}
        left = set(before.team_ids) - set(after.team_ids)
        bound = (API_KEYS.c.person_id == before.id) & API_KEYS.c.team_id.in_(left) & API_KEYS.c.revoked_at.is_(None)
        member = (TEAM_MEMBERS.c.person_id == before.id) & TEAM_MEMBERS.c.team_id.in_(left)
        async with self._database.begin() as connection:
            found = await _lock_admins(connection)
            if (await connection.execute(select(PEOPLE.c.id).where(one).with_for_update())).first() is None:
                return
            if values:
                await connection.execute(update(PEOPLE).where(one).values(**values))
                await _refuse_no_admin(connection, found)
            await _join_teams(connection, after, set(after.team_ids) - set(before.team_ids))
            await connection.execute(delete(TEAM_MEMBERS).where(member))
            await connection.execute(update(API_KEYS).where(bound).values(revoked_at=moment(now)))

    async def delete_person(self, person_id: str) -> None:
        """Remove a person and all that is theirs. Raises `InvalidRequest` rather than leave no admin."""
        async with self._database.begin() as connection:
            found = await _lock_admins(connection)
            await connection.execute(delete(PEOPLE).where(PEOPLE.c.id == person_id))
            await _refuse_no_admin(connection, found)

    async def ensure_admin_key(self, admin: Person, key: ApiKey, *, only_with_new_admin: bool) -> bool:
        """Add `admin` where there is none yet, and the key for the oldest admin; whether the key was added.

        A key that exists, revoked or not, stays as it is.
        """
        async with self._database.begin() as connection:
            found = await _lock_admins(connection)
            if found is None:
                await _add_person(connection, admin)
            elif only_with_new_admin:
                return False
            values = key_values(key) | {"person_id": found.id if found else admin.id}
            statement = postgresql.insert(API_KEYS).values(**values).on_conflict_do_nothing()
            added = await connection.execute(statement.returning(API_KEYS.c.id))
            return added.first() is not None

    # Keys

    async def key(self, key_id: str) -> ApiKey | None:
        """One key, live or not."""
        row = await self._row(_keys().where(API_KEYS.c.id == key_id))
        return key_of(row) if row else None

    async def keys(self, wanted: Wanted) -> list[ApiKey]:
        """A page of keys, live or not."""
        owner = (API_KEYS.c.person_id, wanted.person_id), (PEOPLE.c.organisation_id, wanted.organisation_id)
        conditions = _equal(*owner, (API_KEYS.c.team_id, wanted.team_id))
        return [key_of(row) for row in await self._page(_keys().where(*conditions), API_KEYS, wanted)]

    async def count_live_keys(self, person_id: str, now: float) -> int:
        """How many of a person's keys open something."""
        row = await self._row(select(sa.func.count()).where(API_KEYS.c.person_id == person_id, _live(now)))
        return row[0] if row else 0

    async def add_key(self, key: ApiKey) -> None:
        """Add a key."""
        await self._change(insert(API_KEYS).values(**key_values(key)))

    async def replace_key(self, key_id: str, successor: ApiKey, ends_at: float) -> bool:
        """Add `successor` and let the key end; False, and nothing is added, when it is ended or replaced already."""
        one = API_KEYS.c.id == key_id
        free = select(API_KEYS.c.id).where(one, API_KEYS.c.replaced_by.is_(None), _live(successor.created_at))
        values = {"replaced_by": successor.id, "expires_at": sa.func.least(API_KEYS.c.expires_at, moment(ends_at))}
        async with self._database.begin() as connection:
            if (await connection.execute(free.with_for_update())).first() is None:
                return False
            await connection.execute(insert(API_KEYS).values(**key_values(successor)))
            await connection.execute(update(API_KEYS).where(one).values(**values))
        return True

    async def revoke_key(self, key_id: str, now: float) -> None:
        """Mark the key revoked, and end the sessions that were opened with it."""
        live = (API_KEYS.c.id == key_id) & API_KEYS.c.revoked_at.is_(None)
        ended = delete(SESSIONS).where(SESSIONS.c.key_id == key_id)
        await self._change(update(API_KEYS).where(live).values(revoked_at=moment(now)), ended)

    async def use_key(self, key_hash: bytes, now: float, note_after_seconds: float) -> Found | None:
        """Whose live key has this hash; notes the use unless the last note is recent."""
        query = callers(now).add_columns(API_KEYS.c.last_used_at).where(API_KEYS.c.key_hash == key_hash)
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            if row.last_used_at is None or now - row.last_used_at.timestamp() >= note_after_seconds:
                note = update(API_KEYS).where(API_KEYS.c.id == row.key_id).values(last_used_at=moment(now))
                await connection.execute(note)
        return Found(principal=principal_of(row), ends_at=seconds(row.expires_at))

    # Sessions

    async def add_session(self, session: Session, token_hash: bytes, most_per_person: int) -> None:
        """Add a session; drop what has expired, and the person's oldest beyond `most_per_person`."""
        newest = select(SESSIONS.c.token_hash).where(SESSIONS.c.person_id == session.person_id)
        excess = newest.order_by(SESSIONS.c.created_at.desc()).offset(most_per_person - 1)
        outdated = sa.or_(SESSIONS.c.expires_at <= moment(session.created_at), SESSIONS.c.token_hash.in_(excess))
        added = insert(SESSIONS).values(token_hash=token_hash, **values_of(session))
        await self._change(delete(SESSIONS).where(outdated), added)

    async def find_session(self, token_hash: bytes, now: float) -> tuple[Found, float] | None:
        """Who the unexpired session with this hash belongs to, and when it expires itself; its key must be live."""
        query = callers(now).add_columns(SESSIONS.c.expires_at.label("session_expires_at"))
        query = query.join(SESSIONS, SESSIONS.c.key_id == API_KEYS.c.id)
        row = await self._row(query.where(SESSIONS.c.token_hash == token_hash, SESSIONS.c.expires_at > moment(now)))
        if row is None:
            return None
        expires_at = row.session_expires_at.timestamp()
        ends_at = min(expires_at, seconds(row.expires_at) or expires_at)
        return Found(principal=principal_of(row), ends_at=ends_at), expires_at

    async def extend_session(self, token_hash: bytes, expires_at: float) -> None:
        """Let a session end later."""
        statement = update(SESSIONS).where(SESSIONS.c.token_hash == token_hash)
        await self._change(statement.values(expires_at=moment(expires_at)))

    async def delete_session(self, token_hash: bytes) -> None:
        """End a session; nothing happens when there is none."""
        await self._change(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))

    async def _row(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        async with self._database.connect() as connection:
            return (await connection.execute(query)).first()

    async def _page(self, query: sa.Select[Any], table: Table, wanted: Wanted) -> list[sa.Row[Any]]:
        if wanted.before is not None:
            last = table.alias()
            made = select(last.c.created_at).where(last.c.id == wanted.before).scalar_subquery()
            query = query.where(
                sa.tuple_(table.c.created_at, table.c.id) < sa.tuple_(made, sa.literal(wanted.before, Text))
            )
        query = query.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(wanted.limit)
        async with self._database.connect() as connection:
            return list((await connection.execute(query)).all())

    async def _change(self, *statements: sa.Executable, taken: str = "") -> int:
        """Execute in one transaction; how many rows the last statement met."""
        count = 0
        async with self._begin(taken) as connection:
            for statement in statements:
                count = (await connection.execute(statement)).rowcount
        return count

    @asynccontextmanager
    async def _begin(self, taken: str = "") -> AsyncGenerator[AsyncConnection]:
        """A transaction. Raises `InvalidRequest` where the name is `taken`, or what is referred to is gone."""
        try:
            async with self._database.begin() as connection:
                yield connection
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", "") == UNIQUE_VIOLATION:
                text = f"The name '{taken}' is taken."
                raise InvalidRequest(text, param="name", hint="Choose another.") from error
            raise InvalidRequest("What this refers to has just been removed.") from error


async def _add_person(connection: AsyncConnection, person: Person) -> None:
    await connection.execute(insert(PEOPLE).values(**values_of(person, "team_ids")))
    await _join_teams(connection, person, person.team_ids)


async def _join_teams(connection: AsyncConnection, person: Person, team_ids: Collection[str]) -> None:
    if not team_ids:
        return
    own = TEAMS.c.id.in_(team_ids) & (TEAMS.c.organisation_id == person.organisation_id)
    found = (await connection.execute(select(TEAMS.c.id).where(own).with_for_update(read=True))).scalars().all()
    if len(found) != len(team_ids):
        raise InvalidRequest("There is no such team in the organisation.", param="team_ids")
    members = [{"team_id": team_id, "person_id": person.id} for team_id in found]
    await connection.execute(postgresql.insert(TEAM_MEMBERS).values(members).on_conflict_do_nothing())


async def _lock_admins(connection: AsyncConnection) -> sa.Row[Any] | None:
    """The oldest admin, whom nobody else changes before this transaction ends."""
    await connection.execute(select(sa.func.pg_advisory_xact_lock(ADMINS_LOCK)))
    return (await connection.execute(_oldest_admin())).first()


async def _refuse_no_admin(connection: AsyncConnection, before: sa.Row[Any] | None) -> None:
    if before is not None and (await connection.execute(_oldest_admin())).first() is None:
        raise InvalidRequest("This is the last admin.", hint="Make somebody else an admin first.")


def _people() -> sa.Select[Any]:
    ids = sa.func.array_agg(TEAM_MEMBERS.c.team_id)
    teams = select(ids).where(TEAM_MEMBERS.c.person_id == PEOPLE.c.id).scalar_subquery()
    return select(PEOPLE, teams.label("team_ids"))


def _oldest_admin() -> sa.Select[Any]:
    enabled = (PEOPLE.c.role == "admin") & (PEOPLE.c.kind == "person") & PEOPLE.c.disabled_at.is_(None)
    return _people().where(enabled).order_by(PEOPLE.c.created_at, PEOPLE.c.id).limit(1)


def _keys() -> sa.Select[Any]:
    owner = (PEOPLE.c.organisation_id, PEOPLE.c.role.label("owner_role"), PEOPLE.c.kind)
    return select(API_KEYS, *owner).join(PEOPLE, PEOPLE.c.id == API_KEYS.c.person_id)


def callers(now: float) -> sa.Select[Any]:
    """What a principal is made of, for every live key of an enabled person."""
    key = (API_KEYS.c.id.label("key_id"), *(API_KEYS.c[name] for name in ("team_id", "expires_at", *SCOPES)))
    person = (PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.role, PEOPLE.c.organisation_id, PEOPLE.c.tier)
    query = select(*key, *person).join_from(API_KEYS, PEOPLE, PEOPLE.c.id == API_KEYS.c.person_id)
    return query.where(_live(now), PEOPLE.c.disabled_at.is_(None))


def _live(now: float) -> sa.ColumnElement[bool]:
    unexpired = sa.or_(API_KEYS.c.expires_at.is_(None), API_KEYS.c.expires_at > moment(now))
    return API_KEYS.c.revoked_at.is_(None) & unexpired


def _equal(*wanted: tuple[Column[Any], str | None]) -> list[sa.ColumnElement[bool]]:
    return [column == value for column, value in wanted if value is not None]
