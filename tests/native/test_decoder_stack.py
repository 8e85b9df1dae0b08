"""The stack against a float64 decoder that shares nothing with it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from freehold.models import DecoderSpec
from freehold.native.executor import NativeExecutor
from freehold.native.library import Library
from freehold.nn.memory import CacheFormat, WeightFormat
from native.plain_decoder import decode, random_weights
from native.specs import PLAIN, SPECS
from native.tiny_checkpoint import make_batch, make_checkpoint

TOKENS = np.random.default_rng(7).integers(0, PLAIN.vocab_size, 300).tolist()
PAGES = list(range(3, 22))

Errors = Callable[..., NDArray[np.float64]]


@pytest.fixture
def errors_of(tmp_path: Path, library: Library) -> Errors:
    """How far each token's logits are from the float64 ones, as a part of the largest of these."""

    def measure(
        spec: DecoderSpec, cache: CacheFormat = "f32", weights: WeightFormat = "f32", threads: int = 2
    ) -> NDArray[np.float64]:
        checkpoint = make_checkpoint(tmp_path, spec)
        executor = NativeExecutor(
            checkpoint, cache_pages=22, threads=threads, weights=weights, cache=cache, library=library
        )
        got = executor.forward(make_batch([(TOKENS, 0, PAGES)]))
        wide = {name: values.astype(np.float64) for name, values in random_weights(spec).items()}
        wanted = decode(spec, wide, TOKENS)
        return np.abs(got - wanted).max(axis=1) / np.abs(wanted).max()

    return measure


@pytest.mark.parametrize("name", SPECS)
def test_every_feature_gives_the_logits_of_the_papers(name: str, errors_of: Errors) -> None:
    assert errors_of(SPECS[name]).max() < 1e-4


@pytest.mark.parametrize("name", ["grouped queries", "latent attention", "windows"])
@pytest.mark.parametrize(("cache", "tolerance"), [("f16", 1e-3), ("int8", 4e-2)])
def test_a_smaller_cache_moves_logits_little(
    name: str, cache: CacheFormat, tolerance: float, errors_of: Errors
) -> None:
    assert 1e-7 < np.median(errors_of(SPECS[name], cache)) < tolerance


@pytest.mark.parametrize("name", ["grouped queries", "latent attention", "sizes that fill no vector"])
@pytest.mark.parametrize(("weights", "tolerance"), [("f16", 2e-3), ("bf16", 2e-2), ("q8_0", 8e-2), ("q4_0", 0.6)])
def test_smaller_weights_move_logits_little(
    name: str, weights: WeightFormat, tolerance: float, errors_of: Errors
) -> None:
    assert 1e-7 < np.median(errors_of(SPECS[name], weights=weights)) < tolerance


@pytest.mark.parametrize("name", ["grouped queries", "latent attention", "parallel blocks", "softcaps"])
@pytest.mark.parametrize("instructions", ["avx512", "avx2", "portable"])
def test_every_instruction_set_gives_them(name: str, instructions: str, library_file: Path, tmp_path: Path) -> None:
    checkpoint, logits = make_checkpoint(tmp_path, SPECS[name]), []
    batch = make_batch([(TOKENS[:70], 0, PAGES)])
    for wanted in ("portable", instructions):
        try:
            executor = NativeExecutor(checkpoint, cache_pages=22, threads=1, library=Library(library_file, wanted))
        except ValueError as error:
            pytest.skip(str(error))
        assert executor.counters().instructions == wanted
        logits.append(executor.forward(batch).copy())
    assert np.array_equal(*logits)
