"""Where a voice pauses: the quietest fifth of a second, and by how much it is quieter than the voice.

No consonant is so long: the closures of "t" and "k" are shorter, and a cut in one costs both words around it. Knows
samples only, and finds no depth in steady noise, however soft.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.voice.sound import HEARING_RATE, Samples

WINDOW_MS = 200
ENDING_MS = 120  # at the end of a voice that has just ended
STEP = HEARING_RATE // 100  # samples: 10 ms
SOFTEST = 1e-8  # of full scale, squared: -80 dB


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """`at_ms` is its middle, from the samples' start; `depth` how much it is quieter than the voice, in dB."""

    at_ms: int
    depth: float


def find_pause(samples_16khz: Samples, first_ms: int, after_ms: int) -> Pause | None:
    """The deepest one whose middle lies between two places; None where no window fits."""
    levels = _levels(samples_16khz, WINDOW_MS)
    middles = np.arange(len(levels)) * 10 + WINDOW_MS // 2
    places = np.flatnonzero((middles >= first_ms) & (middles < after_ms))
    if not len(places):
        return None
    at = int(places[np.argmin(levels[places])])
    return Pause(at_ms=int(middles[at]), depth=float(np.percentile(levels, 90) - levels[at]))


def ending_depth(samples_16khz: Samples) -> float:
    """How much the last 120 ms are quieter than the voice before them, in dB; 0 where there is none."""
    levels = _levels(samples_16khz, ENDING_MS)
    return float(np.percentile(levels, 90) - levels[-1]) if len(levels) else 0.0


def _levels(samples_16khz: Samples, window_ms: int) -> NDArray[np.float64]:
    """The level of each window, one every 10 ms, in dB of full scale."""
    window = window_ms * HEARING_RATE // 1000
    if len(samples_16khz) < window:
        return np.zeros(0)
    power = np.concatenate([[0.0], np.cumsum(np.square(samples_16khz, dtype=np.float64))])
    ends = np.arange(window, len(samples_16khz) + 1, STEP)
    ends += (len(samples_16khz) - window) % STEP  # the last window ends with the samples
    return 10 * np.log10((power[ends] - power[ends - window]) / window + SOFTEST)
