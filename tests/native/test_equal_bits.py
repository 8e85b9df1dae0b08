"""A token's logits depend on its context alone: not on batch, chunks, threads or pages, to the last bit."""

from pathlib import Path

import numpy as np
import pytest

from freehold.native.executor import NativeExecutor
from freehold.native.library import Library
from freehold.nn import Float32
from freehold.nn.memory import CacheFormat, WeightFormat
from native.specs import PLAIN, SPECS
from native.tiny_checkpoint import make_batch, make_checkpoint

GENERATOR = np.random.default_rng(11)
TOKENS = GENERATOR.integers(0, PLAIN.vocab_size, 600).tolist()
PAGES = list(range(38))
KINDS = ["grouped queries", "one key-value head", "windows", "experts of the best groups", "latent attention", "biases"]
FORMATS: list[tuple[WeightFormat, CacheFormat]] = [("f32", "f32"), ("q8_0", "f16"), ("q4_0", "int8"), ("bf16", "f16")]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=FORMATS, ids=lambda formats: "-".join(formats))
def executor(kind: str, request: pytest.FixtureRequest, tmp_path: Path, library: Library) -> NativeExecutor:
    weights, cache = request.param
    checkpoint = make_checkpoint(tmp_path, SPECS[kind])
    return NativeExecutor(checkpoint, cache_pages=120, threads=2, weights=weights, cache=cache, library=library)


def run(executor: NativeExecutor, tokens: list[int], pages: list[int], chunk: int) -> Float32:
    """Logits of all tokens, given in chunks."""
    parts = [(tokens[i : i + chunk], i, pages) for i in range(0, len(tokens), chunk)]
    return np.concatenate([executor.forward(make_batch([part])).copy() for part in parts])


def test_chunks_give_the_bits_of_the_whole(executor: NativeExecutor) -> None:
    tokens = TOKENS[:300]
    whole = run(executor, tokens, PAGES, len(tokens))
    for chunk in (1, 5, 16, 33):
        assert np.array_equal(run(executor, tokens, PAGES[::-1], chunk), whole)


def test_company_changes_no_bits(executor: NativeExecutor) -> None:
    alone = run(executor, TOKENS[:290], PAGES, 290)[-1]
    executor.forward(make_batch([(TOKENS[:289], 0, PAGES)], logits="none"))
    others = [(TOKENS[i : i + 1 + 3 * (i % 4)], 0, [40 + i]) for i in range(16)]
    together = executor.forward(make_batch([*others[:9], (TOKENS[289:290], 289, PAGES), *others[9:]], logits="last"))
    assert np.array_equal(together[9], alone)


def test_a_prefix_may_be_shared(executor: NativeExecutor) -> None:
    first, second = TOKENS[:200], TOKENS[:160] + TOKENS[300:340]
    alone = [run(executor, tokens, list(range(60, 80)), 200)[160:] for tokens in (first, second)]
    executor.forward(make_batch([(first[:160], 0, PAGES)], logits="none"))
    branches = [(first[160:], 160, PAGES[:13]), (second[160:], 160, [*PAGES[:10], 50, 51, 52])]
    assert np.array_equal(executor.forward(make_batch(branches)), np.concatenate(alone))


@pytest.mark.parametrize("weights", ["f32", "q8_0"])
def test_threads_change_no_bits(kind: str, weights: WeightFormat, tmp_path: Path, library: Library) -> None:
    checkpoint, results = make_checkpoint(tmp_path, SPECS[kind]), []
    for threads in (1, 2, 5):
        executor = NativeExecutor(checkpoint, cache_pages=40, threads=threads, weights=weights, library=library)
        prompt = executor.forward(make_batch([(TOKENS[:599], 0, PAGES)])).copy()
        # One token after a long context: threads share its splits.
        results.append([*prompt, *executor.forward(make_batch([(TOKENS[599:], 599, PAGES)]))])
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def test_only_the_rows_asked_for_are_answered(executor: NativeExecutor) -> None:
    everything = run(executor, TOKENS[:40], PAGES, 40)
    batch = make_batch([(TOKENS[:40], 0, PAGES)], logits="last")
    assert np.array_equal(executor.forward(batch), everything[-1:])
    rows = np.array([30, 2, 17], dtype=np.int32)
    batch = make_batch([(TOKENS[:40], 0, PAGES)])
    object.__setattr__(batch, "logit_rows_R", rows)
    assert np.array_equal(executor.forward(batch), everything[rows])
