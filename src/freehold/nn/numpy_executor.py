"""The reference executor: every feature of a spec on numpy, to be read beside the others, and where nothing compiles.

Legend: T tokens, N sequences, L context, H heads, K key-value heads, G = H/K, d head_dim.
Everything is float32. Clear rather than fast: contexts are copied out of their pages, weights are held as float32.
"""

import math
from pathlib import Path

import numpy as np

from freehold.models import DecoderSpec, Latent
from freehold.nn import PAGE_SLOTS, FlatBatch, Float32
from freehold.nn.activations import ACTIVATIONS
from freehold.nn.checkpoint import Checkpoint, open_checkpoint
from freehold.nn.numpy_layers import (
    Rotation,
    Weights,
    expert_shares,
    linear,
    normalise,
    rms_norm,
    soft_cap,
    softmax,
)


class NumpyExecutor:
    """Runs a decoder. Implements `nn.Executor`. Raises `InvalidRequest` for a checkpoint that cannot be read."""

    def __init__(self, model: Path | Checkpoint, *, cache_pages: int) -> None:
        checkpoint = open_checkpoint(model) if isinstance(model, Path) else model
        self.spec = spec = checkpoint.spec
        self.cache_pages = cache_pages
        weights = {name: checkpoint.weight(name).float32() for name in spec.shapes()}
        self._weights = {name: weight for name, weight in weights.items() if not name.startswith("blocks.")}
        self._blocks = [_of_block(weights, layer) for layer in range(spec.layers)]
        latent = spec.latent
        heads, columns = (1, latent.kv_rank + latent.rope_dim) if latent else (spec.kv_heads, spec.head_dim)
        self._keys = np.zeros((spec.layers, cache_pages, PAGE_SLOTS, heads, columns), np.float32)
        # Latent attention's values are the first columns of its keys.
        self._values = self._keys[..., : latent.kv_rank] if latent else np.zeros_like(self._keys)

    def forward(self, batch: FlatBatch) -> Float32:
        """Write the batch's keys and values, and return logits [R, V]."""
        spec, weights = self.spec, self._weights
        step = _Step(spec, batch, self._keys, self._values)
        x = weights["embedding.weight"][batch.tokens_T] * np.float32(spec.embedding_scale)
        for layer, block in enumerate(self._blocks):
            x = _block(x, block, layer, step)
        x = normalise(x[batch.logit_rows_R], weights, "norm", spec.norm, spec.norm_eps)
        output = weights["embedding.weight" if spec.tied_embeddings else "output.weight"]
        return soft_cap(x @ output.T, spec.logit_softcap)


def _of_block(weights: Weights, layer: int) -> Weights:
    prefix = f"blocks.{layer}."
    return {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}


class _Step:
    """What all layers of one batch share: positions, places in the cache, and attention over it."""

    def __init__(self, spec: DecoderSpec, batch: FlatBatch, keys: Float32, values: Float32) -> None:
        self.spec = spec
        self._batch, self._keys, self._values = batch, keys, values
        self._positions, slots = batch.positions_T(), batch.slots_T()
        self._written = slots // PAGE_SLOTS, slots % PAGE_SLOTS
        dims = spec.latent.rope_dim if spec.latent else spec.head_dim
        ropes = {spec.rope_of(layer) for layer in range(spec.layers)}
        self._rotations = {rope: Rotation(rope, dims, self._positions) for rope in ropes}

    def rotation(self, layer: int) -> Rotation:
        """The rotary positions of this batch in `layer`."""
        return self._rotations[self.spec.rope_of(layer)]

    def attend(self, layer: int, q: Float32, k: Float32, v: Float32 | None) -> Float32:
        """q [T, H, d], k and v [T, K, d] -> [T, H, d of v]; k and v are kept. v is None where it is part of k."""
        self._keys[layer][self._written] = k
        if v is not None:
            self._values[layer][self._written] = v
        starts = self._batch.starts_N1
        rows = [slice(starts[n], starts[n + 1]) for n in range(len(starts) - 1)]
        return np.concatenate([self._attend_one(layer, q[rows[n]], n, rows[n]) for n in range(len(rows))])

    def _attend_one(self, layer: int, q: Float32, sequence: int, rows: slice) -> Float32:
        length = int(self._batch.contexts_N[sequence])
        pages = self._batch.pages_NP[sequence, : math.ceil(length / PAGE_SLOTS)]
        k_LKd, v_LKd = (
            cache[layer][pages].reshape(-1, *cache.shape[3:])[:length] for cache in (self._keys, self._values)
        )
        tokens, heads, _ = q.shape
        q_KGTd = q.reshape(tokens, k_LKd.shape[1], -1, q.shape[-1]).transpose(1, 2, 0, 3)
        scores = soft_cap(
            q_KGTd @ k_LKd.transpose(1, 2, 0)[:, None] * np.float32(self.spec.scale), self.spec.attention_softcap
        )
        distances_TL = self._positions[rows, None] - np.arange(length)
        hidden = distances_TL < 0
        if window := self.spec.window(layer):
            hidden |= distances_TL >= window
        scores[..., hidden] = -np.inf
        out_KGTd = softmax(scores) @ v_LKd.transpose(1, 0, 2)[:, None]
        return out_KGTd.transpose(2, 0, 1, 3).reshape(tokens, heads, -1)


