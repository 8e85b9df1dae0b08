"""Louder or softer by as much as asked; peaks are limited, never clipped. Does not listen: `loudness` does."""

from typing import Annotated

import msgspec

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.level import amplify
from freehold.voice.sound import Sound


class Volume(Parameters, frozen=True, kw_only=True):
    """`decibels` are added, -60 to 30."""

    decibels: Annotated[float, msgspec.Meta(ge=-60.0, le=30.0)] = 0.0


def apply(sound: Sound, parameters: Volume) -> Sound:
    """The sound in the same rate and length."""
    if parameters.decibels == 0:
        return sound
    return Sound(samples=amplify(sound.samples, sound.rate, parameters.decibels), rate=sound.rate)


EFFECT = Effect(summary="Louder or softer, without clipping.", parameters=Volume, apply=apply)
