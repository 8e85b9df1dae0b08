"""The second mark: it names a voice to whoever has the key, and takes nothing from the first."""

import hashlib
import io
from functools import cache

import numpy as np
import pytest
import soundfile
import soxr

from freehold.voice.sound import SPEECH_RATE, Samples
from freehold.voice.watermark.detect import detect, identify
from freehold.voice.watermark.mark import Marker
from freehold.voice.watermark.voices import Marks, open_marker, voice_key
from voice.effects.measures import speech

KEY, OTHER = hashlib.sha256(b"tenant one").digest(), hashlib.sha256(b"tenant two").digest()
VOICES = [f"voice_{number:032x}" for number in range(50)]
MINE = VOICES[7]
SPOKEN = ("slt", "rms", "awb", "kal16")


@cache
def clip(voice: str) -> Samples:
    """Five seconds."""
    text = "The harbour was quiet when the first boats came back, and nobody had counted the nets again and again."
    sound = speech(voice, text)
    return soxr.resample(sound.samples, sound.rate, SPEECH_RATE).astype(np.float32)[: 5 * SPEECH_RATE]


def marked(marks: Marks, samples: Samples, piece: int = 7_000) -> Samples:
    parts = [marks.feed(samples[start : start + piece]) for start in range(0, len(samples), piece)]
    return np.concatenate([*parts, marks.finish()])


def through_mp3(samples: Samples) -> tuple[Samples, int]:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, SPEECH_RATE, format="MP3")
    buffer.seek(0)
    again, rate = soundfile.read(buffer, dtype="float32")
    return np.asarray(again, np.float32), rate


def named(samples: Samples, rate: int = SPEECH_RATE, key: bytes = KEY, speed: float = 1.0) -> str | None:
    found = identify(samples, rate, {voice: voice_key(key, voice) for voice in VOICES}, speed)
    return found[0] if found else None


@pytest.mark.parametrize("voice", SPOKEN)
def test_both_marks_are_found_in_five_seconds_after_mp3(voice: str) -> None:
    samples, rate = through_mp3(marked(open_marker(KEY, MINE), clip(voice)))
    assert detect(samples, rate, KEY).detected
    assert named(samples, rate) == MINE


@pytest.mark.parametrize("voice", SPOKEN)
def test_no_voice_is_named_where_none_was_marked(voice: str) -> None:
    plain, ordinary = clip(voice), marked(open_marker(KEY), clip(voice))
    strange = marked(open_marker(KEY, "voice_that_nobody_asks_for"), clip(voice))
    others = marked(open_marker(OTHER, MINE), clip(voice))
    assert [named(samples) for samples in (plain, ordinary, strange, others)] == [None] * 4
    assert detect(strange, SPEECH_RATE, KEY).detected


def test_a_voice_is_named_at_another_speed() -> None:
    samples = marked(open_marker(KEY, MINE), np.concatenate([clip("awb"), clip("awb")]))
    faster = soxr.resample(samples, SPEECH_RATE, SPEECH_RATE / 1.03).astype(np.float32)
    found = detect(faster, SPEECH_RATE, KEY)
    assert found.detected
    assert named(faster, speed=found.speed) == MINE


def test_two_marks_add_little_to_what_one_adds_and_keep_the_length() -> None:
    for voice in SPOKEN:
        plain = clip(voice)
        added = marked(open_marker(KEY, MINE), plain) - plain
        assert 10 * np.log10(np.sum(plain**2) / np.sum(added**2)) > 28
    for length in (0, 1, 239, 481, 10_007):
        assert len(marked(open_marker(KEY, MINE), clip("slt")[:length])) == length
    whole, cut = (marked(open_marker(KEY, MINE), clip("slt"), piece) for piece in (10**6, 331))
    np.testing.assert_allclose(whole, cut, atol=1e-6)


def test_without_a_voice_there_is_the_ordinary_mark_alone() -> None:
    assert isinstance(open_marker(KEY), Marker)
    assert len({voice_key(KEY, MINE), voice_key(KEY, VOICES[8]), voice_key(OTHER, MINE), KEY}) == 4
    assert identify(clip("slt"), SPEECH_RATE, {}, 1.0) is None
