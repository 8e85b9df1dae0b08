"""What the engine is asked at once: speech packed up to half a minute, and the way back to the recording's time.

Half a minute is the window of Whisper (https://arxiv.org/abs/2212.04356, 2.3). Silence is left out. A stretch of speech
is cut only where it is longer than that, at the frame that is least like speech. Holds no samples.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from freehold.voice.hearing.vad import FRAME, Probabilities, Stretch
from freehold.voice.sound import HEARING_RATE

MAX_SAMPLES = 30 * HEARING_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Stretches of a recording, in order, that are heard one after the other as if nothing lay between them."""

    stretches: Sequence[Stretch]

    @property
    def length(self) -> int:
        """Its samples."""
        return sum(end - start for start, end in self.stretches)

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.length / HEARING_RATE

    def times(self, start: float, end: float) -> tuple[float, float]:
        """Where in the recording something is, in seconds, that the engine heard from `start` to `end`."""
        ends = list(accumulate(last - first for first, last in self.stretches))
        begin = self._place(bisect_right(ends, round(start * HEARING_RATE)), start, ends)
        return begin, max(begin, self._place(bisect_left(ends, round(end * HEARING_RATE)), end, ends))

    def _place(self, at: int, seconds: float, ends: Sequence[int]) -> float:
        at = min(at, len(ends) - 1)
        first, last = self.stretches[at]
        within = max(seconds * HEARING_RATE - (ends[at] - (last - first)), 0)
        return round(min(first + within, last) / HEARING_RATE, 3)


def pack(stretches: Iterable[Stretch], found: Probabilities, limit: int = MAX_SAMPLES) -> list[Chunk]:
    """All the stretches as chunks of at most `limit` samples. `found` are the recording's speech probabilities."""
    groups: list[list[Stretch]] = []
    room = 0
    for stretch in stretches:
        for start, end in _cut(stretch, found, limit):
            if end - start > room:
                groups.append([])
                room = limit
            groups[-1].append((start, end))
            room -= end - start
    return [Chunk(stretches=tuple(group)) for group in groups]


def _cut(stretch: Stretch, found: Probabilities, limit: int) -> Iterable[Stretch]:
    """The stretch in pieces that fit, cut in the second half of what fits."""
    start, end = stretch
    while end - start > limit:
        first, after = -(-(start + limit // 2) // FRAME), (start + limit) // FRAME
        window = found[first:after]
        middle = (first + int(np.argmin(window))) * FRAME + FRAME // 2 if len(window) else start + limit
        middle = min(middle, start + limit)
        yield start, middle
        start = middle
    yield start, end
