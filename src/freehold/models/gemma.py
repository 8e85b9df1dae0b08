"""Gemma 1: Llama with wide heads, tanh-GELU, scaled embeddings and norms that multiply by 1 + weight.

Source: the Gemma report (arXiv 2403.08295).
"""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec, Gguf, Source
from freehold.models._config import expect_activation, refuse, rope
from freehold.models._gemma import family, gguf_sources, sources_plus_one
from freehold.models._gguf import gguf_config
from freehold.models._tensors import LLAMA


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Gemma `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    # The first files say gelu and mean its approximation.
    expect_activation(config, "hidden_act", "gelu_pytorch_tanh", "gelu")
    refuse(config, use_bidirectional_attention=None)
    found = family(config)
    return DecoderSpec(**found, rope=rope(config, found["head_dim"]))


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    return sources_plus_one(spec, LLAMA)


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return gguf_config(metadata, "gemma")


MODEL = Architecture(
    model_type="gemma",
    spec=spec,
    sources=sources,
    gguf=Gguf(architecture="gemma", config=_gguf_config, sources=gguf_sources),
)
