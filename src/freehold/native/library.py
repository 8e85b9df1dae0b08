"""The compiled library through ctypes: its structures, its functions, and its errors as Python's.

Calls release Python's lock. Knows neither checkpoints nor batches of arrays; `executor.py` does.
"""

import ctypes
from collections.abc import Callable
from ctypes import POINTER, c_char_p, c_double, c_float, c_int32, c_int64, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

from freehold.native.build import built_path

FORMATS = {"f32": 0, "f16": 1, "bf16": 2, "q8_0": 3, "q4_0": 4, "q4_k": 5, "q6_k": 6, "int8": 7}
ACTIVATIONS = {"silu": 0, "gelu": 1, "gelu_tanh": 2}
INVALID, NO_MEMORY = 1, 2


class RopeFields(ctypes.Structure):
    """`FreeholdRope`."""

    _fields_ = [
        ("frequencies", c_void_p),
        *((name, c_int32) for name in ("pairs", "interleaved")),
        ("magnitude", c_float),
    ]


class SpecFields(ctypes.Structure):
    """`FreeholdSpec`."""

    _fields_ = [
        *(
            (name, c_int32)
            for name in (
                *("struct_bytes", "vocab_size", "hidden_size", "layers", "heads", "kv_heads", "head_dim"),
                *("intermediate_size", "layer_norm", "activation", "post_norms", "parallel", "qkv_bias", "output_bias"),
                *("feed_forward_bias", "qk_norm", "gated", "tied_embeddings"),
            )
        ),
        *(
            (name, c_float)
            for name in ("norm_eps", "attention_scale", "attention_softcap", "logit_softcap", "embedding_scale")
        ),
        ("rope", RopeFields),
        ("local_rope", RopeFields),
        ("windows", c_void_p),
        *(
            (name, c_int32)
            for name in (
                *("experts", "experts_chosen", "expert_size", "experts_normalised", "shared_size"),
                *("first_expert_layer", "expert_groups", "expert_groups_chosen"),
            )
        ),
        ("expert_scale", c_float),
        *((name, c_int32) for name in ("kv_rank", "q_rank", "nope_dim", "rope_dim", "value_dim")),
    ]


class BatchFields(ctypes.Structure):
    """`FreeholdBatch`."""

    _fields_ = [
        *((name, c_void_p) for name in ("tokens", "starts", "contexts", "pages", "logit_rows")),
        *((name, c_int32) for name in ("tokens_count", "sequences", "pages_each", "logit_rows_count")),
    ]


class CounterFields(ctypes.Structure):
    """`FreeholdCounters`."""

    _fields_ = [
        *((name, c_double) for name in ("seconds", "products", "attention", "rows", "waited")),
        *((name, c_int64) for name in ("steps", "weight_bytes", "cache_bytes", "buffer_bytes")),
        ("threads", c_int32),
        ("instructions", c_char_p),
    ]


SIGNATURES: dict[str, tuple[Any, ...]] = {
    "create": (POINTER(SpecFields), c_int32, c_char_p, POINTER(c_void_p)),
    "set_weight": (c_void_p, c_char_p, c_int32, c_int32, c_int32, c_void_p, c_int64, c_int32),
    "set_cache": (c_void_p, c_int32, c_int32),
    "forward": (c_void_p, POINTER(BatchFields), c_void_p),
    "likeliest": (c_void_p, c_int32, c_int32, c_int32, c_void_p, c_void_p),
    "log_sum_exp": (c_void_p, c_int32, c_int32, c_void_p),
    "pace": (c_int32, c_int32, c_void_p, c_void_p, c_void_p),
}


class Library:
    """The functions of `freehold.h`; `instructions` names the instruction set that models use, "" the best one."""

    def __init__(self, path: Path, instructions: str = "") -> None:
        self._native = ctypes.CDLL(str(path))
        self._native.freehold_message.restype = c_char_p
        self.instructions = instructions
        self.functions = {name: self._function(name, types) for name, types in SIGNATURES.items()}
        self.counters = self._native.freehold_counters
        self.counters.argtypes, self.counters.restype = (c_void_p, POINTER(CounterFields)), None
        self.free = self._native.freehold_free
        self.free.argtypes, self.free.restype = (c_void_p,), None

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function that can fail. Raises `ValueError` for arguments it refuses, `MemoryError` without memory."""
        code = self.functions[name](*arguments)
        if code == 0:
            return
        message = (self._native.freehold_message() or b"").decode()
        if code == INVALID:
            raise ValueError(f"{message}.")
        raise (MemoryError if code == NO_MEMORY else RuntimeError)(f"{message}.")

    def _function(self, name: str, types: tuple[Any, ...]) -> Callable[..., int]:
        function = getattr(self._native, f"freehold_{name}")
        function.argtypes, function.restype = types, c_int32
        return function


def library_path() -> Path | None:
    """The library that `freehold.native.build` made, if it did."""
    path = built_path()
    return path if path.exists() else None


@cache
def load_library() -> Library | None:
    """That library, or None where it was not built or does not run here."""
    path = library_path()
    try:
        return Library(path) if path else None
    except OSError:
        return None
