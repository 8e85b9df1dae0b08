"""Looks for a key's mark in a recording, wherever it begins there, and also where it plays up to 6 % faster or slower.

The score is the correlation of the recording with the key's pattern at the best of many positions, divided by the
length of the recording's vector. To whoever does not have the key the signs are coin tosses, so for any recording the
chance that a position scores `t` is at most exp(-t²/2) (Hoeffding, J. American Statistical Association 58, 1963). The
threshold is where that, times the positions tried, falls to `FALSE_ALARM`; no fit to recordings is needed. It tells
nothing about who made a recording without the mark. Once one mark is found, `identify` looks for others at its speed.
"""

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from freehold.voice.sound import HEARING_RATE, Samples
from freehold.voice.watermark.evidence import FRAMES_PER_CHIP, FRAMES_PER_SECOND, HOP, active_seconds, powers, weights
from freehold.voice.watermark.pattern import BANDS, PERIOD_CHIPS, chips

FALSE_ALARM = 1e-4  # for a whole recording; each of the two passes has half of it
MIN_SECONDS = 1.0
PERIOD_FRAMES = PERIOD_CHIPS * FRAMES_PER_CHIP
PART_PERIODS, PART_STEP = 24, 20  # a recording is searched in parts of a minute, which overlap
STRETCHED_PERIODS = 8  # a speed that is known to half a per cent drifts apart within more
_LEAST_LENGTH = 1.0  # of a vector, where a single loud tile is about as long
SPEEDS = tuple(1 + step / 200 for step in range(-12, 13) if step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What was found. `start_seconds` and `seconds` are where the evidence is best; `speed` is how fast it plays there.

    `reason` says why nothing could be looked for; it is empty otherwise.
    """

    detected: bool
    score: float
    threshold: float
    start_seconds: float = 0.0
    seconds: float = 0.0
    speed: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Peak:
    score: float = 0.0
    positions: int = 0
    start_seconds: float = 0.0
    seconds: float = 0.0
    speed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Periods:
    """A recording at one speed, cut into periods of the pattern, and each one's spectrum over time."""

    speed: float
    weights_WPB: NDArray[np.float32]
    spectra_WFB: NDArray[np.complexfloating]


def detect(samples: Samples, rate: int, key: bytes) -> Detection:
    """Whether the key's mark is in a recording of `rate` Hz."""
    samples_16khz = _at_16khz(samples, rate)
    pattern_FB = _pattern(key)
    plain, heard_seconds = _best(samples_16khz, pattern_FB, stretched=False)
    if heard_seconds < MIN_SECONDS:
        reason = f"There is {heard_seconds:.1f} s of sound; at least {MIN_SECONDS:.0f} s is needed."
        return Detection(detected=False, score=0.0, threshold=_threshold(1), reason=reason)
    found = _judged(plain)
    if found.detected:
        return found
    stretched = _judged(_best(samples_16khz, pattern_FB, stretched=True)[0])
    return max(found, stretched, key=lambda one: one.score - one.threshold)


def identify(samples: Samples, rate: int, keys: Mapping[str, bytes], speed: float) -> tuple[str, Detection] | None:
    """Which of some keys' marks is in a recording that plays at a known `speed`, by the key's name, if one is.

    The chance that any of them is named where none is stays under `FALSE_ALARM`, however many they are.
    """
    patterns = {given: _pattern(key) for given, key in keys.items()}
    best = dict.fromkeys(keys, _Peak())
    positions = 0
    for start_frame, part_16khz in _parts(_at_16khz(samples, rate)):
        for periods in _known_speed(powers(part_16khz), speed):
            for given, pattern_FB in patterns.items():
                peak = _compared(periods, pattern_FB, PART_PERIODS if speed == 1.0 else STRETCHED_PERIODS)
                positions += peak.positions
                best[given] = max(best[given], _moved(peak, start_frame), key=lambda one: one.score)
    given = max(best, key=lambda one: best[one].score, default=None)
    if given is None:
        return None
    found = _judged(best[given], positions)
    return (given, found) if found.detected else None


def _known_speed(powers_TK: NDArray[np.float64], speed: float) -> Generator[_Periods]:
    yield _periods(weights(powers_TK), speed)
    if speed != 1.0:
        yield _periods(weights(powers_TK, speed), speed)


def _at_16khz(samples: Samples, rate: int) -> Samples:
    slower = samples if rate == HEARING_RATE else soxr.resample(samples, rate, HEARING_RATE)
    return np.asarray(slower, np.float32)


def _judged(peak: _Peak, positions: int | None = None) -> Detection:
    threshold = _threshold(peak.positions if positions is None else positions)
    return Detection(
        detected=peak.score >= threshold,
        score=peak.score,
        threshold=threshold,
        start_seconds=peak.start_seconds,
        seconds=peak.seconds,
        speed=peak.speed,
    )


def _threshold(positions: int) -> float:
    return math.sqrt(2 * math.log(2 * max(positions, 1) / FALSE_ALARM))


def _pattern(key: bytes) -> NDArray[np.complexfloating]:
    """The spectrum over time of the key's chips, each at its first frame, [frequencies, bands]."""
    frames_PB = np.zeros((PERIOD_FRAMES, BANDS), np.float32)
    frames_PB[::FRAMES_PER_CHIP] = chips(key)
    return np.fft.rfft(frames_PB, axis=0).conj()


def _best(samples_16khz: Samples, pattern_FB: NDArray[np.complexfloating], *, stretched: bool) -> tuple[_Peak, float]:
    """The best of all parts, with the number of all positions; and how many seconds of all parts are sound."""
    best, positions, heard_seconds = _Peak(), 0, 0.0
    for start_frame, part_16khz in _parts(samples_16khz):
        powers_TK = powers(part_16khz)
        heard_seconds += active_seconds(powers_TK)
        peaks = _stretched(powers_TK, pattern_FB) if stretched else _plain(powers_TK, pattern_FB)
        for peak in peaks:
            positions += peak.positions
            if peak.score > best.score:
                best = _moved(peak, start_frame)
    return _Peak(
        score=best.score,
        positions=positions,
        start_seconds=best.start_seconds,
        seconds=min(best.seconds, len(samples_16khz) / HEARING_RATE - best.start_seconds),
        speed=best.speed,
    ), heard_seconds


def _moved(peak: _Peak, frames: int) -> _Peak:
    start_seconds = peak.start_seconds + frames / FRAMES_PER_SECOND
    return _Peak(score=peak.score, start_seconds=start_seconds, seconds=peak.seconds, speed=peak.speed)


def _parts(samples_16khz: Samples) -> Generator[tuple[int, Samples]]:
    """Parts of about a minute, and the frame where each begins."""
    size, step = (periods * PERIOD_FRAMES * HOP for periods in (PART_PERIODS, PART_STEP))
    for start in range(0, max(len(samples_16khz) - (size - step), 1), step):
        yield start // HOP, samples_16khz[start : start + size]


def _plain(powers_TK: NDArray[np.float64], pattern_FB: NDArray[np.complexfloating]) -> Generator[_Peak]:
    yield _search(weights(powers_TK), pattern_FB, 1.0, PART_PERIODS)


def _stretched(powers_TK: NDArray[np.float64], pattern_FB: NDArray[np.complexfloating]) -> Generator[_Peak]:
    """Every speed twice: with the pitch kept, and with the pitch that follows it."""
    kept_TB = weights(powers_TK)
    for speed in SPEEDS:
        yield _search(kept_TB, pattern_FB, speed, STRETCHED_PERIODS)
        yield _search(weights(powers_TK, speed), pattern_FB, speed, STRETCHED_PERIODS)


def _search(
    weights_TB: NDArray[np.float32], pattern_FB: NDArray[np.complexfloating], speed: float, longest: int
) -> _Peak:
    """The best shift of the best stretch of periods."""
    return _compared(_periods(weights_TB, speed), pattern_FB, longest)


def _periods(weights_TB: NDArray[np.float32], speed: float) -> _Periods:
    frames = math.ceil(len(weights_TB) * speed)
    periods = -(-frames // PERIOD_FRAMES)
    periods_WPB = np.zeros((periods * PERIOD_FRAMES, weights_TB.shape[1]), np.float32)
    at_frames = np.minimum(np.round(np.arange(frames) / speed).astype(np.int64), len(weights_TB) - 1)
    np.take(weights_TB, at_frames, axis=0, out=periods_WPB[:frames])
    periods_WPB = periods_WPB.reshape(periods, PERIOD_FRAMES, -1)
    return _Periods(speed=speed, weights_WPB=periods_WPB, spectra_WFB=np.fft.rfft(periods_WPB, axis=1))


def _compared(periods: _Periods, pattern_FB: NDArray[np.complexfloating], longest: int) -> _Peak:
    spectra_WF = np.einsum("wfb,fb->wf", periods.spectra_WFB, pattern_FB)
    shifts_WP = np.fft.irfft(spectra_WF, PERIOD_FRAMES, axis=1)
    stretches = _stretches(len(periods.weights_WPB), longest)
    return _best_stretch(periods.weights_WPB, shifts_WP, periods.speed, stretches)


def _best_stretch(
    periods_WPB: NDArray[np.float32],
    shifts_WP: NDArray[np.floating],
    speed: float,
    stretches: Sequence[tuple[int, int]],
) -> _Peak:
    best = _Peak()
    for start, count in stretches:
        sums_PB = periods_WPB[start : start + count].sum(axis=0)
        squares_P = np.einsum("pb,pb->p", sums_PB, sums_PB)
        # A chip takes its weight from one frame in four: four vectors, each with its own length.
        lengths_4 = np.sqrt(squares_P.reshape(-1, FRAMES_PER_CHIP).sum(axis=0))
        # Near silence the transform's rounding would be all there is; a longer divisor only lowers the score.
        least = max(float(lengths_4.max()) * 0.1, _LEAST_LENGTH)
        sums_P = shifts_WP[start : start + count].sum(axis=0)
        score = float((sums_P.reshape(-1, FRAMES_PER_CHIP) / np.maximum(lengths_4, least)).max())
        if score > best.score:
            period_seconds = PERIOD_FRAMES / FRAMES_PER_SECOND / speed
            best = _Peak(score=score, start_seconds=start * period_seconds, seconds=count * period_seconds, speed=speed)
    return _Peak(
        score=best.score,
        positions=PERIOD_FRAMES * len(stretches),
        start_seconds=best.start_seconds,
        seconds=best.seconds,
        speed=speed,
    )


def _stretches(periods: int, longest: int) -> list[tuple[int, int]]:
    """Where stretches of 1, 2, 4 … periods begin, half overlapping, and how long each is."""
    counts = [2**power for power in range(longest.bit_length()) if 2**power < min(periods, longest)]
    counts.append(min(periods, longest))
    found = [(start, count) for count in counts for start in range(0, periods - count + 1, max(count // 2, 1))]
    ends = [(periods - count, count) for count in counts]
    return sorted({*found, *ends})
