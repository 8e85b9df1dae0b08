"""How llama.cpp's GGUF files name what many architectures share: metadata and tensors.

Source: gguf-py's `constants.py` and `tensor_mapping.py`, and llama.cpp's converters.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from freehold.models import DecoderSpec, Gguf, Source
from freehold.models._tensors import Stacked, Table, sources_of

Metadata = Mapping[str, Any]

GGUF: Table = {
    "embedding": "token_embd.weight",
    "output": "output.weight",
    "norm": "output_norm.{kind}",
    "attention_norm": "blk.{layer}.attn_norm.{kind}",
    "attention_post_norm": "blk.{layer}.post_attention_norm.weight",
    "q": "blk.{layer}.attn_q.{kind}",
    "k": "blk.{layer}.attn_k.{kind}",
    "v": "blk.{layer}.attn_v.{kind}",
    "o": "blk.{layer}.attn_output.{kind}",
    "q_norm": "blk.{layer}.attn_q_norm.weight",
    "k_norm": "blk.{layer}.attn_k_norm.weight",
    "feed_forward_norm": "blk.{layer}.ffn_norm.{kind}",
    "feed_forward_post_norm": "blk.{layer}.post_ffw_norm.weight",
    "gate": "blk.{layer}.ffn_gate.{kind}",
    "up": "blk.{layer}.ffn_up.{kind}",
    "down": "blk.{layer}.ffn_down.{kind}",
    "router": "blk.{layer}.ffn_gate_inp.weight",
    "experts.{expert}.gate": Stacked(name="blk.{layer}.ffn_gate_exps.weight"),
    "experts.{expert}.up": Stacked(name="blk.{layer}.ffn_up_exps.weight"),
    "experts.{expert}.down": Stacked(name="blk.{layer}.ffn_down_exps.weight"),
    "shared.gate": "blk.{layer}.ffn_gate_shexp.weight",
    "shared.up": "blk.{layer}.ffn_up_shexp.weight",
    "shared.down": "blk.{layer}.ffn_down_shexp.weight",
}

# Mixtral's files until April 2024.
SEPARATE_EXPERTS: Table = {
    "experts.{expert}.gate": "blk.{layer}.ffn_gate.{expert}.weight",
    "experts.{expert}.up": "blk.{layer}.ffn_up.{expert}.weight",
    "experts.{expert}.down": "blk.{layer}.ffn_down.{expert}.weight",
}


def read(metadata: Metadata, key: str, default: Any = None) -> Any:
    """The value of "<architecture>.<key>", a float as the decimal that was meant: 1e-06, not 9.999999974752427e-07."""
    value = metadata.get(f"{metadata['general.architecture']}.{key}", default)
    return float(str(np.float32(value))) if isinstance(value, float) else value


def gguf_config(metadata: Metadata, model_type: str) -> dict[str, Any]:
    """What GGUF metadata says, by the names of `config.json` that nearly all architectures share."""
    heads, hidden = int(read(metadata, "attention.head_count")), int(read(metadata, "embedding_length"))
    tensors = metadata["tensor_names"]
    return {
        "model_type": model_type,
        "vocab_size": int(read(metadata, "vocab_size") or len(metadata["tokenizer.ggml.tokens"])),
        "hidden_size": hidden,
        "num_hidden_layers": int(read(metadata, "block_count")),
        "num_attention_heads": heads,
        "num_key_value_heads": int(read(metadata, "attention.head_count_kv", heads)),
        "head_dim": int(read(metadata, "attention.key_length") or hidden // heads),
        "intermediate_size": int(read(metadata, "feed_forward_length", 0)),
        "max_position_embeddings": int(read(metadata, "context_length")),
        "rms_norm_eps": read(metadata, "attention.layer_norm_rms_epsilon"),
        "rope_parameters": gguf_rope(metadata),
        "sliding_window": int(read(metadata, "attention.sliding_window", 0)) or None,
        "attention_bias": "blk.0.attn_q.bias" in tensors,
        "mlp_bias": "blk.0.ffn_up.bias" in tensors,
        "tie_word_embeddings": "output.weight" not in tensors,
    }


def gguf_experts(metadata: Metadata) -> dict[str, Any]:
    """The keys about experts, as Mixtral and Qwen name them."""
    count = int(read(metadata, "expert_count", 0))
    return {
        "num_experts": count,
        "num_local_experts": count,
        "num_experts_per_tok": int(read(metadata, "expert_used_count", 0)),
        "moe_intermediate_size": int(read(metadata, "expert_feed_forward_length", 0)),
    }


def gguf_rope(metadata: Metadata) -> dict[str, Any]:
    """GGUF's rotary metadata as the `rope_parameters` of transformers 5."""
    found: dict[str, Any] = {"rope_type": "default", "rope_theta": read(metadata, "rope.freq_base", 10_000.0)}
    if original := read(metadata, "rope.scaling.original_context_length"):
        found["original_max_position_embeddings"] = int(original)
    if factors := metadata.get("rope_freqs.weight"):
        # Llama 3's scaling, already computed.
        found |= {"rope_type": "longrope", "factor": 1.0, "attention_factor": 1.0}
        return found | {"short_factor": factors, "long_factor": factors}
    if factors := metadata.get("rope_factors_long.weight"):
        found |= {"rope_type": "longrope", "attention_factor": read(metadata, "rope.scaling.attn_factor", 1.0)}
        return found | {"short_factor": metadata["rope_factors_short.weight"], "long_factor": factors}
    kind = read(metadata, "rope.scaling.type", "none")
    if kind in ("linear", "yarn"):
        found |= {"rope_type": kind, "factor": float(read(metadata, "rope.scaling.factor", 1.0))}
    if kind == "yarn":
        found |= {"beta_fast": read(metadata, "rope.scaling.yarn_beta_fast", 32.0)}
        found |= {"beta_slow": read(metadata, "rope.scaling.yarn_beta_slow", 1.0)}
        found |= {"attention_factor": read(metadata, "rope.scaling.yarn_attn_factor")}
    return found


def _paired_rows(heads: int, head_dim: int) -> NDArray[np.int64]:
    """Where row i of a head stands in a file of the kind `llama`, which turns neighbours, not halves."""
    rows = np.arange(heads * head_dim, dtype=np.int64).reshape(heads, head_dim // 2, 2)
    return rows.swapaxes(1, 2).reshape(-1)


def _llama_sources(spec: DecoderSpec) -> dict[str, Source]:
    q = Source(name="blk.{layer}.attn_q.{kind}", rows=_paired_rows(spec.heads, spec.head_dim))
    k = Source(name="blk.{layer}.attn_k.{kind}", rows=_paired_rows(spec.kv_heads, spec.head_dim))
    return sources_of(spec, {**GGUF, "q": q, "k": k}, SEPARATE_EXPERTS)


def _llama_config(metadata: Metadata) -> dict[str, Any]:
    experts = gguf_experts(metadata)
    return gguf_config(metadata, "mixtral" if experts["num_experts"] else "llama") | experts


# llama.cpp calls Llama, Mistral and Mixtral by one name.
LLAMA_GGUF = Gguf(architecture="llama", config=_llama_config, sources=_llama_sources)
