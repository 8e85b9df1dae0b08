"""A model folder in Hugging Face layout: what config.json says the network is, and which files hold the weights.

Refuses weights that are neither safetensors nor GGUF.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.registry import UnknownEntry
from freehold.models import MODELS, Architecture, DecoderSpec

C = TypeVar("C")
T = TypeVar("T")

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
PART = re.compile(r"(?P<stem>.+)-(?P<part>\d{5})-of-(?P<count>\d{5})\.gguf")
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises `InvalidRequest` naming the file."""
    try:
        value = json.loads(path.read_text())
    except FileNotFoundError:
        raise InvalidRequest(f"{path} is missing.", hint="A model folder needs it.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InvalidRequest(f"{path} is not readable JSON: {error}", hint="Download it again.") from error
    if not isinstance(value, dict):
        raise InvalidRequest(f"{path} holds no JSON object.", hint="Download it again.")
    return value


def read_spec(folder: Path) -> tuple[Architecture, DecoderSpec]:
    """What config.json says the network is. Raises `InvalidRequest` for an architecture that is not supported."""
    path = folder / "config.json"
    config = read_json(path)
    if "quantization_config" in config:
        text = f"{path} is of a quantised checkpoint, which is not read."
        raise InvalidRequest(text, hint="Use the original one, in float32, float16 or bfloat16, or a GGUF file of it.")
    kind = config.get("model_type")
    if not isinstance(kind, str):
        raise InvalidRequest(f"{path} names no model_type.", hint=f"Supported: {', '.join(MODELS)}.")
    try:
        architecture = MODELS[kind]
    except UnknownEntry as error:
        raise InvalidRequest(f"The model_type '{kind}' in {path} is not supported.", hint=error.hint) from error
    return architecture, interpret(architecture.spec, config, path)


def interpret(read: Callable[[C], T], config: C, path: Path) -> T:
    """What `read` makes of a configuration. Raises `InvalidRequest` naming `path`, where the configuration stood."""
    try:
        return read(config)
    except InvalidRequest as error:
        raise InvalidRequest(f"{path}: {error.message}", hint=error.hint) from error
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        text = f"{path} lacks or misstates a value: {error!r}."
        raise InvalidRequest(text, hint="Download it again.") from error


def weight_files(names: Collection[str], index: Mapping[str, Any] | None, place: str) -> list[str]:
    """The weights' files among `names`; `index` is what the index file holds, if there is one.

    Raises `InvalidRequest` when a file of the index is missing, or when there are only pickles or other formats.
    """
    if SINGLE in names:
        return [SINGLE]
    if index is not None:
        return _of_index(names, index, place)
    found = sorted(name for name in names if fnmatchcase(name, "*.safetensors"))
    if not found:
        raise _no_weights(names, place)
    return found


def gguf_parts(name: str) -> list[str]:
    """All files of the GGUF model that the file `name` belongs to, in order: itself, or what it was split into."""
    match = PART.fullmatch(name)
    if match is None:
        return [name]
    return [f"{match['stem']}-{part + 1:05}-of-{match['count']}.gguf" for part in range(int(match["count"]))]


def split_stem(name: str) -> str:
    """A GGUF file's name without what says its part and format."""
    match = PART.fullmatch(name)
    return match["stem"] if match else name.removesuffix(".gguf")


def gguf_files(names: Collection[str], place: str) -> list[str]:
    """The files of the one GGUF model among `names`, in order; none where there is none.

    Raises `InvalidRequest` when there are several models, or a part is missing.
    """
    found = sorted(name for name in names if name.endswith(".gguf"))
    if not found:
        return []
    parts = gguf_parts(found[0])
    others = [name for name in found if name not in parts]
    if others:
        text = f"{place} holds several GGUF models, among them {found[0]} and {others[0]}."
        raise InvalidRequest(text, hint="Name one of them.")
    missing = [name for name in parts if name not in names]
    if missing:
        text = f"{place}/{missing[0]} is missing: the model is split into {len(parts)} files."
        raise InvalidRequest(text, hint="Download what is missing.")
    return parts


def gguf_paths(path: Path) -> list[Path]:
    """The files, in order, of the GGUF model that `path` is, or that a folder holds which has no safetensors.

    None for any other folder. Raises what `gguf_files` raises.
    """
    if path.is_file():
        return [path.with_name(name) for name in gguf_parts(path.name)]
    names = {each.name for each in path.iterdir() if each.is_file()} if path.is_dir() else set()
    if any(name.endswith(".safetensors") for name in names):
        return []
    return [path / name for name in gguf_files(names, str(path))]


def _of_index(names: Collection[str], index: Mapping[str, Any], place: str) -> list[str]:
    weight_map = index.get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise InvalidRequest(f"{place}/{INDEX} has no weight_map.", hint="Download it again.")
    wanted = sorted({str(name) for name in weight_map.values()})
    missing = [name for name in wanted if name not in names]
    if missing:
        text = f"{place}/{missing[0]} is missing: {INDEX} names it"
        others = f", and {len(missing) - 1} more are missing" if len(missing) > 1 else ""
        raise InvalidRequest(f"{text}{others}.", hint="Download what is missing.")
    return wanted


def _no_weights(names: Collection[str], place: str) -> InvalidRequest:
    pickles = sorted(name for name in names if any(fnmatchcase(name, pattern) for pattern in PICKLES))
    if pickles:
        text = f"{place} holds its weights as pickles only ({pickles[0]}), which can run any program when opened."
        hint = "Use a revision with *.safetensors, or convert it with save_pretrained of the transformers package."
        return InvalidRequest(text, hint=hint)
    hint = "Name a model folder in Hugging Face layout, or a GGUF file."
    return InvalidRequest(f"{place} holds no *.safetensors file.", hint=hint)
