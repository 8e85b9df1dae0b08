"""The intervals are held against simulation and, for shares, against exact enumeration."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.rollouts.evidence.decide import PAIR_SPREAD, RATIO_SPREAD
from freehold.rollouts.evidence.progress import Moments
from freehold.rollouts.evidence.statistics import MIN_VALUES, TAU, Interval, mean_difference, mean_of, share_difference

Draw = Callable[[np.random.Generator, int], np.ndarray]

alphas = st.floats(1e-6, 0.2)
spreads = st.floats(1e-3, 1.0)
finite = st.floats(allow_nan=False, allow_infinity=False)
moments = st.builds(Moments, n=st.integers(0, 10**12), mean=finite, variance=st.floats(0, allow_infinity=False))
usual = st.builds(
    Moments, n=st.integers(MIN_VALUES, 10**6), mean=st.floats(-10, 10), variance=st.floats(0, 10)
)  # as logarithms and scores have them


@st.composite
def shares(draw: st.DrawFn) -> Moments:
    n = draw(st.integers(MIN_VALUES, 5_000))
    return of_ones(n, draw(st.integers(0, n)))


def of_ones(n: int, ones: int) -> Moments:
    return Moments.of(n, ones, ones)


def of_values(values: np.ndarray) -> Moments:
    return Moments.of(len(values), float(values.sum()), float((values * values).sum()))


def misses(truth: float, looks: Iterator[Interval]) -> bool:
    """Whether any look's interval leaves the truth out."""
    return any(not found.low <= truth <= found.high for found in looks)


def at_most(trials: int, chance: float) -> float:
    """So many events that more would be luck of one in a thousand, if the chance is right."""
    return trials * chance + 3.1 * math.sqrt(trials * chance * (1 - chance))


@pytest.mark.parametrize(("control", "candidate"), [(0.02, 0.02), (0.001, 0.011), (0.3, 0.1), (0.0, 0.05)])
def test_a_share_interval_is_wrong_at_any_look_with_chance_alpha_at_most_by_enumeration(
    control: float, candidate: float
) -> None:
    alpha, pairs = 0.05, 24
    chances = {(0, 0): 1.0}  # of each pair of counts, no look having been wrong so far
    wrong = 0.0
    for n in range(1, pairs + 1):
        arrived: dict[tuple[int, int], float] = {}
        for (first, second), chance in chances.items():
            for a, p in ((0, 1 - control), (1, control)):
                for b, q in ((0, 1 - candidate), (1, candidate)):
                    key = (first + a, second + b)
                    arrived[key] = arrived.get(key, 0.0) + chance * p * q
        chances = {}
        for (first, second), chance in arrived.items():
            if misses(candidate - control, iter([share_difference(of_ones(n, first), of_ones(n, second), alpha)])):
                wrong += chance
            else:
                chances[first, second] = chance
    assert wrong <= alpha


@pytest.mark.parametrize(("control", "candidate", "times"), [(0.02, 0.02, 1), (0.02, 0.03, 20), (0.4, 0.4, 3)])
def test_a_share_interval_holds_at_every_look_in_simulation(control: float, candidate: float, times: int) -> None:
    alpha, trials, rng = 0.05, 300, np.random.default_rng(7)
    looks = np.unique(np.geomspace(2, 1_000, 30).astype(int))

    def run() -> bool:
        ones = (rng.random(1_000 * times) < control).cumsum(), (rng.random(1_000) < candidate).cumsum()
        found = (
            share_difference(of_ones(n * times, int(ones[0][n * times - 1])), of_ones(n, int(ones[1][n - 1])), alpha)
            for n in looks.tolist()
        )
        return misses(candidate - control, found)

    assert sum(run() for _ in range(trials)) <= at_most(trials, alpha)


