"""The last minutes of what a person said, kept as it will be heard again: 16 bit, 16 kHz, one channel.

Places on the tape are milliseconds from the conversation's start. Memory grows with what is kept, up to
`MAX_TAPE_SECONDS`; what is older is written over. Knows no voices and no turns.
"""

import numpy as np
from numpy.typing import NDArray

from freehold.voice.sound import HEARING_RATE, Samples

MAX_TAPE_SECONDS = 300
PER_MS = HEARING_RATE // 1000  # samples
FIRST_ROOM = 8 * HEARING_RATE  # samples; doubled as needed

Pcm = NDArray[np.int16]  # [n], 16 kHz


class Tape:
    """A bounded tape. Refuses nothing: what is no longer or not yet on it is left out of a cut."""

    def __init__(self, max_seconds: int = MAX_TAPE_SECONDS) -> None:
        self._max = max_seconds * HEARING_RATE
        self._room = np.zeros(min(FIRST_ROOM, self._max), np.int16)
        self._first = 0  # the number of the oldest sample that is kept; sample n lies at n modulo the room
        self._length = 0  # the number of samples that were ever written

    @property
    def length(self) -> int:
        """Samples written since the conversation's start, at 16 kHz."""
        return self._length

    @property
    def end_ms(self) -> int:
        """Where the tape ends."""
        return self._length // PER_MS

    @property
    def start_ms(self) -> int:
        """Where what is kept begins."""
        return -(-self._first // PER_MS)

    @property
    def room(self) -> int:
        """Samples that it has memory for."""
        return len(self._room)

    def write(self, pcm: Pcm) -> None:
        """Append samples at 16 kHz."""
        skipped = max(len(pcm) - self._max, 0)
        self._length += skipped
        after = self._length + len(pcm) - skipped
        self._first = max(self._first, after - self._max)
        if after - self._first > len(self._room):
            self._grow(after - self._first)
        _put(self._room, self._length, pcm[skipped:])
        self._length = after

    def cut(self, start_ms: int, end_ms: int) -> Samples:
        """A copy of what lies between two places, as float32; shorter where the tape does not reach."""
        first = min(max(start_ms * PER_MS, self._first), self._length)
        after = max(min(end_ms * PER_MS, self._length), first)
        return self._samples(first, after).astype(np.float32) / np.float32(32768)

    def _samples(self, first: int, after: int) -> Pcm:
        """Samples by their numbers, all of which are kept."""
        at, count = first % len(self._room), after - first
        head = self._room[at : at + count]
        return head if len(head) == count else np.concatenate([head, self._room[: count - len(head)]])

    def forget(self, before_ms: int) -> None:
        """Drop what is older, and the memory that it took."""
        self._first = min(max(self._first, before_ms * PER_MS), self._length)
        kept = self._length - self._first
        if kept <= FIRST_ROOM < len(self._room):
            self._move(FIRST_ROOM)

    def _grow(self, wanted: int) -> None:
        room = len(self._room)
        while room < wanted:
            room = min(2 * room, self._max)
        self._move(room)

    def _move(self, room: int) -> None:
        moved = np.zeros(room, np.int16)
        first = min(self._first, self._length)  # all of it may be about to be written over
        _put(moved, first, self._samples(first, self._length))
        self._room = moved


def _put(room: Pcm, first: int, pcm: Pcm) -> None:
    """Write samples from their number `first` on, around the end of the room."""
    at = first % len(room)
    head = len(room) - at
    room[at : at + len(pcm)] = pcm[:head]
    if len(pcm) > head:
        room[: len(pcm) - head] = pcm[head:]
