"""DeepSeek-V2 and V2-Lite: latent attention, and experts beside some that always run.

Source: DeepSeek-AI 2024 (arXiv 2405.04434). Refuses what came with V3: sigmoid scores and biased choice of experts.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from freehold.contracts.errors import InvalidRequest
from freehold.models import Architecture, DecoderSpec, Experts, Gguf, Latent, Rope, Source
from freehold.models._config import expect_activation, mscale, refuse, rope, rope_parameters, sizes
from freehold.models._gguf import GGUF, gguf_config, read
from freehold.models._tensors import FUSED_EXPERTS, LLAMA, Table, sources_of

SOFTMAX = 1  # of GGUF's expert_gating_func


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a DeepSeek-V2 `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_act", "silu")
    refuse(config, attention_bias=False, mlp_bias=False, scoring_func="softmax", norm_topk_prob=False)
    # The norms within attention have this epsilon whatever the file says.
    refuse(config, moe_layer_freq=1, rms_norm_eps=1e-6)
    latent = Latent(
        kv_rank=int(config["kv_lora_rank"]),
        q_rank=int(config.get("q_lora_rank") or 0),
        nope_dim=int(config["qk_nope_head_dim"]),
        rope_dim=int(config["qk_rope_head_dim"]),
        value_dim=int(config["v_head_dim"]),
    )
    head_dim = latent.nope_dim + latent.rope_dim
    found = sizes({**config, "head_dim": head_dim, "num_key_value_heads": config["num_attention_heads"]})
    return DecoderSpec(
        **found,
        norm_eps=1e-6,
        rope=_rope(config, latent.rope_dim),
        attention_scale=_attention_scale(config, head_dim),
        tied_embeddings=bool(config.get("tie_word_embeddings")),
        experts=_experts(config) if config.get("n_routed_experts") else None,
        latent=latent,
    )


def _rope(config: Mapping[str, Any], dims: int) -> Rope:
    found = rope(config, dims)
    return Rope(theta=found.theta, scaling=found.scaling, interleaved=True)


def _attention_scale(config: Mapping[str, Any], head_dim: int) -> float:
    """1/sqrt(head_dim), sharpened once more by YaRN for queries and keys each."""
    parameters = rope_parameters(config)
    strength = float(parameters.get("mscale_all_dim") or 0.0)
    stretch = float(parameters["factor"]) if parameters["rope_type"] != "default" else 1.0
    return head_dim**-0.5 * mscale(stretch, strength) ** 2


def _experts(config: Mapping[str, Any]) -> Experts:
    method = config.get("topk_method", "greedy")
    if method not in ("greedy", "group_limited_greedy"):
        text = f"deepseek_v2 with topk_method = '{method}' is not supported."
        raise InvalidRequest(text, hint="Supported: greedy, group_limited_greedy.")
    grouped = method == "group_limited_greedy"
    inner = int(config["moe_intermediate_size"])
    return Experts(
        count=int(config["n_routed_experts"]),
        chosen=int(config["num_experts_per_tok"]),
        intermediate_size=inner,
        normalised=False,
        shared_intermediate_size=inner * int(config.get("n_shared_experts") or 0),
        first_layer=int(config.get("first_k_dense_replace") or 0),
        groups=int(config["n_group"]) if grouped else 1,
        chosen_groups=int(config["topk_group"]) if grouped else 1,
        scale=float(config.get("routed_scaling_factor", 1.0)),
    )


def _up_rows(spec: DecoderSpec, name: str) -> Table:
    """Each head's rows of the matrix that holds what widens keys and values, head by head."""
    latent = spec.latent
    if latent is None:
        return {}
    rows = np.arange(spec.heads * (latent.nope_dim + latent.value_dim)).reshape(spec.heads, -1)
    return {
        "k_up": Source(name=name, rows=rows[:, : latent.nope_dim].reshape(-1)),
        "v_up": Source(name=name, rows=rows[:, latent.nope_dim :].reshape(-1)),
    }


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    attention, shared = "model.layers.{layer}.self_attn.", "model.layers.{layer}.mlp.shared_experts."
    table: Table = {
        **LLAMA,
        "q_down": attention + "q_a_proj.weight",
        "q_down_norm": attention + "q_a_layernorm.weight",
        "q_up": attention + "q_b_proj.weight",
        "kv_down": attention + "kv_a_proj_with_mqa.weight",
        "kv_norm": attention + "kv_a_layernorm.weight",
        **_up_rows(spec, attention + "kv_b_proj.weight"),
        "shared.gate": shared + "gate_proj.weight",
        "shared.up": shared + "up_proj.weight",
        "shared.down": shared + "down_proj.weight",
    }
    return sources_of(spec, table, FUSED_EXPERTS)


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    found = gguf_config(metadata, "deepseek_v2")
    if "blk.0.attn_kv_a_norm.weight" not in metadata["tensor_names"]:
        raise InvalidRequest("This deepseek2 file has no latent attention.", hint="Use another model.")
    rope_dim = int(read(metadata, "rope.dimension_count"))
    # Files from before mid-2025 state the widths of the heads themselves.
    key_length = int(read(metadata, "attention.key_length_mla") or read(metadata, "attention.key_length"))
    value_length = int(read(metadata, "attention.value_length_mla") or read(metadata, "attention.value_length"))
    strength = read(metadata, "rope.scaling.yarn_log_multiplier", 0.0) * 10
    groups = int(read(metadata, "expert_group_count", 1))
    return found | {
        "kv_lora_rank": int(read(metadata, "attention.kv_lora_rank")),
        "q_lora_rank": int(read(metadata, "attention.q_lora_rank", 0)),
        "qk_nope_head_dim": key_length - rope_dim,
        "qk_rope_head_dim": rope_dim,
        "v_head_dim": value_length,
        "rope_parameters": found["rope_parameters"] | {"mscale": strength, "mscale_all_dim": strength},
        "scoring_func": "softmax" if read(metadata, "expert_gating_func", SOFTMAX) == SOFTMAX else "sigmoid",
        "norm_topk_prob": bool(read(metadata, "expert_weights_norm", False)),
        "topk_method": "group_limited_greedy" if groups > 1 else "greedy",
        "n_group": groups,
        "topk_group": int(read(metadata, "expert_group_used_count", 1)),
        "n_routed_experts": int(read(metadata, "expert_count", 0)),
        "n_shared_experts": int(read(metadata, "expert_shared_count", 0)),
        "num_experts_per_tok": int(read(metadata, "expert_used_count", 0)),
        "moe_intermediate_size": int(read(metadata, "expert_feed_forward_length", 0)),
        "first_k_dense_replace": int(read(metadata, "leading_dense_block_count", 0)),
        "routed_scaling_factor": read(metadata, "expert_weights_scale", 1.0),
    }


def _gguf_sources(spec: DecoderSpec) -> dict[str, Source]:
    table: Table = {
        **GGUF,
        "q_down": "blk.{layer}.attn_q_a.weight",
        "q_down_norm": "blk.{layer}.attn_q_a_norm.weight",
        "q_up": "blk.{layer}.attn_q_b.weight",
        "kv_down": "blk.{layer}.attn_kv_a_mqa.weight",
        "kv_norm": "blk.{layer}.attn_kv_a_norm.weight",
        "k_up": Source(name="blk.{layer}.attn_k_b.weight", transposed=True),
        "v_up": "blk.{layer}.attn_v_b.weight",
    }
    return sources_of(spec, table, _up_rows(spec, "blk.{layer}.attn_kv_b.weight"))


MODEL = Architecture(
    model_type="deepseek_v2",
    spec=spec,
    sources=sources,
    gguf=Gguf(architecture="deepseek2", config=_gguf_config, sources=_gguf_sources),
)
