"""Consents and voices in the database, recordings sealed. Only SQL: asks nobody who may do what.

A voice hangs on its consent by a foreign key: whoever deletes the consent deletes its voices in the same moment, and a
voice whose consent was withdrawn meanwhile cannot be added.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from freehold.contracts.audio.voices import SpeakerMatch, VoiceProfile
from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.foundation.database import Database, metadata
from freehold.foundation.vault import Vault
from freehold.surface.voices.records import MAX_CONSENTS, MAX_VOICES, CustomVoice, VoiceConsent

CONSENTS = Table(
    "voice_consents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("organisation_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("phrase", Text, nullable=False),
    Column("heard_by", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("recording", LargeBinary, nullable=False),
    Index("ix_voice_consents_newest", "owner_id", "created_at", "id"),
    Index("ix_voice_consents_organisation", "organisation_id"),
)

VOICES = Table(
    "custom_voices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("consent_id", Text, ForeignKey("voice_consents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("owner_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("organisation_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("base_voice", Text),
    Column("match", JSON, nullable=False),
    Column("profile", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", Text),
    Column("reason", Text, nullable=False),
    Column("sample", LargeBinary),
    CheckConstraint("status IN ('ready', 'pending_approval', 'rejected')", name="status_is_known"),
    CheckConstraint("sample IS NOT NULL OR status = 'rejected'", name="live_voices_have_samples"),
    Index("ix_custom_voices_organisation", "organisation_id"),
)

CONSENT_COLUMNS = [column for column in CONSENTS.c if column.name != "recording"]
VOICE_COLUMNS = [column for column in VOICES.c if column.name != "sample"]
LIVE = VOICES.c.status != "rejected"


class VoiceStore:
    """The statements, each in its own transaction. Raises `Unavailable`; times are unix seconds."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def refuse_full(self, organisation_id: str, *, of: str) -> None:
        """Raise `InvalidRequest` where an organisation has as many consents or voices (`of`) as it may have."""
        async with self._database.connect() as connection:
            await _refuse_full(connection, organisation_id, of)

    async def add_consent(self, consent: VoiceConsent, recording: bytes) -> None:
        """Keep a consent. Raises `InvalidRequest` where the organisation has too many."""
        values = {name: getattr(consent, name) for name in _names(CONSENT_COLUMNS)}
        values |= {"created_at": _moment(consent.created_at)}
        values["recording"] = self._vault.seal_bytes(recording, _consent_name(consent.id))
        async with self._counting(consent.organisation_id, "consents") as connection:
            await connection.execute(insert(CONSENTS).values(**values))

    async def consents(self, owner_id: str, limit: int, after: VoiceConsent | None) -> list[VoiceConsent]:
        """A person's consents, newest first, those behind `after` in that order."""
        place = (CONSENTS.c.created_at, CONSENTS.c.id)
        query = select(*CONSENT_COLUMNS).where(CONSENTS.c.owner_id == owner_id)
        if after is not None:
            query = query.where(tuple_(*place) < tuple_(_moment(after.created_at), after.id))
        query = query.order_by(*(column.desc() for column in place)).limit(limit)
        async with self._database.connect() as connection:
            return [_consent(row) for row in (await connection.execute(query)).mappings()]

    async def consent(self, consent_id: str) -> VoiceConsent | None:
        """One consent, whoever gave it."""
        query = select(*CONSENT_COLUMNS).where(CONSENTS.c.id == consent_id)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _consent(row) if row else None

    async def recording(self, consent_id: str) -> bytes | None:
        """What is said in a consent."""
        query = select(CONSENTS.c.recording).where(CONSENTS.c.id == consent_id)
        async with self._database.connect() as connection:
            sealed = (await connection.execute(query)).scalar()
        return None if sealed is None else self._vault.open_bytes(sealed, _consent_name(consent_id))

    async def rename_consent(self, consent_id: str, name: str) -> None:
        """Give another label."""
        async with self._database.begin() as connection:
            await connection.execute(update(CONSENTS).where(CONSENTS.c.id == consent_id).values(name=name))

    async def delete_consent(self, consent_id: str) -> None:
        """Remove a consent, its recording and every voice made with it."""
        async with self._database.begin() as connection:
            await connection.execute(delete(CONSENTS).where(CONSENTS.c.id == consent_id))

    async def add_voice(self, voice: CustomVoice, sample: bytes) -> None:
        """Keep a voice. Raises `NotFound` where its consent is gone, `InvalidRequest` where there are too many."""
        values = {name: getattr(voice, name) for name in _names(VOICE_COLUMNS)}
        values |= {"match": msgspec.to_builtins(voice.match), "profile": msgspec.to_builtins(voice.profile)}
        values |= {"created_at": _moment(voice.created_at)}
        values["sample"] = self._vault.seal_bytes(sample, _voice_name(voice.id))
        rests_on = and_(CONSENTS.c.id == voice.consent_id, CONSENTS.c.owner_id == voice.owner_id)
        async with self._counting(voice.organisation_id, "voices") as connection:
            held = await connection.execute(select(CONSENTS.c.id).where(rests_on).with_for_update())
            if held.first() is None:
                raise NotFound("The consent has been withdrawn.", param="consent")
            await connection.execute(insert(VOICES).values(**values))

    async def usable(self, owner_id: str, organisation_id: str) -> list[CustomVoice]:
        """A person's voices, and the ready ones that others of the organisation share; newest first."""
        within = and_(VOICES.c.organisation_id == organisation_id, VOICES.c.organisation_id != "")
        shared = and_(within, VOICES.c.shared, VOICES.c.status == "ready")
        return await self._voices(or_(VOICES.c.owner_id == owner_id, shared))

    async def page(self, status: str | None, limit: int, before: CustomVoice | None) -> list[CustomVoice]:
        """Everybody's voices, newest first, of one status if it is given."""
        wanted = true() if status is None else VOICES.c.status == status
        if before is not None:
            place = tuple_(VOICES.c.created_at, VOICES.c.id)
            wanted = and_(wanted, place < tuple_(_moment(before.created_at), before.id))
        return await self._voices(wanted, limit)

    async def voice(self, voice_id: str) -> CustomVoice | None:
        """One voice, whoever owns it."""
        return next(iter(await self._voices(VOICES.c.id == voice_id)), None)

    async def sample(self, voice_id: str) -> bytes | None:
        """The WAV that a voice was made from; None for one that is gone or was rejected."""
        query = select(VOICES.c.sample).where(VOICES.c.id == voice_id)
        async with self._database.connect() as connection:
            sealed = (await connection.execute(query)).scalar()
        return None if sealed is None else self._vault.open_bytes(sealed, _voice_name(voice_id))

    async def change_voice(self, voice_id: str, **values: Any) -> None:
        """Another name, or shared or not."""
        async with self._database.begin() as connection:
            await connection.execute(update(VOICES).where(VOICES.c.id == voice_id).values(**values))

    async def decide(self, voice_id: str, *, approved: bool, decided_by: str, reason: str) -> bool:
        """A voice that waits speaks from now on; one that is rejected never, and it loses its sample.

        False where it does not wait, or has been rejected before.
        """
        values: dict[str, Any] = {"status": "ready" if approved else "rejected"}
        values |= {"decided_by": decided_by, "reason": reason} | ({} if approved else {"sample": None})
        open_to_it = VOICES.c.status == "pending_approval" if approved else LIVE
        decided = update(VOICES).where(VOICES.c.id == voice_id, open_to_it).values(**values)
        async with self._database.begin() as connection:
            done = await connection.execute(decided.returning(VOICES.c.id))
            return done.first() is not None

    async def delete_voice(self, voice_id: str) -> None:
        """Remove a voice and its sample."""
        async with self._database.begin() as connection:
            await connection.execute(delete(VOICES).where(VOICES.c.id == voice_id))

    async def voices_of(self, consent_id: str) -> list[str]:
        """The ids of the voices that rest on a consent."""
        query = select(VOICES.c.id).where(VOICES.c.consent_id == consent_id)
        async with self._database.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def _voices(self, wanted: ColumnElement[bool], limit: int | None = None) -> list[CustomVoice]:
        query: Select[Any] = select(
            *VOICE_COLUMNS, CONSENTS.c.language, CONSENTS.c.created_at.label("consented_at")
        ).join_from(VOICES, CONSENTS, VOICES.c.consent_id == CONSENTS.c.id)
        query = query.where(wanted).order_by(VOICES.c.created_at.desc(), VOICES.c.id.desc()).limit(limit)
        async with self._database.connect() as connection:
            return [_voice(row) for row in (await connection.execute(query)).mappings()]

    @asynccontextmanager
    async def _counting(self, organisation_id: str, of: str) -> AsyncGenerator[AsyncConnection]:
        """A transaction in which nobody else adds to the organisation, once it is known to have room."""
        async with self._database.begin() as connection:
            lock = func.pg_advisory_xact_lock(func.hashtextextended(f"voices of {organisation_id}", 0))
            await connection.execute(select(lock))
            await _refuse_full(connection, organisation_id, of)
            yield connection


