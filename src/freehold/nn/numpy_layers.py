"""The functions a decoder is made of, on float32 arrays.

Legend: T tokens, H heads, d head_dim, E experts.
"""

from collections.abc import Mapping

import numpy as np

from freehold.models import Experts, Norm, Rope
from freehold.nn import Float32, Int32
from freehold.nn.rope import rotary_tables

Weights = Mapping[str, Float32]


def linear(x: Float32, weights: Weights, name: str) -> Float32:
    """x [..., in] -> [..., out], with the bias if there is one."""
    out = x @ weights[f"{name}.weight"].T
    bias = weights.get(f"{name}.bias")
    return out if bias is None else out + bias


def rms_norm(x: Float32, weight: Float32, eps: float) -> Float32:
    """Root-mean-square normalisation of the last dimension (arXiv 1910.07467)."""
    return x / np.sqrt(np.square(x).mean(-1, keepdims=True) + np.float32(eps)) * weight


def normalise(x: Float32, weights: Weights, name: str, kind: Norm, eps: float) -> Float32:
    """The norm `name` of the last dimension, of either kind."""
    if kind == "rms":
        return rms_norm(x, weights[f"{name}.weight"], eps)
    x = x - x.mean(-1, keepdims=True)
    return rms_norm(x, weights[f"{name}.weight"], eps) + weights[f"{name}.bias"]


def soft_cap(x: Float32, cap: float) -> Float32:
    """x squeezed into (-cap, cap); 0: as it is."""
    return np.tanh(x / cap) * np.float32(cap) if cap else x


def softmax(x: Float32) -> Float32:
    """Over the last dimension; an entry of minus infinity gets nothing."""
    shares = np.exp(x - x.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


class Rotation:
    """Rotary positions of one batch of tokens."""

    def __init__(self, rope: Rope, head_dim: int, positions_T: Int32) -> None:
        frequencies, magnitude = rotary_tables(rope, head_dim)
        angles = (positions_T[:, None].astype(np.float32) * frequencies)[:, None, :]
        self._cos, self._sin = np.cos(angles) * np.float32(magnitude), np.sin(angles) * np.float32(magnitude)
        self._interleaved = rope.interleaved

    def turn(self, x: Float32) -> Float32:
        """x [T, H, d] with the first dimensions of each head turned."""
        pairs = self._cos.shape[-1]
        first, second = (slice(0, 2 * pairs, 2), slice(1, 2 * pairs, 2)) if self._interleaved else (
            slice(0, pairs), slice(pairs, 2 * pairs)
        )  # fmt: skip
        out = x.copy()
        out[..., first] = x[..., first] * self._cos - x[..., second] * self._sin
        out[..., second] = x[..., second] * self._cos + x[..., first] * self._sin
        return out


def expert_shares(scores_TE: Float32, experts: Experts) -> Float32:
    """How much each expert contributes to each token, [T, E]; nothing where it was not chosen."""
    shares = softmax(scores_TE)
    if experts.groups > 1:
        grouped = shares.reshape(len(shares), experts.groups, -1)
        shares = (grouped * _largest(grouped.max(-1), experts.chosen_groups)[..., None]).reshape(shares.shape)
    shares = shares * _largest(shares, experts.chosen)
    if experts.normalised:
        shares = shares / shares.sum(-1, keepdims=True)
    return shares * np.float32(experts.scale)


def _largest(x: Float32, count: int) -> Float32:
    """1 at the `count` largest of each row, else 0."""
    mask = np.zeros_like(x)
    np.put_along_axis(mask, np.argsort(-x, axis=-1, kind="stable")[..., :count], 1, axis=-1)
    return mask
