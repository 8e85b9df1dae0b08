"""Loudness as numbers: decibels and a limiter. Knows no perception; `effects/loudness.py` does."""

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from freehold.voice.sound import Samples

CEILING = 0.98
LIMITER_SECONDS = 0.01
LEVEL_SECONDS = 0.05


def gain(decibels: float) -> float:
    """The factor on samples."""
    return 10.0 ** (decibels / 20.0)


def amplify(samples: Samples, rate: int, decibels: float) -> Samples:
    """Louder or softer, in decibels; what would clip is limited."""
    return limit(samples * np.float32(gain(decibels)), rate)


def limit(samples: Samples, rate: int, ceiling: float = CEILING) -> Samples:
    """No sample above `ceiling`: the level is drawn down smoothly around each peak, so nothing is distorted.

    A look-ahead limiter: the smallest gain needed within a window, averaged over a window of the same length, is at no
    sample larger than the gain which that sample needs. Returns samples that need nothing as they are.
    """
    loudness = np.abs(samples)
    if not len(samples) or loudness.max() <= ceiling:
        return samples
    needed = (ceiling / np.maximum(loudness, ceiling)).astype(np.float32)
    return (samples * smooth_gain(needed, rate)).astype(np.float32)


def follow_level(samples: Samples, original: Samples, rate: int) -> Samples:
    """The samples with the course of the original's power, which is as long; at most 12 dB are added or taken."""
    window = 2 * int(rate * LEVEL_SECONDS / 2) + 1
    wanted, found = (uniform_filter1d(np.square(some), window, mode="constant") for some in (original, samples))
    factor = np.sqrt((np.maximum(wanted, 0) + 1e-9) / (np.maximum(found, 0) + 1e-9))
    return (samples * np.clip(factor, 0.25, 4.0)).astype(np.float32)


def smooth_gain(needed: Samples, rate: int) -> Samples:
    """A gain without steps that is nowhere above `needed`, which is at most 1."""
    window = 2 * int(rate * LIMITER_SECONDS / 2) + 1
    smooth = uniform_filter1d(minimum_filter1d(needed, window, mode="nearest"), window, mode="nearest")
    return np.minimum(smooth, needed)  # a running mean rounds
