"""Speech at another pitch, as long as before, its formants where they were. Refuses chords: it knows one voice.

TD-PSOLA: the sound is cut into windows of two periods around the pulses of the voice, and these are laid down again
closer together or further apart. What has no voice stays as it is. Source: E. Moulines and F. Charpentier,
"Pitch-synchronous waveform processing techniques for text-to-speech synthesis using diphones", Speech Communication
9, 1990. Pulses are found from one to the next by correlation, as Praat does it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from freehold.voice.signal.level import follow_level
from freehold.voice.signal.pitch import HIGHEST_HERTZ, HOP_SECONDS, LOWEST_HERTZ, PitchTrack
from freehold.voice.signal.stretch import compress
from freehold.voice.sound import Samples

UNVOICED_SECONDS = 0.005
SEARCH_PERIODS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where windows stand, in samples, rising, both ends of the sound included; `hertz` is 0 between the voice."""

    places: NDArray[np.int64]  # [marks]
    hertz: NDArray[np.float64]  # [marks]


def repitch(
    samples: Samples, rate: int, track: PitchTrack, hertz: NDArray[np.float64], *, formants: float = 1.0
) -> Samples:
    """The sound with the pitch `hertz` per frame of its `track`, where that is voiced. As loud as before.

    `formants` multiplies the frequencies of everything but the pitch, in what is not voiced too: each window is
    played that much faster.
    """
    if not len(samples) or (formants == 1.0 and not track.voiced.any()):
        return samples
    marks = _marks(samples, rate, track)
    frames = np.minimum((marks.places / (rate * HOP_SECONDS) + 0.5).astype(np.int64), len(hertz) - 1)
    ratio = np.ones(len(frames))
    moved = (marks.hertz > 0) & track.voiced[frames]
    ratio[moved] = (hertz[frames] / np.where(track.voiced, track.hertz, 1.0)[frames])[moved]
    return follow_level(_lay(samples, marks.places, ratio, formants), samples, rate)


def _lay(samples: Samples, places: NDArray[np.int64], ratio: NDArray[np.float64], formants: float) -> Samples:
    """Windows around `places`, each followed by the next after its own period divided by its `ratio`."""
    steps = np.diff(places)
    longest = int(steps.max()) + 1
    taken = samples if formants == 1.0 else compress(samples, formants, round(len(samples) / formants))
    taken = np.pad(taken, longest)
    laid = np.zeros(len(samples) + 2 * longest, np.float32)
    at, nearest = float(places[0]), 0
    while at <= places[-1]:
        while nearest + 1 < len(places) and abs(places[nearest + 1] - at) <= abs(places[nearest] - at):
            nearest += 1
        before = int(steps[nearest - 1]) if nearest else 0
        after = int(steps[nearest]) if nearest < len(steps) else 0
        # Closer windows mean more power: their level makes up for it.
        level = np.float32(ratio[nearest] ** -0.5)
        window = np.concatenate((_rise(before), _rise(after)[::-1]))
        start, source = longest + round(at) - before, longest + round(places[nearest] / formants) - before
        laid[start : start + before + after] += level * window * taken[source : source + before + after]
        at += max(1.0, (after or before) / ratio[nearest])
    return laid[longest : longest + len(samples)]


@lru_cache(maxsize=2048)
def _rise(length: int) -> Samples:
    """The rising half of a Hann window. With the next one's falling half it sums to 1."""
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(1, length))).astype(np.float32)


def _marks(samples: Samples, rate: int, track: PitchTrack) -> Marks:
    hop = rate * HOP_SECONDS
    pulses = [_pulses(samples, rate, track.hertz, run) for run in track.runs()]
    places: list[int] = [0]
    hertz: list[float] = [0.0]
    for run in pulses:
        for place in run:
            if place <= places[-1]:
                continue
            period = rate / _hertz_at(track.hertz, place / hop)
            if place - places[-1] > 1.6 * period or not hertz[-1]:
                _fill(places, hertz, place, rate)
            places.append(place)
            hertz.append(rate / period)
    _fill(places, hertz, len(samples), rate)
    places.append(len(samples))
    hertz.append(0.0)
    return Marks(places=np.array(places), hertz=np.array(hertz))


def _fill(places: list[int], hertz: list[float], until: int, rate: int) -> None:
    """Marks at even distances between the last one and `until`, without these."""
    count = max(1, round((until - places[-1]) / (rate * UNVOICED_SECONDS)))
    for place in np.linspace(places[-1], until, count + 1)[1:-1].astype(int):
        if place > places[-1]:
            places.append(int(place))
            hertz.append(0.0)


def _pulses(samples: Samples, rate: int, hertz: NDArray[np.float64], run: tuple[int, int]) -> list[int]:
    """The pulses of one voiced stretch of frames, rising: from its loudest, step by step to both sides."""
    hop = rate * HOP_SECONDS
    start, end = max(0, int((run[0] - 0.5) * hop)), min(len(samples), int((run[1] - 0.5) * hop))
    if end - start < rate / HIGHEST_HERTZ:
        return []
    margin = min(int(rate / LOWEST_HERTZ), (end - start) // 3)
    middle = start + margin + int(np.argmax(np.abs(samples[start + margin : end - margin])))
    before = _steps(samples, rate, hertz, middle, -1)
    after = _steps(samples, rate, hertz, middle, 1)
    return [*reversed(list(_within(before, start, end))), middle, *_within(after, start, end)]


def _within(places: Iterator[int], start: int, end: int) -> Iterator[int]:
    for place in places:
        if not start <= place < end:
            return
        yield place


def _steps(samples: Samples, rate: int, hertz: NDArray[np.float64], place: int, way: int) -> Iterator[int]:
    """From `place`, the next pulse in the direction `way`, again and again."""
    hop = rate * HOP_SECONDS
    while True:
        period = rate / _hertz_at(hertz, place / hop)
        half, search = int(period / 2), max(1, int(period * SEARCH_PERIODS))
        aim = place + way * round(period)
        first = aim - search - half
        if min(first, place - half) < 0 or max(place + half, aim + search + half) > len(samples):
            return
        likeness = np.correlate(samples[first : aim + search + half], samples[place - half : place + half], "valid")
        place = aim - search + int(np.argmax(likeness))
        yield place


def _hertz_at(hertz: NDArray[np.float64], frame: float) -> float:
    """The pitch between two frames; that of the nearest voiced frame at the border of a voiced stretch."""
    low = min(int(frame), len(hertz) - 1)
    high = min(low + 1, len(hertz) - 1)
    share = frame - low
    if hertz[low] and hertz[high]:
        return float(hertz[low] * (1 - share) + hertz[high] * share)
    return float(hertz[low] or hertz[high] or LOWEST_HERTZ)
