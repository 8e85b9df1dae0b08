"""A model folder made without torch: right names, shapes and files, zeros for weights. Computes nothing."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models

from freehold.models import MODELS, DecoderSpec
from freehold.models.llama import config as llama_config

SPEC = DecoderSpec(
    vocab_size=32,
    hidden_size=8,
    layers=2,
    heads=2,
    kv_heads=1,
    head_dim=4,
    intermediate_size=16,
    context_length=64,
)
Tensors = dict[str, np.ndarray[Any, Any]]


def weights() -> Tensors:
    """Every weight of `SPEC` by its name in the file."""
    places = MODELS["llama"].sources(SPEC)
    return {places[name].name: np.zeros(shape, np.float32) for name, shape in SPEC.shapes().items()}


def make_plain_model(folder: Path, *, tensors: Tensors | None = None, shards: int = 1) -> Path:
    """Write the folder, its weights in one file or in several with an index."""
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder)
    tokenizer = Tokenizer(models.WordLevel({"hello": 0, "[UNK]": 1}, unk_token="[UNK]"))
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    tensors = weights() if tensors is None else tensors
    if shards == 1:
        save_file(tensors, folder / "model.safetensors")
        return folder
    weight_map: dict[str, str] = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = dict(list(tensors.items())[shard::shards])
        save_file(part, folder / file)
        weight_map |= dict.fromkeys(part, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


def write_config(folder: Path, changes: Mapping[str, Any] | None = None) -> None:
    """Write config.json; a change to None leaves the key out."""
    config = llama_config(SPEC) | dict(changes or {})
    (folder / "config.json").write_text(json.dumps({key: value for key, value in config.items() if value is not None}))
