"""Choosing tokens."""

from collections import Counter

import numpy as np
import pytest

from freehold.engine.sampler import adjust, candidates, choose, likeliest, softmax, token_logprob
from freehold.engine.sequence import Sampling, Sequence

LOGITS = np.array([2.0, 1.0, 0.0, -1.0, -5.0], dtype=np.float32)


def sequence(**fields: object) -> Sequence:
    return Sequence([1, 1, 3], Sampling(max_tokens=10, **fields))  # pyright: ignore[reportArgumentType]


def test_temperature_zero_takes_the_likeliest() -> None:
    assert choose(LOGITS, sequence(temperature=0.0)) == 0


def test_draws_follow_the_distribution() -> None:
    one = sequence(seed=1)
    counts = Counter(choose(LOGITS, one) for _ in range(20_000))
    expected = softmax(LOGITS)
    for token in range(5):
        assert counts[token] / 20_000 == pytest.approx(float(expected[token]), abs=0.012)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"top_k": 2}, [0, 1]),
        ({"top_k": 50}, [0, 1, 2, 3, 4]),
        ({"top_p": 0.7}, [0, 1]),
        ({"top_p": 0.0}, [0]),
        ({"min_p": 0.2}, [0, 1]),
        ({"top_k": 3, "top_p": 0.99, "min_p": 0.3}, [0, 1]),
        ({}, [0, 1, 2, 3, 4]),
    ],
)
def test_cuts_keep_the_right_tokens(fields: dict[str, float], kept: list[int]) -> None:
    tokens, probabilities = candidates(LOGITS, sequence(**fields).sampling)
    assert tokens.tolist() == kept
    assert len(probabilities) == len(kept)


@pytest.mark.parametrize("fields", [{"top_p": 0.3}, {"top_p": 0.999}, {"min_p": 0.01}, {"top_p": 0.9, "min_p": 0.02}])
def test_a_shortlist_keeps_what_sorting_the_whole_vocabulary_keeps(fields: dict[str, float]) -> None:
    logits = np.random.default_rng(3).standard_normal(5000).astype(np.float32)
    sampling = sequence(**fields).sampling
    order = np.argsort(-logits, kind="stable")
    probabilities = softmax(logits)[order]
    before = probabilities.cumsum() - probabilities
    kept = (before < sampling.top_p) & (probabilities >= sampling.min_p * probabilities[0])
    tokens, _ = candidates(logits, sampling)
    assert tokens.tolist() == order[kept].tolist()


def test_of_equally_likely_tokens_the_smaller_id_comes_first() -> None:
    assert likeliest(np.array([1.0, 3.0, 2.0, 3.0, 2.0], dtype=np.float32), 3).tolist() == [1, 3, 2]


def test_bias_and_penalties_move_the_right_logits() -> None:
    one = sequence(logit_bias={4: 100.0}, presence_penalty=1.0, frequency_penalty=0.5, repetition_penalty=2.0)
    one.append(0)
    one.append(0)
    adjusted = adjust(LOGITS, one)
    assert adjusted[4] == 95.0
    assert adjusted[0] == 2.0 / 2.0 - 1.0 - 2 * 0.5  # generated twice
    assert adjusted[1] == 0.5  # only in the prompt: repetition alone
    assert adjusted[3] == -2.0
    assert LOGITS[0] == 2.0


def test_logprobs_are_of_the_plain_distribution() -> None:
    entry = token_logprob(LOGITS, 1, 2)
    assert entry.logprob == pytest.approx(float(np.log(softmax(LOGITS)[1])), abs=1e-6)
    assert [token for token, _ in entry.top] == [0, 1]
