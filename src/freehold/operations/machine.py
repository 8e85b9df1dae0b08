"""What `freehold doctor` looks at: facts about this machine and this installation, gathered once. Judges nothing."""

import importlib.util
import platform
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from freehold.foundation.database import DatabaseSettings
from freehold.foundation.memory import total_bytes
from freehold.native.library import library_path
from freehold.operations.catalogue.folders import BUILTIN

# What speaks, listens and works on sound: packages of the extras `offline` and `denoise`, and espeak-ng's own.
FOR_SOUND = (
    *("av", "faster_whisper", "onnxruntime", "pocketsphinx", "pyloudnorm", "pywhispercpp", "scipy", "soundfile"),
    *("soxr", "pyrnnoise", "freehold_espeak"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where Freehold shall run: the settings that checks need. `web` is the folder of the built web app."""

    data: Path
    host: str
    port: int
    cache_tokens: int
    web: Path
    builtin: Path = BUILTIN
    database: DatabaseSettings = field(default_factory=DatabaseSettings)

    def builtin_folders(self) -> list[Path]:
        """The folders of the built-in models, whether whole or not."""
        entries = sorted(self.builtin.iterdir()) if self.builtin.is_dir() else []
        return [path for path in entries if path.is_dir() and path.name[0] not in "._"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine as the checks see it, so that a test can show them a broken one."""

    place: Place
    python: tuple[int, int, int]
    system: str  # "Linux", "Darwin", "Windows"
    architecture: str  # "x86_64", "aarch64"
    libc: str  # "glibc", or empty
    kernel: str
    memory_bytes: int
    free_bytes: int  # on the disk of the data folder
    native_library: str  # empty when it is not built
    compiler: str  # of C++; empty when there is none
    missing_for_sound: tuple[str, ...]  # packages

    @classmethod
    def look(cls, place: Place) -> "Machine":
        """This machine."""
        return cls(
            place=place,
            python=sys.version_info[:3],
            system=platform.system(),
            architecture=platform.machine(),
            libc=platform.libc_ver()[0],
            kernel=platform.release(),
            memory_bytes=total_bytes(),
            free_bytes=shutil.disk_usage(existing(place.data)).free,
            native_library=str(library_path() or ""),
            compiler=shutil.which("c++") or shutil.which("g++") or shutil.which("clang++") or "",
            missing_for_sound=tuple(name for name in FOR_SOUND if importlib.util.find_spec(name) is None),
        )


def existing(folder: Path) -> Path:
    """The folder, or the nearest of its parents that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())
