"""Filter banks, against their definition written down band by band."""

import numpy as np

from freehold.voice.likeness.fbank import BANDS, HOP, WINDOW, fbank


def _by_definition(frame: np.ndarray) -> list[float]:
    samples = frame.astype(np.float64) * 32768
    samples = samples - samples.mean()
    raised = [samples[0] * 0.03, *(samples[n] - 0.97 * samples[n - 1] for n in range(1, 400))]
    windowed = [raised[n] * (0.54 - 0.46 * np.cos(2 * np.pi * n / 399)) for n in range(400)]
    power = np.abs(np.fft.fft(windowed, 512)) ** 2
    mels = [1127 * np.log(1 + hertz / 700) for hertz in np.arange(256) * 16_000 / 512]
    low, high = 1127 * np.log(1 + 20 / 700), 1127 * np.log(1 + 8000 / 700)
    step = (high - low) / (BANDS + 1)
    bands = []
    for band in range(BANDS):
        left, middle, right = (low + step * (band + part) for part in (0, 1, 2))
        energy = 0.0
        for mel, value in zip(mels, power, strict=False):
            if left < mel < right:
                energy += value * ((mel - left) / step if mel <= middle else (right - mel) / step)
        bands.append(float(np.log(max(energy, np.finfo(np.float32).eps))))
    return bands


def test_the_bands_are_those_of_kaldis_definition() -> None:
    samples = np.random.default_rng(4).normal(0, 0.1, 16_000).astype(np.float32)
    found = fbank(samples)
    assert found.shape == ((16_000 - WINDOW) // HOP + 1, BANDS)
    for frame in (0, 17, 96):
        expected = _by_definition(samples[frame * HOP : frame * HOP + WINDOW])
        np.testing.assert_allclose(found[frame], expected, atol=2e-3)


def test_too_short_a_sound_has_no_frames_and_silence_has_a_floor() -> None:
    assert fbank(np.zeros(WINDOW - 1, np.float32)).shape == (0, BANDS)
    silence = fbank(np.zeros(WINDOW, np.float32))
    assert np.isfinite(silence).all()
    assert silence.shape == (1, BANDS)
