"""Faster and slower speech at its own pitch. Refuses nothing; far from 1 the rhythm suffers before the pitch does.

WSOLA: windows are laid one over the other at a new pace, each taken from where it best continues the one before.
Source: W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for high quality
time-scale modification of speech", ICASSP 1993.
"""

import numpy as np
import soxr
from scipy.fft import next_fast_len

from freehold.voice.sound import Samples

WINDOW_SECONDS = 0.03
SEARCH_SECONDS = 0.008  # to each side: together more than a period of the deepest voice


def stretched_length(length: int, speed: float) -> int:
    """How many samples `stretch` answers."""
    return round(length / speed)


def stretch(samples: Samples, rate: int, speed: float) -> Samples:
    """The same sound at `speed` times its pace; 1.0 answers the samples themselves."""
    wanted = stretched_length(len(samples), speed)
    if speed == 1.0 or not len(samples):
        return samples
    half = max(2, int(rate * WINDOW_SECONDS / 2))
    search = max(1, int(rate * SEARCH_SECONDS))
    window = (0.5 - 0.5 * np.cos(np.pi * np.arange(2 * half) / half)).astype(np.float32)
    margin = half + search
    padded = np.pad(samples, (margin, margin + 3 * half + int(half * speed)))
    stretched = np.zeros(wanted + 3 * half, np.float32)
    similarity = _Similarity(2 * half, 2 * search)
    last = len(padded) - 3 * half - search
    taken = search
    for index in range(wanted // half + 2):
        aim = min(search + round(index * half * speed), last)
        if index:
            going_on = padded[taken + half : taken + 3 * half]
            taken = aim - search + similarity.best(padded[aim - search : aim + search + 2 * half], going_on)
        stretched[index * half : (index + 2) * half] += window * padded[taken : taken + 2 * half]
    return stretched[half : half + wanted]


def compress(samples: Samples, ratio: float, length: int) -> Samples:
    """Time, pitch and timbre together, as on a tape that runs `ratio` times as fast; cut or filled to `length`."""
    if not len(samples):
        return np.zeros(length, np.float32)
    faster = soxr.resample(samples, ratio, 1.0)[:length]
    return np.pad(faster, (0, length - len(faster)))


class _Similarity:
    """Finds a stretch of `length` samples among `places` + 1 places."""

    def __init__(self, length: int, places: int) -> None:
        self._length = length
        self._places = places
        self._size = next_fast_len(length + places, real=True)

    def best(self, among: Samples, wanted: Samples) -> int:
        """Where in `among` the samples are most like `wanted`: the largest normalised correlation."""
        spectrum = np.fft.rfft(among, self._size) * np.conj(np.fft.rfft(wanted, self._size))
        likeness = np.fft.irfft(spectrum, self._size)[: self._places + 1]
        energy = np.concatenate(([0.0], np.cumsum(among.astype(np.float64) ** 2)))
        energy = energy[self._length :][: self._places + 1] - energy[: self._places + 1]
        # In silence every place is as good, and the middle one keeps the pace.
        scored = likeness / np.sqrt(energy + 1e-6)
        middle = self._places // 2
        best = int(np.argmax(scored))
        return best if scored[best] > scored[middle] + 1e-9 else middle
