"""The decoder stack in PyTorch, built from a spec; trained by the forge.

Shapes: a leading `...` is B, T, batches of packed sequences. D hidden, H heads, K key-value heads, d head_dim,
V vocabulary. Attention is a seam: the caller hands in `attend(layer, q, k, v)`, so this file knows neither masks nor
caches. Refuses, by name, what of a spec is not Llama's: such models are served, not trained.
"""

import math
from collections.abc import Callable
from dataclasses import fields
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from freehold.contracts.errors import InvalidRequest
from freehold.models import DecoderSpec
from freehold.nn.rope import rotary_tables

# (layer, q [..., H, d], k [..., K, d], v [..., K, d]) -> [..., H, d]
Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate the halves of the last dimension: x [..., heads, d], cos and sin [..., 1, d/2]."""
    left, right = x.chunk(2, dim=-1)
    return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1)


def refuse_untrainable(spec: DecoderSpec) -> None:
    """Raise `InvalidRequest` naming the fields of the spec that this network does not have."""
    trained = {
        "vocab_size", "hidden_size", "layers", "heads", "kv_heads", "head_dim", "intermediate_size", "context_length",
        "norm_eps", "qkv_bias", "rope", "tied_embeddings",
    }  # fmt: skip
    llama = DecoderSpec(**{name: getattr(spec, name) for name in trained})
    others = [field.name for field in fields(spec) if getattr(spec, field.name) != getattr(llama, field.name)]
    if spec.rope.dims or spec.rope.interleaved:
        others.append("rope")
    if others:
        text = f"A model with {', '.join(others)} cannot be trained."
        raise InvalidRequest(text, hint="Train a model of the Llama kind; others are served.")


class RMSNorm(nn.Module):
    """Root-mean-square normalisation in float32 (arXiv 1910.07467)."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """x [..., D] -> [..., D], in x's dtype."""
        wide = x.float()
        wide = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(x.dtype)


class Block(nn.Module):
    """Attention and SwiGLU feed-forward, each behind a norm and added to the stream."""

    def __init__(self, spec: DecoderSpec) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = spec.heads, spec.kv_heads, spec.head_dim
        q_size, kv_size = spec.heads * spec.head_dim, spec.kv_heads * spec.head_dim
        self.attention_norm = RMSNorm(spec.hidden_size, spec.norm_eps)
        self.q = nn.Linear(spec.hidden_size, q_size, bias=spec.qkv_bias)
        self.k = nn.Linear(spec.hidden_size, kv_size, bias=spec.qkv_bias)
        self.v = nn.Linear(spec.hidden_size, kv_size, bias=spec.qkv_bias)
        self.o = nn.Linear(q_size, spec.hidden_size, bias=False)
        self.feed_forward_norm = RMSNorm(spec.hidden_size, spec.norm_eps)
        self.gate = nn.Linear(spec.hidden_size, spec.intermediate_size, bias=False)
        self.up = nn.Linear(spec.hidden_size, spec.intermediate_size, bias=False)
        self.down = nn.Linear(spec.intermediate_size, spec.hidden_size, bias=False)

    def forward(self, layer: int, x: Tensor, cos: Tensor, sin: Tensor, attend: Attend) -> Tensor:
        """x [..., D] -> [..., D]."""
        normed = self.attention_norm(x)
        q = rotate(self.q(normed).unflatten(-1, (self.heads, self.head_dim)), cos, sin)
        k = rotate(self.k(normed).unflatten(-1, (self.kv_heads, self.head_dim)), cos, sin)
        v = self.v(normed).unflatten(-1, (self.kv_heads, self.head_dim))
        x = x + self.o(attend(layer, q, k, v).flatten(-2))
        normed = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))


class Decoder(nn.Module):
    """Token ids to hidden states to logits. Knows token ids, not text."""

    def __init__(self, spec: DecoderSpec) -> None:
        super().__init__()
        refuse_untrainable(spec)
        self.spec = spec
        self.embedding = nn.Embedding(spec.vocab_size, spec.hidden_size)
        self.blocks = nn.ModuleList(Block(spec) for _ in range(spec.layers))
        self.norm = RMSNorm(spec.hidden_size, spec.norm_eps)
        self.output = None if spec.tied_embeddings else nn.Linear(spec.hidden_size, spec.vocab_size, bias=False)
        frequencies, self.magnitude = rotary_tables(spec.rope, spec.head_dim)
        self.register_buffer("frequencies", torch.from_numpy(frequencies), persistent=False)

    def forward(self, tokens: Tensor, positions: Tensor, attend: Attend) -> Tensor:
        """tokens, positions int64 [...] -> normed hidden states [..., D]."""
        x = self.embedding(tokens)
        angles = (positions.unsqueeze(-1) * cast(Tensor, self.frequencies)).unsqueeze(-2)
        cos, sin = ((turn * self.magnitude).to(x.dtype) for turn in (angles.cos(), angles.sin()))
        for layer, block in enumerate(self.blocks):
            x = block(layer, x, cos, sin, attend)
        return self.norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """hidden [..., D] -> [..., V]."""
        return F.linear(hidden, self.output.weight if self.output is not None else self.embedding.weight)

    def initialise(self, generator: torch.Generator) -> None:
        """Fresh weights: normal(0, 0.02), the projections into the stream scaled by 1/sqrt(2·layers) (GPT-2)."""
        residual = 0.02 / math.sqrt(2 * self.spec.layers)
        for name, parameter in self.named_parameters():
            if parameter.ndim > 1:
                into_stream = name.endswith(("o.weight", "down.weight"))
                nn.init.normal_(parameter, 0.0, residual if into_stream else 0.02, generator=generator)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
