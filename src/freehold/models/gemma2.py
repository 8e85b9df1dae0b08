"""Gemma 2: Gemma with norms on both sides of each block, capped scores and logits, a window in every other layer.

Source: the Gemma 2 report (arXiv 2408.00118).
"""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec, Gguf, Source
from freehold.models._config import expect_activation, refuse, rope, windows
from freehold.models._gemma import SANDWICH, family, gguf_sources, sources_plus_one
from freehold.models._gguf import gguf_config, read

LAYERS_27B = 46  # whose scores are divided by the square root of hidden size over heads


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Gemma 2 `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_activation", "gelu_pytorch_tanh")
    refuse(config, use_bidirectional_attention=None)
    found = family(config)
    return DecoderSpec(
        **found,
        post_norms=True,
        rope=rope(config, found["head_dim"]),
        windows=windows(config, lambda layer: layer % 2 == 0),
        attention_scale=float(config.get("query_pre_attn_scalar", 256)) ** -0.5,
        attention_softcap=float(config.get("attn_logit_softcapping", 50.0) or 0.0),
        logit_softcap=float(config.get("final_logit_softcapping", 30.0) or 0.0),
    )


def sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files."""
    return sources_plus_one(spec, SANDWICH)


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    found = gguf_config(metadata, "gemma2")
    per_head = found["hidden_size"] // found["num_attention_heads"]
    return found | {
        "sliding_window": read(metadata, "attention.sliding_window", 4096),
        "query_pre_attn_scalar": per_head if found["num_hidden_layers"] == LAYERS_27B else found["head_dim"],
        "attn_logit_softcapping": read(metadata, "attn_logit_softcapping", 50.0),
        "final_logit_softcapping": read(metadata, "final_logit_softcapping", 30.0),
    }


MODEL = Architecture(
    model_type="gemma2",
    spec=spec,
    sources=sources,
    gguf=Gguf(architecture="gemma2", config=_gguf_config, sources=gguf_sources),
)
