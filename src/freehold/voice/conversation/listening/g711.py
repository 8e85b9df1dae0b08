"""G.711, the sound of telephones: 8 kHz, one byte a sample, in µ-law (North America, Japan) and A-law (elsewhere).

Source: ITU-T Recommendation G.711 (11/1988), tables 1a to 2b. Each byte stands for a sign, a segment (a power of two)
and four bits within it. Encoding takes the segment in which a sample lies, so that a sample between two bytes' values
goes to the byte of its interval. Knows no streams.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.voice.sound import Samples

RATE = 8_000  # Hz
MU_BIAS = 33  # of 14-bit samples
MU_CLIP = 8158  # of 14-bit samples

Pcm = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Law:
    """One of the two laws as tables: a byte's 16-bit value, and the byte of each 16-bit value (at value + 32768)."""

    values: Pcm  # [256]
    codes: NDArray[np.uint8]  # [65536]

    def encode(self, samples: Samples) -> bytes:
        """One byte for each sample; what is too loud is clipped."""
        pcm = np.clip(np.rint(samples * np.float32(32768)), -32768, 32767).astype(np.int32)
        return self.codes[pcm + 32768].tobytes()

    def decode(self, data: bytes) -> Samples:
        """One sample for each byte."""
        return self.pcm(data).astype(np.float32) / np.float32(32768)

    def pcm(self, data: bytes) -> Pcm:
        """One 16-bit sample for each byte."""
        return self.values[np.frombuffer(data, np.uint8)]


def _mu_law() -> Law:
    code = ~np.arange(256, dtype=np.uint8)
    segment, step = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    size = ((2 * step + MU_BIAS) << segment) - MU_BIAS
    values = np.where(code & 128, -size, size) * 4

    size = np.minimum(_magnitudes(2), MU_CLIP) + MU_BIAS
    segment = _segment(size >> 6)
    codes = ~(_sign(128) | segment << 4 | (size >> (segment + 1) & 15))
    return Law(values.astype(np.int16), codes.astype(np.uint8))


def _a_law() -> Law:
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    segment, step = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    size = np.where(segment > 0, (2 * step + 33) << np.maximum(segment - 1, 0), 2 * step + 1)
    values = np.where(code & 128, size, -size) * 8

    pcm = np.arange(-32768, 32768, dtype=np.int32) >> 3
    size = np.where(pcm < 0, ~pcm, pcm)  # A-law has no zero: the interval under it belongs to the negative ones
    segment = _segment(size >> 5)
    codes = (_sign(128) ^ 128 | segment << 4 | (size >> np.maximum(segment, 1) & 15)) ^ 0x55
    return Law(values.astype(np.int16), codes.astype(np.uint8))


def _magnitudes(shift: int) -> NDArray[np.int32]:
    return np.abs(np.arange(-32768, 32768, dtype=np.int32) >> shift)


def _sign(bit: int) -> NDArray[np.int32]:
    return np.where(np.arange(-32768, 32768) < 0, bit, 0).astype(np.int32)


def _segment(size: NDArray[np.int32]) -> NDArray[np.int32]:
    """The number of bits of each."""
    return np.ceil(np.log2(size + 1)).astype(np.int32)


MU_LAW = _mu_law()
A_LAW = _a_law()
