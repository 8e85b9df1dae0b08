"""Falcon 7B, 40B and 180B: LayerNorm, rotary positions, attention beside the feed-forward, GELU without a gate.

Source: Almazrouei et al. 2023 (arXiv 2311.16867). Refuses ALiBi positions (Falcon-RW).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from freehold.models import Architecture, DecoderSpec, Gguf, Source
from freehold.models._config import expect_activation, refuse, rope
from freehold.models._gguf import GGUF, gguf_config, read
from freehold.models._tensors import Table, sources_of

TABLE: Table = {
    "embedding": "transformer.word_embeddings.weight",
    "output": "lm_head.weight",
    "norm": "transformer.ln_f.{kind}",
    "attention_norm": "transformer.h.{layer}.ln_attn.{kind}",
    "o": "transformer.h.{layer}.self_attention.dense.{kind}",
    "feed_forward_norm": "transformer.h.{layer}.ln_mlp.{kind}",
    "up": "transformer.h.{layer}.mlp.dense_h_to_4h.{kind}",
    "down": "transformer.h.{layer}.mlp.dense_4h_to_h.{kind}",
}


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Falcon `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "activation", "gelu")
    refuse(config, alibi=False)
    hidden = int(config["hidden_size"] if "hidden_size" in config else config["n_embed"])
    heads = int(config["num_attention_heads"] if "num_attention_heads" in config else config["n_head"])
    bias = bool(config.get("bias"))
    return DecoderSpec(
        vocab_size=int(config["vocab_size"]),
        hidden_size=hidden,
        layers=int(config["num_hidden_layers"] if "num_hidden_layers" in config else config["n_layer"]),
        heads=heads,
        kv_heads=_kv_heads(config, heads),
        head_dim=hidden // heads,
        intermediate_size=int(config.get("ffn_hidden_size") or 4 * hidden),
        context_length=int(config.get("max_position_embeddings", 2048)),
        norm="layer",
        norm_eps=float(config.get("layer_norm_epsilon", 1e-5)),
        parallel=bool(config.get("new_decoder_architecture") or config.get("parallel_attn", True)),
        qkv_bias=bias,
        output_bias=bias,
        feed_forward_bias=bias,
        rope=rope(config, hidden // heads),
        activation="gelu",
        gated=False,
        tied_embeddings=bool(config.get("tie_word_embeddings", True)),
    )


def _kv_heads(config: Mapping[str, Any], heads: int) -> int:
    if not config.get("new_decoder_architecture") and config.get("multi_query", True):
        return 1
    return int(config.get("num_kv_heads") or config.get("n_head_kv") or heads)


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files; 7B has one norm for attention and feed-forward."""
    rows = np.arange((spec.heads + 2 * spec.kv_heads) * spec.head_dim).reshape(spec.kv_heads, -1, spec.head_dim)
    fused = "transformer.h.{layer}.self_attention.query_key_value.{kind}"
    qkv: Table = {
        "q": Source(name=fused, rows=rows[:, :-2].reshape(-1)),
        "k": Source(name=fused, rows=rows[:, -2].reshape(-1)),
        "v": Source(name=fused, rows=rows[:, -1].reshape(-1)),
    }
    one_norm = "transformer.h.{layer}.input_layernorm.{kind}"
    second = one_norm if spec.parallel else "transformer.h.{layer}.post_attention_layernorm.{kind}"
    return sources_of(spec, {**TABLE, **qkv}, {"attention_norm": one_norm, "feed_forward_norm": second})


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    found = gguf_config(metadata, "falcon")
    return found | {
        "num_kv_heads": found["num_key_value_heads"],
        "ffn_hidden_size": found["intermediate_size"],
        "layer_norm_epsilon": read(metadata, "attention.layer_norm_epsilon"),
        "new_decoder_architecture": True,
        "bias": "blk.0.attn_qkv.bias" in metadata["tensor_names"],
    }


def _gguf_sources(spec: DecoderSpec) -> dict[str, Source]:
    queries, keys = spec.heads * spec.head_dim, spec.kv_heads * spec.head_dim
    fused = "blk.{layer}.attn_qkv.{kind}"
    qkv: Table = {
        "q": Source(name=fused, rows=slice(0, queries)),
        "k": Source(name=fused, rows=slice(queries, queries + keys)),
        "v": Source(name=fused, rows=slice(queries + keys, queries + 2 * keys)),
    }
    # attn_norm is the feed-forward's, or both's.
    norms: Table = {
        "attention_norm": "blk.{layer}.attn_norm_2.{kind}",
        "feed_forward_norm": "blk.{layer}.attn_norm.{kind}",
    }
    return sources_of(spec, {**GGUF, **qkv, **norms}, {"attention_norm": GGUF["attention_norm"]})


MODEL = Architecture(
    model_type="falcon",
    spec=spec,
    sources=sources,
    gguf=Gguf(architecture="falcon", config=_gguf_config, sources=_gguf_sources),
)
