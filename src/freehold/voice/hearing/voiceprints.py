"""What a voice sounds like, in classical features: its vowels' cepstrum and its pitch. Nothing here was trained.

Mel-frequency cepstra as in Davis and Mermelstein, 1980 (doi:10.1109/TASSP.1980.1163420), of voiced frames alone, and
the logarithm of their fundamental frequency by autocorrelation. A stretch of speech is summed up as a Gaussian, which
is how the Bayesian information criterion compares two of them (`diarize.py`). Knows nobody's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.linalg import solve_triangular

from freehold.voice.sound import HEARING_RATE, Samples

HOP = 160  # samples: 10 ms
WINDOW = 512  # samples: 32 ms, two periods of a voice of 62 Hz
CEPSTRA = 16
MELS = 28
BLOCK_FRAMES = 6000  # a minute, which bounds memory
LOWEST_HZ, HIGHEST_HZ = 65.0, 400.0
VOICED = 0.45  # normalised autocorrelation
DIMENSIONS = CEPSTRA + 1
MOST_FRAMES = 500.0  # of a print, where two are compared
FLOOR = np.concatenate([np.full(CEPSTRA, 0.05), [0.001]])  # of a variance

Features = NDArray[np.float32]  # [frames, DIMENSIONS]


def features(samples_16khz: Samples) -> tuple[Features, NDArray[np.int64]]:
    """The features of the voiced frames, and which frames these are. Frame n starts at sample n * HOP."""
    count = (len(samples_16khz) - WINDOW) // HOP + 1
    if count <= 0:
        return np.zeros((0, DIMENSIONS), np.float32), np.zeros(0, np.int64)
    frames = np.lib.stride_tricks.sliding_window_view(samples_16khz, WINDOW)[::HOP]
    parts = [_block(frames[at : at + BLOCK_FRAMES], at) for at in range(0, count, BLOCK_FRAMES)]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _block(frames: NDArray[np.float32], first: int) -> tuple[Features, NDArray[np.int64]]:
    windowed = (frames - frames.mean(1, keepdims=True)) * np.hanning(WINDOW).astype(np.float32)
    spectrum = _power(windowed)
    pitch, voicing = _pitch(spectrum)
    energy = spectrum.sum(1)
    voiced = np.flatnonzero((voicing > VOICED) & (energy > 1e-3 * np.percentile(energy, 95)))
    mels = np.log(spectrum[voiced] @ _mel_filters() + 1e-8)
    cepstra = np.asarray(fft.dct(mels, type=2, norm="ortho"))[:, 1 : CEPSTRA + 1]
    return np.column_stack([cepstra, np.log(pitch[voiced])]).astype(np.float32), voiced + first


def _pitch(spectrum: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The fundamental frequency in Hz and how periodic each frame is, from 0 to about 1 (Boersma, 1993)."""
    correlation = np.asarray(fft.irfft(spectrum))[:, :WINDOW]
    window = np.asarray(fft.irfft(_power(np.hanning(WINDOW))))[:WINDOW]
    normal = correlation / np.maximum(correlation[:, :1], 1e-9) * (window[0] / np.maximum(window, 1e-3 * window[0]))
    shortest, longest = int(HEARING_RATE / HIGHEST_HZ), int(HEARING_RATE / LOWEST_HZ)
    lags = np.arange(shortest, longest)
    # A little less for longer lags: two periods correlate as well as one.
    scores = normal[:, shortest:longest] - 0.05 * np.log2(lags / shortest)
    best = np.argmax(scores, 1)
    voicing = np.take_along_axis(normal[:, shortest:longest], best[:, None], 1)[:, 0]
    return (HEARING_RATE / lags[best]).astype(np.float32), voicing.astype(np.float32)


def _power(windowed: NDArray[np.floating]) -> NDArray[np.floating]:
    """[…, WINDOW + 1] the power of each bin, at twice the resolution, as a correlation without wrapping needs."""
    return np.abs(np.asarray(fft.rfft(windowed, 2 * WINDOW))) ** 2


