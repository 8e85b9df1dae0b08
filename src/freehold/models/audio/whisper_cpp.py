"""Whisper as whisper.cpp keeps it: one `ggml-*.bin`."""

from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from freehold.contracts.errors import InvalidRequest
from freehold.models.audio import AudioLayout

MAGIC = b"lmgg"  # 0x67676d6c, little-endian


def _files(names: Collection[str]) -> list[str]:
    return sorted(name for name in names if fnmatchcase(name, "ggml-*.bin"))[:1]


def _check(folder: Path) -> None:
    path = next(folder.glob("ggml-*.bin"))
    with path.open("rb") as file:
        if file.read(4) != MAGIC:
            raise InvalidRequest(f"{path} is no file of whisper.cpp.", hint="Download it again.")


LAYOUT = AudioLayout(kind="transcription", files=_files, check=_check)
