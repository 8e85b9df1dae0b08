"""Choosing tokens: what each parameter does, and that draws follow the distribution they should."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.loops import Loop
from freehold.contracts.errors import FreeholdError
from freehold.engine.loop.batch import Batch, Slice
from freehold.engine.loop.sampler import adjust, candidates, choose, logprobs, pick, reach, sample, uniform
from freehold.engine.loop.sequence import Sequence
from freehold.engine.requests.sampling import Dry, Sampling

LOGITS = np.array([2.0, 1.0, 0.0, -1.0, -5.0], dtype=np.float32)
DRAWS = 20_000
LIKELY_CHI_SQUARE = 25  # of 4 degrees of freedom; chance alone exceeds it once in 20,000 times


def sequence(prompt: list[int] | None = None, **fields: Any) -> Sequence:
    return Sequence(prompt or [1, 1, 3], Sampling(max_tokens=50, **fields))


def grown(tokens: list[int], **fields: Any) -> Sequence:
    one = sequence(**fields)
    for token in tokens:
        one.append(token)
    return one


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    weights = np.exp(logits.astype(np.float64) - logits.max())
    return weights / weights.sum()


def random_logits(size: int, scale: float = 2.0) -> NDArray[np.float32]:
    return (np.random.default_rng(3).standard_normal(size) * scale).astype(np.float32)


class OnlyThese:
    """A grammar that allows the same tokens always."""

    def __init__(self, *tokens: int, vocab_size: int = 5) -> None:
        bits = np.isin(np.arange(-(-vocab_size // 32) * 32), tokens)
        self._mask = np.packbits(bits, bitorder="little").view(np.uint32)
        self.accepted: list[int] = []
        self.error: FreeholdError | None = None

    def mask(self) -> NDArray[np.uint32]:
        return self._mask

    def accept(self, token: int) -> None:
        self.accepted.append(token)


def test_temperature_zero_takes_the_likeliest() -> None:
    assert choose(LOGITS, sequence(temperature=0.0)) == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, softmax(LOGITS)),
        ({"temperature": 2.0}, softmax(LOGITS / 2)),
        ({"temperature": 0.5}, softmax(LOGITS * 2)),
        ({"top_k": 2}, softmax(LOGITS[:2])),
        ({"top_p": 0.7}, softmax(LOGITS[:2])),
        ({"min_p": 0.1}, softmax(LOGITS[:3])),
        ({"logit_bias": {4: 6.0}}, softmax(LOGITS + np.array([0, 0, 0, 0, 6], np.float32))),
        ({"allowed_token_ids": (1, 3)}, softmax(LOGITS[[1, 3]])),
    ],
)
def test_draws_follow_the_distribution(fields: dict[str, Any], expected: NDArray[np.float64]) -> None:
    one = sequence(seed=1, **fields)
    counts = np.zeros(5)
    for _ in range(DRAWS):
        one.tokens.append(1)  # each draw has its own place
        counts[choose(LOGITS, one)] += 1
    kept = fields.get("allowed_token_ids", range(len(expected)))
    found = counts[list(kept)]
    assert found.sum() == DRAWS
    assert ((found - expected * DRAWS) ** 2 / (expected * DRAWS)).sum() < LIKELY_CHI_SQUARE


def test_a_draw_depends_on_seed_and_place_alone() -> None:
    logits = random_logits(5000)
    drawn = [choose(logits, grown([2] * place, seed=7)) for place in range(20)]
    assert drawn == [choose(logits, grown([2] * place, seed=7)) for place in range(20)]
    assert drawn != [choose(logits, grown([2] * place, seed=8)) for place in range(20)]
    assert len(set(drawn)) > 10


def test_a_seed_gives_the_same_tokens_alone_in_a_crowd_and_through_preemption() -> None:
    def drawn(pages: int, running: int) -> tuple[list[list[int]], int]:
        loop = Loop(pages=pages, running=running)
        asked = [
            Sequence([seed] * 20, Sampling(max_tokens=40, seed=seed, top_p=0.9, frequency_penalty=0.3))
            for seed in range(5)
        ]
        loop.run(*asked)
        return [one.tokens for one in asked], loop.scheduler.preemptions

    alone, none = drawn(512, 1)
    crowded, still_none = drawn(512, 64)
    squeezed, some = drawn(10, 64)
    assert none == still_none == 0 < some
    assert alone == crowded == squeezed


def test_sequences_without_a_seed_differ() -> None:
    logits = random_logits(5000)
    assert len({choose(logits, sequence()) for _ in range(20)}) > 10


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=2000), st.floats(0, 1, exclude_max=True))
def test_only_what_has_weight_is_picked(weights: list[float], place: float) -> None:
    array = np.array([*weights, 1.0], np.float32)
    assert array[pick(array, place)] > 0


def test_picks_at_both_ends_are_the_first_and_the_last_with_weight() -> None:
    weights = np.zeros(5000, np.float32)
    weights[[700, 4000]] = 0.5
    assert pick(weights, 0.0) == 700
    assert pick(weights, float(np.nextafter(1, 0))) == 4000


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"top_k": 2}, [0, 1]),
        ({"top_k": 50}, [0, 1, 2, 3, 4]),
        ({"top_p": 0.7}, [0, 1]),
        ({"top_p": 0.0}, [0]),
        ({"min_p": 0.2}, [0, 1]),
        ({"top_k": 3, "top_p": 0.99, "min_p": 0.3}, [0, 1]),
        ({"top_p": 0.7, "temperature": 5.0}, [0, 1, 2]),
        ({"typical_p": 0.2}, [1]),
        ({}, [0, 1, 2, 3, 4]),
    ],
)
def test_cuts_keep_the_right_tokens(fields: dict[str, Any], kept: list[int]) -> None:
    tokens, weights = candidates(LOGITS, sequence(**fields).sampling)
    assert sorted(tokens.tolist()) == kept
    assert len(weights) == len(kept)


@pytest.mark.parametrize("scale", [0.01, 1.0, 3.0])
@pytest.mark.parametrize(
    "fields",
    [{"top_p": 0.3}, {"top_p": 0.999}, {"min_p": 0.01}, {"top_p": 0.9, "min_p": 0.02}, {"top_k": 40}, {"top_k": 9000}],
)
def test_a_large_vocabulary_keeps_what_sorting_it_whole_keeps(fields: dict[str, Any], scale: float) -> None:
    logits = random_logits(20_000, scale)
    sampling = sequence(**fields).sampling
    order = np.argsort(-logits, kind="stable")
    probabilities = softmax(logits)[order]
    before = probabilities.cumsum() - probabilities
    kept = (before < sampling.top_p) & (probabilities >= sampling.min_p * probabilities[0])
    kept &= np.arange(len(logits)) < (sampling.top_k or len(logits))
    tokens, _ = candidates(logits, sampling)
    # In single precision the edge may lie a token further.
    assert len(set(tokens.tolist()) ^ set(order[kept].tolist())) <= len(tokens) * 1e-3


@given(
    st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=40),
    st.floats(0.01, 0.99),
    st.floats(0.1, 3),
)
def test_the_nucleus_is_the_smallest_that_reaches_top_p(values: list[float], top_p: float, temperature: float) -> None:
    logits = np.array(values, np.float32)
    tokens, _ = candidates(logits, sequence(top_p=top_p, temperature=temperature).sampling)
    probabilities = softmax(logits / np.float32(temperature))
    inside = probabilities[tokens]
    assert inside.sum() >= top_p - 1e-5
    assert inside.sum() - inside.min() < top_p + 1e-5
    assert inside.min() >= np.delete(probabilities, tokens).max(initial=0)


def test_typical_tokens_are_those_as_surprising_as_the_distribution_is_on_average() -> None:
    logits = random_logits(3000)
    probabilities = softmax(logits)
    surprise = -np.log(probabilities)
    order = np.argsort(np.abs(surprise - (probabilities * surprise).sum()), kind="stable")
    count = int(probabilities[order].cumsum().searchsorted(0.4)) + 1
    tokens, _ = candidates(logits, sequence(typical_p=0.4).sampling)
    assert len(set(tokens.tolist()) ^ set(order[:count].tolist())) <= 1
    assert int(logits.argmax()) not in tokens


@given(st.integers(1, 4000), st.floats(0, 1.1))
def test_what_reaches_a_weight_is_the_beginning_of_the_order_by_score(count: int, share: float) -> None:
    rng = np.random.default_rng(count)
    scores, weights = rng.permutation(count).astype(np.float32), rng.random(count).astype(np.float32)
    kept = reach(scores, weights, share * float(weights.sum()))
    assert sorted(scores[kept].tolist()) == list(range(len(kept)))
    assert weights[kept].sum() >= min(share, 1) * weights.sum() * 0.999
    assert (
        len(kept) == 1
        or weights[kept].sum() - weights[np.argsort(scores)[len(kept) - 1]] <= share * weights.sum() * 1.001
    )


def test_xtc_drops_all_likely_tokens_but_the_least_likely_of_them() -> None:
    one = sequence(seed=1, xtc_probability=1.0, xtc_threshold=0.1)
    drawn = set()
    for _ in range(500):
        one.tokens.append(1)
        drawn.add(choose(np.array([2.0, 1.5, 1.2, -1.0, -1.1], np.float32), one))
    assert drawn == {2, 3, 4}
    never = sequence(seed=1, xtc_probability=0.0)
    assert choose(np.array([9.0, 1, 1, 1, 1], np.float32), never) == 0


def test_xtc_happens_as_often_as_asked() -> None:
    one = sequence(seed=1, xtc_probability=0.3, xtc_threshold=0.3)
    logits, taken = np.array([8.0, 7.5, -9, -9, -9], np.float32), 0
    for _ in range(3000):
        one.tokens.append(1)
        taken += choose(logits, one) == 1
    assert taken / 3000 == pytest.approx(0.7 * softmax(logits)[1] + 0.3, abs=0.04)


def test_bias_and_penalties_move_the_right_logits() -> None:
    fields: dict[str, Any] = {"presence_penalty": 1.0, "frequency_penalty": 0.5, "repetition_penalty": 2.0}
    adjusted = adjust(LOGITS, grown([0, 0], logit_bias={4: 100.0}, **fields))
    assert adjusted[4] == 95.0
    assert adjusted[0] == 2.0 / 2.0 - 1.0 - 2 * 0.5  # generated twice
    assert adjusted[1] == 0.5  # only in the prompt: repetition alone
    assert adjusted[3] == -2.0
    assert adjusted[2] == LOGITS[2]
    assert LOGITS[0] == 2.0


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"presence_penalty": 1.0}, [0]),
        ({"frequency_penalty": 1.0}, [0]),
        ({"repetition_penalty": 1.5}, [0, 1, 3]),
        ({"logit_bias": {2: -1.0}}, [2]),
        ({"bad_words": ((4,), (2, 3), (0, 2))}, [2, 4]),
        ({"bad_words": ((3, 2),)}, []),  # 3 ends the prompt, not the answer
        ({"min_tokens": 2, "stop_token_ids": frozenset({3})}, [3]),
        ({"min_tokens": 1, "stop_token_ids": frozenset({3})}, []),
        ({"allowed_token_ids": (0, 4)}, [1, 2, 3]),
        ({"dry": Dry(multiplier=1.0, allowed_length=1)}, []),
        ({"temperature": 0.3, "top_k": 2, "top_p": 0.5, "min_p": 0.2, "typical_p": 0.5}, []),
    ],
)
def test_a_parameter_changes_what_it_should_and_nothing_else(fields: dict[str, Any], changed: list[int]) -> None:
    adjusted = adjust(LOGITS, grown([0], **fields))
    assert np.flatnonzero(adjusted != LOGITS).tolist() == changed


def test_penalties_follow_a_growing_sequence() -> None:
    one = grown([0], frequency_penalty=1.0)
    adjust(LOGITS, one)
    one.append(0)
    one.append(4)
    assert (LOGITS - adjust(LOGITS, one)).tolist() == [2.0, 0.0, 0.0, 0.0, 1.0]


@given(st.integers(0, 6), st.integers(0, 6))
def test_no_end_token_comes_before_min_tokens(generated: int, min_tokens: int) -> None:
    one = grown([1] * generated, temperature=0.0, min_tokens=min_tokens, stop_token_ids=frozenset({0}))
    assert (choose(LOGITS, one) == 0) == (generated >= min_tokens)


def test_a_grammar_holds_over_everything_else() -> None:
    free: list[dict[str, Any]] = [{}, {"temperature": 0.0}, {"top_k": 1}, {"logit_bias": {0: 100.0}}, {"top_p": 0.1}]
    for fields in free:
        one = sequence(**fields)
        one.grammar = OnlyThese(2, 4)
        assert choose(LOGITS, one) in (2, 4)


def test_where_bans_and_grammar_leave_nothing_the_grammar_holds() -> None:
    one = sequence(temperature=0.0, min_tokens=5, stop_token_ids=frozenset({4}))
    one.grammar = OnlyThese(4)
    assert choose(LOGITS, one) == 4


def test_a_grammar_is_told_what_was_chosen_and_its_failure_ends_the_sequence() -> None:
    one, grammar = sequence(temperature=0.0), OnlyThese(1, 2)
    one.grammar = grammar
    batch = Batch(slices=(Slice(one, 2, 3),))
    [result] = sample(LOGITS[None], batch)
    assert (result.token, grammar.accepted) == (1, [1])
    grammar.error = FreeholdError("It cannot be followed.")
    [result] = sample(LOGITS[None], batch)
    assert (result.token, result.error) == (None, grammar.error)


def test_a_batch_gives_each_sequence_what_it_gets_alone() -> None:
    logits = np.random.default_rng(5).standard_normal((9, 400)).astype(np.float32)
    kinds: list[dict[str, Any]] = [{"temperature": 0.0}, {"seed": 3}, {"temperature": 0.0, "top_logprobs": 2}]
    sequences = [sequence(**kinds[row % 3]) for row in range(9)]
    whole = sample(logits, Batch(slices=tuple(Slice(one, 2, 3) for one in sequences)))
    for row, one in enumerate(sequences):
        assert [whole[row]] == sample(logits[row : row + 1], Batch(slices=(Slice(one, 2, 3),)))


def test_prompt_scores_are_those_of_the_tokens_that_follow() -> None:
    one = sequence([4, 3, 2, 1], temperature=0.0, prompt_logprobs=True, prompt_top_logprobs=1)
    rows = np.random.default_rng(5).standard_normal((4, 5)).astype(np.float32)
    [result] = sample(rows, Batch(slices=(Slice(one, 0, 4),)))
    assert [entry.token for entry in result.prompt] == [3, 2, 1]
    for entry, row in zip(result.prompt, rows, strict=False):
        assert entry.logprob == pytest.approx(np.log(softmax(row)[entry.token]), abs=1e-5)
        assert entry.rank == 1 + (row > row[entry.token]).sum()
        assert entry.top[0][0] == row.argmax()
    assert result.token == rows[3].argmax()


def test_logprobs_are_of_the_plain_distribution() -> None:
    [entry] = logprobs(LOGITS[None], [1], 2)
    assert entry.logprob == pytest.approx(float(np.log(softmax(LOGITS)[1])), abs=1e-6)
    assert [token for token, _ in entry.top] == [0, 1]


def test_numbers_for_draws_are_spread_evenly() -> None:
    numbers = [uniform(seed, position) for seed in range(50) for position in range(50)]
    counts, _ = np.histogram(numbers, bins=10, range=(0, 1))
    assert ((counts - 250) ** 2 / 250).sum() < 35
    assert all(0 <= number < 1 for number in numbers)
