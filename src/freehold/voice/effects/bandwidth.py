"""Gives telephone speech an upper band between 3.8 and 7.8 kHz, quietly, so that it sounds less muffled.

What it is not: the band that the telephone cut off. It cannot be known; this one is noise, which has the roughness of
the voice below it and a level guessed from four bands there. It does not make speech easier to recognise, tells an "s"
from an "f" no better than the telephone did, and is nothing to identify anybody by. Source of the method: P. Jax and
P. Vary, "On artificial bandwidth extension of telephone speech", Signal Processing 83, 2003; modulated noise as in
ITU-T G.729.1 (time-domain bandwidth extension).
"""

from typing import Annotated

import msgspec
import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, sosfiltfilt

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.envelope import overlap, windows
from freehold.voice.signal.level import gain, limit
from freehold.voice.sound import Samples, Sound

RATE = 16_000  # Hz, of the work, and the least of the answer
WINDOW, HOP = 320, 160
SEED = 0x5EED

KNOWN_HERTZ = ((300, 1000), (1000, 1800), (1800, 2600), (2600, 3400))
GUESSED_HERTZ = ((3800, 4800), (4800, 6200), (6200, 7800))
EDGE_HERTZ = 200
ROUGHNESS_HERTZ, SMOOTH_HERTZ = (2000, 3400), 400
# Decibels of each guessed band over the highest known one: a constant, and per decibel of the other three over it.
# Least squares over the speech of flite's voices slt, rms, awb and kal16, six sentences each.
LEVELS = np.array([
    [-3.862, -0.148, 0.139, -0.310],
    [-9.556, -0.179, 0.212, -0.319],
    [-9.494, -0.208, 0.270, -0.216],
])  # fmt: skip
FLOOR = 1e-9
PRESENT_DECIBELS = -10.0  # an upper band this far below the guess is there already


class Bandwidth(Parameters, frozen=True, kw_only=True):
    """`level` in decibels, -20 to 6, is added to the guessed band; the default keeps it on the quiet side."""

    level: Annotated[float, msgspec.Meta(ge=-20.0, le=6.0)] = -6.0


def apply(sound: Sound, parameters: Bandwidth) -> Sound:
    """The sound at 16 kHz or its own higher rate, as long as before. One with an upper band stays as it is."""
    if not np.any(sound.samples):
        return sound
    samples_16khz = soxr.resample(sound.samples, sound.rate, RATE)
    upper = _upper_band(samples_16khz, gain(parameters.level))
    if upper is None:
        return sound
    rate = max(sound.rate, RATE)
    if sound.rate <= RATE:
        return Sound(samples=limit(samples_16khz + upper, rate), rate=rate)
    added = soxr.resample(upper, RATE, rate)[: len(sound.samples)]
    added = np.pad(added, (0, len(sound.samples) - len(added)))
    return Sound(samples=limit(sound.samples + added, rate), rate=rate)


def _upper_band(samples_16khz: Samples, factor: float) -> Samples | None:
    """What is added; None where the sound has it."""
    hertz = np.linspace(0, RATE / 2, WINDOW // 2 + 1, dtype=np.float64)
    power = np.abs(np.fft.rfft(windows(samples_16khz, WINDOW, HOP), axis=1)) ** 2
    levels = _guess(power, hertz)
    guessed, present = _mean_power(levels), _mean_power(_band_levels(power, hertz, GUESSED_HERTZ))
    if present > guessed * 10 ** (PRESENT_DECIBELS / 10):
        return None
    noise = _rough_noise(samples_16khz)
    shaped = np.fft.rfft(windows(noise, WINDOW, HOP), axis=1) * _amplitudes(levels, hertz) * factor
    return overlap(np.fft.irfft(shaped, WINDOW, axis=1).astype(np.float32), HOP, WINDOW, len(samples_16khz))


def _guess(power: NDArray[np.float64], hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Decibels per bin of the upper bands [frames, 3]."""
    known = _band_levels(power, hertz, KNOWN_HERTZ)
    highest = known[:, -1:]
    features = np.concatenate((np.ones_like(highest), known[:, :-1] - highest), axis=1)
    return features @ LEVELS.T + highest


def _band_levels(
    power: NDArray[np.float64], hertz: NDArray[np.float64], bands: tuple[tuple[int, int], ...]
) -> NDArray[np.float64]:
    within = [(hertz >= low) & (hertz < high) for low, high in bands]
    return np.stack([10 * np.log10(power[:, bins].mean(axis=1) + FLOOR) for bins in within], axis=1)


def _mean_power(levels: NDArray[np.float64]) -> float:
    return float(np.mean(10 ** (levels / 10)))


def _amplitudes(levels: NDArray[np.float64], hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """What white noise of power 1 is multiplied with, per bin: the levels, joined between the bands' middles."""
    middles = [(low + high) / 2 for low, high in GUESSED_HERTZ]
    share = np.stack([np.interp(hertz, middles, row) for row in np.eye(len(middles))])
    low, high = GUESSED_HERTZ[0][0], GUESSED_HERTZ[-1][1]
    edges = np.clip((hertz - low) / EDGE_HERTZ, 0, 1) * np.clip((high - hertz) / EDGE_HERTZ, 0, 1)
    white = np.sum(np.hanning(WINDOW + 1)[:-1] ** 2)
    return edges * np.sqrt(10 ** (levels @ share / 10) / white)


def _rough_noise(samples_16khz: Samples) -> Samples:
    """White noise of power 1 which swells and falls with the voice's pulses, as its highest known band does."""
    band = butter(2, ROUGHNESS_HERTZ, "bandpass", fs=RATE, output="sos")
    smooth = butter(2, SMOOTH_HERTZ, fs=RATE, output="sos")
    swell = np.maximum(sosfiltfilt(smooth, np.abs(sosfiltfilt(band, samples_16khz, padlen=0)), padlen=0), 0)
    local = np.sqrt(uniform_filter1d(swell**2, WINDOW)) + FLOOR
    noise = np.random.default_rng(SEED).standard_normal(len(samples_16khz))
    return (noise * swell / local).astype(np.float32)


EFFECT = Effect(summary="Gives telephone speech a quiet upper band.", parameters=Bandwidth, apply=apply)
