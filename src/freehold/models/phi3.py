"""Phi 3, 3.5 and 4 (text): Llama with fused matrices, and LongRoPE in the models of long context.

Source: the Phi-3 report (arXiv 2404.14219). LongRoPE lists two sets of factors: the short ones hold where
`max_position_embeddings` is no longer than the original context, the long ones for every prompt otherwise.
"""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec, Gguf, Source
from freehold.models._config import expect_activation, rope, sizes, windows
from freehold.models._gguf import GGUF, gguf_config, read
from freehold.models._tensors import LLAMA, Table, sources_of


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Phi-3 `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_act", "silu")
    found = sizes(config)
    return DecoderSpec(
        **found,
        norm_eps=float(config.get("rms_norm_eps", 1e-5)),
        rope=rope(_renamed(config), found["head_dim"]),
        windows=windows(config, lambda layer: True),
        tied_embeddings=bool(config.get("tie_word_embeddings")),
    )


def _renamed(config: Mapping[str, Any]) -> dict[str, Any]:
    """The first files call LongRoPE "su", or "yarn" although it is not."""
    key = "rope_parameters" if config.get("rope_parameters") else "rope_scaling"
    parameters = dict(config.get(key) or {})
    if parameters.get("rope_type", parameters.get("type")) == "yarn":
        parameters |= {"rope_type": "longrope", "type": "longrope"}
    return {**config, key: parameters}


def _fused(spec: DecoderSpec, prefix: str, qkv: str, up: str) -> Table:
    """Rows of the matrix of queries, keys and values, and of the one of gate and up."""
    queries, keys, inner = spec.heads * spec.head_dim, spec.kv_heads * spec.head_dim, spec.intermediate_size
    return {
        "q": Source(name=prefix + qkv, rows=slice(0, queries)),
        "k": Source(name=prefix + qkv, rows=slice(queries, queries + keys)),
        "v": Source(name=prefix + qkv, rows=slice(queries + keys, queries + 2 * keys)),
        "gate": Source(name=prefix + up, rows=slice(0, inner)),
        "up": Source(name=prefix + up, rows=slice(inner, 2 * inner)),
    }


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    fused = _fused(spec, "model.layers.{layer}.", "self_attn.qkv_proj.weight", "mlp.gate_up_proj.weight")
    return sources_of(spec, {**LLAMA, **fused})


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    found = gguf_config(metadata, "phi3")
    dims = int(read(metadata, "rope.dimension_count", found["head_dim"]))
    return found | {"partial_rotary_factor": dims / found["head_dim"]}


def _gguf_sources(spec: DecoderSpec) -> dict[str, Source]:
    return sources_of(spec, {**GGUF, **_fused(spec, "blk.{layer}.", "attn_qkv.weight", "ffn_up.weight")})


MODEL = Architecture(
    model_type="phi3",
    spec=spec,
    sources=sources,
    gguf=Gguf(architecture="phi3", config=_gguf_config, sources=_gguf_sources),
)
