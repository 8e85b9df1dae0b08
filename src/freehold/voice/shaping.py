"""What an engine that speaks does not control itself, done to its samples: pitch, range, whispering, speed, volume.

Works on one clause of one voice. Refuses nothing; bounds are the caller's.
"""

import numpy as np

from freehold.voice.signal.level import amplify, limit
from freehold.voice.signal.pitch import track_pitch
from freehold.voice.signal.psola import repitch
from freehold.voice.signal.stretch import stretch
from freehold.voice.signal.whisper import whisper
from freehold.voice.sound import Samples
from freehold.voice.synthesizer import Prosody


def shape(samples: Samples, rate: int, prosody: Prosody) -> Samples:
    """The clause as `prosody` says, at the same `rate` in Hz; one that changes nothing answers the samples themselves.

    The answer has `stretched_length(len(samples), prosody.speed)` samples and does not clip. What is whispered has no
    pitch.
    """
    if prosody == Prosody():
        return samples
    shaped = samples
    if prosody.whisper:
        shaped = whisper(shaped, rate)
    elif prosody.pitch or prosody.range != 1.0:
        shaped = _intone(shaped, rate, prosody.pitch, prosody.range)
    shaped = stretch(shaped, rate, prosody.speed)
    return amplify(shaped, rate, prosody.volume) if prosody.volume else limit(shaped, rate)


def _intone(samples: Samples, rate: int, semitones: float, movement: float) -> Samples:
    """Higher by `semitones`, and `movement` times as far from the median, in octaves."""
    track = track_pitch(samples, rate)
    if not track.voiced.any():
        return samples
    octaves = np.log2(np.where(track.voiced, track.hertz, track.median) / track.median)
    return repitch(samples, rate, track, track.median * 2.0 ** (octaves * movement + semitones / 12))
