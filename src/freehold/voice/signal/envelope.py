"""The spectral envelope of speech, frame by frame: what the mouth does to whatever comes from the throat.

Linear prediction by the autocorrelation method. Source: J. Makhoul, "Linear prediction: a tutorial review",
Proceedings of the IEEE 63, 1975. Legend: F frames, P order, K frequencies.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from freehold.voice.sound import Samples

WHITE_NOISE = 1e-7  # of the power, so that silence and tones have an envelope too


def order_for(rate: int) -> int:
    """A pole pair per expected formant (one each 1000 Hz), and two for the throat and the lips."""
    return 2 + rate // 1000


def windows(samples: Samples, length: int, hop: int) -> Samples:
    """Hann windows [F, length] with their middles at 0, hop, 2·hop …; silence is thought around the sound."""
    return frames(samples, length, hop) * hann(length)


def frames(samples: Samples, length: int, hop: int) -> Samples:
    """The same before they are windowed: a view, which takes no memory however long the sound is."""
    padded = np.pad(samples, (length // 2, length))
    return np.lib.stride_tricks.sliding_window_view(padded, length)[::hop][: 1 + len(samples) // hop]


def hann(length: int) -> Samples:
    """A periodic Hann window: at a hop of half its length it sums to 1."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


def overlap(parts: Iterable[Samples], hop: int, size: int, length: int) -> Samples:
    """Parts laid where `windows` of `size` samples began, themselves at most twice as long: `length` samples."""
    laid = np.zeros(length + 3 * size, np.float32)
    for at, part in enumerate(parts):
        laid[at * hop : at * hop + len(part)] += part
    return laid[size // 2 :][:length]


def predict(windowed: Samples, order: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients a [F, P + 1] with a₀ = 1, and the power [F] of what they do not predict, per sample."""
    size = 2 * windowed.shape[1]
    power = np.abs(np.fft.rfft(windowed.astype(np.float64), size, axis=1)) ** 2
    return predict_from(np.fft.irfft(power, size, axis=1)[:, : order + 1] / windowed.shape[1])


def predict_from(lags: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same of autocorrelations [F, P + 1], by the recursion of Levinson and Durbin, all frames at once."""
    lags = lags.copy()
    lags[:, 0] = lags[:, 0] * (1 + WHITE_NOISE) + 1e-12
    count, order = lags.shape[0], lags.shape[1] - 1
    a = np.zeros((count, order + 1))
    a[:, 0] = 1.0
    error = lags[:, 0].copy()
    for step in range(1, order + 1):
        reflection = -(a[:, :step] * lags[:, step:0:-1]).sum(axis=1) / error
        a[:, 1 : step + 1] += reflection[:, None] * a[:, step - 1 :: -1][:, :step]
        error *= np.maximum(1 - reflection**2, 1e-9)
    return a, error


def response(a: NDArray[np.float64], size: int) -> NDArray[np.complex128]:
    """1 / A at the frequencies [F, K] of a Fourier transform of `size`."""
    return 1.0 / np.fft.rfft(a, size, axis=1)
