"""How much memory serving a model takes, found out before loading it. Refuses, naming the setting that would fit."""

from dataclasses import dataclass, replace
from typing import Literal

from freehold.contracts.errors import SetupError
from freehold.models import DecoderSpec

WeightFormat = Literal["stored", "f32", "f16", "bf16", "q8_0", "q4_0"]
CacheFormat = Literal["f32", "f16", "int8"]

BITS_PER_WEIGHT: dict[WeightFormat, float] = {"f32": 32, "f16": 16, "bf16": 16, "q8_0": 8.5, "q4_0": 4.5}
SMALLER: tuple[WeightFormat, ...] = ("q8_0", "q4_0")
# int8 keeps a 4-byte scale per token and head.
BYTES_PER_ELEMENT: dict[CacheFormat, float] = {"f32": 4, "f16": 2, "int8": 1.0625}
PROCESS_BYTES = 256 << 20  # interpreter, tokenizer and the buffers of a step
MOST_CACHE_TOKENS = 65_536
LEAST_CACHE_TOKENS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for. `file_bytes` is the size of the weights as stored; `cache_tokens` 0 means what fits well."""

    weights: WeightFormat
    file_bytes: int
    cache: CacheFormat
    cache_tokens: int = 0


def weight_bytes(spec: DecoderSpec, wish: Wish) -> int:
    """What the weights take."""
    return wish.file_bytes if wish.weights == "stored" else int(spec.parameters * BITS_PER_WEIGHT[wish.weights] / 8)


def cache_bytes(spec: DecoderSpec, cache: CacheFormat, tokens: int) -> int:
    """What the keys and values of `tokens` tokens take."""
    latent = spec.latent
    elements = latent.kv_rank + latent.rope_dim if latent else 2 * spec.kv_heads * spec.head_dim
    return int(spec.layers * elements * BYTES_PER_ELEMENT[cache] * tokens)


def choose_cache_tokens(spec: DecoderSpec, wish: Wish, available_bytes: int) -> int:
    """How many tokens of cache to keep; where the wish leaves it open, up to half of what the weights leave free.

    Raises `SetupError` when weights and cache do not fit into `available_bytes`.
    """
    left = available_bytes - PROCESS_BYTES - weight_bytes(spec, wish)
    fitting = _fitting_tokens(spec, wish.cache, left)
    wanted = wish.cache_tokens or min(MOST_CACHE_TOKENS, max(LEAST_CACHE_TOKENS, fitting // 2))
    if wanted <= fitting:
        return wanted
    weights, cache = weight_bytes(spec, wish), cache_bytes(spec, wish.cache, wanted)
    raise SetupError(
        f"The model needs {_gib(weights + cache + PROCESS_BYTES)}: weights {_gib(weights)}, "
        f"{_gib(cache)} for a cache of {wanted} tokens; {_gib(available_bytes)} is free.",
        hint=_advice(spec, wish, available_bytes),
    )


def _fitting_tokens(spec: DecoderSpec, cache: CacheFormat, left_bytes: int) -> int:
    return max(0, left_bytes) // max(1, cache_bytes(spec, cache, 1))


def _advice(spec: DecoderSpec, wish: Wish, available_bytes: int) -> str:
    """The first smaller setting that fits."""
    for weights in (wish.weights, *SMALLER):
        smaller = replace(wish, weights=weights)
        left = available_bytes - PROCESS_BYTES - weight_bytes(spec, smaller)
        if (tokens := _fitting_tokens(spec, wish.cache, left)) >= LEAST_CACHE_TOKENS:
            option = "" if weights == wish.weights else f"--weights {weights} "
            return f"This fits: {option}--cache-tokens {min(tokens, MOST_CACHE_TOKENS)}."
    return "No setting fits: use a smaller model, or free memory."


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"
