"""A preset brought near a voice that was measured: the pitch, how far it moves, and the resonances. It is no clone.

What makes a voice one person's – how they form their sounds – stays the preset's. Works on one clause of one voice.
"""

from dataclasses import dataclass

import numpy as np

from freehold.contracts.audio.voices import VoiceProfile
from freehold.voice.signal.level import limit
from freehold.voice.signal.pitch import HIGHEST_HERTZ, LOWEST_HERTZ, track_pitch
from freehold.voice.signal.psola import repitch
from freehold.voice.sound import Samples

METHOD = "pitch and formant matching of a preset"
MIN_FORMANTS, MAX_FORMANTS = 0.7, 1.4  # beyond, it is no throat any more
MIN_MOVEMENT, MAX_MOVEMENT = 0.5, 2.0
FEMALE_HERTZ = 150.0  # pitch times formant scale: between men's and women's in both


@dataclass(frozen=True, slots=True, kw_only=True)
class Imitation:
    """How far a preset must go. `preset` is None where it could not be measured: then its formants stay.

    `semitones` and `movement` are what a prosody asks for beyond the voice's own.
    """

    target: VoiceProfile
    preset: VoiceProfile | None
    semitones: float = 0.0
    movement: float = 1.0

    @property
    def formants(self) -> float:
        """What the preset's resonances are multiplied by."""
        if self.preset is None:
            return 1.0
        return min(max(self.target.formant_scale / self.preset.formant_scale, MIN_FORMANTS), MAX_FORMANTS)

    @property
    def range(self) -> float:
        """What the preset's movement of the pitch is multiplied by."""
        own = self.preset.pitch_range_semitones if self.preset else 0.0
        factor = min(max(self.target.pitch_range_semitones / own, MIN_MOVEMENT), MAX_MOVEMENT) if own else 1.0
        return factor * self.movement


def gender_of(profile: VoiceProfile) -> str:
    """Which presets are nearest, as `Voice.gender` has it."""
    return "female" if profile.pitch_hz * profile.formant_scale > FEMALE_HERTZ else "male"


def imitate(samples: Samples, rate: int, imitation: Imitation) -> Samples:
    """The clause at the target's pitch and resonances, in the same `rate` in Hz and as long as before.

    Its median pitch becomes the target's. What has no voice keeps none.
    """
    track = track_pitch(samples, rate)
    hertz = track.hertz
    if track.voiced.any():
        octaves = np.log2(np.where(track.voiced, track.hertz, track.median) / track.median)
        pitch = imitation.target.pitch_hz * 2.0 ** (octaves * imitation.range + imitation.semitones / 12)
        hertz = np.clip(pitch, LOWEST_HERTZ, HIGHEST_HERTZ)
    moved = repitch(samples, rate, track, hertz, formants=imitation.formants)
    return limit(moved, rate)
