"""What in a recording could carry the mark: how each band of each short frame stands out from its neighbours.

Subtracting the neighbourhood in time and frequency takes away what speech itself does there (whitening, as in Kirovski
and Malvar 2003). Knows no keys.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from freehold.voice.sound import HEARING_RATE, Samples
from freehold.voice.watermark.pattern import BAND_EDGES_HZ, CHIPS_PER_SECOND

FRAMES_PER_CHIP = 4
FRAMES_PER_SECOND = FRAMES_PER_CHIP * CHIPS_PER_SECOND
HOP = HEARING_RATE // FRAMES_PER_SECOND
WINDOW = 4 * HOP

_NEAR_FRAMES = 25
_NEAR_BANDS = 5
_CLIP = 4.5  # of the median deviation
_ACTIVE = 1e-6  # of the loudest frames' power: what lies 60 dB below them counts as silence
_SILENT = 1e-9  # mean square of samples that no 16-bit file can tell from silence
_FLOOR_QUANTILE, _FLOOR_FACTOR, _FLOOR_LOUD = 0.2, 4.0, 1e-3


def powers(samples_16khz: Samples) -> NDArray[np.float64]:
    """The power of each bin summed over the bins below it, [frames, bins + 1]."""
    padded = np.concatenate([samples_16khz, np.zeros(WINDOW, np.float32)])
    frames_TN = sliding_window_view(padded, WINDOW)[::HOP]
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)
    spectra_TK = np.fft.rfft(frames_TN * hann)
    below_TK = np.zeros((len(spectra_TK), spectra_TK.shape[1] + 1))
    np.cumsum(spectra_TK.real**2 + spectra_TK.imag**2, axis=1, out=below_TK[:, 1:])
    return below_TK


def active_seconds(powers_TK: NDArray[np.float64]) -> float:
    """How much of it is sound."""
    totals_T = powers_TK[:, -1]
    least = max(float(np.quantile(totals_T, 0.99)) * _ACTIVE, _SILENT * WINDOW**2)
    return int((totals_T > least).sum()) / FRAMES_PER_SECOND


def weights(powers_TK: NDArray[np.float64], scale: float = 1.0) -> NDArray[np.float32]:
    """By how much a chip that begins at a frame stands out, [frames, bands]. `scale` multiplies all frequencies."""
    bins_B = np.round(BAND_EDGES_HZ * WINDOW / HEARING_RATE)
    edges_B = np.minimum((bins_B - 0.5) * scale + 0.5, powers_TK.shape[1] - 1.001)
    whole_B, part_B = edges_B.astype(np.int64), (edges_B % 1)
    below_TB = powers_TK[:, whole_B] * (1 - part_B) + powers_TK[:, whole_B + 1] * part_B
    levels_TB = np.diff(below_TB, axis=1) / np.diff(edges_B)
    loud_B = np.quantile(levels_TB, 0.9, axis=0)
    quiet_B = np.quantile(levels_TB, _FLOOR_QUANTILE, axis=0)
    # Below the floor is noise, which would outvote the sound: there the logarithm is made flat.
    floor_B = np.maximum(np.maximum(loud_B * _FLOOR_LOUD, quiet_B * _FLOOR_FACTOR), _SILENT * WINDOW)
    outstanding_TB = _outstanding(np.log(levels_TB + floor_B))
    bound = _CLIP * float(np.median(np.abs(outstanding_TB)))
    # The pattern went through the same subtraction; doing it twice correlates with the pattern itself.
    twice_TB = _outstanding(np.clip(outstanding_TB, -bound, bound))
    return _sums(twice_TB, FRAMES_PER_CHIP).astype(np.float32)


def _outstanding(levels_TB: NDArray[np.float64]) -> NDArray[np.float64]:
    rest_TB = levels_TB - _means(levels_TB, _NEAR_FRAMES)
    return rest_TB - _means(rest_TB.T, _NEAR_BANDS).T


def _means(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The mean of `width` values around each along the first axis; the outermost stand for what lies beyond."""
    half = width // 2
    padded = np.concatenate([values[:1].repeat(half, 0), values, values[-1:].repeat(half, 0)])
    return _sums(padded, width)[: len(values)] / width


def _sums(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The sum of each value and the `width` - 1 after it along the first axis."""
    totals = np.zeros((len(values) + width, *values.shape[1:]))
    np.cumsum(values, axis=0, out=totals[1 : len(values) + 1])
    totals[len(values) + 1 :] = totals[len(values)]
    return totals[width:] - totals[:-width]
