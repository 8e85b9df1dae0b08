"""Qwen 2 and 2.5: Llama with biases on queries, keys and values.

Source: the Qwen2 report (arXiv 2407.10671).
"""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec, Gguf, Source
from freehold.models._config import expect_activation, rope, sizes, windows
from freehold.models._gguf import GGUF, gguf_config
from freehold.models._tensors import LLAMA, sources_of


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Qwen2 `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_act", "silu")
    found = sizes(config)
    first_local = int(config.get("max_window_layers", 28))
    return DecoderSpec(
        **found,
        norm_eps=float(config.get("rms_norm_eps", 1e-6)),
        qkv_bias=True,
        rope=rope(config, found["head_dim"]),
        windows=windows(config, lambda layer: layer >= first_local) if config.get("use_sliding_window") else (),
        tied_embeddings=bool(config.get("tie_word_embeddings")),
    )


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    return sources_of(spec, LLAMA)


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return gguf_config(metadata, "qwen2")


def _gguf_sources(spec: DecoderSpec) -> dict[str, Source]:
    return sources_of(spec, GGUF)


MODEL = Architecture(
    model_type="qwen2",
    spec=spec,
    sources=sources,
    gguf=Gguf(architecture="qwen2", config=_gguf_config, sources=_gguf_sources),
)
