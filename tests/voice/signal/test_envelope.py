"""Linear prediction finds the resonances that a sound was made with."""

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz
from scipy.signal import find_peaks, lfilter

from freehold.voice.signal.envelope import WHITE_NOISE, overlap, predict, predict_from, response, windows
from freehold.voice.signal.whisper import whisper

RATE = 16_000


def test_the_resonances_of_shaped_noise_are_found() -> None:
    poles = [0.975 * np.exp(2j * np.pi * hertz / RATE) for hertz in (500, 1_500, 2_500)]
    shape = np.real(np.poly(poles + [pole.conjugate() for pole in poles]))
    noise = np.random.default_rng(4).standard_normal(4 * RATE)
    a, power = predict(windows(np.asarray(lfilter([1.0], shape, noise), np.float32), 4_096, 2_048), 6)
    envelope = np.abs(response(a, 2_048)).mean(axis=0)
    peaks, _ = find_peaks(envelope)
    np.testing.assert_allclose(peaks * RATE / 2_048, [500, 1_500, 2_500], atol=40)
    # A Hann window has 3/8 of the power of what it is laid on.
    assert np.median(power) == pytest.approx(3 / 8, rel=0.25)


def test_the_recursion_solves_the_normal_equations() -> None:
    sounds = np.random.default_rng(8).standard_normal((2, 300)).cumsum(axis=1)
    rows = np.array([np.correlate(sound, sound, "full")[299:308] for sound in sounds])
    a, error = predict_from(rows)
    for row, coefficients, left in zip(rows, a, error, strict=True):
        lags = row.copy()
        lags[0] = lags[0] * (1 + WHITE_NOISE) + 1e-12
        np.testing.assert_allclose(coefficients[1:], -solve_toeplitz(lags[:-1], lags[1:]), rtol=1e-6)
        assert left == pytest.approx(lags @ coefficients, rel=1e-6)


def test_windows_laid_over_each_other_are_the_sound_again() -> None:
    samples = np.random.default_rng(1).standard_normal(5_003).astype(np.float32)
    again = overlap(windows(samples, 320, 160), 160, 320, len(samples))
    np.testing.assert_allclose(again[:-160], samples[:-160], atol=1e-5)


def test_a_long_whisper_is_the_same_in_its_parts() -> None:
    samples = np.random.default_rng(6).uniform(-0.3, 0.3, 12 * RATE).astype(np.float32)
    whole, part = whisper(samples, RATE), whisper(samples[: 2 * RATE], RATE)
    assert len(whole) == len(samples)
    assert np.corrcoef(whole[:30_000], part[:30_000])[0, 1] > 0.999
