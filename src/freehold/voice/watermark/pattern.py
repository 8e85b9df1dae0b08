"""The keyed pattern that marks sound: one sign for every band of frequencies and every short moment, over and over.

It is defined in seconds and Hz, so that it does not depend on a sample rate. Spread spectrum as in Cox, Kilian,
Leighton and Shamoon, "Secure Spread Spectrum Watermarking for Multimedia", IEEE Trans. Image Processing 6(12), 1997;
on the log-magnitudes of sound as in Kirovski and Malvar, "Spread-Spectrum Watermarking of Audio Signals", IEEE Trans.
Signal Processing 51(4), 2003. Knows no samples.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

CHIPS_PER_SECOND = 50
PERIOD_CHIPS = 128

# Most of the bands lie where a telephone lets sound through; the others help where it is not one.
BAND_EDGES_HZ: NDArray[np.float64] = np.concatenate([np.arange(300.0, 3400.0, 100.0), np.arange(3400.0, 7001.0, 200.0)])
BANDS = len(BAND_EDGES_HZ) - 1

_DOMAIN = b"freehold watermark v1 chips\0"


def chips(key: bytes) -> NDArray[np.float32]:
    """The signs of a key, +1 or -1, [PERIOD_CHIPS, BANDS]: the bits of SHAKE-256 over the key."""
    count = PERIOD_CHIPS * BANDS
    stream = hashlib.shake_256(_DOMAIN + key).digest((count + 7) // 8)
    bits = np.unpackbits(np.frombuffer(stream, np.uint8), count=count)
    return (bits.astype(np.float32) * 2 - 1).reshape(PERIOD_CHIPS, BANDS)
