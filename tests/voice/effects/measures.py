"""Speech by flite, and what is measured on it."""

from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from flite import flite
from freehold.voice.effects import EFFECTS
from freehold.voice.signal.envelope import order_for, predict, response, windows
from freehold.voice.sound import Samples, Sound

TEXT = "The train to Hamburg leaves at nine o'clock, and my sister is waiting for us at the station."


@lru_cache
def speech(voice: str = "slt", text: str = TEXT) -> Sound:
    """One of flite's voices at 16 kHz: slt speaks at 166 Hz, rms at 100, kal16 at 89."""
    samples, rate = soundfile.read(BytesIO(flite(text, voice)), dtype="float32")
    return Sound(samples=np.asarray(samples, np.float32), rate=rate)


def applied(name: str, sound: Sound, **parameters: Any) -> Sound:
    """The sound after one effect."""
    effect = EFFECTS[name]
    return effect.apply(sound, effect.parameters(**parameters))


def signal_to_distortion(original: Samples, estimate: Samples) -> float:
    """SI-SDR in dB. Source: J. Le Roux et al., "SDR – half-baked or well done?", ICASSP 2019."""
    original, estimate = original - original.mean(), estimate - estimate.mean()
    target = (original @ estimate) / (original @ original) * original
    return float(10 * np.log10(np.sum(target**2) / np.sum((estimate - target) ** 2)))


def noise(kind: str, length: int, rate: int) -> Samples:
    """White, pink, or mains hum with its harmonics; always the same."""
    if kind == "hum":
        seconds = np.arange(length) / rate
        made = sum(np.sin(2 * np.pi * 50 * part * seconds) / part for part in range(1, 8))
        return np.asarray(made, np.float32)
    white = np.random.default_rng(7).standard_normal(length)
    if kind == "pink":
        hertz = np.maximum(np.fft.rfftfreq(length, 1 / rate), 20)
        return np.fft.irfft(np.fft.rfft(white) / np.sqrt(hertz), length).astype(np.float32)
    return white.astype(np.float32)


def with_noise(sound: Sound, kind: str, decibels: float) -> Sound:
    """The speech is `decibels` above the noise."""
    added = noise(kind, len(sound.samples), sound.rate)
    level = np.sqrt(np.mean(sound.samples**2) / np.mean(added**2) / 10 ** (decibels / 10))
    return Sound(samples=(sound.samples + level * added).astype(np.float32), rate=sound.rate)


def mean_envelope(sound: Sound) -> NDArray[np.float64]:
    """The mean LPC envelope of the louder half of the frames, in dB [513]."""
    frames = windows(sound.samples, 512, 256)
    power = np.square(frames).sum(axis=1)
    a, _ = predict(frames[power > np.median(power)], order_for(sound.rate))
    return np.mean(20 * np.log10(np.abs(response(a, 1024))), axis=0)


def formant_shift(original: Sound, changed: Sound) -> float:
    """By which factor the original's envelope is stretched along frequency to match the other's best."""
    before, after = mean_envelope(original), mean_envelope(changed)
    bins = np.arange(10, 300)

    def misfit(factor: float) -> float:
        return float(np.std(np.interp(bins, np.arange(len(before)) * factor, before) - after[bins]))

    return min(np.arange(0.5, 2.0, 0.02).tolist(), key=misfit)


def spectral_distance(original: Sound, changed: Sound) -> float:
    """Log-spectral distance in dB, above the floor that 16-bit recordings have."""

    def levels(sound: Sound) -> NDArray[np.float64]:
        power = np.abs(np.fft.rfft(windows(sound.samples, 512, 256), axis=1)) ** 2
        return 10 * np.log10(power + 512 * 1e-8)

    difference = levels(original) - levels(changed)
    return float(np.sqrt(np.mean(difference**2, axis=1)).mean())


def power_above(sound: Sound, hertz: float) -> float:
    """The share of the power above a frequency."""
    power = np.abs(np.fft.rfft(sound.samples)) ** 2
    frequencies = np.fft.rfftfreq(len(sound.samples), 1 / sound.rate)
    return float(power[frequencies > hertz].sum() / power.sum())
