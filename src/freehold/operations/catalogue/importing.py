"""Bring a model folder in: check it whole, copy or link its files, record their digests, let it appear at once.

Nothing is copied before everything is checked, and nothing shows before everything is copied.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import Clock
from freehold.operations.catalogue.check import ModelCheck, check_folder
from freehold.operations.catalogue.record import CHUNK_BYTES, ModelRecord, sha256_of, write_record
from freehold.operations.catalogue.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A model that is there now."""

    name: str
    path: Path
    check: ModelCheck


class FolderImport:
    """One import. The constructor checks, `run` copies; between the two a caller can show what will be done."""

    def __init__(self, source: Path, data: Path, *, name: str, link: bool = False, replace: bool = False) -> None:
        self._source = source.expanduser().resolve()
        self._link = link
        self._name = name or self._source.name
        self._shelf = Shelf(data)
        self._shelf.refuse_taken(self._name, replace=replace)
        if self._source.is_relative_to(self._shelf.folder.resolve() / self._name):
            raise InvalidRequest(f"{self._source} is where the model would be put.", hint="It is there already.")
        self._check = check_folder(self._source)
        self.total_bytes = sum((self._source / name).stat().st_size for name in self._check.files)
        self._shelf.refuse_full_disk(0 if link else self.total_bytes)

    def run(self, clock: Clock, advance: Callable[[int], None] = lambda count: None) -> Imported:
        """Copy or link; `advance` is told how many bytes were dealt with. Any error leaves no trace."""
        with self._shelf.stage(self._name) as partial:
            for leftover in partial.iterdir():
                leftover.unlink()
            take = _link if self._link else _copy
            digests = {name: take(self._source / name, partial / name, advance) for name in self._check.files}
            now = clock.unix_seconds()
            write_record(partial, ModelRecord(source=str(self._source), imported_at=now, files=digests))
            path = self._shelf.publish(partial, self._name)
        return Imported(name=self._name, path=path, check=self._check)


def _copy(source: Path, target: Path, advance: Callable[[int], None]) -> str:
    """Copy one file to the disk; returns its SHA-256."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(CHUNK_BYTES):
            digest.update(chunk)
            writing.write(chunk)
            advance(len(chunk))
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def _link(source: Path, target: Path, advance: Callable[[int], None]) -> str:
    target.symlink_to(source.resolve())
    return sha256_of(source, advance)
