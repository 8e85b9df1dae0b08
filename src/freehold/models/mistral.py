"""Mistral 7B, Nemo, Small (text): Llama with a window in every layer, where `sliding_window` says so.

Source: Jiang et al. 2023 (arXiv 2310.06825). Refuses windows that differ between layers (`ministral`).
"""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec, Source
from freehold.models._config import expect_activation, refuse, rope, sizes, windows
from freehold.models._gguf import LLAMA_GGUF
from freehold.models._tensors import LLAMA, sources_of


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Mistral `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_act", "silu")
    refuse(config, layer_types=None)
    found = sizes(config)
    return DecoderSpec(
        **found,
        norm_eps=float(config.get("rms_norm_eps", 1e-6)),
        rope=rope(config, found["head_dim"]),
        windows=windows(config, lambda layer: True),
        tied_embeddings=bool(config.get("tie_word_embeddings")),
    )


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    return sources_of(spec, LLAMA)


MODEL = Architecture(model_type="mistral", spec=spec, sources=sources, gguf=LLAMA_GGUF)
