"""Architectures, without torch: one file per Hugging Face `model_type`, each a spec and a weight map.

A *spec* says everything an executor needs to build the network; executors (`native`, `nn.numpy_executor`) and the
trainer read it, so training and serving cannot disagree. Knows no tensors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from freehold.foundation.registry import Registry

Norm = Literal["rms", "layer"]
Activation = Literal["silu", "gelu", "gelu_tanh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Llama3Scaling:
    """Llama 3.1's frequency scaling of rotary positions (Llama 3 report, section 3.2)."""

    factor: float
    low_freq_factor: float
    high_freq_factor: float
    original_context_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearScaling:
    """Position interpolation (arXiv 2306.15595): every frequency divided by `factor`."""

    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YarnScaling:
    """YaRN (arXiv 2309.00071): high frequencies kept, low ones interpolated, attention scaled by `magnitude`."""

    factor: float
    original_context_length: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    magnitude: float = 1.0  # cosines and sines are multiplied by it


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyFactors:
    """A divisor per frequency as the checkpoint lists them (LongRoPE, arXiv 2402.13753; GGUF's `rope_freqs`)."""

    factors: tuple[float, ...]
    magnitude: float = 1.0  # cosines and sines are multiplied by it


RopeScaling = Llama3Scaling | LinearScaling | YarnScaling | FrequencyFactors


@dataclass(frozen=True, slots=True, kw_only=True)
class Rope:
    """Rotary positions (RoFormer, arXiv 2104.09864): the first `dims` of each head turn, 0 meaning all of them.

    Dimension i turns with i + dims/2; where `interleaved`, 2i turns with 2i + 1.
    """

    theta: float = 10_000.0
    dims: int = 0
    scaling: RopeScaling | None = None
    interleaved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Experts:
    """A mixture of experts in place of the feed-forward, from layer `first_layer` on (Mixtral, arXiv 2401.04088).

    A token's router scores are a softmax over all `count` experts; the `chosen` best run. Their weights are those
    probabilities, normalised to sum to one if `normalised`, times `scale`. With `groups` > 1 only experts of the
    `chosen_groups` groups with the best single expert may be chosen (DeepSeek-V2, arXiv 2405.04434).
    """

    count: int
    chosen: int
    intermediate_size: int
    normalised: bool = True
    shared_intermediate_size: int = 0  # experts that always run, as one wide feed-forward; 0: none
    first_layer: int = 0
    groups: int = 1
    chosen_groups: int = 1
    scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Latent:
    """Multi-head latent attention (DeepSeek-V2): the cache keeps one vector of `kv_rank` + `rope_dim` a token.

    Queries and keys of a head have `head_dim` = `nope_dim` + `rope_dim` dimensions, the last `rope_dim` of which are
    rotary and, in keys, shared by all heads; values have `value_dim`. `q_rank` 0: queries are not compressed.
    """

    kv_rank: int
    q_rank: int
    nope_dim: int
    rope_dim: int
    value_dim: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderSpec:
    """A decoder of attention and feed-forward blocks behind norms.

    All sizes count elements; `context_length` counts tokens. The defaults are Llama's.
    """

    vocab_size: int
    hidden_size: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate_size: int
    context_length: int
    norm: Norm = "rms"  # RMSNorm has a weight, LayerNorm a weight and a bias
    norm_eps: float = 1e-5
    post_norms: bool = False  # also after attention and feed-forward, before they are added (Gemma 2)
    parallel: bool = False  # attention and feed-forward read the same stream and are added together (Falcon)
    qkv_bias: bool = False
    output_bias: bool = False  # of the attention's output projection
    feed_forward_bias: bool = False
    qk_norm: bool = False  # RMSNorm of each head's queries and keys, before rotation
    rope: Rope = Rope()
    local_rope: Rope | None = None  # for layers with a window, where they differ (Gemma 3)
    windows: tuple[int, ...] = ()  # per layer: how many tokens back it sees, itself included; 0: all. (): no windows
    attention_scale: float = 0.0  # 0: 1/sqrt(head_dim)
    attention_softcap: float = 0.0  # s -> cap·tanh(s/cap); 0: none
    logit_softcap: float = 0.0
    activation: Activation = "silu"
    gated: bool = True  # down(act(gate(x))·up(x)), else down(act(up(x)))
    embedding_scale: float = 1.0
    tied_embeddings: bool = False
    experts: Experts | None = None
    latent: Latent | None = None

    def window(self, layer: int) -> int:
        """How many tokens back `layer` sees, itself included; 0: all."""
        return self.windows[layer] if self.windows else 0

    def rope_of(self, layer: int) -> Rope:
        """The rotary positions of `layer`."""
        return self.local_rope if self.local_rope and self.window(layer) else self.rope

    def has_experts(self, layer: int) -> bool:
        """Whether `layer` holds experts instead of one feed-forward."""
        return self.experts is not None and layer >= self.experts.first_layer

    @property
    def scale(self) -> float:
        """What attention scores are multiplied by."""
        return self.attention_scale or self.head_dim**-0.5

    @property
    def parameters(self) -> int:
        """How many weights the network has; a tied output matrix counts once."""
        return sum(int(np.prod(shape)) for shape in self.shapes().values())

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Every weight by the executor's name for it: matrices are [out, in], norms and biases [out]."""
        shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (self.vocab_size, self.hidden_size)}
        if not self.tied_embeddings:
            shapes["output.weight"] = (self.vocab_size, self.hidden_size)
        shapes |= self._norm("norm")
        for layer in range(self.layers):
            names = self._attention() | self._feed_forward(layer)
            shapes |= {f"blocks.{layer}.{name}": shape for name, shape in names.items()}
        return shapes

    def _norm(self, name: str) -> dict[str, tuple[int, ...]]:
        names = (f"{name}.weight", f"{name}.bias") if self.norm == "layer" else (f"{name}.weight",)
        return dict.fromkeys(names, (self.hidden_size,))

    def _attention(self) -> dict[str, tuple[int, ...]]:
        hidden = self.hidden_size
        shapes = self._norm("attention_norm")
        if self.post_norms:
            shapes |= self._norm("attention_post_norm")
        if self.latent:
            return shapes | self._latent_attention(self.latent)
        queries, keys = self.heads * self.head_dim, self.kv_heads * self.head_dim
        for name, rows in (("q", queries), ("k", keys), ("v", keys)):
            shapes |= _linear(name, rows, hidden, bias=self.qkv_bias)
        shapes |= _linear("o", hidden, queries, bias=self.output_bias)
        if self.qk_norm:
            shapes |= {"q_norm.weight": (self.head_dim,), "k_norm.weight": (self.head_dim,)}
        return shapes

    def _latent_attention(self, latent: Latent) -> dict[str, tuple[int, ...]]:
        hidden, queries = self.hidden_size, self.heads * self.head_dim
        shapes = {
            "kv_down.weight": (latent.kv_rank + latent.rope_dim, hidden),
            "kv_norm.weight": (latent.kv_rank,),
            "k_up.weight": (self.heads * latent.nope_dim, latent.kv_rank),
            "v_up.weight": (self.heads * latent.value_dim, latent.kv_rank),
            "o.weight": (hidden, self.heads * latent.value_dim),
        }
        if not latent.q_rank:
            return shapes | {"q.weight": (queries, hidden)}
        ranks = {"q_down.weight": (latent.q_rank, hidden), "q_down_norm.weight": (latent.q_rank,)}
        return shapes | ranks | {"q_up.weight": (queries, latent.q_rank)}

    def _feed_forward(self, layer: int) -> dict[str, tuple[int, ...]]:
        shapes = self._norm("feed_forward_norm")
        if self.post_norms:
            shapes |= self._norm("feed_forward_post_norm")
        if not self.has_experts(layer) or self.experts is None:
            return shapes | self._gated("", self.intermediate_size)
        shapes |= {"router.weight": (self.experts.count, self.hidden_size)}
        for expert in range(self.experts.count):
            shapes |= self._gated(f"experts.{expert}.", self.experts.intermediate_size)
        if self.experts.shared_intermediate_size:
            shapes |= self._gated("shared.", self.experts.shared_intermediate_size)
        return shapes

    def _gated(self, prefix: str, inner: int) -> dict[str, tuple[int, ...]]:
        bias = self.feed_forward_bias
        gate = _linear(f"{prefix}gate", inner, self.hidden_size, bias=bias) if self.gated else {}
        up = _linear(f"{prefix}up", inner, self.hidden_size, bias=bias)
        return gate | up | _linear(f"{prefix}down", self.hidden_size, inner, bias=bias)


