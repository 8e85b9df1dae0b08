"""Corpus records, streamed. Refuses any path inside a folder named `held_out`: what scores must never train."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

from freehold.contracts.errors import SetupError

Message = dict[str, str]
FORBIDDEN_FOLDER = "held_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text to learn from: prose (`text`) or a chat (`messages`, each with role and content)."""

    id: str
    source: str
    licence: str
    text: str = ""
    messages: tuple[Message, ...] = ()

    def written(self) -> str:
        """All its words, in order."""
        return "\n".join(message["content"] for message in self.messages) if self.messages else self.text


def allowed(path: Path) -> Path:
    """The path itself; raises `SetupError` for one that lies in the evaluation folder, links resolved."""
    if FORBIDDEN_FOLDER in path.parts or FORBIDDEN_FOLDER in path.resolve().parts:
        raise SetupError(f"{path} holds evaluation prompts.", hint="Training data lives elsewhere.")
    return path


def _lines(path: Path) -> Iterator[str]:
    """Lines of a plain or Zstandard file, split on newline only."""
    with allowed(path).open("rb") as raw:
        packed = path.suffix == ".zst"
        stream: Any = zstandard.ZstdDecompressor().stream_reader(raw) if packed else raw
        yield from io.TextIOWrapper(stream, encoding="utf-8", newline="\n")


def _messages(record: dict[str, Any]) -> tuple[Message, ...]:
    if "messages" in record:
        return tuple({"role": turn["role"], "content": turn["content"]} for turn in record["messages"])
    if "question" not in record:
        return ()
    passage = record.get("passage", "")
    question = f"{passage}\n\n{record['question']}" if passage else record["question"]
    return ({"role": "user", "content": question}, {"role": "assistant", "content": record["answer"]})


def records(path: Path, id_prefix: str = "") -> Iterator[Document]:
    """The documents of one JSON Lines file, in file order, one in memory at a time.

    A record has `id`, `source`, `license` and one of `text`, `messages`, or `question` and `answer` with an optional
    `passage`. Raises `SetupError` with the line number for anything else.
    """
    read = 0
    try:
        for line in _lines(path):
            read += 1
            record = json.loads(line)
            if record["id"].startswith(id_prefix):
                yield Document(
                    id=record["id"],
                    source=record["source"],
                    licence=record["license"],
                    text=record.get("text", ""),
                    messages=_messages(record),
                )
    except OSError as error:
        raise SetupError(f"Cannot read {path}: {error.strerror}.", hint="--data names the corpus folder.") from error
    except (ValueError, KeyError, TypeError, zstandard.ZstdError) as error:
        raise SetupError(f"{path}, line {read}: not a record ({error}).") from error


def attributions(corpus: Path, used: dict[str, str]) -> list[dict[str, str]]:
    """Source, licence, commit and attribution line for each used source (name -> licence), from MANIFEST.json.

    A source the manifest names by its collection (`African Storybook, "…" by …`) takes the collection's entry.
    """
    manifest = json.loads(allowed(corpus / "MANIFEST.json").read_text())
    entries = {entry["source"]: entry for entry in manifest["sources"]}
    lines: list[dict[str, str]] = []
    for name, licence in sorted(used.items()):
        entry = entries.get(name) or entries.get(name.partition(",")[0], {})
        lines.append(
            {
                "source": name,
                "license": licence,
                "repository": entry.get("repository", ""),
                "commit": entry.get("commit", ""),
                "attribution": entry.get("attribution", name),
            }
        )
    return lines
