"""Faster or slower at the same pitch (`signal/stretch.py`)."""

from typing import Annotated

import msgspec

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.level import limit
from freehold.voice.signal.stretch import stretch
from freehold.voice.sound import Sound


class Tempo(Parameters, frozen=True, kw_only=True):
    """`speed` multiplies the pace, 0.25 to 4."""

    speed: Annotated[float, msgspec.Meta(ge=0.25, le=4.0)] = 1.0


def apply(sound: Sound, parameters: Tempo) -> Sound:
    """The sound in the same rate; its length is divided by the speed and rounded."""
    samples = stretch(sound.samples, sound.rate, parameters.speed)
    return sound if samples is sound.samples else Sound(samples=limit(samples, sound.rate), rate=sound.rate)


EFFECT = Effect(summary="Faster or slower at the same pitch.", parameters=Tempo, apply=apply)
