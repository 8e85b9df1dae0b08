"""People, keys and sessions in the database. Only SQL: decides nothing, and never sees a key or a token in clear."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql

from freehold.accounts.people import ApiKey, Person, Session
from freehold.foundation.database import Database, metadata

FIRST_ADMIN_LOCK = 0x61646D69  # any number of its own

PEOPLE = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("role IN ('admin', 'member')", name="role_is_known"),
)

API_KEYS = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)

SESSIONS = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key_id", Text, ForeignKey("api_keys.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)


class AccountStore:
    """The statements, each in its own transaction. Times are unix seconds outside, timestamptz inside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first_admin(self) -> Person | None:
        """The admin who has been there longest."""
        async with self._database.connect() as connection:
            row = (await connection.execute(_oldest_admin())).first()
        return _person(row) if row else None

    async def person(self, person_id: str) -> Person | None:
        """One person."""
        async with self._database.connect() as connection:
            row = (await connection.execute(select(PEOPLE).where(PEOPLE.c.id == person_id))).first()
        return _person(row) if row else None

    async def add_person(self, person: Person) -> None:
        """Add a person."""
        async with self._database.begin() as connection:
            await connection.execute(insert(PEOPLE).values(**_person_values(person)))

    async def ensure_admin_key(self, admin: Person, key: ApiKey, *, only_with_new_admin: bool) -> bool:
        """Add `admin` where there is none yet, and the key for the oldest admin; whether the key was added.

        A key that exists, revoked or not, stays as it is.
        """
        async with self._database.begin() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(FIRST_ADMIN_LOCK)))
            found = (await connection.execute(_oldest_admin())).first()
            if found is None:
                await connection.execute(insert(PEOPLE).values(**_person_values(admin)))
            elif only_with_new_admin:
                return False
            values = _key_values(key) | {"person_id": found.id if found else admin.id}
            statement = postgresql.insert(API_KEYS).values(**values).on_conflict_do_nothing()
            added = await connection.execute(statement.returning(API_KEYS.c.id))
            return added.first() is not None

    async def add_key(self, key: ApiKey) -> None:
        """Add a key."""
        async with self._database.begin() as connection:
            await connection.execute(insert(API_KEYS).values(**_key_values(key)))

    async def use_key(self, key_hash: bytes, now: float, note_after_seconds: float) -> tuple[ApiKey, Person] | None:
        """The live key with this hash and its person; notes the use unless the last note is recent."""
        query = (
            select(API_KEYS, PEOPLE.c.name.label("person_name"), PEOPLE.c.role, PEOPLE.c.created_at.label("joined_at"))
            .join(PEOPLE, PEOPLE.c.id == API_KEYS.c.person_id)
            .where(API_KEYS.c.key_hash == key_hash, API_KEYS.c.revoked_at.is_(None))
        )
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            if row.last_used_at is None or now - row.last_used_at.timestamp() >= note_after_seconds:
                note = update(API_KEYS).where(API_KEYS.c.id == row.id).values(last_used_at=_moment(now))
                await connection.execute(note)
        joined = row.joined_at.timestamp()
        return _key(row), Person(id=row.person_id, name=row.person_name, role=row.role, created_at=joined)

    async def key(self, key_id: str) -> ApiKey | None:
        """One key, live or revoked."""
        async with self._database.connect() as connection:
            row = (await connection.execute(select(API_KEYS).where(API_KEYS.c.id == key_id))).first()
        return _key(row) if row else None

    async def keys_of(self, person_id: str) -> list[ApiKey]:
        """A person's keys, newest first."""
        query = select(API_KEYS).where(API_KEYS.c.person_id == person_id)
        async with self._database.connect() as connection:
            rows = await connection.execute(query.order_by(API_KEYS.c.created_at.desc(), API_KEYS.c.id))
            return [_key(row) for row in rows]

    async def revoke_key(self, key_id: str, now: float) -> None:
        """Mark the key revoked, and end the sessions that were opened with it."""
        live = (API_KEYS.c.id == key_id) & API_KEYS.c.revoked_at.is_(None)
        async with self._database.begin() as connection:
            await connection.execute(update(API_KEYS).where(live).values(revoked_at=_moment(now)))
            await connection.execute(delete(SESSIONS).where(SESSIONS.c.key_id == key_id))

    async def add_session(self, session: Session, token_hash: bytes, most_per_person: int) -> None:
        """Add a session; drop what has expired, and the person's oldest beyond `most_per_person`."""
        newest = select(SESSIONS.c.token_hash).where(SESSIONS.c.person_id == session.person_id)
        excess = newest.order_by(SESSIONS.c.created_at.desc()).offset(most_per_person - 1)
        now = _moment(session.created_at)
        values = {
            "token_hash": token_hash,
            "person_id": session.person_id,
            "key_id": session.key_id,
            "created_at": now,
            "expires_at": _moment(session.expires_at),
        }
        outdated = or_(SESSIONS.c.expires_at <= now, SESSIONS.c.token_hash.in_(excess))
        async with self._database.begin() as connection:
            await connection.execute(delete(SESSIONS).where(outdated))
            await connection.execute(insert(SESSIONS).values(**values))

    async def find_session(self, token_hash: bytes, now: float) -> tuple[Session, Person] | None:
        """The unexpired session with this hash, and its person."""
        query = (
            select(SESSIONS.c.key_id, SESSIONS.c.expires_at, SESSIONS.c.created_at.label("opened_at"), PEOPLE)
            .join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person_id)
            .where(SESSIONS.c.token_hash == token_hash, SESSIONS.c.expires_at > _moment(now))
        )
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        opened, expires = row.opened_at.timestamp(), row.expires_at.timestamp()
        return Session(person_id=row.id, key_id=row.key_id, created_at=opened, expires_at=expires), _person(row)

    async def extend_session(self, token_hash: bytes, expires_at: float) -> None:
        """Let a session end later."""
        statement = update(SESSIONS).where(SESSIONS.c.token_hash == token_hash)
        async with self._database.begin() as connection:
            await connection.execute(statement.values(expires_at=_moment(expires_at)))

    async def delete_session(self, token_hash: bytes) -> None:
        """End a session; nothing happens when there is none."""
        async with self._database.begin() as connection:
            await connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))


def _oldest_admin() -> Select[Any]:
    return select(PEOPLE).where(PEOPLE.c.role == "admin").order_by(PEOPLE.c.created_at, PEOPLE.c.id).limit(1)


def _moment(unix_seconds: float) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _person(row: Row[Any]) -> Person:
    return Person(id=row.id, name=row.name, role=row.role, created_at=row.created_at.timestamp())


def _person_values(person: Person) -> dict[str, Any]:
    moment = _moment(person.created_at)
    return {"id": person.id, "name": person.name, "role": person.role, "created_at": moment}


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        person_id=row.person_id,
        name=row.name,
        prefix=row.prefix,
        key_hash=row.key_hash,
        created_at=row.created_at.timestamp(),
        last_used_at=_seconds(row.last_used_at),
        revoked_at=_seconds(row.revoked_at),
    )


def _key_values(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "person_id": key.person_id,
        "name": key.name,
        "prefix": key.prefix,
        "key_hash": key.key_hash,
        "created_at": _moment(key.created_at),
    }
