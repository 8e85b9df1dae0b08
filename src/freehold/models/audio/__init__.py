"""What the folder of a model that speaks or listens looks like: one file per engine, each a `LAYOUT`.

The file's name is the engine's, under which `freehold.voice` has what runs it. Looks at names and headers, never at
weights, and imports no engine.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from freehold.foundation.registry import Registry


def _accept(folder: Path) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioLayout:
    """One engine's kind of folder.

    `files` picks, from the names in a folder or repository, those that make the model; none where it is no such model.
    `check` raises `InvalidRequest` naming the file at fault.
    """

    kind: Literal["speech", "transcription", "sound", "conversation", "speaker"]
    files: Callable[[Collection[str]], list[str]]
    check: Callable[[Path], None] = _accept


LAYOUTS: Registry[AudioLayout] = Registry("freehold.models.audio", "LAYOUT")

FOLDERS = ("voices", "onnx")  # what an engine may keep below a model's folder


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioModel:
    """What a set of names was recognised as."""

    engine: str
    layout: AudioLayout
    files: tuple[str, ...]


def recognise(names: Collection[str]) -> AudioModel | None:
    """The model that these names make, if it is one that speaks or listens."""
    for engine, layout in _layouts():
        if files := layout.files(names):
            return AudioModel(engine=engine, layout=layout, files=tuple(files))
    return None


def recognise_folder(folder: Path) -> AudioModel | None:
    """The model in a folder, if it is one that speaks or listens. Looked at again when the folder has changed."""
    return _recognise_folder(folder, folder.stat().st_mtime_ns)


def names_below(folder: Path) -> set[str]:
    """The names of a folder's files, with those of the folders in it that engines know."""
    inner = {f"{name}/{path.name}" for name in FOLDERS for path in (folder / name).glob("*") if path.is_file()}
    return inner | {path.name for path in folder.iterdir() if path.is_file()}


@lru_cache(maxsize=256)
def _recognise_folder(folder: Path, modified_ns: int) -> AudioModel | None:
    return recognise(names_below(folder))


@lru_cache(maxsize=1)
def _layouts() -> tuple[tuple[str, AudioLayout], ...]:
    return tuple(LAYOUTS.items())
