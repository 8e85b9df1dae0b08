"""Stretched time, and only time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.voice.signal.stretch import compress, stretch


@settings(max_examples=60, deadline=None)
@given(length=st.integers(0, 6_000), speed=st.floats(0.25, 4.0), rate=st.sampled_from([8_000, 22_050, 48_000]))
def test_the_length_is_divided_by_the_speed_and_rounded(length: int, speed: float, rate: int) -> None:
    samples = np.random.default_rng(length).uniform(-1, 1, length).astype(np.float32)
    stretched = stretch(samples, rate, speed)
    assert len(stretched) == round(length / speed)
    assert np.isfinite(stretched).all()
    assert np.abs(stretched).max(initial=0.0) <= 1.0 + 1e-5


@pytest.mark.parametrize("speed", [0.25, 0.7, 1.3, 2.0, 4.0])
def test_a_tone_stays_that_tone_without_a_seam(speed: float) -> None:
    at = np.arange(48_000) / 24_000
    tone = (0.5 * np.sin(2 * np.pi * 200 * at)).astype(np.float32)
    stretched = stretch(tone, 24_000, speed)[1_000:-1_000]
    power = np.abs(np.fft.rfft(stretched * np.hanning(len(stretched)))) ** 2
    frequencies = np.fft.rfftfreq(len(stretched), 1 / 24_000)
    assert power[np.abs(frequencies - 200) < 12].sum() > 0.999 * power.sum()


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_what_is_said_in_the_middle_stays_in_the_middle(speed: float) -> None:
    samples = np.zeros(48_000, np.float32)
    samples[23_000:25_000] = np.random.default_rng(2).standard_normal(2_000)
    stretched = stretch(samples, 24_000, speed)
    centre = np.average(np.arange(len(stretched)), weights=stretched**2)
    assert centre / len(stretched) == pytest.approx(0.5, abs=0.01)


def test_the_same_pace_answers_the_samples_themselves() -> None:
    samples = np.ones(100, np.float32)
    assert stretch(samples, 8_000, 1.0) is samples


def test_a_tape_that_runs_faster_is_shorter_and_higher() -> None:
    at = np.arange(24_000) / 24_000
    faster = compress(np.sin(2 * np.pi * 300 * at).astype(np.float32), 1.5, 16_000)
    assert len(faster) == 16_000
    assert np.argmax(np.abs(np.fft.rfft(faster))) * 24_000 / 16_000 == pytest.approx(450, abs=2)
