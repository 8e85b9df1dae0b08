"""`freehold.json` in a model folder: where the model came from and the SHA-256 of each of its files."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.operations.catalogue.files import RECORD

CHUNK_BYTES = 1 << 20


class ModelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Where a model came from. `files` maps a file's name to its SHA-256 in hexadecimal."""

    source: str
    revision: str = ""
    imported_at: float = 0.0  # unix seconds
    files: dict[str, str] = {}


def read_record(folder: Path) -> ModelRecord | None:
    """The record of a folder; None where there is none. Raises `InvalidRequest` for a damaged one."""
    path = folder / RECORD
    try:
        return msgspec.json.decode(path.read_bytes(), type=ModelRecord)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise InvalidRequest(f"{path} cannot be read: {error}", hint="Import the model again.") from error


def write_record(folder: Path, record: ModelRecord) -> None:
    """Write the record into the folder."""
    (folder / RECORD).write_text(json.dumps(msgspec.to_builtins(record), indent=2) + "\n")


def sha256_of(path: Path, advance: Callable[[int], None] = lambda count: None) -> str:
    """The file's digest; `advance` is told how many bytes were read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            advance(len(chunk))
    return digest.hexdigest()


def changed_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    """The names of recorded files that are missing or have other content now."""
    return [name for name, digest in files.items() if not _is(folder / name, digest)]


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest
