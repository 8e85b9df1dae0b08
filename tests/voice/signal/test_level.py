"""The limiter draws down, smoothly, and no more than needed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.voice.signal.level import CEILING, amplify, follow_level, gain, limit


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), length=st.integers(1, 3_000), rate=st.sampled_from([8_000, 24_000, 48_000]))
def test_nothing_is_ever_above_the_ceiling(seed: int, length: int, rate: int) -> None:
    samples = np.random.default_rng(seed).standard_cauchy(length).astype(np.float32)
    assert np.abs(limit(samples, rate)).max() <= CEILING + 1e-6


def test_what_needs_no_limiting_is_not_touched() -> None:
    samples = np.linspace(-0.9, 0.9, 100, dtype=np.float32)
    assert limit(samples, 16_000) is samples


def test_a_peak_is_drawn_down_and_the_rest_stays() -> None:
    samples = np.full(16_000, 0.5, np.float32)
    samples[8_000] = 2.0
    limited = limit(samples, 16_000)
    assert limited[8_000] == pytest.approx(CEILING, abs=1e-3)
    np.testing.assert_array_equal(limited[:7_000], samples[:7_000])
    assert np.abs(np.diff(limited[7_700:8_000])).max() < 0.01


def test_decibels_are_decibels() -> None:
    assert gain(20.0) == pytest.approx(10.0)
    samples = np.full(10, 0.1, np.float32)
    np.testing.assert_allclose(amplify(samples, 16_000, 6.0206), 0.2, rtol=1e-4)


def test_the_course_of_the_power_is_taken_over() -> None:
    course = np.repeat(np.array([0.1, 0.5, 0.2], np.float32), 8_000)
    noise = np.random.default_rng(1).standard_normal(24_000).astype(np.float32)
    followed = follow_level(noise * 0.2, noise * course, 16_000)
    np.testing.assert_allclose(followed[2_000:6_000], (noise * course)[2_000:6_000], rtol=1e-3)
    np.testing.assert_allclose(followed[10_000:14_000], (noise * course)[10_000:14_000], rtol=1e-3)
