"""Another sample rate, by soxr. What is above half the new rate is gone; what was never there does not come."""

from typing import Annotated

import msgspec
import soxr

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.level import limit
from freehold.voice.sound import Sound


class Resample(Parameters, frozen=True, kw_only=True):
    """`rate` is in Hz, 8000 to 48000."""

    rate: Annotated[int, msgspec.Meta(ge=8_000, le=48_000)] = 24_000


def apply(sound: Sound, parameters: Resample) -> Sound:
    """The sound in the new rate, as long as before to a sample; what overshoots between old samples is limited."""
    if parameters.rate == sound.rate:
        return sound
    resampled = soxr.resample(sound.samples, sound.rate, parameters.rate)
    return Sound(samples=limit(resampled, parameters.rate, ceiling=1.0), rate=parameters.rate)


EFFECT = Effect(summary="Another sample rate.", parameters=Resample, apply=apply)
