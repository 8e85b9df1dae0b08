"""A longer or shorter throat: the resonances of the voice move, its pitch and its pace do not. Knows one voice.

The windows of `signal/psola.py`, each played faster or slower where the voice's pulses stay.
"""

from typing import Annotated

import msgspec

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.level import limit
from freehold.voice.signal.pitch import track_pitch
from freehold.voice.signal.psola import repitch
from freehold.voice.sound import Sound


class Formant(Parameters, frozen=True, kw_only=True):
    """`ratio` multiplies the frequencies of the formants, 0.5 to 2: 1.2 sounds smaller, 0.85 larger."""

    ratio: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0


def apply(sound: Sound, parameters: Formant) -> Sound:
    """The sound with moved formants, in the same rate and length."""
    if parameters.ratio == 1.0 or not len(sound.samples):
        return sound
    track = track_pitch(sound.samples, sound.rate)
    moved = repitch(sound.samples, sound.rate, track, track.hertz, formants=parameters.ratio)
    return Sound(samples=limit(moved, sound.rate), rate=sound.rate)


EFFECT = Effect(summary="Moves the resonances of a voice, not its pitch.", parameters=Formant, apply=apply)
