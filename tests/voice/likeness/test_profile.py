"""A voice in numbers, measured on voices whose numbers are known."""

import numpy as np
import pytest

from freehold.voice.likeness.imitation import gender_of
from freehold.voice.likeness.profile import measure
from freehold.voice.sound import Sound
from voice.effects.measures import applied, speech

OTHER = "A young doctor measured three silver coins at half past nine, and nobody here forgot the long bridge."


def scale_of(sound: Sound) -> float:
    profile = measure(sound.samples, sound.rate)
    assert profile is not None
    return profile.formant_scale


@pytest.mark.parametrize(
    ("voice", "pitch_hz", "gender"),
    [("slt", 166, "female"), ("rms", 101, "male"), ("awb", 124, "male"), ("kal16", 89, "male")],
)
def test_a_voice_has_its_pitch_and_keeps_its_throat_whatever_it_says(voice: str, pitch_hz: float, gender: str) -> None:
    first, second = speech(voice), speech(voice, OTHER)
    profile = measure(first.samples, first.rate)
    assert profile is not None
    assert profile.pitch_hz == pytest.approx(pitch_hz, rel=0.04)
    assert 1 < profile.pitch_range_semitones < 10
    assert profile.seconds == pytest.approx(first.seconds, abs=0.001)
    assert gender_of(profile) == gender
    assert scale_of(second) == pytest.approx(profile.formant_scale, rel=0.1)


@pytest.mark.parametrize("voice", ["awb", "kal16"])
def test_a_longer_throat_measures_smaller_and_a_shorter_one_larger(voice: str) -> None:
    sound = speech(voice)
    longer, shorter = (applied("formant", sound, ratio=ratio) for ratio in (0.85, 1.15))
    assert scale_of(longer) < 0.97 * scale_of(sound)
    assert scale_of(shorter) > 1.02 * scale_of(sound)


def test_what_has_no_voice_has_no_profile() -> None:
    hiss = np.random.default_rng(5).normal(0, 0.1, 48_000).astype(np.float32)
    for samples in (hiss, np.zeros(48_000, np.float32), np.zeros(0, np.float32), hiss[:100]):
        assert measure(samples, 16_000) is None
