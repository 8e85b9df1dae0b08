"""Llama 1 to 3.x: RMSNorm, rotary positions, grouped-query attention, SwiGLU.

Source: Touvron et al. 2023 (arXiv 2302.13971), the Llama 3 report (arXiv 2407.21783) and Hugging Face's
`config.json` keys. Refuses what it would compute wrongly: other activations, unknown rotary scalings.
"""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec, Llama3Scaling, Source
from freehold.models._config import expect_activation, rope, sizes
from freehold.models._gguf import LLAMA_GGUF
from freehold.models._tensors import LLAMA, sources_of

# What a checkpoint that leaves a key out means by it.
DEFAULTS = {"rms_norm_eps": 1e-6, "max_position_embeddings": 2048, "tie_word_embeddings": False}


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Llama `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    config = DEFAULTS | dict(config)
    expect_activation(config, "hidden_act", "silu")
    found = sizes(config)
    return DecoderSpec(
        **found,
        norm_eps=float(config["rms_norm_eps"]),
        qkv_bias=bool(config.get("attention_bias")),
        output_bias=bool(config.get("attention_bias")),
        feed_forward_bias=bool(config.get("mlp_bias")),
        rope=rope(config, found["head_dim"]),
        tied_embeddings=bool(config["tie_word_embeddings"]),
    )


def config(spec: DecoderSpec) -> dict[str, Any]:
    """The `config.json` that any Hugging Face reader understands; the inverse of `spec`."""
    rope: dict[str, Any] = {"rope_type": "default", "rope_theta": spec.rope.theta}
    if isinstance(spec.rope.scaling, Llama3Scaling):
        rope |= {
            "rope_type": "llama3",
            "factor": spec.rope.scaling.factor,
            "low_freq_factor": spec.rope.scaling.low_freq_factor,
            "high_freq_factor": spec.rope.scaling.high_freq_factor,
            "original_max_position_embeddings": spec.rope.scaling.original_context_length,
        }
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": spec.vocab_size,
        "hidden_size": spec.hidden_size,
        "num_hidden_layers": spec.layers,
        "num_attention_heads": spec.heads,
        "num_key_value_heads": spec.kv_heads,
        "head_dim": spec.head_dim,
        "intermediate_size": spec.intermediate_size,
        "max_position_embeddings": spec.context_length,
        "rms_norm_eps": spec.norm_eps,
        "rope_theta": spec.rope.theta,
        "rope_parameters": rope,
        "hidden_act": "silu",
        "attention_bias": spec.qkv_bias,
        "mlp_bias": spec.feed_forward_bias,
        "tie_word_embeddings": spec.tied_embeddings,
    }


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    return sources_of(spec, LLAMA)


MODEL = Architecture(model_type="llama", spec=spec, config=config, sources=sources, gguf=LLAMA_GGUF)