async def _refuse_full(connection: AsyncConnection, organisation_id: str, of: str) -> None:
    voices = of == "voices"
    table, most = (VOICES, MAX_VOICES) if voices else (CONSENTS, MAX_CONSENTS)
    query = select(func.count()).select_from(table).where(table.c.organisation_id == organisation_id)
    count = (await connection.execute(query.where(LIVE) if voices else query)).scalar_one()
    if count >= most:
        raise InvalidRequest(f"An organisation has at most {most} {of}.", hint="Delete one that is not needed.")


def _names(columns: list[Column[Any]]) -> list[str]:
    return [column.name for column in columns]


def _consent_name(consent_id: str) -> str:
    return f"voice consent {consent_id}"


def _voice_name(voice_id: str) -> str:
    return f"voice sample {voice_id}"


def _moment(unix_seconds: float) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)


def _consent(row: Mapping[Any, Any]) -> VoiceConsent:
    return VoiceConsent(**{**row, "created_at": row["created_at"].timestamp()})


def _voice(row: Mapping[Any, Any]) -> CustomVoice:
    read: dict[str, Any] = {
        "match": msgspec.convert(row["match"], SpeakerMatch),
        "profile": msgspec.convert(row["profile"], VoiceProfile),
        "created_at": row["created_at"].timestamp(),
        "consented_at": row["consented_at"].timestamp(),
    }
    return CustomVoice(**{**row, **read})
