"""Captured pairs of answers as a training set: chats, preference pairs, and a manifest that says where they come from.

One JSON object a line. A chat has the form that the forge reads: `id`, `source`, `license` and `messages`, each with
`role` – system, user or assistant – and `content`. Where two answers were judged, `prompt`, `chosen` and `rejected`
stand in the same record, for training on preferences (Rafailov and others, "Direct Preference Optimization", 2023).

Knows text alone. Passed over are requests with pictures, sound, tools or a history that lies at the provider, those
that begin the answer themselves, endpoints that hold no chat, and empty answers.
"""

import hashlib
import os
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from freehold.contracts.errors import SetupError
from freehold.contracts.rollouts import Arm
from freehold.rollouts.captured.redact import redact

Prefer = Literal["control", "candidate", "better"]
Message = dict[str, str]

FORMAT_VERSION = 1
LICENCE = "LicenseRef-Captured-With-Consent"
TERMS = (
    "Captured with the consent of those who sent the requests, for models of the organisation that captured them. "
    "Not for publication, nor for anybody else. The terms of a vendor that wrote answers may forbid training on them. "
    "Who takes consent back must be taken out of this file, too."
)
ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
TEXT_PARTS = frozenset({"text", "input_text", "output_text"})


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A mirrored request with both answers, as text. `at` is in unix seconds; `scores` are pair metrics by name."""

    id: str
    rollout: str
    route: str
    step: int
    at: float
    request_id: str
    endpoint: str
    request: bytes  # the JSON body
    control: str
    candidate: str
    control_model: str
    candidate_model: str
    scores: Mapping[str, float]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside an exported file. Times are unix seconds, None without records."""

    format_version: int
    file: str
    sha256: str
    bytes: int
    prefer: Prefer
    redacted: bool
    examples: int
    records: int
    pairs: int  # records with `chosen` and `rejected`
    rollouts: tuple[str, ...]
    models: tuple[str, ...]  # those that wrote an answer in it
    first_at: float | None
    last_at: float | None
    license: str
    terms: str


class _Part(msgspec.Struct, frozen=True):
    type: str = ""
    text: str = ""


class _Turn(msgspec.Struct, frozen=True):
    role: str = ""
    content: str | list[_Part] | None = None
    type: str = "message"
    tool_calls: list[Any] | None = None
    function_call: Any = None


class _Body(msgspec.Struct, frozen=True):
    """The parts of a request that make its chat, or that say that it cannot be told as one."""

    messages: list[_Turn] = []
    system: str | list[_Part] | None = None
    input: str | list[_Turn] = []
    instructions: str | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    previous_response_id: str | None = None
    conversation: Any = None
    prompt: Any = None


def _message_turns(body: _Body) -> list[_Turn]:
    return [*_system(body.system), *body.messages]


def _responses_turns(body: _Body) -> list[_Turn]:
    if body.previous_response_id or body.conversation or body.prompt:
        return []
    asked = [_Turn(role="user", content=body.input)] if isinstance(body.input, str) else body.input
    return [*_system(body.instructions), *asked]


def _system(content: str | list[_Part] | None) -> list[_Turn]:
    return [_Turn(role="system", content=content)] if content else []


TURNS = {"chat/completions": _message_turns, "messages": _message_turns, "responses": _responses_turns}


def _message(turn: _Turn) -> Message | None:
    """A turn of plain text; None for any other."""
    is_plain = turn.type == "message" and turn.role in ROLES and not turn.tool_calls and not turn.function_call
    if not is_plain or turn.content is None:
        return None
    if isinstance(turn.content, str):
        return {"role": ROLES[turn.role], "content": turn.content}
    if any(part.type not in TEXT_PARTS for part in turn.content):
        return None
    return {"role": ROLES[turn.role], "content": "\n".join(part.text for part in turn.content)}


