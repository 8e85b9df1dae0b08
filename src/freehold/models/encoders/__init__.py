"""Encoders of the BERT family, without torch: one file per `model_type`, each a spec and the names of its weights.

They turn a whole text into vectors, for embeddings, or into one relevance score, for reranking. Knows no tensors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from freehold.foundation.registry import Registry
from freehold.models import Activation


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSpec:
    """A post-norm encoder with learned positions (BERT, arXiv 1810.04805). All sizes count elements.

    `scores` is how many numbers the classification head gives, 0 without a head.
    """

    vocab_size: int
    hidden_size: int
    layers: int
    heads: int
    intermediate_size: int
    positions: int  # rows of the position table
    first_position: int  # the row of a text's first token
    token_types: int
    norm_eps: float
    activation: Activation
    scores: int

    @property
    def context_length(self) -> int:
        """How many tokens a text may have."""
        return self.positions - self.first_position

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Every weight by the executor's name for it: matrices are [out, in], norms and biases [out]."""
        hidden, inner = self.hidden_size, self.intermediate_size
        shapes: dict[str, tuple[int, ...]] = {
            "tokens.weight": (self.vocab_size, hidden),
            "positions.weight": (self.positions, hidden),
            "types.weight": (self.token_types, hidden),
        }
        shapes |= _with_bias("norm", (hidden,))
        for layer in range(self.layers):
            for name in ("q", "k", "v", "o"):
                shapes |= _with_bias(f"blocks.{layer}.{name}", (hidden, hidden))
            shapes |= _with_bias(f"blocks.{layer}.up", (inner, hidden))
            shapes |= _with_bias(f"blocks.{layer}.down", (hidden, inner))
            for name in ("attention_norm", "feed_forward_norm"):
                shapes |= _with_bias(f"blocks.{layer}.{name}", (hidden,))
        if self.scores:
            shapes |= _with_bias("head", (hidden, hidden)) | _with_bias("score", (self.scores, hidden))
        return shapes


def _with_bias(name: str, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": shape, f"{name}.bias": shape[:1]}


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderArchitecture:
    """One `model_type`. `modules` maps the executor's module names to the checkpoint's, with `{layer}` in them.

    `prefix` stands before all but the head's names in checkpoints with a head, and may in others.
    """

    model_type: str
    prefix: str
    spec: Callable[[Mapping[str, Any]], EncoderSpec]
    modules: Mapping[str, str]
    head: Mapping[str, str]


ENCODERS: Registry[EncoderArchitecture] = Registry("freehold.models.encoders", "ENCODER")
