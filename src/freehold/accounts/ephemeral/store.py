"""Ephemeral secrets in the database. Only SQL, and never a secret in clear."""

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, ForeignKey, Table, Text, delete, insert, select

from freehold.accounts.records import EphemeralKey, Found
from freehold.accounts.rows import moment, principal_of, values_of
from freehold.accounts.store import API_KEYS, callers
from freehold.contracts.identity import Purpose
from freehold.foundation.database import Database, metadata

EPHEMERAL_KEYS = Table(
    "ephemeral_keys",
    metadata,
    Column("secret_hash", sa.LargeBinary, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key_id", Text, ForeignKey("api_keys.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("session", sa.LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    sa.CheckConstraint("purpose IN ('client_secret', 'session')", name="purpose_is_known"),
)


class EphemeralStore:
    """The statements, each method in its own transaction. Times are unix seconds outside, timestamptz inside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: EphemeralKey, secret_hash: bytes, most_per_person: int) -> bool:
        """Add a secret and drop all that have expired; False, and none is added, where the person has so many."""
        own = (EPHEMERAL_KEYS.c.person_id == key.person_id) & (EPHEMERAL_KEYS.c.purpose == key.purpose)
        outdated = delete(EPHEMERAL_KEYS).where(EPHEMERAL_KEYS.c.expires_at <= moment(key.created_at))
        async with self._database.begin() as connection:
            await connection.execute(outdated)
            count = select(sa.func.count()).select_from(EPHEMERAL_KEYS).where(own)
            if (await connection.execute(count)).scalar_one() >= most_per_person:
                return False
            await connection.execute(insert(EPHEMERAL_KEYS).values(secret_hash=secret_hash, **values_of(key)))
        return True

    async def find(self, secret_hash: bytes, now: float) -> tuple[Found, Purpose] | None:
        """Whose unexpired secret has this hash, and what for; its key must be live and its person enabled."""
        query = callers(now).add_columns(EPHEMERAL_KEYS.c.purpose, EPHEMERAL_KEYS.c.expires_at.label("ends_at"))
        query = query.join(EPHEMERAL_KEYS, EPHEMERAL_KEYS.c.key_id == API_KEYS.c.id)
        query = query.where(EPHEMERAL_KEYS.c.secret_hash == secret_hash, EPHEMERAL_KEYS.c.expires_at > moment(now))
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        ends_at = min(row.ends_at, row.expires_at or row.ends_at)
        return Found(principal=principal_of(row), ends_at=ends_at.timestamp()), row.purpose

    async def session(self, secret_hash: bytes) -> bytes | None:
        """The configuration that was kept with a secret."""
        query = select(EPHEMERAL_KEYS.c.session).where(EPHEMERAL_KEYS.c.secret_hash == secret_hash)
        async with self._database.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def delete(self, secret_hash: bytes) -> None:
        """End a secret; nothing happens when there is none."""
        async with self._database.begin() as connection:
            await connection.execute(delete(EPHEMERAL_KEYS).where(EPHEMERAL_KEYS.c.secret_hash == secret_hash))
