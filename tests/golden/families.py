"""Tiny models of every architecture, with every odd feature switched on somewhere. Knows no tensors."""

from collections.abc import Mapping
from typing import Any

VOCABULARY = 64
BASE: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
YARN = {"rope_type": "yarn", "rope_theta": 10_000.0, "factor": 4.0, "original_max_position_embeddings": 64}
LONGROPE = {
    "rope_type": "longrope",
    "rope_theta": 10_000.0,
    "partial_rotary_factor": 0.75,
    "short_factor": [1.0, 1.1, 1.4],
    "long_factor": [1.0, 2.0, 6.0],
}
EXPERTS = {"moe_intermediate_size": 32, "num_experts": 8, "num_experts_per_tok": 3}
DEEPSEEK = {
    "num_key_value_heads": 4,
    "kv_lora_rank": 24,
    "q_lora_rank": None,
    "qk_nope_head_dim": 16,
    "qk_rope_head_dim": 8,
    "v_head_dim": 24,
    "n_routed_experts": 8,
    "n_shared_experts": 2,
    "num_experts_per_tok": 3,
    "moe_intermediate_size": 32,
    "first_k_dense_replace": 1,
    "num_hidden_layers": 2,
    "norm_topk_prob": False,
    "rms_norm_eps": 1e-6,
}
FALCON = {key: value for key, value in BASE.items() if key not in ("intermediate_size", "num_key_value_heads")}
GEMMA2 = {
    "head_dim": 24,
    "query_pre_attn_scalar": 24,
    "sliding_window": 20,
    "attn_logit_softcapping": 3.0,
    "final_logit_softcapping": 5.0,
}
GEMMA3 = {
    "head_dim": 16,
    "intermediate_size": 32,
    "query_pre_attn_scalar": 16,
    "sliding_window": 20,
    "num_hidden_layers": 7,
    "rope_parameters": {
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1_000_000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
    },
}

EYES = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}

# Family -> the name of its transformers class and configuration.
FAMILIES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "llama": ("Llama", {"head_dim": 16}),
    "llama-multi-query-tied": ("Llama", {"num_key_value_heads": 1, "tie_word_embeddings": True}),
    "llama-multi-head": ("Llama", {"num_key_value_heads": 4}),
    "llama-3.1": ("Llama", {"rope_parameters": LLAMA3, "head_dim": 24}),
    "llama-biases": ("Llama", {"attention_bias": True, "mlp_bias": True}),
    "llama-linear": ("Llama", {"rope_parameters": {"rope_type": "linear", "factor": 3.0, "rope_theta": 10_000.0}}),
    "mistral": ("Mistral", {"sliding_window": 24}),
    "mixtral": (
        "Mixtral",
        {
            "intermediate_size": 32,
            "num_hidden_layers": 2,
            "num_local_experts": 8,
            "num_experts_per_tok": 2,
        },
    ),
    "qwen2": ("Qwen2", {"use_sliding_window": True, "sliding_window": 24, "max_window_layers": 1}),
    "qwen2-yarn": (
        "Qwen2",
        {"rope_parameters": YARN, "tie_word_embeddings": True, "hidden_size": 64, "num_hidden_layers": 2},
    ),
    "qwen3": ("Qwen3", {"head_dim": 24, "attention_bias": True}),
    "qwen3_moe": ("Qwen3Moe", {**EXPERTS, "head_dim": 16, "norm_topk_prob": True, "num_hidden_layers": 2}),
    "qwen3_moe-dense-first": ("Qwen3Moe", {**EXPERTS, "head_dim": 24, "mlp_only_layers": [0]}),
    "gemma": ("Gemma", {"head_dim": 24}),
    "gemma2": ("Gemma2", GEMMA2),
    "gemma2-27b": ("Gemma2", {**GEMMA2, "query_pre_attn_scalar": 8}),
    "gemma3": (
        "Gemma3",
        {
            "text_config": BASE | GEMMA3,
            "vision_config": EYES | {"image_size": 28, "patch_size": 14},
            "mm_tokens_per_image": 4,
        },
    ),
    "gemma3_text": ("Gemma3Text", GEMMA3),
    "gemma3_text-27b": ("Gemma3Text", {**GEMMA3, "query_pre_attn_scalar": 8}),
    "phi3": ("Phi3", {"rope_parameters": LONGROPE, "original_max_position_embeddings": 32, "sliding_window": 40}),
    "phi3-short": ("Phi3", {"rope_parameters": LONGROPE, "original_max_position_embeddings": 256}),
    "falcon": ("Falcon", {"num_kv_heads": 1}),
    "falcon-biases": ("Falcon", {"bias": True}),
    "falcon-new": ("Falcon", {"new_decoder_architecture": True, "num_kv_heads": 2, "ffn_hidden_size": 128}),
    "falcon-sequential": ("Falcon", {"parallel_attn": False, "multi_query": False}),
    "deepseek_v2": (
        "DeepseekV2",
        {
            **DEEPSEEK,
            "q_lora_rank": 24,
            "topk_method": "group_limited_greedy",
            "n_group": 4,
            "topk_group": 2,
            "routed_scaling_factor": 4.0,
            "rope_parameters": YARN | {"mscale": 0.707, "mscale_all_dim": 0.707, "beta_fast": 32, "beta_slow": 1},
        },
    ),
    "deepseek_v2-lite": ("DeepseekV2", DEEPSEEK),
}

# The families with a file in tests/fixtures/gguf.
CONVERTED = (
    "llama-3.1",
    "llama-biases",
    "mixtral",
    "qwen2-yarn",
    "qwen3",
    "qwen3_moe",
    "gemma",
    "gemma2",
    "gemma3_text",
    "phi3",
    "falcon",
    "falcon-new",
    "deepseek_v2",
    "deepseek_v2-lite",
)