def _block(x: Float32, weights: Weights, layer: int, step: _Step) -> Float32:
    """One layer: x [T, D] -> [T, D]."""
    spec = step.spec

    def norm(x: Float32, name: str) -> Float32:
        return normalise(x, weights, name, spec.norm, spec.norm_eps)

    attend = _latent_attention if spec.latent else _attention
    attended = attend(norm(x, "attention_norm"), weights, layer, step)
    if spec.post_norms:
        attended = norm(attended, "attention_post_norm")
    stream = x + attended
    fed = _feed_forward(norm(x if spec.parallel else stream, "feed_forward_norm"), weights, layer, spec)
    if spec.post_norms:
        fed = norm(fed, "feed_forward_post_norm")
    return stream + fed


def _attention(x: Float32, weights: Weights, layer: int, step: _Step) -> Float32:
    spec, rotation = step.spec, step.rotation(layer)
    q, k, v = (linear(x, weights, name).reshape(len(x), -1, spec.head_dim) for name in ("q", "k", "v"))
    if spec.qk_norm:
        q = rms_norm(q, weights["q_norm.weight"], spec.norm_eps)
        k = rms_norm(k, weights["k_norm.weight"], spec.norm_eps)
    out = step.attend(layer, rotation.turn(q), rotation.turn(k), v)
    return linear(out.reshape(len(x), -1), weights, "o")


def _latent_attention(x: Float32, weights: Weights, layer: int, step: _Step) -> Float32:
    """Multi-query attention over the compressed vectors themselves: the matrices that widen them act on queries and
    results instead (arXiv 2405.04434, section 2.1.2)."""
    spec, latent, rotation = step.spec, _latent(step.spec), step.rotation(layer)
    q = _latent_queries(x, weights, spec).reshape(len(x), spec.heads, spec.head_dim)
    compressed = linear(x, weights, "kv_down")
    vector = rms_norm(compressed[:, : latent.kv_rank], weights["kv_norm.weight"], spec.norm_eps)
    k = np.concatenate([vector[:, None], rotation.turn(compressed[:, None, latent.kv_rank :])], axis=-1)
    k_up_Hnr = weights["k_up.weight"].reshape(spec.heads, latent.nope_dim, latent.kv_rank)
    v_up_Hvr = weights["v_up.weight"].reshape(spec.heads, latent.value_dim, latent.kv_rank)
    q_THr = np.einsum("thn,hnr->thr", q[..., : latent.nope_dim], k_up_Hnr, optimize=True)
    q_rope = rotation.turn(q[..., latent.nope_dim :])
    out_THr = step.attend(layer, np.concatenate([q_THr, q_rope], axis=-1), k, None)
    out = np.einsum("thr,hvr->thv", out_THr, v_up_Hvr, optimize=True)
    return linear(out.reshape(len(x), -1), weights, "o")


def _latent(spec: DecoderSpec) -> Latent:
    if spec.latent is None:
        raise ValueError("the spec has no latent attention")
    return spec.latent


def _latent_queries(x: Float32, weights: Weights, spec: DecoderSpec) -> Float32:
    if not _latent(spec).q_rank:
        return linear(x, weights, "q")
    compressed = rms_norm(linear(x, weights, "q_down"), weights["q_down_norm.weight"], spec.norm_eps)
    return linear(compressed, weights, "q_up")


def _feed_forward(x: Float32, weights: Weights, layer: int, spec: DecoderSpec) -> Float32:
    if spec.experts is None or not spec.has_experts(layer):
        return _feed(x, weights, "", spec)
    shares = expert_shares(linear(x, weights, "router"), spec.experts)
    out = np.zeros_like(x)
    for expert in range(spec.experts.count):
        rows = np.flatnonzero(shares[:, expert])
        if len(rows):
            out[rows] += shares[rows, expert, None] * _feed(x[rows], weights, f"experts.{expert}.", spec)
    if spec.experts.shared_intermediate_size:
        out += _feed(x, weights, "shared.", spec)
    return out


def _feed(x: Float32, weights: Weights, prefix: str, spec: DecoderSpec) -> Float32:
    """One feed-forward, whose matrices' names begin with `prefix`."""
    activate, up = ACTIVATIONS[spec.activation], linear(x, weights, f"{prefix}up")
    inner = activate(linear(x, weights, f"{prefix}gate")) * up if spec.gated else activate(up)
    return linear(inner, weights, f"{prefix}down")
