"""Llama 1 to 3.x: RMSNorm, rotary positions, grouped-query attention, SwiGLU, no biases.

Source: Touvron et al. 2023 (arXiv 2302.13971), the Llama 3 report (arXiv 2407.21783) and Hugging Face's
`config.json` keys. Refuses what it would compute wrongly: other activations, biases, unknown rotary scalings.
"""

from collections.abc import Mapping
from typing import Any

from freehold.contracts.errors import InvalidRequest
from freehold.models import Architecture, DecoderSpec, RopeScaling

# What a checkpoint that leaves a key out means by it.
DEFAULTS = {"rms_norm_eps": 1e-6, "max_position_embeddings": 2048, "tie_word_embeddings": False}


def _rope(config: Mapping[str, Any]) -> tuple[float, RopeScaling | None]:
    """Theta and scaling, from `rope_parameters` (transformers 5) or `rope_theta` and `rope_scaling`."""
    parameters = config.get("rope_parameters") or config.get("rope_scaling") or {}
    theta = float(parameters.get("rope_theta") or config.get("rope_theta") or 10_000.0)
    kind = parameters.get("rope_type", parameters.get("type", "default"))
    if kind == "default":
        return theta, None
    if kind != "llama3":
        raise InvalidRequest(f"Rotary scaling '{kind}' is not supported.", hint="Supported: default, llama3.")
    return theta, RopeScaling(
        factor=float(parameters["factor"]),
        low_freq_factor=float(parameters["low_freq_factor"]),
        high_freq_factor=float(parameters["high_freq_factor"]),
        original_context_length=int(parameters["original_max_position_embeddings"]),
    )


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Llama `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    config = DEFAULTS | dict(config)
    if config.get("hidden_act", "silu") != "silu":
        raise InvalidRequest(f"Activation '{config['hidden_act']}' is not Llama's.", hint="Expected hidden_act: silu.")
    for bias in ("attention_bias", "mlp_bias"):
        if config.get(bias):
            raise InvalidRequest(f"Llama with {bias} is not supported.", hint="Convert or choose another checkpoint.")
    theta, scaling = _rope(config)
    heads = int(config["num_attention_heads"])
    return DecoderSpec(
        vocab_size=int(config["vocab_size"]),
        hidden_size=int(config["hidden_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        head_dim=int(config.get("head_dim") or config["hidden_size"] // heads),
        intermediate_size=int(config["intermediate_size"]),
        context_length=int(config["max_position_embeddings"]),
        norm_eps=float(config["rms_norm_eps"]),
        rope_theta=theta,
        rope_scaling=scaling,
        tied_embeddings=bool(config["tie_word_embeddings"]),
    )


def config(spec: DecoderSpec) -> dict[str, Any]:
    """The `config.json` that any Hugging Face reader understands; the inverse of `spec`."""
    rope: dict[str, Any] = {"rope_type": "default", "rope_theta": spec.rope_theta}
    if spec.rope_scaling:
        rope |= {
            "rope_type": "llama3",
            "factor": spec.rope_scaling.factor,
            "low_freq_factor": spec.rope_scaling.low_freq_factor,
            "high_freq_factor": spec.rope_scaling.high_freq_factor,
            "original_max_position_embeddings": spec.rope_scaling.original_context_length,
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
        "rope_theta": spec.rope_theta,
        "rope_parameters": rope,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": spec.tied_embeddings,
    }


def weight_names(spec: DecoderSpec) -> dict[str, str]:
    """Executor parameter name -> checkpoint name, for every weight the checkpoint must hold."""
    names = {"embedding.weight": "model.embed_tokens.weight", "norm.weight": "model.norm.weight"}
    if not spec.tied_embeddings:
        names["output.weight"] = "lm_head.weight"
    parts = {
        "attention_norm": "input_layernorm",
        "q": "self_attn.q_proj",
        "k": "self_attn.k_proj",
        "v": "self_attn.v_proj",
        "o": "self_attn.o_proj",
        "feed_forward_norm": "post_attention_layernorm",
        "gate": "mlp.gate_proj",
        "up": "mlp.up_proj",
        "down": "mlp.down_proj",
    }
    for layer in range(spec.layers):
        for ours, theirs in parts.items():
            names[f"blocks.{layer}.{ours}.weight"] = f"model.layers.{layer}.{theirs}.weight"
    return names


MODEL = Architecture(model_type="llama", spec=spec, config=config, weight_names=weight_names)
