"""Architectures, without torch: one file per Hugging Face `model_type`, each a spec and a weight map.

A *spec* says everything an executor needs to build the network; executors (`nn.torch`, later `native`) and the
trainer read it, so training and serving cannot disagree. Knows no tensors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.foundation.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class RopeScaling:
    """Llama 3.1's frequency scaling of rotary positions (Llama 3 report, section 3.2)."""

    factor: float
    low_freq_factor: float
    high_freq_factor: float
    original_context_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderSpec:
    """A pre-norm decoder with rotary positions, grouped-query attention and a gated feed-forward.

    All sizes count elements; `context_length` counts tokens.
    """

    vocab_size: int
    hidden_size: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate_size: int
    context_length: int
    norm_eps: float = 1e-5
    rope_theta: float = 10_000.0
    rope_scaling: RopeScaling | None = None
    tied_embeddings: bool = False
    qkv_bias: bool = False

    @property
    def parameters(self) -> int:
        """How many weights the network has; a tied output matrix counts once."""
        attention = self.hidden_size * self.head_dim * (2 * self.heads + 2 * self.kv_heads)
        bias = self.head_dim * (self.heads + 2 * self.kv_heads) if self.qkv_bias else 0
        feed_forward = 3 * self.hidden_size * self.intermediate_size
        layer = attention + bias + feed_forward + 2 * self.hidden_size
        embeddings = self.vocab_size * self.hidden_size * (1 if self.tied_embeddings else 2)
        return embeddings + self.layers * layer + self.hidden_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One `model_type`: how its `config.json` becomes a spec and back, and what its weights are called."""

    model_type: str
    spec: Callable[[Mapping[str, Any]], DecoderSpec]
    config: Callable[[DecoderSpec], dict[str, Any]]
    # The executor's parameter name -> the name in the safetensors files.
    weight_names: Callable[[DecoderSpec], dict[str, str]]


MODELS: Registry[Architecture] = Registry("freehold.models", "MODEL")
