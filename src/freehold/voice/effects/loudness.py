"""As loud as asked, as people hear it. Refuses to squash: peaks are limited, the dynamics stay.

Loudness is integrated and gated, in LUFS (ITU-R BS.1770-4); one channel counts as one channel, so the same sound on
two speakers is 3 LU louder. Peaks are those between the samples too, of the sound at four times its rate (annex 2):
within half a decibel.
"""

from typing import Annotated

import msgspec
import numpy as np
import pyloudnorm
import soxr

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.level import gain, smooth_gain
from freehold.voice.sound import Samples, Sound

BLOCK_SECONDS = 0.4
OVERSAMPLING = 4
ATTEMPTS = 8
CLOSE_ENOUGH = 0.1  # LU
SILENCE_LUFS = -70.0


class Loudness(Parameters, frozen=True, kw_only=True):
    """`target` is the integrated loudness in LUFS, -40 to -9; `peak` the highest true peak in dBTP, -9 to 0."""

    target: Annotated[float, msgspec.Meta(ge=-40.0, le=-9.0)] = -16.0
    peak: Annotated[float, msgspec.Meta(ge=-9.0, le=0.0)] = -1.0


def apply(sound: Sound, parameters: Loudness) -> Sound:
    """The sound at the target, in the same rate and length. What is silent stays so.

    Limiting takes loudness away, which is made up for a few times: a sound of short peaks may stay below the target.
    """
    original = measure(sound)
    if original < SILENCE_LUFS:
        return sound
    decibels, loudest = parameters.target - original, sound
    for _ in range(ATTEMPTS):
        louder = sound.samples * np.float32(gain(decibels))
        loudest = Sound(samples=_limit_true_peaks(louder, sound.rate, gain(parameters.peak)), rate=sound.rate)
        missing = parameters.target - measure(loudest)
        if abs(missing) < CLOSE_ENOUGH:
            break
        decibels += missing
    return loudest


def measure(sound: Sound) -> float:
    """The integrated loudness in LUFS, minus infinity for silence. What is shorter than a block is thought repeated."""
    block = int(BLOCK_SECONDS * sound.rate) + 1
    samples = sound.samples if len(sound.samples) >= block else np.resize(sound.samples, block)
    if not np.any(samples):
        return -np.inf
    loudness = float(pyloudnorm.Meter(sound.rate).integrated_loudness(samples.astype(np.float64)))
    return loudness if np.isfinite(loudness) else -np.inf


def true_peaks(samples: Samples, rate: int) -> Samples:
    """The largest magnitude at and around each sample."""
    finer = np.abs(soxr.resample(samples, rate, OVERSAMPLING * rate))
    finer = np.resize(np.pad(finer, (0, OVERSAMPLING)), len(samples) * OVERSAMPLING)
    between = finer.reshape(-1, OVERSAMPLING).max(axis=1)
    return np.maximum(np.maximum(between, np.concatenate((between[:1], between[:-1]))), np.abs(samples))


def _limit_true_peaks(samples: Samples, rate: int, ceiling: float) -> Samples:
    peaks = true_peaks(samples, rate)
    if peaks.max() <= ceiling:
        return samples
    return samples * smooth_gain((ceiling / np.maximum(peaks, ceiling)).astype(np.float32), rate)


EFFECT = Effect(summary="As loud as asked, in LUFS, with limited peaks.", parameters=Loudness, apply=apply)
