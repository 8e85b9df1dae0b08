"""Mixtral 8x7B and 8x22B: Mistral with experts in place of every feed-forward.

Source: Jiang et al. 2024 (arXiv 2401.04088).
"""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec, Experts, Source
from freehold.models._config import expect_activation, rope, sizes, windows
from freehold.models._gguf import LLAMA_GGUF
from freehold.models._tensors import FUSED_EXPERTS, LLAMA, Table, sources_of

TABLE: Table = {
    **LLAMA,
    "router": "model.layers.{layer}.block_sparse_moe.gate.weight",
    "experts.{expert}.gate": "model.layers.{layer}.block_sparse_moe.experts.{expert}.w1.weight",
    "experts.{expert}.up": "model.layers.{layer}.block_sparse_moe.experts.{expert}.w3.weight",
    "experts.{expert}.down": "model.layers.{layer}.block_sparse_moe.experts.{expert}.w2.weight",
}
FUSED: Table = {**FUSED_EXPERTS, "router": LLAMA["router"]}


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Mixtral `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_act", "silu")
    found = sizes(config)
    return DecoderSpec(
        **found,
        norm_eps=float(config.get("rms_norm_eps", 1e-5)),
        rope=rope(config, found["head_dim"], theta=1e6),
        windows=windows(config, lambda layer: True),
        tied_embeddings=bool(config.get("tie_word_embeddings")),
        experts=Experts(
            count=int(config["num_local_experts"]),
            chosen=int(config["num_experts_per_tok"]),
            intermediate_size=found["intermediate_size"],
        ),
    )


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    return sources_of(spec, TABLE, FUSED)


MODEL = Architecture(model_type="mixtral", spec=spec, sources=sources, gguf=LLAMA_GGUF)
