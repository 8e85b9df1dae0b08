"""Qwen 3 with experts (30B-A3B, 235B-A22B): Qwen 3 with experts in place of feed-forwards.

Source: the Qwen3 report (arXiv 2505.09388). Refuses dense layers between layers of experts.
"""

from collections.abc import Mapping
from typing import Any

from freehold.contracts.errors import InvalidRequest
from freehold.models import Architecture, DecoderSpec, Experts, Gguf, Source
from freehold.models._config import expect_activation, refuse, rope, sizes, windows
from freehold.models._gguf import GGUF, gguf_config, gguf_experts
from freehold.models._tensors import FUSED_EXPERTS, LLAMA, sources_of


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Qwen3-MoE `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_act", "silu")
    refuse(config, decoder_sparse_step=1)
    found = sizes(config)
    return DecoderSpec(
        **found,
        norm_eps=float(config.get("rms_norm_eps", 1e-6)),
        qkv_bias=bool(config.get("attention_bias")),
        output_bias=bool(config.get("attention_bias")),
        qk_norm=True,
        rope=rope(config, found["head_dim"]),
        windows=windows(config, lambda layer: True) if config.get("use_sliding_window") else (),
        tied_embeddings=bool(config.get("tie_word_embeddings")),
        experts=_experts(config),
    )


def _experts(config: Mapping[str, Any]) -> Experts:
    dense = sorted(config.get("mlp_only_layers") or [])
    if dense != list(range(len(dense))):
        text = f"qwen3_moe with mlp_only_layers = {dense} is not supported."
        raise InvalidRequest(text, hint="Supported: dense layers before all layers with experts.")
    return Experts(
        count=int(config["num_local_experts" if "num_local_experts" in config else "num_experts"]),
        chosen=int(config["num_experts_per_tok"]),
        intermediate_size=int(config["moe_intermediate_size"]),
        normalised=bool(config.get("norm_topk_prob")),
        first_layer=len(dense),
    )


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    return sources_of(spec, LLAMA, FUSED_EXPERTS)


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    # llama.cpp normalises for every file of this architecture.
    return gguf_config(metadata, "qwen3_moe") | gguf_experts(metadata) | {"norm_topk_prob": True}


def _gguf_sources(spec: DecoderSpec) -> dict[str, Source]:
    return sources_of(spec, GGUF)


MODEL = Architecture(
    model_type="qwen3_moe",
    spec=spec,
    sources=sources,
    gguf=Gguf(architecture="qwen3moe", config=_gguf_config, sources=_gguf_sources),
)
