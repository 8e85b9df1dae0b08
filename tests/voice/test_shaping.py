"""What an engine does not control is done to its sound, one clause at a time."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from freehold.voice.shaping import shape
from freehold.voice.signal.pitch import track_pitch
from freehold.voice.sound import Samples, to_pcm16
from freehold.voice.synthesizer import Prosody
from voice.effects.measures import speech

RATE = 16_000


@pytest.fixture(scope="module")
def recogniser() -> Any:
    """The English model in pocketsphinx' own wheel."""
    pocketsphinx = pytest.importorskip("pocketsphinx")
    return pocketsphinx.Decoder(loglevel="FATAL")


def movement(samples: Samples) -> float:
    """The spread of the pitch in octaves, outliers left out."""
    hertz = track_pitch(samples, RATE).hertz
    low, high = np.percentile(np.log2(hertz[hertz > 0]), [10, 90])
    return float(high - low)


def test_an_unchanged_prosody_answers_the_samples_themselves() -> None:
    samples = speech().samples
    assert shape(samples, RATE, Prosody()) is samples


@pytest.mark.parametrize("voice", ["slt", "rms"])
def test_everything_at_once_comes_out_as_asked(voice: str) -> None:
    samples = speech(voice).samples
    shaped = shape(samples, RATE, Prosody(speed=1.25, pitch=3.0, range=0.5, volume=-6.0))
    assert len(shaped) == round(len(samples) / 1.25)
    assert track_pitch(shaped, RATE).median / track_pitch(samples, RATE).median == pytest.approx(
        2 ** (3 / 12), rel=0.04
    )
    assert movement(shaped) == pytest.approx(movement(samples) / 2, rel=0.25)
    power = np.mean(shaped**2) / np.mean(samples**2)
    assert 10 * np.log10(power) == pytest.approx(-6.0, abs=0.5)


@pytest.mark.parametrize("voice", ["slt", "rms"])
@pytest.mark.parametrize("factor", [0.0, 0.5, 1.6])
def test_the_range_scales_the_movement_around_the_median(voice: str, factor: float) -> None:
    samples = speech(voice).samples
    shaped = shape(samples, RATE, Prosody(range=factor))
    assert track_pitch(shaped, RATE).median == pytest.approx(track_pitch(samples, RATE).median, rel=0.04)
    assert movement(shaped) == pytest.approx(factor * movement(samples), abs=0.06 * (1 + factor))


@pytest.mark.parametrize("field", [field.name for field in fields(Prosody)])
@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_the_shortest_clauses_are_shaped_too(field: str, rate: int) -> None:
    values = {"speed": 1.7, "pitch": -5.0, "range": 2.0, "volume": 30.0, "whisper": True}
    prosody = Prosody(**{field: values[field]})
    for length in (0, 1, 5, 100, 1_000):
        shaped = shape(np.full(length, 0.5, np.float32), rate, prosody)
        assert len(shaped) == round(length / prosody.speed)
        assert shaped.dtype == np.float32
        assert np.isfinite(shaped).all()


@pytest.mark.parametrize("prosody", [Prosody(volume=30.0), Prosody(pitch=-12.0, volume=12.0), Prosody(speed=0.5)])
def test_nothing_clips(prosody: Prosody) -> None:
    samples = speech().samples / np.abs(speech().samples).max()
    assert np.abs(shape(samples, RATE, prosody)).max() < 1.0


def test_what_is_whispered_has_no_pitch_to_move() -> None:
    samples = speech().samples
    whispered = shape(samples, RATE, Prosody(whisper=True))
    np.testing.assert_array_equal(shape(samples, RATE, Prosody(whisper=True, pitch=7.0)), whispered)


@pytest.mark.parametrize(
    "prosody",
    [Prosody(pitch=4.0), Prosody(pitch=-4.0), Prosody(range=0.0), Prosody(speed=1.5), Prosody(whisper=True)],
    ids=["higher", "lower", "monotonous", "faster", "whispered"],
)
def test_the_words_can_still_be_recognised(recogniser: Any, prosody: Prosody) -> None:
    recogniser.start_utt()
    recogniser.process_raw(to_pcm16(shape(speech().samples, RATE, prosody)), full_utt=True)
    recogniser.end_utt()
    heard = set(recogniser.hyp().hypstr.split())
    said = {"train", "to", "hamburg", "nine", "o'clock", "my", "sister", "is", "waiting", "for", "us", "the", "station"}
    assert len(said - heard) <= 2


def test_a_voice_stays_as_loud_at_another_pitch() -> None:
    samples = speech().samples
    for semitones in (-12.0, -5.0, 5.0, 12.0):
        power = np.mean(shape(samples, RATE, Prosody(pitch=semitones)) ** 2) / np.mean(samples**2)
        assert abs(10 * np.log10(power)) < 1.0
