"""A decoder in float64 numpy, whole contexts at a time, written from the papers: what the native executor is held to.

T tokens, D hidden, H heads, K key-value heads, d head_dim.
"""

import math

import numpy as np
from numpy.typing import NDArray

from freehold.models import DecoderSpec, Experts, Rope
from freehold.nn.rope import rotary_tables

Array = NDArray[np.float64]
Weights = dict[str, Array]


def random_weights(spec: DecoderSpec, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Weights that keep the stream's size, with biases and norms away from 0 and 1."""
    generator = np.random.default_rng(seed)
    weights: dict[str, NDArray[np.float32]] = {}
    for name, shape in spec.shapes().items():
        values = generator.standard_normal(shape)
        if len(shape) == 2:
            values *= 1.5 / math.sqrt(shape[1])
        elif "norm.weight" in name:
            values = 1 + 0.2 * values
        weights[name] = values.astype(np.float32)
    return weights


def decode(spec: DecoderSpec, weights: Weights, tokens: list[int]) -> Array:
    """Logits [T, V] of every token of one sequence."""
    x = weights["embedding.weight"][tokens] * spec.embedding_scale
    for layer in range(spec.layers):
        block = {name.removeprefix(f"blocks.{layer}."): w for name, w in weights.items() if f"blocks.{layer}." in name}
        mixed = _attention(spec, block, layer, _norm(spec, block, "attention_norm", x))
        mixed = _norm(spec, block, "attention_post_norm", mixed) if spec.post_norms else mixed
        fed = _feed_forward(
            spec, block, layer, _norm(spec, block, "feed_forward_norm", x if spec.parallel else x + mixed)
        )
        fed = _norm(spec, block, "feed_forward_post_norm", fed) if spec.post_norms else fed
        x = x + mixed + fed
    output = weights["embedding.weight" if spec.tied_embeddings else "output.weight"]
    return _soft(_norm(spec, weights, "norm", x) @ output.T, spec.logit_softcap)


def _soft(x: Array, cap: float) -> Array:
    return cap * np.tanh(x / cap) if cap else x


def _norm(spec: DecoderSpec, weights: Weights, name: str, x: Array) -> Array:
    if f"{name}.bias" in weights:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + spec.norm_eps)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + spec.norm_eps) * weights[f"{name}.weight"]


def _linear(weights: Weights, name: str, x: Array) -> Array:
    return x @ weights[f"{name}.weight"].T + weights.get(f"{name}.bias", 0.0)


def _rotate(rope: Rope, x_THd: Array) -> Array:
    frequencies, magnitude = rotary_tables(rope, x_THd.shape[-1])
    angles = np.arange(len(x_THd))[:, None, None] * frequencies.astype(np.float64)
    cos, sin = np.cos(angles) * magnitude, np.sin(angles) * magnitude
    pairs = len(frequencies)
    first = slice(0, 2 * pairs, 2) if rope.interleaved else slice(0, pairs)
    second = slice(1, 2 * pairs, 2) if rope.interleaved else slice(pairs, 2 * pairs)
    turned = x_THd.copy()
    turned[..., first] = x_THd[..., first] * cos - x_THd[..., second] * sin
    turned[..., second] = x_THd[..., second] * cos + x_THd[..., first] * sin
    return turned


def _attention(spec: DecoderSpec, block: Weights, layer: int, x: Array) -> Array:
    q, k, v = (_latent_heads if spec.latent else _heads)(spec, block, layer, x)
    age = np.arange(len(x))[:, None] - np.arange(len(x))
    window = spec.window(layer) or len(x)
    scores = _soft(np.einsum("thd,shd->hts", q, k) * spec.scale, spec.attention_softcap)
    scores = np.where((age >= 0) & (age < window), scores, -np.inf)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = np.einsum("hts,shd->thd", shares / shares.sum(-1, keepdims=True), v)
    return _linear(block, "o", mixed.reshape(len(x), -1))


def _heads(spec: DecoderSpec, block: Weights, layer: int, x: Array) -> tuple[Array, Array, Array]:
    q, k, v = (_linear(block, name, x).reshape(len(x), -1, spec.head_dim) for name in "qkv")
    if spec.qk_norm:
        q, k = _norm(spec, block, "q_norm", q), _norm(spec, block, "k_norm", k)
    q, k = _rotate(spec.rope_of(layer), q), _rotate(spec.rope_of(layer), k)
    group = spec.heads // spec.kv_heads
    return q, k.repeat(group, axis=1), v.repeat(group, axis=1)


def _latent_heads(spec: DecoderSpec, block: Weights, layer: int, x: Array) -> tuple[Array, Array, Array]:
    latent, rope = spec.latent, spec.rope_of(layer)
    assert latent
    low = _norm(spec, block, "q_down_norm", _linear(block, "q_down", x)) if latent.q_rank else x
    q = _linear(block, "q_up" if latent.q_rank else "q", low).reshape(len(x), spec.heads, -1)
    q = np.concatenate((q[..., : latent.nope_dim], _rotate(rope, q[..., latent.nope_dim :])), axis=-1)
    down = _linear(block, "kv_down", x)
    compressed = _norm(spec, block, "kv_norm", down[:, : latent.kv_rank])
    turned = _rotate(rope, down[:, None, latent.kv_rank :]).repeat(spec.heads, axis=1)
    nope = _linear(block, "k_up", compressed).reshape(len(x), spec.heads, -1)
    v = _linear(block, "v_up", compressed).reshape(len(x), spec.heads, -1)
    return q, np.concatenate((nope, turned), axis=-1), v


def _activate(spec: DecoderSpec, x: Array) -> Array:
    match spec.activation:
        case "silu":
            return x / (1 + np.exp(-x))
        case "gelu":
            return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
        case "gelu_tanh":
            return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _part(spec: DecoderSpec, block: Weights, name: str, x: Array) -> Array:
    inner = _activate(spec, _linear(block, f"{name}gate" if spec.gated else f"{name}up", x))
    return _linear(block, f"{name}down", inner * _linear(block, f"{name}up", x) if spec.gated else inner)


def _feed_forward(spec: DecoderSpec, block: Weights, layer: int, x: Array) -> Array:
    if not spec.has_experts(layer) or spec.experts is None:
        return _part(spec, block, "", x)
    scores = _linear(block, "router", x)
    chances = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    shares = np.stack([_choose(spec.experts, row) for row in chances])
    fed = _part(spec, block, "shared.", x) if spec.experts.shared_intermediate_size else np.zeros_like(x)
    for expert in range(spec.experts.count):
        fed = fed + shares[:, expert, None] * _part(spec, block, f"experts.{expert}.", x)
    return fed


def _choose(experts: Experts, chances: Array) -> Array:
    grouped = chances.reshape(experts.groups, -1)
    worst = np.argsort(-grouped.max(-1))[experts.chosen_groups :]
    grouped = grouped.copy()
    grouped[worst] = 0
    flat = grouped.ravel()
    chosen = np.argsort(-flat)[: experts.chosen]
    shares = np.zeros_like(flat)
    shares[chosen] = flat[chosen] / (flat[chosen].sum() if experts.normalised else 1) * experts.scale
    return shares
