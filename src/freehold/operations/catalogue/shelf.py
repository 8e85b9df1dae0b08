"""`<data>/models`: models are put together out of sight in `.partial-<name>` and appear whole, by one rename.

Refuses names that cannot be a folder and a public model name at once, and to overwrite without being told to.
"""

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from freehold.contracts.errors import InvalidRequest, ModelNotFound, SetupError
from freehold.operations.catalogue.folders import scan

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SPARE_BYTES = 256 << 20


class Shelf:
    """The models of one data folder that were imported or pulled."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.folder = data / "models"

    def refuse_taken(self, name: str, *, replace: bool) -> None:
        """Raise `InvalidRequest` for a name that cannot be used, or is used already and shall not be replaced."""
        if not NAME.fullmatch(name):
            text = f"'{name}' cannot be a model's name."
            raise InvalidRequest(text, hint="Choose letters, digits, '.', '_' and '-' with --name, at most 64.")
        if replace or not (name in scan(self._data) or (self.folder / name).exists()):
            return
        text = f"There is a model '{name}' already."
        raise InvalidRequest(text, hint="Choose another name with --name, or replace it with --replace.")

    @contextmanager
    def stage(self, name: str, *, keep_unfinished: bool = False) -> Generator[Path]:
        """The folder in which the model is put together, ours alone; removed on any error.

        `keep_unfinished` keeps it for resuming, unless the model is refused. Raises `SetupError` while another
        command works on the same name, and for a full or closed disk.
        """
        partial = self.folder / f".partial-{name}"
        with self._file_errors():
            self._make_folder()
            partial.mkdir(exist_ok=True)
            lock = os.open(partial, os.O_RDONLY)
            try:
                _lock(lock, name)
                try:
                    yield partial
                except BaseException as error:
                    if not keep_unfinished or isinstance(error, InvalidRequest):
                        shutil.rmtree(partial, ignore_errors=True)
                    raise
            finally:
                os.close(lock)

    def publish(self, partial: Path, name: str) -> Path:
        """Let the model appear; what had the name before goes."""
        target, old = self.folder / name, self.folder / f".removed-{name}"
        _discard(old)
        if target.exists():
            target.rename(old)
        try:
            partial.rename(target)
        except BaseException:
            if old.exists() and not target.exists():
                old.rename(target)
            raise
        _discard(old)
        return target

    def remove(self, name: str) -> None:
        """Take a model away, or what an unfinished pull left of it; files that it only links to stay.

        Raises `ModelNotFound`, and `InvalidRequest` for a built-in.
        """
        target, old = self.folder / name, self.folder / f".removed-{name}"
        found = [place for place in (target, self.folder / f".partial-{name}") if place.is_dir()]
        if not NAME.fullmatch(name) or not found:
            known = scan(self._data).get(name)
            if known is not None and known.builtin:
                raise InvalidRequest(f"'{name}' is built in and cannot be removed.")
            raise ModelNotFound(f"There is no model '{name}'.", hint="`freehold models list` shows what there is.")
        with self._file_errors():
            for place in found:
                _discard(old)
                place.rename(old)
                _discard(old)

    def unfinished(self) -> dict[str, int]:
        """Pulls that were interrupted: the name and the bytes that are there."""
        return {
            partial.name.removeprefix(".partial-"): sum(path.stat().st_size for path in partial.iterdir())
            for partial in sorted(self.folder.glob(".partial-*"))
        }

    def refuse_full_disk(self, needed_bytes: int) -> None:
        """Raise `SetupError` unless so much, and a little more, is free."""
        with self._file_errors():
            self._make_folder()
            free = shutil.disk_usage(self.folder).free
        if free < needed_bytes + SPARE_BYTES:
            text = f"{self.folder} has {free / 1e9:.1f} GB free; the model needs {needed_bytes / 1e9:.1f} GB."
            raise SetupError(text, hint="Free some space, or choose another data folder with --data.")

    def _make_folder(self) -> None:
        # As root the database runs as another user, who must be able to pass through.
        self._data.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        self.folder.mkdir(exist_ok=True)

    @contextmanager
    def _file_errors(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            fix = "Check that you may write there"
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                fix = "Free some space"
            place = error.filename or self.folder
            raise SetupError(
                f"{place}: {error.strerror or error}.", hint=f"{fix}, or choose another --data."
            ) from error


def _discard(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _lock(descriptor: int, name: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SetupError(f"Another command is bringing in '{name}' just now.", hint="Wait for it to end.") from None
