"""The mark: laid into a stream, found by its key alone, inaudible by measure."""

import hashlib
import io
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from freehold.voice.sound import SPEECH_RATE, Samples
from freehold.voice.watermark.detect import detect
from freehold.voice.watermark.mark import Marker

KEY, OTHER = hashlib.sha256(b"tenant one").digest(), hashlib.sha256(b"tenant two").digest()
SENTENCE = "The harbour was quiet when the first boats came back, and nobody had counted the nets"
CLIPS = [
    (voice, f"{SENTENCE} {ending}.") for voice in ("awb", "rms", "slt", "kal16", "kal") for ending in ("again", "today")
]

needs_flite = pytest.mark.skipif(
    shutil.which("flite") is None and not os.environ.get("CI"), reason="flite is not installed"
)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Samples]:
    folder: Path = tmp_path_factory.mktemp("clips")
    spoken: list[Samples] = []
    for number, (voice, text) in enumerate(CLIPS):
        path = folder / f"{number}.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        samples, rate = soundfile.read(path, dtype="float32")
        spoken.append(soxr.resample(samples, rate, SPEECH_RATE).astype(np.float32))
    return spoken


def marked(samples: Samples, key: bytes = KEY, rate: int = SPEECH_RATE, piece: int | None = None) -> Samples:
    marker = Marker(key, rate)
    size = piece or max(len(samples), 1)
    out = [marker.feed(samples[start : start + size]) for start in range(0, len(samples), size)]
    return np.concatenate([*out, marker.finish()])


@cache
def hiss(seconds: float, rate: int = SPEECH_RATE) -> Samples:
    return (np.random.default_rng(7).standard_normal(round(seconds * rate)) * 0.1).astype(np.float32)


@pytest.mark.parametrize("length", [0, 1, 239, 240, 241, 479, 480, 481, 719, 721, 10_007])
@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 48_000])
def test_the_marked_sound_is_as_long_as_the_sound(length: int, rate: int) -> None:
    assert len(marked(hiss(1)[:length], rate=rate)) == length


@pytest.mark.parametrize("piece", [1, 7, 239, 240, 241, 480, 1_000, 5_001])
def test_how_the_stream_is_cut_does_not_matter(piece: int) -> None:
    whole = hiss(0.7)
    assert np.array_equal(marked(whole, piece=piece), marked(whole))


def test_random_cuts_do_not_matter() -> None:
    chance, whole = np.random.default_rng(3), hiss(2)
    for _ in range(10):
        marker = Marker(KEY)
        cuts = np.sort(chance.integers(0, len(whole), 20))
        pieces = [marker.feed(piece) for piece in np.split(whole, cuts)]
        assert np.array_equal(np.concatenate([*pieces, marker.finish()]), marked(whole))


def test_the_first_samples_come_at_once_and_20_ms_at_most_are_held_back() -> None:
    marker, fed, got = Marker(KEY), 0, 0
    assert len(marker.feed(hiss(1)[:240])) == 240
    for piece in np.array_split(hiss(1)[240:], 97):
        fed, got = fed + len(piece), got + len(marker.feed(piece))
        assert 0 <= fed - got < 480


def test_silence_stays_silence() -> None:
    assert not marked(np.zeros(30_000, np.float32)).any()


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_too_little_sound_is_not_judged(seconds: float) -> None:
    found = detect(marked(hiss(seconds)), SPEECH_RATE, KEY)
    assert not found.detected
    assert "1 s is needed" in found.reason


def test_silence_around_a_click_is_not_taken_for_a_mark() -> None:
    samples = np.zeros(SPEECH_RATE * 6, np.float32)
    samples[SPEECH_RATE : SPEECH_RATE + 40_000] = hiss(2)[:40_000]
    found = detect(samples, SPEECH_RATE, KEY)
    assert not found.detected


@needs_flite
def test_the_mark_lies_30_decibels_below_the_speech(clips: list[Samples]) -> None:
    for clip in clips:
        added = marked(clip) - clip
        assert 10 * np.log10(np.sum(clip**2) / np.sum(added**2)) > 30


@needs_flite
def test_a_key_finds_its_own_mark_alone(clips: list[Samples]) -> None:
    for clip in clips:
        assert detect(marked(clip), SPEECH_RATE, KEY).detected
        assert not detect(clip, SPEECH_RATE, KEY).detected
        assert not detect(marked(clip, OTHER), SPEECH_RATE, KEY).detected


@needs_flite
def test_two_marks_in_one_recording_are_both_found(clips: list[Samples]) -> None:
    both = np.concatenate([marked(clips[0]), marked(clips[2], OTHER)])
    assert detect(both, SPEECH_RATE, KEY).detected
    assert detect(both, SPEECH_RATE, OTHER).detected


@needs_flite
@pytest.mark.parametrize("start", [1, 777, 12_345])
def test_the_mark_is_found_wherever_the_recording_is_cut(clips: list[Samples], start: int) -> None:
    for clip in clips[:4]:
        assert detect(marked(clip)[start : start + 3 * SPEECH_RATE], SPEECH_RATE, KEY).detected


@needs_flite
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_the_mark_survives_another_rate(clips: list[Samples], rate: int) -> None:
    assert detect(soxr.resample(marked(clips[4]), SPEECH_RATE, rate), rate, KEY).detected


@needs_flite
def test_the_mark_survives_mp3(clips: list[Samples]) -> None:
    for clip in clips[:4]:
        buffer = io.BytesIO()
        soundfile.write(buffer, marked(clip), SPEECH_RATE, format="MP3")
        buffer.seek(0)
        samples, rate = soundfile.read(buffer, dtype="float32")
        assert detect(samples.astype(np.float32), rate, KEY).detected


@needs_flite
@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_the_mark_is_found_at_another_speed_which_is_told(clips: list[Samples], factor: float) -> None:
    found = detect(soxr.resample(marked(clips[4]), SPEECH_RATE, SPEECH_RATE / factor), SPEECH_RATE, KEY)
    assert found.detected
    assert found.speed == pytest.approx(factor, abs=0.006)


@needs_flite
def test_a_marked_part_is_found_inside_a_long_recording(clips: list[Samples]) -> None:
    around = np.concatenate(clips * 2)[: SPEECH_RATE * 70]
    found = detect(np.concatenate([around, marked(clips[4]), around[: SPEECH_RATE * 10]]), SPEECH_RATE, KEY)
    assert found.detected
    begins = len(around) / SPEECH_RATE
    assert found.start_seconds < begins + len(clips[4]) / SPEECH_RATE
    assert found.start_seconds + found.seconds > begins
