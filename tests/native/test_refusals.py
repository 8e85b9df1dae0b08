"""What the library refuses, it refuses with a reason, and goes on working."""

import ctypes
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from freehold.contracts.errors import SetupError
from freehold.models import Experts, Rope
from freehold.native import executor as executor_module
from freehold.native.executor import NativeExecutor
from freehold.native.library import Library, SpecFields
from freehold.nn import FlatBatch
from native.specs import PLAIN, SPECS
from native.tiny_checkpoint import make_batch, make_checkpoint

BATCH = make_batch([([1, 2, 3], 0, [0]), ([4], 20, [1, 2])])


@pytest.fixture
def executor(tmp_path: Path, library: Library) -> NativeExecutor:
    return NativeExecutor(make_checkpoint(tmp_path, PLAIN), cache_pages=4, threads=2, library=library)


def changed(name: str, value: list[Any]) -> FlatBatch:
    return replace(BATCH, **{name: np.array(value, dtype=np.int32)})


@pytest.mark.parametrize(
    ("batch", "reason"),
    [
        (changed("tokens_T", [1, 2, 97, 4]), "vocabulary"),
        (changed("tokens_T", [1, -2, 3, 4]), "vocabulary"),
        (changed("pages_NP", [[0, 0], [1, 4]]), "page"),
        (changed("pages_NP", [[0, 0], [1, -1]]), "page"),
        (changed("pages_NP", [[0], [1]]), "covered by its pages"),
        (changed("pages_NP", [[0, 1]]), "as many sequences"),
        (changed("contexts_N", [2, 21]), "context"),
        (changed("contexts_N", [3, 33]), "context"),
        (changed("contexts_N", [3]), "as many sequences"),
        (changed("starts_N1", [0, 3, 5]), "cover"),
        (changed("starts_N1", [0, 4, 4]), "no tokens|context"),
        (changed("starts_N1", [0, 5, 4]), "no tokens|context"),
        (changed("logit_rows_R", [4]), "logit row"),
        (changed("logit_rows_R", [-1]), "logit row"),
        (changed("logit_rows_R", [1, 1]), "twice"),
        (changed("logit_rows_R", [0, 1, 2, 3, 3]), "logit rows"),
        (replace(BATCH, tokens_T=BATCH.tokens_T.astype(np.int64)), "int32"),  # pyright: ignore[reportArgumentType]
        (replace(BATCH, tokens_T=np.repeat(BATCH.tokens_T, 2)[::2]), "contiguous"),
    ],
)
def test_a_batch_that_names_what_is_not_there_is_refused(
    executor: NativeExecutor, batch: FlatBatch, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        executor.forward(batch)
    assert np.isfinite(executor.forward(BATCH)).all()


def test_a_batch_of_nothing_gives_nothing(executor: NativeExecutor) -> None:
    nothing = np.zeros(0, dtype=np.int32)
    batch = FlatBatch(
        tokens_T=nothing,
        starts_N1=np.zeros(1, dtype=np.int32),
        contexts_N=nothing,
        pages_NP=np.zeros((0, 0), dtype=np.int32),
        logit_rows_R=nothing,
    )
    assert executor.forward(batch).shape == (0, PLAIN.vocab_size)


@pytest.mark.parametrize(
    "spec",
    [
        replace(PLAIN, kv_heads=3),
        replace(PLAIN, layers=0),
        replace(PLAIN, hidden_size=-8),
        replace(PLAIN, vocab_size=1 << 30),
        replace(PLAIN, rope=Rope(dims=18)),
        replace(PLAIN, experts=Experts(count=4, chosen=5, intermediate_size=8)),
        replace(PLAIN, experts=Experts(count=4, chosen=2, intermediate_size=8, groups=3)),
        replace(SPECS["latent attention"], head_dim=30),
    ],
)
def test_a_spec_that_cannot_be_is_refused(spec: Any, library: Library) -> None:
    with pytest.raises(ValueError, match=r"\w{5}"):
        executor_module._create(library, spec, 1)


def test_a_binding_of_another_version_is_refused(library: Library) -> None:
    handle = ctypes.c_void_p()
    with pytest.raises(ValueError, match="version"):
        library.call("create", SpecFields(struct_bytes=8), 1, None, ctypes.byref(handle))


@pytest.fixture
def set_weight(library: Library) -> Callable[..., None]:
    handle = executor_module._create(library, PLAIN, 1)

    def call(name: str, shape: tuple[int, int], size: int, source: int = 0, target: int = 0) -> None:
        data = np.zeros(max(size, 1), dtype=np.uint8)
        library.call("set_weight", handle, name.encode(), source, *shape, data.ctypes.data, size, target)

    return call


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("blocks.9.q.weight", (64, 64), 16384), "no weight"),
        (("blocks.0.q.weight", (64, 32), 8192), r"not \[64, 64\]"),
        (("blocks.0.q.weight", (64, 64), 16383), "bytes"),
        (("blocks.0.q.weight", (64, 64), 0), "bytes"),
        (("blocks.0.q.weight", (64, 64), 16384, 9), "format"),
        (("blocks.0.q.weight", (64, 64), 16384, 0, 7), "format"),
        (("blocks.0.q.weight", (64, 64), 16384, 0, 5), "blocks"),
        (("blocks.0.q.weight", (64, 64), 4352, 5, 5), "bytes"),
        (("norm.weight", (64, 1), 128, 1), "f32"),
    ],
)
def test_a_weight_that_does_not_fit_is_refused(
    set_weight: Callable[..., None], arguments: tuple[Any, ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        set_weight(*arguments)


def test_a_step_without_all_weights_is_refused(library: Library) -> None:
    handle = executor_module._create(library, PLAIN, 1)
    with pytest.raises(ValueError, match="was not given"):
        library.call("forward", handle, executor_module.BatchFields(), None)
    library.free(handle)


def test_a_cache_that_memory_cannot_hold_is_refused_with_a_hint(tmp_path: Path, library: Library) -> None:
    checkpoint = make_checkpoint(tmp_path, PLAIN)
    with pytest.raises(SetupError, match="memory") as refused:
        NativeExecutor(checkpoint, cache_pages=2_000_000_000, library=library)
    assert refused.value.hint


def test_an_unknown_instruction_set_is_refused(tmp_path: Path, library_file: Path) -> None:
    checkpoint = make_checkpoint(tmp_path, PLAIN)
    with pytest.raises(ValueError, match="instruction set"):
        NativeExecutor(checkpoint, cache_pages=4, library=Library(library_file, "mmx"))