def messages_of(endpoint: str, request: bytes) -> list[Message]:
    """The chat that a request asks to go on with, the user's turn last; empty where it is no chat of plain text."""
    turns = TURNS.get(endpoint)
    if turns is None:
        return []
    try:
        body = msgspec.json.decode(request, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    found = [_message(turn) for turn in turns(body)]
    messages = [message for message in found if message is not None]
    is_whole = len(messages) == len(found) and not body.tools and not body.functions
    return messages if is_whole and messages and messages[-1]["role"] == "user" else []


def training_records(
    examples: Iterable[Example], prefer: Prefer, *, redacted: bool = False
) -> Iterator[dict[str, Any]]:
    """A record for each example that can be learned from.

    The answer is that of the preferred arm; "better" is the candidate's where `quality` is above 0, else the control's,
    and a quality other than 0 makes a preference pair. `redacted` redacts every text, which changes nothing in those
    that were redacted when they were captured.
    """
    clean = redact if redacted else str
    for example in examples:
        prompt = [
            {"role": turn["role"], "content": clean(turn["content"])}
            for turn in messages_of(example.endpoint, example.request)
        ]
        answers: dict[Arm, str] = {"control": clean(example.control), "candidate": clean(example.candidate)}
        arm = _preferred(example, prefer)
        if not prompt or not answers[arm].strip():
            continue
        record: dict[str, Any] = {
            "id": f"{example.rollout}/{example.id}",
            "source": f"rollout {example.rollout}",
            "license": LICENCE,
            "messages": [*prompt, _answer(answers[arm])],
            "lineage": _lineage(example, arm, redacted=redacted),
        }
        other: Arm = "control" if arm == "candidate" else "candidate"
        if prefer == "better" and example.scores.get("quality", 0.0) != 0 and answers[other].strip():
            record |= {"prompt": prompt, "chosen": [_answer(answers[arm])], "rejected": [_answer(answers[other])]}
            record["lineage"]["rejected_model"] = _model(example, other)
        yield record


def _preferred(example: Example, prefer: Prefer) -> Arm:
    if prefer != "better":
        return prefer
    return "candidate" if example.scores.get("quality", 0.0) > 0 else "control"


def _model(example: Example, arm: Arm) -> str:
    return example.candidate_model if arm == "candidate" else example.control_model


def _answer(text: str) -> Message:
    return {"role": "assistant", "content": text}


def _lineage(example: Example, arm: Arm, *, redacted: bool) -> dict[str, Any]:
    return {
        "rollout": example.rollout,
        "route": example.route,
        "step": example.step,
        "request_id": example.request_id,
        "at": example.at,
        "arm": arm,
        "model": _model(example, arm),
        "scores": dict(example.scores),
        "redacted": redacted,
    }


@dataclass(slots=True)
class _Tally:
    """What has been written so far."""

    examples: int = 0
    records: int = 0
    pairs: int = 0
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    rollouts: set[str] = field(default_factory=set[str])
    models: set[str] = field(default_factory=set[str])
    first_at: float | None = None
    last_at: float | None = None

    def seen(self, examples: Iterable[Example]) -> Iterator[Example]:
        """The same examples, counted."""
        for example in examples:
            self.examples += 1
            yield example

    def add(self, record: Mapping[str, Any], line: bytes) -> None:
        """A record as it was written."""
        lineage = record["lineage"]
        self.records += 1
        self.pairs += "chosen" in record
        self.size += len(line)
        self.digest.update(line)
        self.rollouts.add(lineage["rollout"])
        self.models |= {lineage["model"], lineage.get("rejected_model", lineage["model"])}
        self.first_at = min(lineage["at"], lineage["at"] if self.first_at is None else self.first_at)
        self.last_at = max(lineage["at"], lineage["at"] if self.last_at is None else self.last_at)

    def manifest(self, path: Path, prefer: Prefer, *, redacted: bool) -> Manifest:
        """All of it."""
        return Manifest(
            format_version=FORMAT_VERSION,
            file=path.name,
            sha256=self.digest.hexdigest(),
            bytes=self.size,
            prefer=prefer,
            redacted=redacted,
            examples=self.examples,
            records=self.records,
            pairs=self.pairs,
            rollouts=tuple(sorted(self.rollouts)),
            models=tuple(sorted(self.models)),
            first_at=self.first_at,
            last_at=self.last_at,
            license=LICENCE,
            terms=TERMS,
        )


def manifest_path(path: Path) -> Path:
    """Where the manifest of an exported file lies: `pairs.jsonl` has `pairs.jsonl.manifest.json`."""
    return path.with_name(f"{path.name}.manifest.json")


def export(examples: Iterable[Example], path: Path, prefer: Prefer, redacted: bool) -> Manifest:
    """Write the records to a JSON Lines file, readable by its owner alone, and its manifest beside it.

    Each is whole or not there: what lay at `path` before stays until the new file is on the disk. After a crash between
    the two, the old manifest's hash does not fit the new file. Raises `SetupError` where nothing can be written.
    """
    tally = _Tally()
    with _replacing(path) as file:
        for record in training_records(tally.seen(examples), prefer, redacted=redacted):
            line = msgspec.json.encode(record) + b"\n"
            file.write(line)
            tally.add(record, line)
    manifest = tally.manifest(path, prefer, redacted=redacted)
    with _replacing(manifest_path(path)) as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return manifest


@contextmanager
def _replacing(path: Path) -> Generator[IO[bytes]]:
    """A file that takes the place of `path` once all is written; nothing is left of it where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise SetupError(
            f"{path} cannot be written: {error.strerror}.", hint="Name a file that you may write."
        ) from error