@lru_cache(maxsize=1)
def _mel_filters() -> NDArray[np.float32]:
    """Triangles evenly spaced on the mel scale from 80 Hz to 7 kHz: [bins, MELS]."""
    mels = np.linspace(1127 * np.log1p(80 / 700), 1127 * np.log1p(7000 / 700), MELS + 2)
    edges = 700 * np.expm1(mels / 1127)
    bins = np.arange(WINDOW + 1)[:, None] * HEARING_RATE / (2 * WINDOW)
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voiceprints:
    """Voices as Gaussians, kept as sums so that they can be added. P is how many, D the features.

    `scatters_PDD` are the sums of the frames' outer products.
    """

    counts_P: NDArray[np.float64]
    totals_PD: NDArray[np.float64]
    scatters_PDD: NDArray[np.float64]

    @classmethod
    def of(cls, spoken: Sequence[Features]) -> "Voiceprints":
        """One print of each."""
        return cls(
            counts_P=np.array([len(frames) for frames in spoken], np.float64),
            totals_PD=np.array([frames.sum(0, np.float64) for frames in spoken]).reshape(-1, DIMENSIONS),
            scatters_PDD=np.array([frames.astype(np.float64).T @ frames for frames in spoken]).reshape(
                -1, DIMENSIONS, DIMENSIONS
            ),
        )

    def __len__(self) -> int:
        return len(self.counts_P)

    def __getitem__(self, which: Any) -> "Voiceprints":
        return Voiceprints(
            counts_P=self.counts_P[which], totals_PD=self.totals_PD[which], scatters_PDD=self.scatters_PDD[which]
        )

    def __add__(self, other: "Voiceprints") -> "Voiceprints":
        return Voiceprints(
            counts_P=self.counts_P + other.counts_P,
            totals_PD=self.totals_PD + other.totals_PD,
            scatters_PDD=self.scatters_PDD + other.scatters_PDD,
        )

    def grouped(self, groups: Sequence[Sequence[int]]) -> "Voiceprints":
        """The sum of each group of them, by their places."""
        return Voiceprints(
            counts_P=np.array([self.counts_P[group].sum() for group in map(list, groups)]),
            totals_PD=np.array([self.totals_PD[group].sum(0) for group in map(list, groups)]),
            scatters_PDD=np.array([self.scatters_PDD[group].sum(0) for group in map(list, groups)]),
        )

    def lightened(self) -> "Voiceprints":
        """The same Gaussians, as if of at most `MOST_FRAMES`."""
        scale = np.minimum(1.0, MOST_FRAMES / np.maximum(self.counts_P, 1.0))
        return Voiceprints(
            counts_P=self.counts_P * scale,
            totals_PD=self.totals_PD * scale[:, None],
            scatters_PDD=self.scatters_PDD * scale[:, None, None],
        )

    @property
    def means(self) -> NDArray[np.float64]:
        """Of the features."""
        return self.totals_PD / np.maximum(self.counts_P, 1.0)[:, None]

    @property
    def covariances(self) -> NDArray[np.float64]:
        """Of the features, never singular: a short stretch knows too little about its own."""
        means = self.means
        squares = self.scatters_PDD / np.maximum(self.counts_P, 1.0)[:, None, None]
        return squares - means[:, :, None] * means[:, None, :] + np.diag(FLOOR)

    def spread(self) -> NDArray[np.float64]:
        """[P] frames times the logarithm of the covariance's determinant: how badly one Gaussian fits them."""
        return self.counts_P * np.linalg.slogdet(self.covariances)[1]

    def log_likelihoods(self, frames: Features) -> NDArray[np.float64]:
        """[P, frames] of each frame under each print, but for a constant."""
        found: list[NDArray[np.float64]] = []
        for mean, covariance in zip(self.means, self.covariances, strict=True):
            factor = np.linalg.cholesky(covariance)
            whitened = solve_triangular(factor, (frames - mean).T, lower=True)
            found.append(-0.5 * (whitened**2).sum(0) - np.log(np.diag(factor)).sum())
        return np.array(found)


def difference(some: Voiceprints, others: Voiceprints) -> NDArray[np.float64]:
    """[P] how much better two voices explain each pair than one voice does, over what a second voice must earn.

    The Bayesian information criterion says two where it is over 1 (Chen and Gopalakrishnan, 1998, "Speaker,
    environment and channel change detection and clustering via the Bayesian information criterion"); since what is
    said differs as well as who says it, `diarize.py` asks for more. No print weighs more than a few seconds: else any
    two long ones would differ, for the gain grows with the length and the price with its logarithm.
    """
    some, others = some.lightened(), others.lightened()
    both = some + others
    gain = 0.5 * (both.spread() - some.spread() - others.spread())
    numbers = DIMENSIONS + DIMENSIONS * (DIMENSIONS + 1) / 2
    return gain / (0.5 * numbers * np.log(np.maximum(both.counts_P, 2.0)))
