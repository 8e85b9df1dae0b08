"""What the Gemma family shares: norms that multiply by 1 + weight, scaled embeddings, tanh-GELU.

GGUF files hold the norms with the 1 already added.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from freehold.models import DecoderSpec, Source
from freehold.models._config import sizes
from freehold.models._gguf import GGUF
from freehold.models._tensors import LLAMA, Table, sources_of

SANDWICH: Table = {
    **LLAMA,
    "attention_post_norm": "model.layers.{layer}.post_attention_layernorm.weight",
    "feed_forward_norm": "model.layers.{layer}.pre_feedforward_layernorm.weight",
    "feed_forward_post_norm": "model.layers.{layer}.post_feedforward_layernorm.weight",
}


def family(config: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a spec that all Gemmas share."""
    return sizes(config, head_dim=256) | {
        "norm_eps": float(config.get("rms_norm_eps", 1e-6)),
        "qkv_bias": bool(config.get("attention_bias")),
        "output_bias": bool(config.get("attention_bias")),
        "activation": "gelu_tanh",
        "embedding_scale": float(config["hidden_size"]) ** 0.5,
        "tied_embeddings": bool(config.get("tie_word_embeddings", True)),
    }


def sources_plus_one(spec: DecoderSpec, table: Table) -> dict[str, Source]:
    """The safetensors files' places, 1 added to each norm."""
    found = sources_of(spec, table)
    return {name: replace(place, plus=1.0) if name.endswith("norm.weight") else place for name, place in found.items()}


def gguf_sources(spec: DecoderSpec) -> dict[str, Source]:
    """The GGUF files' places."""
    return sources_of(spec, GGUF)
