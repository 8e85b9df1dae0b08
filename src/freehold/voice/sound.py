"""Sound as every file of this part passes it: one channel of float32 samples between -1 and 1, and its rate in Hz."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]  # [n], one channel

SPEECH_RATE = 24_000  # Hz, what the API speaks with
HEARING_RATE = 16_000  # Hz, what transcribers and voice activity detection listen to


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A whole sound. `rate` is in Hz."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate


def from_pcm16(data: bytes) -> Samples:
    """Samples of little-endian signed 16-bit integers; an odd last byte is left out."""
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768.0)


def to_pcm16(samples: Samples) -> bytes:
    """Little-endian signed 16-bit integers; what is too loud is clipped."""
    return np.clip(np.rint(samples * 32767.0), -32768, 32767).astype("<i2").tobytes()
