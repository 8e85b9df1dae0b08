"""A recording that is being transcribed: 16 kHz, 16 bit. A long one lies in a file without a name, not in memory."""

import tempfile
from collections.abc import Sequence

import numpy as np

from freehold.voice.hearing.vad import Stretch
from freehold.voice.sound import HEARING_RATE, Samples, from_pcm16, to_pcm16

MEMORY_BYTES = 5 * 60 * HEARING_RATE * 2  # five minutes


class Recording:
    """Written once from its start to its end, then read in stretches. Close it."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 – closed by `close`
        self.length = 0  # samples

    def append(self, samples_16khz: Samples) -> None:
        """Add what comes next."""
        self._file.write(to_pcm16(samples_16khz))
        self.length += len(samples_16khz)

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.length / HEARING_RATE

    def read(self, stretches: Sequence[Stretch]) -> Samples:
        """The stretches one after the other, as one sound."""
        parts: list[Samples] = []
        for start, end in stretches:
            self._file.seek(2 * start)
            parts.append(from_pcm16(self._file.read(2 * (end - start))))
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def close(self) -> None:
        """Forget it."""
        self._file.close()
