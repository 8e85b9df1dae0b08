"""What a `config.json` means, whatever its age, and what is refused by name."""

from typing import Any

import pytest

from freehold.contracts.errors import InvalidRequest
from freehold.models import MODELS, FrequencyFactors, LinearScaling, Llama3Scaling, YarnScaling

SIZES: dict[str, Any] = {
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
}
EXPERTS = {"num_local_experts": 8, "num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 16}
LATENT = {"kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8, "n_routed_experts": 8}
FACTORS = {"short_factor": [1.0] * 4, "long_factor": [2.0] * 4}


def config(model_type: str, **changes: Any) -> dict[str, Any]:
    """A small configuration; `model_type` alone names the architecture."""
    return SIZES | EXPERTS | LATENT | {"model_type": model_type} | changes


def spec(model_type: str, **changes: Any) -> Any:
    return MODELS[model_type].spec(config(model_type, **changes))


@pytest.mark.parametrize("model_type", [name for name in MODELS if name != "gemma3"])
def test_every_weight_of_a_spec_has_a_place(model_type: str) -> None:
    found, architecture = spec(model_type), MODELS[model_type]
    assert architecture.model_type == model_type
    assert architecture.sources(found).keys() == found.shapes().keys()
    assert architecture.gguf is not None
    assert architecture.gguf.sources(found).keys() == found.shapes().keys()


@pytest.mark.parametrize(
    ("model_type", "older", "newer"),
    [
        ("llama", {"rope_theta": 5e5}, {"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}}),
        (
            "qwen2",
            {"rope_theta": 1e6, "rope_scaling": {"type": "yarn", "factor": 4.0}},
            {"rope_parameters": {"rope_type": "yarn", "rope_theta": 1e6, "factor": 4.0}},
        ),
        (
            "phi3",
            {"rope_scaling": {"type": "su", **FACTORS}, "original_max_position_embeddings": 64},
            {"rope_parameters": {"rope_type": "longrope", **FACTORS, "original_max_position_embeddings": 64}},
        ),
        (
            "phi3",
            {"rope_scaling": {"type": "yarn", **FACTORS}, "original_max_position_embeddings": 64},
            {"rope_parameters": {"rope_type": "longrope", **FACTORS, "original_max_position_embeddings": 64}},
        ),
        (
            "gemma3_text",
            {
                "rope_theta": 2e6,
                "rope_local_base_freq": 5e3,
                "rope_scaling": {"rope_type": "linear", "factor": 8.0},
                "sliding_window_pattern": 3,
            },
            {
                "rope_parameters": {
                    "full_attention": {"rope_type": "linear", "rope_theta": 2e6, "factor": 8.0},
                    "sliding_attention": {"rope_type": "default", "rope_theta": 5e3},
                },
                "layer_types": ["sliding_attention", "sliding_attention", "full_attention"] * 2,
            },
        ),
        ("falcon", {"n_head": 8, "n_layer": 2}, {"num_attention_heads": 8, "num_hidden_layers": 2}),
        ("gemma", {"hidden_act": "gelu"}, {"hidden_act": "gelu_pytorch_tanh"}),
    ],
)
def test_an_older_file_means_the_same(model_type: str, older: dict[str, Any], newer: dict[str, Any]) -> None:
    base = config(model_type)
    if "n_head" in older:
        base = {key: value for key, value in base.items() if key not in ("num_attention_heads", "num_hidden_layers")}
    read = MODELS[model_type].spec
    assert read(base | older) == read(base | newer)


def test_each_scaling_is_read() -> None:
    llama3 = {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4}
    found = spec("llama", rope_scaling=llama3 | {"original_max_position_embeddings": 8192}).rope.scaling
    assert found == Llama3Scaling(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_context_length=8192)
    assert spec("llama", rope_scaling={"type": "linear", "factor": 2}).rope.scaling == LinearScaling(factor=2.0)
    yarn = {"type": "yarn", "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707}
    found = spec("deepseek_v2", rope_scaling=yarn | {"original_max_position_embeddings": 1024}).rope.scaling
    assert found == YarnScaling(factor=40.0, original_context_length=1024, magnitude=1.0)


def test_long_factors_hold_only_where_the_context_outgrows_the_original() -> None:
    scaling = {"rope_type": "longrope", **FACTORS}
    long = spec("phi3", rope_scaling=scaling, original_max_position_embeddings=64).rope.scaling
    short = spec("phi3", rope_scaling=scaling, original_max_position_embeddings=4096).rope.scaling
    assert isinstance(long, FrequencyFactors)
    assert (long.factors, long.magnitude > 1) == ((2.0,) * 4, True)
    assert short == FrequencyFactors(factors=(1.0,) * 4, magnitude=1.0)


def test_windows_lie_where_the_architecture_says() -> None:
    assert spec("mistral", sliding_window=16).windows == (16,) * 6
    assert spec("mistral", sliding_window=None).windows == ()
    assert spec("qwen2", sliding_window=16, max_window_layers=4).windows == ()
    assert (
        spec("qwen2", use_sliding_window=True, sliding_window=16, max_window_layers=4).windows == (0,) * 4 + (16,) * 2
    )
    assert spec("gemma2", sliding_window=16).windows == (16, 0) * 3
    assert spec("gemma3_text", sliding_window=16).windows == (16,) * 5 + (0,)


@pytest.mark.parametrize(
    ("model_type", "change", "named"),
    [
        ("llama", {"hidden_act": "gelu"}, "gelu"),
        ("llama", {"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "dynamic"),
        ("qwen2", {"rope_scaling": {"type": "yarn", "factor": 2.0, "truncate": False}}, "truncate"),
        ("mistral", {"layer_types": ["full_attention"] * 6}, "layer_types"),
        ("gemma2", {"use_bidirectional_attention": True}, "use_bidirectional_attention"),
        ("gemma3_text", {"layer_types": ["linear_attention"] * 6}, "linear_attention"),
        ("gemma3_text", {"attn_logit_softcapping": 50.0}, "attn_logit_softcapping"),
        ("falcon", {"alibi": True}, "alibi"),
        ("falcon", {"activation": "relu"}, "relu"),
        ("qwen3_moe", {"decoder_sparse_step": 2}, "decoder_sparse_step"),
        ("qwen3_moe", {"mlp_only_layers": [3]}, "mlp_only_layers"),
        ("deepseek_v2", {"topk_method": "noaux_tc"}, "noaux_tc"),
        ("deepseek_v2", {"scoring_func": "sigmoid"}, "scoring_func"),
        ("deepseek_v2", {"norm_topk_prob": True}, "norm_topk_prob"),
        ("deepseek_v2", {"rms_norm_eps": 1e-5}, "rms_norm_eps"),
    ],
)
def test_what_would_be_computed_wrongly_is_refused_by_name(model_type: str, change: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidRequest, match=named) as refusal:
        spec(model_type, **change)
    assert refusal.value.hint
