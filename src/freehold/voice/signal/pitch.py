"""The pitch of a voice over time. Knows one voice at a time; refuses chords.

Each frame's candidates are the peaks of its autocorrelation, divided by the window's own, and a path of least cost
runs through them. Source: P. Boersma, "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993; the constants are those of its section 3.
"""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from freehold.voice.sound import Samples

LOWEST_HERTZ, HIGHEST_HERTZ = 65.0, 500.0
HOP_SECONDS = 0.01

ANALYSIS_RATE = 16_000
WINDOW = 3 * int(ANALYSIS_RATE / LOWEST_HERTZ)
HOP = int(ANALYSIS_RATE * HOP_SECONDS)
CANDIDATES = 5
FRAMES_AT_ONCE = 512

SILENCE = 0.03
VOICING = 0.45
OCTAVE_COST = 0.01
OCTAVE_JUMP_COST = 0.35
VOICING_CHANGE_COST = 0.14


@dataclass(frozen=True, slots=True, kw_only=True)
class PitchTrack:
    """The fundamental frequency in hertz every `HOP_SECONDS`, 0 where there is no voice."""

    hertz: NDArray[np.float64]  # [frames]

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Where there is a voice, per frame."""
        return self.hertz > 0

    @property
    def median(self) -> float:
        """Over the voiced frames; 0 without any."""
        return float(np.median(self.hertz[self.voiced])) if self.voiced.any() else 0.0

    def runs(self) -> list[tuple[int, int]]:
        """The first frame of each voiced stretch and the frame after it."""
        edges = np.flatnonzero(np.diff(np.concatenate(([0], self.voiced.astype(np.int8), [0]))))
        return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def track_pitch(samples: Samples, rate: int) -> PitchTrack:
    """The pitch of one voice between 65 and 500 Hz."""
    samples_16khz = soxr.resample(samples, rate, ANALYSIS_RATE) if rate != ANALYSIS_RATE else samples
    if len(samples_16khz) < HOP or not np.any(samples_16khz):
        return PitchTrack(hertz=np.zeros(1 + len(samples_16khz) // HOP))
    padded = np.pad(samples_16khz, (WINDOW // 2, WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: 1 + len(samples_16khz) // HOP]
    peak = float(np.abs(samples_16khz).max())
    found = [_candidates(frames[at : at + FRAMES_AT_ONCE], peak) for at in range(0, len(frames), FRAMES_AT_ONCE)]
    hertz = np.concatenate([some for some, _ in found])
    strength = np.concatenate([some for _, some in found])
    return _one_voice(PitchTrack(hertz=_path(hertz, strength)))


def _one_voice(track: PitchTrack) -> PitchTrack:
    """Without the stretches that lie an octave off: there a formant rings in hiss, and nobody's voice jumps so far."""
    hertz = track.hertz.copy()
    for start, end in track.runs():
        if abs(np.log2(np.median(hertz[start:end]) / track.median)) > 1.0:
            hertz[start:end] = 0.0
    return PitchTrack(hertz=hertz)


def _candidates(frames: Samples, peak: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies and strengths [frames, 1 + CANDIDATES]; the first candidate is "no voice", at 0 Hz."""
    loudness = np.abs(frames).max(axis=1)
    silent = VOICING + np.maximum(0.0, 2.0 - (loudness / peak) * (1 + VOICING) / SILENCE)
    hertz, strength = _peaks(_autocorrelation(frames))
    return (
        np.concatenate((np.zeros((len(frames), 1)), hertz), axis=1),
        np.concatenate((silent[:, None], strength), axis=1),
    )


def _autocorrelation(frames: Samples) -> NDArray[np.float64]:
    """Of each frame without its mean, by lag, 1 at lag 0: divided by that of the window."""
    window = np.hanning(WINDOW)
    size = next_fast_len(2 * WINDOW, real=True)

    def correlate(of: NDArray[np.float64]) -> NDArray[np.float64]:
        power = np.abs(np.fft.rfft(of, size, axis=-1)) ** 2
        lags = np.fft.irfft(power, size, axis=-1)[..., : WINDOW // 2]
        return lags / np.maximum(lags[..., :1], 1e-12)

    return correlate((frames - frames.mean(axis=1, keepdims=True)) * window) / correlate(window)


def _peaks(likeness: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The strongest peaks of each frame, in hertz and strength, read from parabolas through three lags.

    The higher one of two equal peaks an octave apart is the stronger. Where there are fewer, the rest is 0 Hz.
    """
    first, last = int(ANALYSIS_RATE / HIGHEST_HERTZ), int(ANALYSIS_RATE / LOWEST_HERTZ) + 1
    left, middle, right = (likeness[:, first + shift : last + shift] for shift in (-1, 0, 1))
    cost = OCTAVE_COST * np.log2(LOWEST_HERTZ * np.arange(first, last) / ANALYSIS_RATE)
    rank = np.where((middle > left) & (middle >= right) & (middle > 0), middle - cost, -np.inf)
    best = np.argpartition(-rank, CANDIDATES, axis=1)[:, :CANDIDATES]
    left, middle, right = (np.take_along_axis(side, best, axis=1) for side in (left, middle, right))
    exists = np.isfinite(np.take_along_axis(rank, best, axis=1))
    bend = np.where(exists, left - 2 * middle + right, -1.0)
    shift = np.where(exists, 0.5 * (left - right) / bend, 0.0)
    # Above 1 by the window's division only: such a peak is as good as a perfect one.
    height = np.minimum(middle - 0.25 * (left - right) * shift, 1.0)
    hertz = np.where(exists, ANALYSIS_RATE / (first + best + shift), 0.0)
    return hertz, np.where(exists, height - cost[best], -np.inf)


def _path(hertz: NDArray[np.float64], strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """One candidate per frame: strong ones, few changes of voicing, small jumps (Viterbi)."""
    frames, options = hertz.shape
    voiced = hertz > 0
    octaves = np.log2(np.where(voiced, hertz, 1.0))
    came_from = np.zeros((frames, options), np.intp)
    score = strength[0]
    for at in range(1, frames):
        both = voiced[at - 1][:, None] & voiced[at][None]
        jumps = OCTAVE_JUMP_COST * np.abs(octaves[at - 1][:, None] - octaves[at][None])
        change = VOICING_CHANGE_COST * (voiced[at - 1][:, None] != voiced[at][None])
        reached = score[:, None] - np.where(both, jumps, change)
        came_from[at] = reached.argmax(axis=0)
        score = reached.max(axis=0) + strength[at]
    path = np.empty(frames, np.intp)
    path[-1] = score.argmax()
    for at in range(frames - 1, 0, -1):
        path[at - 1] = came_from[at, path[at]]
    return hertz[np.arange(frames), path]
