"""Which files of a model folder or repository make the model, besides its weights."""

from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

RECORD = "freehold.json"
ONNX = "model.onnx"
POOLING = "1_Pooling/config.json"  # how sentence-transformers makes one vector of many; the only file below the folder

BESIDES_WEIGHTS = (
    "*.json",
    "*.jinja",
    "tokenizer*",
    "vocab*",
    "merges.txt",
    "LICEN[CS]E*",
    "README*",
    "NOTICE*",
    "ATTRIBUTION*",
    "USE_POLICY*",
)
NEVER = (RECORD, "*.bin.index.json", "*.part", "*.gguf", ".*")


def names_in(folder: Path) -> set[str]:
    """The names of the folder's files that may belong to a model."""
    names = {path.name for path in folder.iterdir() if path.is_file()}
    return names | {POOLING} if (folder / POOLING).is_file() else names


def small_files(names: Collection[str]) -> list[str]:
    """What belongs to a model besides its weights: configuration, tokenizer, template, licence, card."""
    return sorted(name for name in names if _matches(name, BESIDES_WEIGHTS) and not _matches(name, NEVER))


def _matches(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
