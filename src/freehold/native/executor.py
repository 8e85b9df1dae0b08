"""The native executor: a checkpoint's weights in the library's formats, and batches handed to it.

Legend: as in `freehold.nn`. Knows nothing of how a step is computed.
"""

import ctypes
import os
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import SetupError
from freehold.models import DecoderSpec, Experts, Latent, Rope
from freehold.native.library import (
    ACTIVATIONS,
    FORMATS,
    BatchFields,
    CounterFields,
    Library,
    RopeFields,
    SpecFields,
    load_library,
)
from freehold.nn import FlatBatch, Float32
from freehold.nn.blocks import StoredTensor
from freehold.nn.checkpoint import Checkpoint, open_checkpoint
from freehold.nn.memory import CacheFormat, WeightFormat
from freehold.nn.rope import rotary_tables

PLAIN = ("f32", "f16", "bf16")  # formats without blocks
NO_EXPERTS = Experts(count=0, chosen=0, intermediate_size=0)
NO_LATENT = Latent(kv_rank=0, q_rank=0, nope_dim=0, rope_dim=0, value_dim=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What all steps so far took; `products`, `attention` and `rows` are shares of `seconds` on the calling thread."""

    steps: int
    seconds: float
    products: float
    attention: float
    rows: float  # norms, rotation, activations
    waited: float  # by threads for one another, added up
    threads: int
    instructions: str
    weight_bytes: int
    cache_bytes: int
    buffer_bytes: int


class NativeExecutor:
    """Runs a decoder on the CPU. Implements `nn.Executor`; results depend neither on batch, chunks nor threads.

    `threads` 0 are all cores but one, or all where there are fewer than four. Raises `SetupError` when the library is
    not built or memory is short, `InvalidRequest` for a checkpoint that cannot be read.
    """

    def __init__(
        self,
        model: Path | Checkpoint,
        *,
        cache_pages: int,
        threads: int = 0,
        weights: WeightFormat = "stored",
        cache: CacheFormat = "f16",
        library: Library | None = None,
    ) -> None:
        checkpoint = open_checkpoint(model) if isinstance(model, Path) else model
        self.spec: DecoderSpec = checkpoint.spec
        self.cache_pages = cache_pages
        self._library = library or _built_library()
        self._handle = _create(self._library, self.spec, threads or default_threads())
        weakref.finalize(self, self._library.free, self._handle)
        self._logits_RV = np.empty((0, self.spec.vocab_size), dtype=np.float32)
        self._logits_address = 0
        try:
            _Loader(self._library, self._handle, checkpoint, weights).load()
            self._library.call("set_cache", self._handle, cache_pages, FORMATS[cache])
        except MemoryError as error:
            raise SetupError("There is not enough memory for the model.", hint="Use --weights q4_0.") from error

    def forward(self, batch: FlatBatch) -> Float32:
        """Write the batch's keys and values, and return logits [R, V]; they are overwritten by the next call.

        Raises `ValueError` for a token, page or row that does not exist and for a row that is asked for twice.
        """
        rows = len(batch.logit_rows_R)
        if rows > len(self._logits_RV):
            self._logits_RV = np.empty((rows, self.spec.vocab_size), dtype=np.float32)
            self._logits_address = self._logits_RV.ctypes.data
        sequences = len(batch.contexts_N)
        if len(batch.starts_N1) != sequences + 1 or len(batch.pages_NP) != sequences:
            raise ValueError("The batch's arrays are not of as many sequences.")
        fields = BatchFields(
            *map(_address, (batch.tokens_T, batch.starts_N1, batch.contexts_N, batch.pages_NP, batch.logit_rows_R)),
            len(batch.tokens_T),
            sequences,
            batch.pages_NP.shape[1],
            rows,
        )
        self._library.call("forward", self._handle, fields, self._logits_address)
        return self._logits_RV[:rows]

    @property
    def threads(self) -> int:
        """How many threads the next step uses: fewer than given while another process takes their cores."""
        return self.counters().threads

    def counters(self) -> Counters:
        """What was measured since the executor was made, and the bytes that it holds."""
        fields = CounterFields()
        self._library.counters(self._handle, fields)
        values = {name: getattr(fields, name) for name, *_ in CounterFields._fields_}
        return Counters(**values | {"instructions": fields.instructions.decode()})


def default_threads() -> int:
    """All cores that this process may use; from four on, one is left to the server."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores - 1 if cores >= 4 else cores


def _built_library() -> Library:
    library = load_library()
    if library is None:
        raise SetupError("The CPU executor is not compiled.", hint="Install a C++ compiler and run `make native`.")
    return library


def _address(array: NDArray[np.int32]) -> int:
    if array.dtype != np.int32 or not array.flags.c_contiguous:
        raise ValueError("The batch's arrays must be int32 and C-contiguous.")
    return array.ctypes.data


def _create(library: Library, spec: DecoderSpec, threads: int) -> int:
    turning = spec.latent.rope_dim if spec.latent else spec.head_dim
    windows = np.array(spec.windows, dtype=np.int32)
    rope, frequencies = _rope_fields(spec.rope, turning)
    local_rope, local_frequencies = _rope_fields(spec.local_rope, turning) if spec.local_rope else (RopeFields(), None)
    fields = SpecFields(
        struct_bytes=ctypes.sizeof(SpecFields),
        rope=rope,
        local_rope=local_rope,
        windows=windows.ctypes.data if len(windows) else None,
        attention_scale=spec.scale,
        **_plain_fields(spec),
    )
    handle = ctypes.c_void_p()
    instructions = library.instructions.encode() or None
    library.call("create", fields, threads, instructions, ctypes.byref(handle))
    del frequencies, local_frequencies, windows  # the library has read them
    return handle.value or 0


def _rope_fields(rope: Rope, head_dim: int) -> tuple[RopeFields, Float32]:
    """The fields, and the array that they point into."""
    frequencies, magnitude = rotary_tables(rope, head_dim)
    fields = RopeFields(frequencies.ctypes.data, len(frequencies), rope.interleaved, magnitude)
    return fields, frequencies


def _plain_fields(spec: DecoderSpec) -> dict[str, Any]:
    experts, latent = spec.experts or NO_EXPERTS, spec.latent or NO_LATENT
    same = ("vocab_size", "hidden_size", "layers", "heads", "kv_heads", "head_dim", "intermediate_size", "norm_eps")
    same += ("post_norms", "parallel", "qkv_bias", "output_bias", "feed_forward_bias", "qk_norm", "gated")
    same += ("tied_embeddings", "attention_softcap", "logit_softcap", "embedding_scale")
    return {name: getattr(spec, name) for name in same} | {
        "layer_norm": spec.norm == "layer",
        "activation": ACTIVATIONS[spec.activation],
        "experts": experts.count,
        "experts_chosen": experts.chosen,
        "expert_size": experts.intermediate_size,
        "experts_normalised": experts.normalised,
        "shared_size": experts.shared_intermediate_size,
        "first_expert_layer": experts.first_layer,
        "expert_groups": experts.groups,
        "expert_groups_chosen": experts.chosen_groups,
        "expert_scale": experts.scale,
        **{name: getattr(latent, name) for name in ("kv_rank", "q_rank", "nope_dim", "rope_dim", "value_dim")},
    }


class _Loader:
    """Hands a checkpoint's weights over one by one, so that memory holds the packed ones and one more."""

    def __init__(self, library: Library, handle: int, checkpoint: Checkpoint, weights: WeightFormat) -> None:
        self._library = library
        self._handle = handle
        self._checkpoint = checkpoint
        self._weights = weights

    def load(self) -> None:
        """All of them."""
        for name in self._checkpoint.shapes:
            stored = self._checkpoint.weight(name)
            if name.endswith(("k_up.weight", "v_up.weight")):
                self._set_by_head(name, stored)
            else:
                self._set(name, stored, self._target(name, stored))

    def _target(self, name: str, stored: StoredTensor) -> str:
        if len(stored.shape) == 1 or name.endswith("router.weight"):
            return "f32"
        if self._weights != "stored":
            return self._weights
        in_file = self._checkpoint.places[self._checkpoint.sources[name].name].format.name
        return in_file if in_file in (stored.format, *PLAIN) else "q8_0"

    def _set(self, name: str, stored: StoredTensor, target: str) -> None:
        if len(stored.shape) == 1 and stored.format != "f32":
            stored = _as_float32(stored.float32())
        rows, columns = (*stored.shape, 1)[:2]
        source, place = FORMATS[stored.format], (rows, columns, stored.data.ctypes.data, stored.data.nbytes)
        self._library.call("set_weight", self._handle, name.encode(), source, *place, FORMATS[target])

    def _set_by_head(self, name: str, stored: StoredTensor) -> None:
        """Latent attention multiplies with each head's keys turned round; blocks do not turn, so they become f16."""
        target = self._target(name, stored)
        target = "f16" if self._weights == "stored" and target not in PLAIN else target
        for head, matrix in enumerate(stored.float32().reshape(self._checkpoint.spec.heads, -1, stored.shape[1])):
            part = f"{name.removesuffix('.weight')}.{head}.weight"
            self._set(part, _as_float32(matrix.T if name.endswith("k_up.weight") else matrix), target)


def _as_float32(array: Float32) -> StoredTensor:
    data = np.ascontiguousarray(array, dtype=np.float32)
    return StoredTensor(format="f32", shape=data.shape, data=data.reshape(-1).view(np.uint8))
