"""Bring a model in: check it whole, copy or link its files, record their digests, let it appear at once.

Nothing is copied before everything is checked, and nothing shows before everything is copied.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import Clock
from freehold.nn.model_folder import split_stem
from freehold.operations.catalogue.check import ModelCheck, check_folder, check_gguf
from freehold.operations.catalogue.record import CHUNK_BYTES, ModelRecord, sha256_of, write_record
from freehold.operations.catalogue.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A model that is there now."""

    name: str
    path: Path
    check: ModelCheck


class ModelImport:
    """One import, of a folder or of a GGUF file.

    The constructor checks, `run` copies; between the two a caller can show what will be done.
    """

    def __init__(self, source: Path, data: Path, *, name: str, link: bool = False, replace: bool = False) -> None:
        self._source = source.expanduser().resolve()
        self._link = link
        single = self._source.is_file()
        self._name = name or (split_stem(self._source.name) if single else self._source.name)
        self._shelf = Shelf(data)
        self._shelf.refuse_taken(self._name, replace=replace)
        if self._source.is_relative_to(self._shelf.folder.resolve() / self._name):
            raise InvalidRequest(f"{self._source} is where the model would be put.", hint="It is there already.")
        self._check = check_gguf(self._source) if single else check_folder(self._source)
        self._folder = self._source.parent if single else self._source
        self.total_bytes = sum((self._folder / name).stat().st_size for name in self._check.files)
        self._shelf.refuse_full_disk(0 if link else self.total_bytes)

    def run(self, clock: Clock, advance: Callable[[int], None] = lambda count: None) -> Imported:
        """Copy or link; `advance` is told how many bytes were dealt with. Any error leaves no trace."""
        with self._shelf.stage(self._name) as partial:
            clear(partial)
            take = _link if self._link else _copy
            digests = {name: take(self._folder / name, _place(partial, name), advance) for name in self._check.files}
            now = clock.unix_seconds()
            write_record(partial, ModelRecord(source=str(self._source), imported_at=now, files=digests))
            path = self._shelf.publish(partial, self._name)
        return Imported(name=self._name, path=path, check=self._check)


def clear(folder: Path) -> None:
    """Empty a folder that is put together."""
    for leftover in folder.iterdir():
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def _place(folder: Path, name: str) -> Path:
    """Where a file goes; the folder that it lies in is made."""
    (folder / name).parent.mkdir(exist_ok=True)
    return folder / name


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
