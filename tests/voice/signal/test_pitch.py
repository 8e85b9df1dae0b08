"""The pitch that is tracked is the pitch that was made."""

import numpy as np
import pytest
from numpy.typing import NDArray

from freehold.voice.signal.pitch import HOP_SECONDS, track_pitch
from freehold.voice.signal.psola import repitch
from freehold.voice.sound import Samples

RATE = 24_000


def buzz(hertz: NDArray[np.float64], rate: int = RATE) -> Samples:
    """A glottal buzz through two resonances; `hertz` per sample."""
    phase = 2 * np.pi * np.cumsum(hertz) / rate
    made = np.zeros(len(hertz))
    for part in range(1, 25):
        level = 1 / (1 + ((part * hertz - 600) / 200) ** 2) + 0.5 / (1 + ((part * hertz - 1_800) / 300) ** 2) + 0.02
        made += level * np.sin(part * phase)
    return (made / np.abs(made).max() * 0.7).astype(np.float32)


@pytest.mark.parametrize("hertz", [75.0, 100.0, 155.0, 220.0, 330.0, 450.0])
@pytest.mark.parametrize("rate", [8_000, 24_000, 48_000])
def test_a_steady_pitch_is_found(hertz: float, rate: int) -> None:
    track = track_pitch(buzz(np.full(rate, hertz), rate), rate)
    assert track.median == pytest.approx(hertz, rel=0.01)
    assert track.voiced[3:-3].all()


def test_a_glide_is_followed() -> None:
    hertz = np.geomspace(110, 220, 2 * RATE)
    track = track_pitch(buzz(hertz), RATE)
    frames = np.arange(5, len(track.hertz) - 5)
    wanted = hertz[(frames * HOP_SECONDS * RATE).astype(int)]
    np.testing.assert_allclose(track.hertz[frames], wanted, rtol=0.03)


def test_noise_has_no_pitch_and_silence_neither() -> None:
    noise = np.random.default_rng(5).standard_normal(2 * RATE).astype(np.float32)
    assert track_pitch(noise, RATE).voiced.mean() < 0.1
    silence = track_pitch(np.zeros(RATE, np.float32), RATE)
    assert not silence.voiced.any()
    assert silence.median == 0.0


def test_voiced_stretches_are_told_apart() -> None:
    voice = buzz(np.full(RATE // 2, 150.0))
    track = track_pitch(np.concatenate((voice, np.zeros(RATE // 2, np.float32), voice)), RATE)
    (first, second) = track.runs()
    assert first == pytest.approx((0, 50), abs=4)
    assert second == pytest.approx((100, 150), abs=4)


def test_long_sounds_are_tracked_as_short_ones() -> None:
    voice = buzz(np.tile(np.geomspace(100, 200, RATE), 9))
    whole, part = track_pitch(voice, RATE), track_pitch(voice[: 2 * RATE], RATE)
    np.testing.assert_allclose(whole.hertz[:190], part.hertz[:190], rtol=1e-3)
    assert len(whole.hertz) == 901


def test_the_pitch_may_be_drawn_freely() -> None:
    voice = buzz(np.full(RATE, 150.0))
    track = track_pitch(voice, RATE)
    drawn = np.geomspace(120, 240, len(track.hertz))
    found = track_pitch(repitch(voice, RATE, track, drawn), RATE)
    np.testing.assert_allclose(found.hertz[8:-8], drawn[8:-8], rtol=0.04)


def test_the_same_pitch_gives_the_same_sound() -> None:
    voice = buzz(np.full(RATE, 150.0))
    track = track_pitch(voice, RATE)
    same = repitch(voice, RATE, track, track.hertz)
    np.testing.assert_allclose(same[1_000:-1_000], voice[1_000:-1_000], atol=0.01)


def test_without_a_voice_nothing_is_moved() -> None:
    noise = np.random.default_rng(5).standard_normal(RATE).astype(np.float32) * np.float32(0.1)
    track = track_pitch(np.zeros(RATE, np.float32), RATE)
    assert repitch(noise, RATE, track, track.hertz) is noise
