"""Gemma 3's text network: Gemma 2 without caps, with norms on queries and keys, and two kinds of rotary positions.

Source: the Gemma 3 report (arXiv 2503.19786). Refuses caps and attention to both sides.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from freehold.models import DecoderSpec, Gguf, Source
from freehold.models._config import FULL, SLIDING, expect_activation, refuse, rope, windows
from freehold.models._gemma import SANDWICH, family, gguf_sources, sources_plus_one
from freehold.models._gguf import gguf_config, gguf_rope, read

LAYERS_27B = 62  # whose scores are divided by the square root of hidden size over heads
PATTERN = 6  # every sixth layer sees the whole context


def text_spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read the text network's configuration. Raises `InvalidRequest` for a variant this file does not compute."""
    expect_activation(config, "hidden_activation", "gelu_pytorch_tanh")
    refuse(config, attn_logit_softcapping=None, use_bidirectional_attention=False)
    found = family({"vocab_size": 262_208, "num_attention_heads": 8, "num_key_value_heads": 4} | LENGTH | dict(config))
    pattern = int(config.get("sliding_window_pattern") or PATTERN)
    return DecoderSpec(
        **found,
        post_norms=True,
        qk_norm=True,
        rope=rope(config, found["head_dim"], layer_type=FULL, theta=1e6),
        local_rope=rope(_local(config), found["head_dim"], layer_type=SLIDING),
        windows=windows({"sliding_window": 4096} | dict(config), lambda layer: (layer + 1) % pattern != 0),
        attention_scale=float(config.get("query_pre_attn_scalar", 256)) ** -0.5,
        logit_softcap=float(config.get("final_logit_softcapping") or 0.0),
    )


# What a text_config that leaves the key out means by it.
LENGTH = {"max_position_embeddings": 131_072}


def _local(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration as the layers with a window read it: older files scale only the others."""
    return {**config, "rope_theta": config.get("rope_local_base_freq"), "rope_scaling": None}


def text_sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the safetensors files of a text model."""
    return sources_plus_one(spec, SANDWICH)


def within_sources(spec: DecoderSpec) -> dict[str, Source]:
    """Where each weight stands in the files of a model that also sees: today's, and those before mid-2025."""
    found = text_sources(spec)
    return {name: _within(place) for name, place in found.items()}


def _within(place: Source) -> Source:
    inner = place.name.removeprefix("model.")
    older = replace(place, name=f"language_model.{place.name}")
    if place.name == "lm_head.weight":
        return replace(place, otherwise=older)
    return replace(
        place,
        name=f"model.language_model.{inner}",
        otherwise=replace(place, name=f"language_model.model.{inner}"),
    )


def _gguf_config(metadata: Mapping[str, Any]) -> dict[str, Any]:
    found = gguf_config(metadata, "gemma3_text")
    per_head = found["hidden_size"] // found["num_attention_heads"]
    local = {"rope_type": "default", "rope_theta": read(metadata, "rope.freq_base_swa", 10_000.0)}
    return found | {
        "rope_parameters": {FULL: gguf_rope(metadata), SLIDING: local},
        "sliding_window": read(metadata, "attention.sliding_window", 0),
        "query_pre_attn_scalar": per_head if found["num_hidden_layers"] == LAYERS_27B else found["head_dim"],
        "final_logit_softcapping": read(metadata, "final_logit_softcapping"),
    }


GEMMA3_GGUF = Gguf(architecture="gemma3", config=_gguf_config, sources=gguf_sources)
