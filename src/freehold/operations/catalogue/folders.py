"""The models on this machine: folders in Hugging Face layout, shipped in `builtin/` or kept under `<data>/models/`.

Reads configuration, never weights, so it needs no torch.
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import freehold.builtin
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.models import ModelInfo, ModelKind

logger = logging.getLogger(__name__)

BUILTIN = Path(freehold.builtin.__file__).parent
BUILTIN_LABEL = "built-in starter"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """One model: its public name, its folder and what its configuration says."""

    name: str
    path: Path
    kind: ModelKind
    builtin: bool
    context_length: int
    created: int

    def info(self) -> ModelInfo:
        """What clients are told."""
        return ModelInfo(
            id=self.name,
            kind=self.kind,
            owned_by="freehold" if self.builtin else "local",
            created=self.created,
            label=BUILTIN_LABEL if self.builtin else "",
            builtin=self.builtin,
            context_length=self.context_length,
        )


def scan(data: Path) -> dict[str, ModelFolder]:
    """Every readable model by name; an imported one hides a built-in of the same name."""
    found: dict[str, ModelFolder] = {}
    for base, builtin in ((BUILTIN, True), (data / "models", False)):
        for path in sorted(base.iterdir()) if base.is_dir() else []:
            if path.name.startswith(".") or not (path / "config.json").is_file():
                continue
            try:
                found[path.name] = read_folder(path, builtin=builtin)
            except InvalidRequest as error:
                logger.warning("model folder passed over", extra={"reason": error.message})
    return found


def read_folder(path: Path, *, builtin: bool = False) -> ModelFolder:
    """What a model folder's config.json says. Raises `InvalidRequest` naming the file at fault."""
    config = read_json(path / "config.json")
    kind: ModelKind = "embedding" if (path / "model.onnx").is_file() else "chat"
    context_length = config.get("max_position_embeddings") or 0
    if not isinstance(context_length, int):
        raise InvalidRequest(f"{path / 'config.json'}: max_position_embeddings is no whole number.")
    return ModelFolder(
        name=path.name,
        path=path,
        kind=kind,
        builtin=builtin,
        context_length=context_length,
        created=int((path / "config.json").stat().st_mtime),
    )


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises `InvalidRequest` naming the file."""
    try:
        value = json.loads(path.read_text())
    except FileNotFoundError:
        raise InvalidRequest(f"{path} is missing.", hint="A model folder needs it.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidRequest(f"{path} is not readable JSON: {error}", hint="Download it again.") from error
    if not isinstance(value, dict):
        raise InvalidRequest(f"{path} holds no JSON object.", hint="Download it again.")
    return value
