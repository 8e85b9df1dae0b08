"""Log mel filter banks as Kaldi computes them, which networks that tell speakers apart were taught with.

Frames of 25 ms every 10 ms, without their mean, pre-emphasised, under a Hamming window; triangles even on the mel scale
from 20 Hz up to half the rate. Source: Kaldi, `feat/feature-fbank.cc` and `feat/mel-computations.cc`. Nothing is
dithered. Legend: F frames, M mel bands, K frequencies.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from freehold.voice.sound import HEARING_RATE, Samples

BANDS = 80
WINDOW, HOP, SIZE = 400, 160, 512  # samples at 16 kHz
LOWEST_HERTZ = 20.0
EMPHASIS = 0.97
FULL_SCALE = 32768.0
FLOOR = float(np.finfo(np.float32).eps)
FRAMES_AT_ONCE = 4096


def fbank(samples_16khz: Samples) -> NDArray[np.float32]:
    """[F, M] of samples between -1 and 1, taken as 16-bit integers; as many frames as fit whole."""
    if len(samples_16khz) < WINDOW:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples_16khz, WINDOW)[::HOP]
    starts = range(0, len(frames), FRAMES_AT_ONCE)
    return np.concatenate([_bands(frames[at : at + FRAMES_AT_ONCE]) for at in starts])


def _bands(frames: Samples) -> NDArray[np.float32]:
    scaled = frames.astype(np.float64) * FULL_SCALE
    centred = scaled - scaled.mean(axis=1, keepdims=True)
    raised = centred - EMPHASIS * np.concatenate([centred[:, :1], centred[:, :-1]], axis=1)
    power_FK = np.abs(np.fft.rfft(raised * np.hamming(WINDOW), SIZE, axis=1)) ** 2
    return np.log(np.maximum(power_FK @ _triangles(), FLOOR)).astype(np.float32)


@lru_cache(maxsize=1)
def _triangles() -> NDArray[np.float64]:
    """[K, M]; the frequency at half the rate is in none."""
    hertz = np.arange(SIZE // 2 + 1) * (HEARING_RATE / SIZE)
    edges = np.linspace(_mel(np.array(LOWEST_HERTZ)), _mel(np.array(HEARING_RATE / 2)), BANDS + 2)
    mels = _mel(hertz)[:, None]
    rising = (mels - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - mels) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(np.minimum(rising, falling), 0.0)
    triangles[-1] = 0.0
    return triangles


def _mel(hertz: NDArray[np.floating]) -> NDArray[np.float64]:
    return 1127.0 * np.log1p(hertz.astype(np.float64) / 700.0)
