"""Cuts silence off both ends. Leaves pauses within. Knows levels only: noise before a word is no silence."""

from typing import Annotated

import msgspec
import numpy as np

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.level import gain
from freehold.voice.sound import Sound

FRAME_SECONDS = 0.01


class Trim(Parameters, frozen=True, kw_only=True):
    """Silent is what lies `threshold` decibels below the loudest hundredth of a second, -80 to -10.

    `padding` seconds, 0 to 2, are left at both ends where they were there.
    """

    threshold: Annotated[float, msgspec.Meta(ge=-80.0, le=-10.0)] = -45.0
    padding: Annotated[float, msgspec.Meta(ge=0.0, le=2.0)] = 0.05


def apply(sound: Sound, parameters: Trim) -> Sound:
    """The sound in the same rate, at most as long as before. One that is silent throughout stays as it is."""
    frame = max(1, int(sound.rate * FRAME_SECONDS))
    starts = np.arange(0, len(sound.samples), frame)
    if not np.any(sound.samples):
        return sound
    power = np.add.reduceat(np.square(sound.samples, dtype=np.float64), starts)
    loud = np.flatnonzero(power >= power.max() * gain(parameters.threshold) ** 2)
    padding = round(parameters.padding * sound.rate)
    start, end = max(0, int(loud[0]) * frame - padding), (int(loud[-1]) + 1) * frame + padding
    return Sound(samples=sound.samples[start:end], rate=sound.rate)


EFFECT = Effect(summary="Cuts silence off both ends.", parameters=Trim, apply=apply)
