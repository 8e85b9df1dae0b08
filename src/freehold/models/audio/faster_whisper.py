"""Whisper for CTranslate2, as faster-whisper reads it: `model.bin`, `config.json` and its vocabulary."""

import json
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from freehold.contracts.errors import InvalidRequest
from freehold.models.audio import AudioLayout

BESIDES = ("config.json", "tokenizer.json", "preprocessor_config.json", "vocabulary.*")


def _files(names: Collection[str]) -> list[str]:
    besides = sorted(name for name in names if any(fnmatchcase(name, pattern) for pattern in BESIDES))
    has_vocabulary = any(fnmatchcase(name, "vocabulary.*") for name in besides)
    return ["model.bin", *besides] if "model.bin" in names and has_vocabulary and "config.json" in names else []


def _check(folder: Path) -> None:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_bytes())
    except ValueError as error:
        raise InvalidRequest(f"{path} is not JSON: {error}.") from error
    if not isinstance(config, dict) or not {"lang_ids", "suppress_ids", "alignment_heads"} & set(config):
        text = f"{path} does not describe a Whisper model."
        raise InvalidRequest(text, hint="Other CTranslate2 models do not listen.")


LAYOUT = AudioLayout(kind="transcription", files=_files, check=_check)
