"""Piper voices: `<voice>.onnx` with `<voice>.onnx.json` beside it. Source: piper1-gpl, docs/TRAINING.md."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.models.audio import AudioLayout


class _Audio(msgspec.Struct):
    sample_rate: int


class _Config(msgspec.Struct):
    audio: _Audio
    phoneme_id_map: dict[str, list[int]]


def _files(names: Collection[str]) -> list[str]:
    voices = sorted(name for name in names if name.endswith(".onnx") and f"{name}.json" in names)
    return [part for voice in voices[:1] for part in (voice, f"{voice}.json")]


def _check(folder: Path) -> None:
    path = next(folder.glob("*.onnx.json"))
    try:
        msgspec.json.decode(path.read_bytes(), type=_Config)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"{path} does not describe a Piper voice: {error}.") from error


LAYOUT = AudioLayout(kind="speech", files=_files, check=_check)
