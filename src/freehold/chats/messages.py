"""Conversations and their messages: a tree, because an answer can be generated again beside the old one. Data only.

The newest of several siblings is the one shown. Refuses texts beyond the limits below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from freehold.contracts.errors import InvalidRequest

Status = Literal["complete", "streaming", "stopped", "failed"]

MAX_CONTENT_CHARACTERS = 200_000
MAX_TITLE_CHARACTERS = 200
MAX_MODEL_CHARACTERS = 200
MAX_MESSAGES = 2_000
DERIVED_TITLE_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person's conversation. Times are unix seconds."""

    id: str
    owner_id: str
    title: str
    model: str  # the one last used, "" before the first message
    created_at: float
    updated_at: float

    def public(self) -> dict[str, Any]:
        """What its owner sees, without the messages."""
        names = ("id", "title", "model", "created_at", "updated_at")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn; `parent_id` is the turn before it, None for the first."""

    id: str
    conversation_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    content: str
    model: str | None
    status: Status
    created_at: float
    error_message: str | None = None
    error_code: str | None = None
    left_out: int = 0  # the oldest turns that did not fit the model's context when this answer was asked for

    def public(self) -> dict[str, Any]:
        """What the conversation's owner sees."""
        names = ("id", "parent_id", "role", "content", "model", "status", "created_at", "left_out")
        failed = self.error_message is not None
        error = {"message": self.error_message, "code": self.error_code} if failed else None
        return {name: getattr(self, name) for name in names} | {"error": error}


def newest_leaf(messages: Sequence[Message]) -> Message | None:
    """The last turn of what is shown: from the root to the newest child, again and again."""
    newest_child = {message.parent_id: message for message in messages}
    leaf = None
    while (child := newest_child.get(leaf.id if leaf else None)) is not None:
        leaf = child
    return leaf


def path_to(messages: Sequence[Message], last_id: str | None) -> list[Message]:
    """The turns from the root to `last_id`."""
    by_id = {message.id: message for message in messages}
    path: list[Message] = []
    while last_id is not None:
        path.append(by_id[last_id])
        last_id = path[-1].parent_id
    return path[::-1]


def as_prompt(path: Sequence[Message]) -> list[dict[str, str]]:
    """The turns as OpenAI chat messages; an answer that failed before its first word is left out."""
    return [{"role": message.role, "content": message.content} for message in path if message.content]


def title_from(content: str) -> str:
    """A title out of the first message: its beginning, cut between words."""
    line = " ".join(content[: 4 * MAX_TITLE_CHARACTERS].split())
    if len(line) <= DERIVED_TITLE_CHARACTERS:
        return line
    cut = line[:DERIVED_TITLE_CHARACTERS]
    return cut.rpartition(" ")[0].rstrip() + "…" if " " in cut else cut + "…"


def check_content(content: str) -> str:
    """The text of a message, not empty and not too long."""
    if not content.strip():
        raise InvalidRequest("The message is empty.", param="content")
    return _checked(content, "message", "content", MAX_CONTENT_CHARACTERS)


def check_title(title: str) -> str:
    """A title, which may be empty."""
    return _checked(title.strip(), "title", "title", MAX_TITLE_CHARACTERS)


def check_model(model: str) -> str:
    """The public name of a model, which may not be known."""
    return _checked(model, "model's name", "model", MAX_MODEL_CHARACTERS)


def check_room(messages: Sequence[Message], more: int) -> None:
    """Raise when the conversation would have more messages than one may have."""
    if len(messages) + more > MAX_MESSAGES:
        hint = "Begin another conversation."
        raise InvalidRequest(f"A conversation has at most {MAX_MESSAGES} messages.", hint=hint)


def storable(text: str) -> str:
    """The text without the one character that PostgreSQL cannot keep."""
    return text.replace("\0", "")


def _checked(text: str, what: str, param: str, limit: int) -> str:
    if len(text) > limit:
        raise InvalidRequest(f"The {what} is over {limit} characters.", param=param, hint="Shorten it.")
    return storable(text)
