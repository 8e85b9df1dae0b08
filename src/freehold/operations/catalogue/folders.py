"""The models on this machine: folders in Hugging Face layout, with a GGUF file, or as an engine for sound keeps them.

They lie in `builtin/` or `<data>/models/`.

Reads configuration, never weights.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import freehold.builtin
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.models import ModelInfo, ModelKind
from freehold.models.audio import recognise_folder
from freehold.models.encoders import ENCODERS
from freehold.nn.encoder import read_encoder
from freehold.nn.gguf_file import read_gguf
from freehold.nn.model_folder import gguf_paths, read_json
from freehold.operations.catalogue.files import ONNX

logger = logging.getLogger(__name__)

BUILTIN = Path(freehold.builtin.__file__).parent
BUILTIN_LABEL = "built-in starter"
TEXT_KINDS = frozenset({"chat", "embedding", "rerank"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """One model: its public name, its folder and what its configuration says."""

    name: str
    path: Path
    kind: ModelKind
    builtin: bool
    context_length: int
    created: int
    engine: str = ""  # what runs a model that speaks or listens

    @property
    def starts_early(self) -> bool:
        """Whether its worker starts with the server: built-ins for text do, all others when first asked for."""
        return self.builtin and self.kind in TEXT_KINDS

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
            if path.name.startswith(".") or not path.is_dir():
                continue
            try:
                if _has_configuration(path):
                    found[path.name] = read_folder(path, builtin=builtin)
            except InvalidRequest as error:
                logger.warning("model folder passed over", extra={"reason": error.message})
    return found


def read_folder(path: Path, *, builtin: bool = False) -> ModelFolder:
    """What a model folder's configuration says. Raises `InvalidRequest` naming the file at fault."""
    sounding = recognise_folder(path)
    if sounding is not None:
        return ModelFolder(
            name=path.name,
            path=path,
            kind=sounding.layout.kind,
            builtin=builtin,
            context_length=0,
            created=int(path.stat().st_mtime),
            engine=sounding.engine,
        )
    parts = gguf_paths(path)
    configuration = parts[0] if parts else path / "config.json"
    try:
        status = configuration.stat()
    except OSError:
        raise InvalidRequest(f"{configuration} is missing.", hint="A model folder needs it.") from None
    kind, context_length = _read_configuration(configuration, status.st_mtime_ns, status.st_size)
    return ModelFolder(
        name=path.name,
        path=path,
        kind="embedding" if (path / ONNX).is_file() else kind,
        builtin=builtin,
        context_length=context_length,
        created=int(status.st_mtime),
    )


def _has_configuration(path: Path) -> bool:
    return (path / "config.json").is_file() or bool(gguf_paths(path)) or recognise_folder(path) is not None


@lru_cache(maxsize=1024)
def _read_configuration(path: Path, modified_ns: int, size_bytes: int) -> tuple[ModelKind, int]:
    """Kind and context length. Read again when the file has changed: its time and size are there for that."""
    if path.suffix == ".gguf":
        values = read_gguf(path).values
        return "chat", _whole(path, values, f"{values.get('general.architecture')}.context_length")
    config = read_json(path)
    if str(config.get("model_type")).replace("-", "_") not in ENCODERS:
        return "chat", _whole(path, config, "max_position_embeddings")
    spec = read_encoder(path.parent)[1]
    return "rerank" if spec.scores == 1 else "embedding", spec.context_length


def _whole(path: Path, values: Mapping[str, Any], name: str) -> int:
    found = values.get(name) or 0
    if not isinstance(found, int):
        raise InvalidRequest(f"{path}: {name} is no whole number.")
    return found
