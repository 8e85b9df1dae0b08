"""Conversations and messages in the database. Only SQL: asks nobody who may do what."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    Table,
    Text,
    delete,
    insert,
    select,
    text,
    tuple_,
    update,
)

from freehold.chats.messages import Conversation, Message, Status
from freehold.contracts.errors import NotFound
from freehold.foundation.database import Database, metadata

CONVERSATIONS = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("ix_conversations_newest", "owner_id", "updated_at", "id"),
)

MESSAGES = Table(
    "messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sequence", BigInteger, Identity(always=True), nullable=False),
    Column("conversation_id", Text, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", Text, ForeignKey("messages.id", ondelete="CASCADE"), index=True),
    Column("role", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("model", Text),
    Column("status", Text, nullable=False),
    Column("error_message", Text),
    Column("error_code", Text),
    Column("left_out", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("role IN ('user', 'assistant')", name="role_is_known"),
    CheckConstraint("status IN ('complete', 'streaming', 'stopped', 'failed')", name="status_is_known"),
    Index("ix_messages_in_order", "conversation_id", "sequence"),
    Index("ix_messages_streaming", "status", postgresql_where=text("status = 'streaming'")),
)


class ConversationStore:
    """The statements, each in its own transaction. Times are unix seconds outside, timestamptz inside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, owner_id: str, limit: int, before: Conversation | None) -> list[Conversation]:
        """At most `limit` of a person's conversations, the last used first, those after `before` in that order."""
        place = (CONVERSATIONS.c.updated_at, CONVERSATIONS.c.id)
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.owner_id == owner_id)
        if before is not None:
            query = query.where(tuple_(*place) < tuple_(_moment(before.updated_at), before.id))
        query = query.order_by(*(column.desc() for column in place)).limit(limit)
        async with self._database.connect() as connection:
            return [_conversation(row) for row in await connection.execute(query)]

    async def get(self, conversation_id: str) -> Conversation | None:
        """One conversation, whoever owns it."""
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).first()
        return _conversation(row) if row else None

    async def add(self, conversation: Conversation) -> None:
        """Add a conversation."""
        values = {
            "id": conversation.id,
            "owner_id": conversation.owner_id,
            "title": conversation.title,
            "model": conversation.model,
            "created_at": _moment(conversation.created_at),
            "updated_at": _moment(conversation.updated_at),
        }
        async with self._database.begin() as connection:
            await connection.execute(insert(CONVERSATIONS).values(**values))

    async def rename(self, conversation_id: str, title: str) -> None:
        """Give another title; the place in the list stays."""
        statement = update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id).values(title=title)
        async with self._database.begin() as connection:
            await connection.execute(statement)

    async def delete(self, conversation_id: str) -> None:
        """Remove a conversation and all its messages."""
        async with self._database.begin() as connection:
            await connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id))

    async def messages(self, conversation_id: str) -> list[Message]:
        """All messages of a conversation, in the order they were written."""
        query = select(MESSAGES).where(MESSAGES.c.conversation_id == conversation_id)
        async with self._database.connect() as connection:
            return [_message(row) for row in await connection.execute(query.order_by(MESSAGES.c.sequence))]

    async def add_turns(self, turns: list[Message], title: str, model: str) -> None:
        """Add messages and note them on their conversation. Raises `NotFound` when it has just been deleted."""
        last = turns[-1]
        touch = (
            update(CONVERSATIONS)
            .where(CONVERSATIONS.c.id == last.conversation_id)
            .values(title=title, model=model, updated_at=_moment(last.created_at))
            .returning(CONVERSATIONS.c.id)
        )
        async with self._database.begin() as connection:
            if (await connection.execute(touch)).first() is None:
                raise NotFound("The conversation has been deleted.")
            for turn in turns:
                await connection.execute(insert(MESSAGES).values(**_message_values(turn)))

    async def save_content(self, message_id: str, content: str) -> None:
        """What has been generated so far."""
        statement = update(MESSAGES).where(MESSAGES.c.id == message_id)
        async with self._database.begin() as connection:
            await connection.execute(statement.values(content=content))

    async def save(self, message: Message) -> None:
        """Content, status and error of a message that has come to its end."""
        values = {
            "content": message.content,
            "status": message.status,
            "error_message": message.error_message,
            "error_code": message.error_code,
            "left_out": message.left_out,
        }
        async with self._database.begin() as connection:
            await connection.execute(update(MESSAGES).where(MESSAGES.c.id == message.id).values(**values))

    async def replace_status(self, old: Status, new: Status) -> int:
        """Give all messages of one status another; how many there were."""
        statement = update(MESSAGES).where(MESSAGES.c.status == old).values(status=new).returning(MESSAGES.c.id)
        async with self._database.begin() as connection:
            return len((await connection.execute(statement)).all())


def _moment(unix_seconds: float) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        owner_id=row.owner_id,
        title=row.title,
        model=row.model,
        created_at=row.created_at.timestamp(),
        updated_at=row.updated_at.timestamp(),
    )


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        role=row.role,
        content=row.content,
        model=row.model,
        status=row.status,
        created_at=row.created_at.timestamp(),
        error_message=row.error_message,
        error_code=row.error_code,
        left_out=row.left_out,
    )


def _message_values(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "parent_id": message.parent_id,
        "role": message.role,
        "content": message.content,
        "model": message.model,
        "status": message.status,
        "created_at": _moment(message.created_at),
        "error_message": message.error_message,
        "error_code": message.error_code,
        "left_out": message.left_out,
    }
