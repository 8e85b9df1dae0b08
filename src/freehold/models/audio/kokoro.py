"""Kokoro in ONNX: as kokoro-onnx ships it (kokoro*.onnx, voices*.bin) or as onnx-community does."""

from collections.abc import Collection
from fnmatch import fnmatchcase

from freehold.models.audio import AudioLayout

WEIGHTS = ("kokoro*.onnx", "model.onnx", "onnx/model.onnx", "onnx/model_*.onnx")
VOICES = ("voices*.bin", "voices/*.bin")


def _files(names: Collection[str]) -> list[str]:
    voices = sorted(name for name in names if any(fnmatchcase(name, pattern) for pattern in VOICES))
    found = (name for pattern in WEIGHTS for name in sorted(names) if fnmatchcase(name, pattern))
    weights = next(found, None)
    return [weights, *voices] if weights and voices else []


LAYOUT = AudioLayout(kind="speech", files=_files)