def _linear(name: str, rows: int, columns: int, *, bias: bool) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {f"{name}.weight": (rows, columns)}
    return shapes | {f"{name}.bias": (rows,)} if bias else shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a weight stands in a checkpoint: a tensor, some of its rows, and a number to add to each element.

    A tensor of experts [E, rows, columns] counts as E·rows rows. Only rows are chosen, so quantised blocks, which run
    along rows, stay whole. Where `transposed`, the tensor is [N, columns, rows] and each of the N matrices is turned.
    `otherwise` is its place in checkpoints that lack the tensor.
    """

    name: str
    rows: slice | NDArray[np.int64] | None = None
    plus: float = 0.0
    transposed: bool = False
    otherwise: "Source | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gguf:
    """How llama.cpp's GGUF files name an architecture: its metadata as a `config.json`, its tensors as sources.

    Where one name stands for several architectures, the `model_type` that `config` returns decides whose spec reads it.
    """

    architecture: str  # `general.architecture`
    config: Callable[[Mapping[str, Any]], dict[str, Any]]
    sources: Callable[[DecoderSpec], dict[str, Source]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One `model_type`: how its `config.json` becomes a spec, and where its weights stand in a checkpoint."""

    model_type: str
    spec: Callable[[Mapping[str, Any]], DecoderSpec]
    # The executor's name of each weight in `DecoderSpec.shapes` -> its place in the safetensors files.
    sources: Callable[[DecoderSpec], dict[str, Source]]
    # The inverse of `spec`, for architectures that the forge trains.
    config: Callable[[DecoderSpec], dict[str, Any]] | None = None
    gguf: Gguf | None = None


MODELS: Registry[Architecture] = Registry("freehold.models", "MODEL")