def normal(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(0.0, 0.5, n)


def skewed(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.exponential(1.0, n) - 1.0


def two_humps(rng: np.random.Generator, n: int) -> np.ndarray:
    """The logarithm of a time that is a tenth for one request in five, as with a cache."""
    return np.where(rng.random(n) < 0.2, math.log(0.1) * 0.8, -math.log(0.1) * 0.2) + rng.normal(0.0, 0.3, n)


def rarely_fast(rng: np.random.Generator, n: int) -> np.ndarray:
    """As above, but for one request in twenty: few answers may hold none."""
    return np.where(rng.random(n) < 0.05, math.log(0.1) * 0.95, -math.log(0.1) * 0.05) + rng.normal(0.0, 0.3, n)


def verdicts_of_a_judge(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.choice([-1.0, 0.0, 1.0], n, p=[0.3, 0.4, 0.3])


@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize("draw", [normal, skewed, two_humps, rarely_fast])
def test_a_difference_of_means_holds_at_every_look(draw: Draw, times: int) -> None:
    alpha, trials, rng = 0.02, 500, np.random.default_rng(11)
    looks = np.unique(np.geomspace(MIN_VALUES, 1_000, 40).astype(int))

    def run() -> bool:
        control, candidate = draw(rng, 1_000 * times), draw(rng, 1_000)
        return misses(
            0.0,
            (
                mean_difference(of_values(control[: n * times]), of_values(candidate[:n]), alpha, RATIO_SPREAD)
                for n in looks.tolist()
            ),
        )

    assert sum(run() for _ in range(trials)) <= at_most(trials, alpha)


@pytest.mark.parametrize("draw", [normal, verdicts_of_a_judge])
def test_a_mean_holds_at_every_look(draw: Draw) -> None:
    alpha, trials, rng = 0.05, 500, np.random.default_rng(13)
    looks = np.unique(np.geomspace(MIN_VALUES, 1_000, 40).astype(int)).tolist()

    def run() -> bool:
        values = draw(rng, 1_000)
        return misses(0.0, (mean_of(of_values(values[:n]), alpha, PAIR_SPREAD) for n in looks))

    assert sum(run() for _ in range(trials)) <= at_most(trials, alpha)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
def test_scores_that_rarely_differ_are_not_believed_too_soon(share: float) -> None:
    alpha, trials, rng = 0.01, 500, np.random.default_rng(29)
    looks = np.unique(np.geomspace(MIN_VALUES, 1_000, 40).astype(int)).tolist()

    def run() -> bool:
        scores = (rng.random(1_000) >= share).astype(float)
        return misses(1 - share, (mean_of(of_values(scores[:n]), alpha, PAIR_SPREAD) for n in looks))

    assert sum(run() for _ in range(trials)) <= at_most(trials, alpha)


def test_with_many_values_it_is_the_interval_of_johari_koomen_pekelis_and_walsh() -> None:
    arm, alpha = Moments(n=100_000, mean=0.0, variance=0.25), 0.001
    variance = 2 * 0.25 / 100_000
    tau_squared = TAU**2 * 0.25
    theirs = math.sqrt(
        variance
        * (variance + tau_squared)
        / tau_squared
        * math.log((variance + tau_squared) / (variance * alpha * alpha))
    )
    assert mean_difference(arm, arm, alpha, 0.1).high == pytest.approx(theirs, rel=1e-3)


def test_a_candidate_that_fails_every_request_is_known_after_a_dozen_answers() -> None:
    assert share_difference(of_ones(100, 2), of_ones(12, 12), 0.0007).low > 0.3


def test_no_failure_in_few_answers_proves_little() -> None:
    assert share_difference(of_ones(30, 0), of_ones(30, 0), 0.01).high > 0.1


def test_values_that_are_all_alike_leave_room_for_doubt() -> None:
    alike = Moments(n=50, mean=1.0, variance=0.0)
    assert mean_difference(alike, alike, 0.01, 0.2).high > 0
    assert mean_of(alike, 0.01, 0.5).low < 1


def test_few_values_conclude_nothing_of_a_mean() -> None:
    few = Moments(n=MIN_VALUES - 1, mean=1.0, variance=0.01)
    many = Moments(n=1_000, mean=0.0, variance=0.01)
    assert mean_difference(many, few, 0.01, 0.1).low == -math.inf
    assert mean_of(few, 0.01, 0.1).high == math.inf


@given(shares(), shares(), alphas)
def test_a_share_interval_holds_its_estimate_and_stays_in_range(
    control: Moments, candidate: Moments, alpha: float
) -> None:
    found = share_difference(control, candidate, alpha)
    assert -1 <= found.low <= found.estimate <= found.high <= 1


@given(shares(), shares(), alphas)
def test_swapped_arms_mirror_a_share_interval(control: Moments, candidate: Moments, alpha: float) -> None:
    one, other = share_difference(control, candidate, alpha), share_difference(candidate, control, alpha)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-6)


@given(shares(), st.integers(MIN_VALUES, 3_000), st.data(), alphas)
def test_one_more_failure_never_lowers_the_bounds_by_more_than_a_point(
    control: Moments, n: int, data: st.DataObject, alpha: float
) -> None:
    """Not by nothing: where nearly all fail, against few answers of the control, the priors' shares shift."""
    ones = data.draw(st.integers(0, n - 1))
    before = share_difference(control, of_ones(n, ones), alpha)
    after = share_difference(control, of_ones(n, ones + 1), alpha)
    assert after.low >= before.low - 0.01
    assert after.high >= before.high - 0.01


@given(usual, usual, alphas, spreads)
def test_swapped_arms_mirror_a_difference_of_means(
    control: Moments, candidate: Moments, alpha: float, spread: float
) -> None:
    one = mean_difference(control, candidate, alpha, spread)
    other = mean_difference(candidate, control, alpha, spread)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), rel=1e-9, abs=1e-9)


@given(usual, usual, alphas, spreads)
def test_a_smaller_alpha_makes_a_wider_interval(
    control: Moments, candidate: Moments, alpha: float, spread: float
) -> None:
    wide = mean_difference(control, candidate, alpha / 2, spread)
    narrow = mean_difference(control, candidate, alpha, spread)
    assert wide.low <= narrow.low <= narrow.high <= wide.high


@given(moments, moments, alphas, spreads)
def test_no_finite_input_gives_what_is_no_number(
    control: Moments, candidate: Moments, alpha: float, spread: float
) -> None:
    for found in (
        share_difference(control, candidate, alpha),
        mean_difference(control, candidate, alpha, spread),
        mean_of(candidate, alpha, spread),
    ):
        assert math.isfinite(found.estimate)
        assert found.low <= found.high
