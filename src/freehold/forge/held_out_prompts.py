"""The hand-written conversations that score a model. Only the evaluation reads them; no data code imports this file."""

import json
from dataclasses import dataclass
from pathlib import Path

from freehold.contracts.errors import SetupError

CONVERSATIONS_FILE = Path(__file__).parent / "held_out" / "conversation.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the user says; regular expressions that must all match the reply, and ones that may not."""

    user: str
    accept: tuple[str, ...]
    reject: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A few turns on one topic."""

    id: str
    topic: str
    turns: tuple[Turn, ...]


def conversations(path: Path = CONVERSATIONS_FILE) -> list[Conversation]:
    """All of them. Raises `SetupError` with the line number for a malformed line."""
    found: list[Conversation] = []
    read = 0
    try:
        for line in path.read_text().splitlines():
            read += 1
            record = json.loads(line)
            turns = (
                Turn(user=turn["user"], accept=tuple(turn["accept"]), reject=tuple(turn.get("reject", ())))
                for turn in record["turns"]
            )
            found.append(Conversation(id=record["id"], topic=record["topic"], turns=tuple(turns)))
    except OSError as error:
        raise SetupError(f"Cannot read {path}: {error.strerror}.", hint="It is part of the source tree.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SetupError(f"{path}, line {read}: not a conversation ({error}).") from error
    return found


def user_turns(path: Path = CONVERSATIONS_FILE) -> list[str]:
    """Everything the user says in them."""
    return [turn.user for conversation in conversations(path) for turn in conversation.turns]
