"""Lays the keyed mark into a sound while it streams: each band of each short frame is made a little louder or softer.

The change is a fraction of the sound itself, so silence stays silence, and it is largest where the frame is weakest:
what is added stays about 31 dB below each frame. Knows no voices, codecs or detection.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from freehold.voice.sound import SPEECH_RATE, Samples
from freehold.voice.watermark.pattern import BAND_EDGES_HZ, CHIPS_PER_SECOND, PERIOD_CHIPS, chips

HOP_SECONDS = 0.01
DEPTH = 0.075  # of the amplitude that a band of the frame has on average
MAX_DEPTH = 0.17  # of the band's own amplitude: 1.4 dB


class Marker:
    """Marks one sound with a key. `rate` is in Hz; `depth` multiplies the change.

    What comes out is as long as what goes in, and does not depend on how that is cut. At most 20 ms are held back. The
    first 10 ms pass as they come, without a mark.
    """

    def __init__(self, key: bytes, rate: int = SPEECH_RATE, *, depth: float = 1.0) -> None:
        self._rate = rate
        self._hop = round(rate * HOP_SECONDS)
        self._chips = chips(key) * np.float32(depth)
        turns = np.arange(2 * self._hop) / (2 * self._hop)
        self._window = np.sin(np.pi * turns).astype(np.float32)
        self._first_bins = _first_bins(rate, self._hop)
        self._unmarked = self._hop
        self._frames_done = 0
        self._held = np.zeros(0, np.float32)
        self._added = np.zeros(self._hop, np.float32)  # what the last frame adds to the first hop that is held

    def feed(self, samples: Samples) -> Samples:
        """What is ready of the marked sound once `samples` have come."""
        passed = samples[: self._unmarked].astype(np.float32)
        self._unmarked -= len(passed)
        self._held = np.concatenate([self._held, samples[len(passed) :].astype(np.float32)])
        frames = max(0, len(self._held) // self._hop - 1)
        return np.concatenate([passed, self._marked(frames)])

    def finish(self) -> Samples:
        """The rest of the sound. The marker is spent."""
        length = len(self._held)
        frames = -(-length // self._hop)
        self._held = np.concatenate([self._held, np.zeros((frames + 1) * self._hop - length, np.float32)])
        return self._marked(frames)[:length]

    def _marked(self, count: int) -> Samples:
        """The first `count` hops of what is held, with what frames of two hops each add to them."""
        if count == 0:
            return np.zeros(0, np.float32)
        frames_FN = sliding_window_view(self._held, 2 * self._hop)[:: self._hop][:count]
        spectra_FK = np.fft.rfft(frames_FN * self._window)
        changes_FN = np.fft.irfft(spectra_FK * self._gains(spectra_FK), 2 * self._hop) * self._window
        ends_FH = np.concatenate([self._added[None], changes_FN[:-1, self._hop :]])
        done = self._held[: count * self._hop] + (changes_FN[:, : self._hop] + ends_FH).reshape(-1)
        self._added = changes_FN[-1, self._hop :]
        self._held = self._held[count * self._hop :]
        self._frames_done += count
        return done.astype(np.float32)

    def _gains(self, spectra_FK: NDArray[np.complexfloating]) -> NDArray[np.float32]:
        """By how much each bin changes, as a fraction of itself."""
        first, bands = self._first_bins, len(self._first_bins) - 1
        powers_FK = spectra_FK.real**2 + spectra_FK.imag**2
        widths_B = np.diff(first).astype(np.float32)
        sums_FB = np.add.reduceat(powers_FK[:, : first[-1]], first[:-1], axis=1)
        levels_FB = np.sqrt(sums_FB / widths_B)
        loudness_F1 = np.sqrt(sums_FB.sum(axis=1, keepdims=True) / widths_B.sum())
        depths_FB = np.minimum(DEPTH * loudness_F1 / np.maximum(levels_FB, np.float32(1e-12)), MAX_DEPTH)
        at_F = self._frames_done + np.arange(len(spectra_FK))
        # The first frame begins after the hop that passes unmarked; a frame's moment is its middle.
        chips_F = (at_F + 2) * self._hop * CHIPS_PER_SECOND // self._rate % PERIOD_CHIPS
        gains_FK = np.zeros(spectra_FK.shape, np.float32)
        signed_FB = depths_FB * self._chips[chips_F, :bands]
        gains_FK[:, first[0] : first[-1]] = np.repeat(signed_FB, np.diff(first), axis=1)
        return gains_FK


def _first_bins(rate: int, hop: int) -> NDArray[np.int64]:
    """The first bin of each band that the rate has room for, and the bin after the last."""
    bins = np.round(BAND_EDGES_HZ * (2 * hop) / rate).astype(np.int64)
    return bins[bins <= hop]
