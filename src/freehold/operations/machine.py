"""What `freehold doctor` looks at: facts about this machine and this installation, gathered once. Judges nothing."""

import importlib.util
import platform
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from freehold.foundation.database import DatabaseSettings
from freehold.operations.catalogue.folders import BUILTIN

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


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
    has_torch: bool

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
            memory_bytes=_memory_bytes(),
            free_bytes=shutil.disk_usage(existing(place.data)).free,
            has_torch=importlib.util.find_spec("torch") is not None,
        )


def existing(folder: Path) -> Path:
    """The folder, or the nearest of its parents that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _memory_bytes() -> int:
    """The machine's memory, or what the container may use of it."""
    total = psutil.virtual_memory().total
    try:
        return min(total, int(CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # no control groups, or "max"
        return total
