"""A second mark, which tells whoever has the key whose voice a sound has. Its key is made of the first one's and an id.

Both lie over each other: in turns each would have half of the time, and measured half the score. The second is laid
3 dB softer, so that together they add about 2 dB to what one adds (docs/reference/watermark.md).
"""

import hashlib
import hmac
from typing import Protocol

import numpy as np

from freehold.voice.sound import Samples
from freehold.voice.watermark.mark import Marker

VOICE_DEPTH = 0.71

_DOMAIN = b"freehold watermark v1 voice\0"


def voice_key(key: bytes, voice: str) -> bytes:
    """The key of a voice's mark: HMAC-SHA256 of its id under the key of the ordinary mark."""
    return hmac.digest(key, _DOMAIN + voice.encode(), hashlib.sha256)


class Marks(Protocol):
    """What lays marks into one sound."""

    def feed(self, samples: Samples) -> Samples:
        """What is ready of the marked sound once `samples` have come."""
        ...

    def finish(self) -> Samples:
        """The rest of the sound."""
        ...


class VoiceMarker:
    """Marks one sound with a key, and with that of a voice. Holds back twice what one marker does."""

    def __init__(self, key: bytes, voice: str) -> None:
        self._ordinary = Marker(key)
        self._voice = Marker(voice_key(key, voice), depth=VOICE_DEPTH)

    def feed(self, samples: Samples) -> Samples:
        """What is ready of the marked sound once `samples` have come."""
        return self._voice.feed(self._ordinary.feed(samples))

    def finish(self) -> Samples:
        """The rest of the sound. The marker is spent."""
        rest = self._voice.feed(self._ordinary.finish())
        return np.concatenate([rest, self._voice.finish()])


def open_marker(key: bytes, voice: str | None = None) -> Marks:
    """The marker of a sound that is spoken with a custom `voice`, or with none."""
    return Marker(key) if voice is None else VoiceMarker(key, voice)
