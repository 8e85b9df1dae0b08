"""Which files of a model folder or repository make the model. Refuses weights that are not safetensors."""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any

from freehold.contracts.errors import InvalidRequest

RECORD = "freehold.json"
ONNX = "model.onnx"
SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"

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
NEVER = (RECORD, "*.bin.index.json", "*.part", ".*")
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def small_files(names: Collection[str]) -> list[str]:
    """What belongs to a model besides its weights: configuration, tokenizer, template, licence, card."""
    return sorted(name for name in names if _matches(name, BESIDES_WEIGHTS) and not _matches(name, NEVER))


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
    pickles = sorted(name for name in names if _matches(name, PICKLES))
    if pickles:
        text = f"{place} holds its weights as pickles only ({pickles[0]}), which can run any program when opened."
        hint = "Use a revision with *.safetensors, or convert it with save_pretrained of the transformers package."
        return InvalidRequest(text, hint=hint)
    if any(name.endswith(".gguf") for name in names):
        text = f"{place} holds GGUF weights, which are not read."
        return InvalidRequest(text, hint="Use the original checkpoint with *.safetensors.")
    return InvalidRequest(f"{place} holds no *.safetensors file.", hint="Name a model folder in Hugging Face layout.")


def _matches(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
