"""Recordings for these tests: flite's sentences with pauses between them."""

from functools import lru_cache

import numpy as np

from flite import flite
from freehold.voice.codecs.headers import wav
from freehold.voice.sound import HEARING_RATE, Samples, from_pcm16, to_pcm16

FOX = "The quick brown fox jumps over the lazy dog."
ROAD = "We walked along the road until the morning came."
HOUSE = "There was nobody in the old house on the hill."
SENTENCES = (FOX, ROAD, HOUSE)


@lru_cache(maxsize=128)
def said(text: str, voice: str = "slt") -> Samples:
    """Speech at 16 kHz."""
    return from_pcm16(flite(text, voice)[44:])


def silence(seconds: float) -> Samples:
    """Zeros."""
    return np.zeros(round(seconds * HEARING_RATE), np.float32)


def noise(seconds: float, level: float = 0.02) -> Samples:
    """White noise."""
    return (level * np.random.default_rng(5).standard_normal(round(seconds * HEARING_RATE))).astype(np.float32)


def recording(*parts: Samples) -> bytes:
    """A WAV file of 16 kHz and 16 bit."""
    data = to_pcm16(np.concatenate(parts))
    return wav(HEARING_RATE, len(data)) + data


@lru_cache(maxsize=8)
def long_recording(seconds: float) -> bytes:
    """Sentences with a second between them, for at least so many seconds."""
    parts: list[Samples] = []
    while sum(map(len, parts)) < seconds * HEARING_RATE:
        parts += [said(SENTENCES[len(parts) // 2 % 3]), silence(1.0)]
    return recording(*parts)
