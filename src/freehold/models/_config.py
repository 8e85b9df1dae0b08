"""What many architectures' `config.json` files have in common: sizes, rotary positions, refusals.

Reads transformers 5's `rope_parameters` and the older `rope_theta` with `rope_scaling`. Refuses rotary scalings that
change while a sequence grows.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from freehold.contracts.errors import InvalidRequest
from freehold.models import FrequencyFactors, LinearScaling, Llama3Scaling, Rope, RopeScaling, YarnScaling

Config = Mapping[str, Any]

FULL, SLIDING = "full_attention", "sliding_attention"


def refuse(config: Config, **expected: Any) -> None:
    """Raise `InvalidRequest` for a key that is present with another value than the one this code computes."""
    for key, value in expected.items():
        found = config.get(key, value)
        if found != value and not (found is None and not value):
            text = f"{config.get('model_type')} with {key} = {found!r} is not supported."
            raise InvalidRequest(text, hint=f"Supported: {key} = {value!r}.")


def expect_activation(config: Config, key: str, *names: str) -> None:
    """Raise `InvalidRequest` for another activation than `names`; a missing key means the first of them."""
    if config.get(key, names[0]) not in names:
        text = f"Activation '{config[key]}' is not {config.get('model_type')}'s."
        raise InvalidRequest(text, hint=f"Supported: {key} = {' or '.join(names)}.")


def sizes(config: Config, head_dim: int = 0) -> dict[str, Any]:
    """The fields of a spec that nearly every `config.json` names alike; `head_dim`: where the file leaves it out."""
    heads = int(config["num_attention_heads"])
    hidden = int(config["hidden_size"])
    return {
        "vocab_size": int(config["vocab_size"]),
        "hidden_size": hidden,
        "layers": int(config["num_hidden_layers"]),
        "heads": heads,
        "kv_heads": int(config.get("num_key_value_heads") or heads),
        "head_dim": int(config.get("head_dim") or head_dim or hidden // heads),
        "intermediate_size": int(config["intermediate_size"]),
        "context_length": int(config["max_position_embeddings"]),
    }


def windows(config: Config, local: Callable[[int], bool]) -> tuple[int, ...]:
    """Each layer's window: of those that `layer_types` calls sliding or, where that is missing, that are `local`."""
    layers, window = int(config["num_hidden_layers"]), int(config.get("sliding_window") or 0)
    kinds = config.get("layer_types") or [SLIDING if local(layer) else FULL for layer in range(layers)]
    if len(kinds) != layers or not set(kinds) <= {SLIDING, FULL}:
        text = f"layer_types of {config.get('model_type')} has {len(kinds)} entries: {', '.join(sorted(set(kinds)))}."
        raise InvalidRequest(text, hint=f"Supported: {layers} of {FULL} and {SLIDING}.")
    found = tuple(window if kind == SLIDING else 0 for kind in kinds)
    return found if any(found) else ()


def rope_parameters(config: Config, layer_type: str = "") -> dict[str, Any]:
    """Rotary parameters as transformers 5 writes them, whatever the age of the file; `layer_type`: of such layers."""
    found = config.get("rope_parameters") or {}
    if layer_type in found:
        found = found[layer_type]
    found = dict(config.get("rope_scaling") or {}) | dict(found or {})
    kind = found.get("rope_type") or found.get("type") or "default"
    original = config.get("original_max_position_embeddings") or config.get("max_position_embeddings")
    defaults = {
        "rope_theta": config.get("rope_theta"),
        "partial_rotary_factor": config.get("partial_rotary_factor"),
        "original_max_position_embeddings": original,
    }
    return defaults | {key: value for key, value in found.items() if value is not None} | {"rope_type": kind}


def rope(config: Config, head_dim: int, *, layer_type: str = "", theta: float = 10_000.0) -> Rope:
    """Rotary positions of heads of `head_dim`; `theta`: where the file leaves it out."""
    parameters = rope_parameters(config, layer_type)
    dims = int(head_dim * float(parameters["partial_rotary_factor"] or 1.0))
    return Rope(
        theta=float(parameters["rope_theta"] or theta),
        dims=0 if dims == head_dim else dims,
        scaling=_scaling(parameters, config),
    )


def _scaling(parameters: Config, config: Config) -> RopeScaling | None:
    readers = {"llama3": _llama3, "linear": _linear, "yarn": _yarn, "longrope": _longrope, "su": _longrope}
    readers["default"] = lambda parameters, config: None
    kind = parameters["rope_type"]
    if kind not in readers:
        raise InvalidRequest(f"Rotary scaling '{kind}' is not supported.", hint=f"Supported: {', '.join(readers)}.")
    return readers[kind](parameters, config)


def _llama3(parameters: Config, config: Config) -> Llama3Scaling:
    return Llama3Scaling(
        factor=float(parameters["factor"]),
        low_freq_factor=float(parameters["low_freq_factor"]),
        high_freq_factor=float(parameters["high_freq_factor"]),
        original_context_length=int(parameters["original_max_position_embeddings"]),
    )


def _linear(parameters: Config, config: Config) -> LinearScaling:
    return LinearScaling(factor=float(parameters["factor"]))


def _yarn(parameters: Config, config: Config) -> YarnScaling:
    if not parameters.get("truncate", True):
        raise InvalidRequest("YaRN without truncate is not supported.", hint="Supported: truncate = true.")
    original = int(parameters["original_max_position_embeddings"])
    factor = float(parameters.get("factor") or int(config["max_position_embeddings"]) / original)
    return YarnScaling(
        factor=factor,
        original_context_length=original,
        beta_fast=float(parameters.get("beta_fast") or 32),
        beta_slow=float(parameters.get("beta_slow") or 1),
        magnitude=_yarn_magnitude(parameters, factor),
    )


def _yarn_magnitude(parameters: Config, factor: float) -> float:
    if parameters.get("attention_factor") is not None:
        return float(parameters["attention_factor"])
    if parameters.get("mscale") and parameters.get("mscale_all_dim"):
        return mscale(factor, parameters["mscale"]) / mscale(factor, parameters["mscale_all_dim"])
    return mscale(factor, 1.0)


def mscale(factor: float, strength: float) -> float:
    """By how much YaRN sharpens attention that is stretched by `factor` (arXiv 2309.00071, equation 22)."""
    return 0.1 * float(strength) * math.log(factor) + 1.0 if factor > 1 else 1.0


def _longrope(parameters: Config, config: Config) -> FrequencyFactors:
    """The long factors, except where the whole context fits into the original one."""
    original, length = int(parameters["original_max_position_embeddings"]), int(config["max_position_embeddings"])
    factors = parameters["long_factor" if length > original else "short_factor"]
    factor = float(parameters.get("factor") or length / original)
    magnitude = parameters.get("attention_factor")
    if magnitude is None:
        magnitude = math.sqrt(1 + math.log(factor) / math.log(original)) if factor > 1 else 1.0
    return FrequencyFactors(factors=tuple(map(float, factors)), magnitude=float(magnitude))
