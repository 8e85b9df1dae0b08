"""A voice in three numbers: its pitch, how far that moves, and how long the throat and mouth are. Knows one voice.

The resonances of a tube that is closed at one end lie at odd multiples of half their spacing, and the spacing tells its
length: of each voiced frame the first four formants are fitted so, by least squares (D. Reby and K. McComb,
"Anatomical constraints generate honesty: acoustic cues to age and weight in the roars of red deer stags", Animal
Behaviour 65, 2003), which leans on the higher ones, that depend least on the vowel (A. Lammert and S. Narayanan, "On
short-time estimation of vocal tract length from formant frequencies", PLoS ONE 10, 2015). Formants are the poles of a
linear prediction. Legend: F frames, P poles.
"""

import numpy as np
import soxr
from numpy.typing import NDArray

from freehold.contracts.audio.voices import VoiceProfile
from freehold.voice.signal.envelope import frames, predict
from freehold.voice.signal.pitch import HOP_SECONDS, PitchTrack, track_pitch
from freehold.voice.sound import Samples

SPACING_HERTZ = 1000.0  # of a tube of 17.5 cm, where sound travels 350 m a second: the scale of 1
MIN_VOICED_FRAMES = 30
RANGE_PERCENTILES = (10, 90)

FORMANT_RATE = 10_000
POLES = 10
FORMANTS = 4
WINDOW_SECONDS = 0.03
EMPHASIS = 0.94
LOWEST_FORMANT, HIGHEST_FORMANT = 150.0, 4900.0
WIDEST_FORMANT = 500.0  # Hz; a wider pole is the tilt of the whole
QUIET = 0.02  # of the loud frames' power
MIN_SCALE, MAX_SCALE = 0.5, 2.0
MAX_RANGE = 48.0


def measure(samples: Samples, rate: int) -> VoiceProfile | None:
    """The profile of a voice that speaks for some seconds; None where there is too little voice in it."""
    track = track_pitch(samples, rate)
    scale = _formant_scale(samples, rate, track)
    if scale is None:
        return None
    low, high = np.percentile(track.hertz[track.voiced], RANGE_PERCENTILES)
    return VoiceProfile(
        pitch_hz=round(track.median, 2),
        pitch_range_semitones=round(min(12 * float(np.log2(high / low)), MAX_RANGE), 2),
        formant_scale=round(min(max(scale, MIN_SCALE), MAX_SCALE), 4),
        seconds=round(len(samples) / rate, 3),
    )


def _formant_scale(samples: Samples, rate: int, track: PitchTrack) -> float | None:
    """The median over the frames in which there is a voice and four formants are seen."""
    voiced = _voiced_frames(samples, rate, track)
    spacings = _spacings(_poles(voiced)) if len(voiced) else np.zeros(0)
    return float(np.median(spacings)) / SPACING_HERTZ if len(spacings) >= MIN_VOICED_FRAMES else None


def _voiced_frames(samples: Samples, rate: int, track: PitchTrack) -> Samples:
    slower = soxr.resample(samples, rate, FORMANT_RATE).astype(np.float32)
    raised = np.array(slower)
    raised[1:] -= np.float32(EMPHASIS) * slower[:-1]
    length = int(FORMANT_RATE * WINDOW_SECONDS)
    every = frames(raised, length, int(FORMANT_RATE * HOP_SECONDS))
    count = min(len(every), len(track.hertz))
    voiced = every[:count][track.voiced[:count]] * np.hamming(length).astype(np.float32)
    power = np.square(voiced).sum(axis=1)
    return voiced[power > QUIET * np.percentile(power, 95)] if len(voiced) else voiced


def _poles(windowed: Samples) -> NDArray[np.complex128]:
    """The poles [F, P] of each frame's prediction: the eigenvalues of its companion matrix."""
    a, _ = predict(windowed, POLES)
    companions = np.zeros((len(a), POLES, POLES))
    companions[:, 0, :] = -a[:, 1:]
    companions[:, np.arange(1, POLES), np.arange(POLES - 1)] = 1.0
    return np.linalg.eigvals(companions).astype(np.complex128)


def _spacings(poles_FP: NDArray[np.complex128]) -> NDArray[np.float64]:
    """The spacing in Hz of each frame that has four formants."""
    hertz_FP = np.angle(poles_FP) * FORMANT_RATE / (2 * np.pi)
    widths_FP = -np.log(np.abs(poles_FP) + 1e-12) * FORMANT_RATE / np.pi
    is_formant = (hertz_FP > LOWEST_FORMANT) & (hertz_FP < HIGHEST_FORMANT) & (widths_FP < WIDEST_FORMANT)
    lowest = np.sort(np.where(is_formant, hertz_FP, np.inf), axis=1)[:, :FORMANTS]
    whole = lowest[np.isfinite(lowest).all(axis=1)]
    multiples = np.arange(FORMANTS) + 0.5
    return (whole @ multiples / float(multiples @ multiples)).astype(np.float64)
