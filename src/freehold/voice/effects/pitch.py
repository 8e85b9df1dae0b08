"""Higher or lower, as long as before. Formants kept, the same person speaks higher; moved, it is a smaller person.

Kept formants need one voice (`signal/psola.py`); moved ones work on any sound: it is stretched, then resampled.
"""

from typing import Annotated, Literal

import msgspec

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.shaping import shape
from freehold.voice.signal.level import limit
from freehold.voice.signal.stretch import compress, stretch
from freehold.voice.sound import Sound
from freehold.voice.synthesizer import Prosody


class Pitch(Parameters, frozen=True, kw_only=True):
    """`semitones` up or down, at most 12; `formants` say whether the timbre stays or moves along."""

    semitones: Annotated[float, msgspec.Meta(ge=-12.0, le=12.0)] = 0.0
    formants: Literal["keep", "move"] = "keep"


def apply(sound: Sound, parameters: Pitch) -> Sound:
    """The sound at the other pitch, in the same rate and length."""
    if parameters.semitones == 0:
        return sound
    if parameters.formants == "keep":
        samples = shape(sound.samples, sound.rate, Prosody(pitch=parameters.semitones))
    else:
        ratio = 2.0 ** (parameters.semitones / 12)
        longer = stretch(sound.samples, sound.rate, 1 / ratio)
        samples = limit(compress(longer, ratio, len(sound.samples)), sound.rate)
    return Sound(samples=samples, rate=sound.rate)


EFFECT = Effect(summary="Higher or lower, as long as before.", parameters=Pitch, apply=apply)
