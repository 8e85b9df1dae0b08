"""What each effect does to speech, in the units of its parameters."""

import numpy as np
import pytest
import soxr

from freehold.voice.effects.loudness import measure, true_peaks
from freehold.voice.signal.pitch import track_pitch
from freehold.voice.sound import Sound
from voice.effects.measures import (
    applied,
    formant_shift,
    power_above,
    signal_to_distortion,
    spectral_distance,
    speech,
    with_noise,
)

VOICES = ("slt", "rms")


def pitch_ratio(original: Sound, changed: Sound) -> float:
    before, after = (track_pitch(sound.samples, sound.rate).median for sound in (original, changed))
    return after / before


# --- denoise ---


@pytest.mark.parametrize("voice", [*VOICES, "kal16"])
@pytest.mark.parametrize(("kind", "gained"), [("white", 4.0), ("pink", 2.5), ("hum", 2.0)])
def test_denoising_brings_speech_out_of_noise(voice: str, kind: str, gained: float) -> None:
    clean = speech(voice)
    noisy = with_noise(clean, kind, 5.0)
    before = signal_to_distortion(clean.samples, noisy.samples)
    whole, half = (
        signal_to_distortion(clean.samples, applied("denoise", noisy, strength=strength).samples)
        for strength in (1.0, 0.5)
    )
    assert before == pytest.approx(5.0, abs=0.2)
    assert whole > before + gained
    assert half > before + 2.0


def test_denoising_by_nothing_leaves_the_sound() -> None:
    assert applied("denoise", speech(), strength=0.0).samples is speech().samples


def test_denoising_leaves_clean_speech_where_it_was_in_time() -> None:
    clean = speech()
    cleaned = applied("denoise", clean).samples
    lags = np.correlate(cleaned[8_000:40_000], clean.samples[8_100:39_900], "valid")
    assert abs(int(lags.argmax()) - 100) <= 1
    assert signal_to_distortion(clean.samples, cleaned) > 10.0


# --- pitch and formants ---


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("semitones", [-4.0, 4.0, 7.0])
def test_the_pitch_moves_as_asked_and_the_formants_stay(voice: str, semitones: float) -> None:
    changed = applied("pitch", speech(voice), semitones=semitones)
    assert pitch_ratio(speech(voice), changed) == pytest.approx(2 ** (semitones / 12), rel=0.03)
    assert formant_shift(speech(voice), changed) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("semitones", [-4.0, 4.0])
def test_moved_formants_move_with_the_pitch(voice: str, semitones: float) -> None:
    changed = applied("pitch", speech(voice), semitones=semitones, formants="move")
    assert pitch_ratio(speech(voice), changed) == pytest.approx(2 ** (semitones / 12), rel=0.03)
    assert formant_shift(speech(voice), changed) == pytest.approx(2 ** (semitones / 12), abs=0.05)


def test_moved_formants_work_on_a_chord() -> None:
    at = np.arange(48_000) / 24_000
    chord = np.sum([np.sin(2 * np.pi * hertz * at) for hertz in (440.0, 554.4, 659.3)], axis=0) / 4
    sound = Sound(samples=chord.astype(np.float32), rate=24_000)
    changed = applied("pitch", sound, semitones=12.0, formants="move")
    power = np.abs(np.fft.rfft(changed.samples * np.hanning(48_000))) ** 2
    frequencies = np.fft.rfftfreq(48_000, 1 / 24_000)
    near = np.min(np.abs(frequencies[:, None] - 2 * np.array([440.0, 554.4, 659.3])), axis=1) < 30
    assert power[near].sum() > 0.9 * power.sum()


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("ratio", [0.8, 1.2, 1.4])
def test_formants_move_as_asked_and_the_pitch_stays(voice: str, ratio: float) -> None:
    changed = applied("formant", speech(voice), ratio=ratio)
    assert formant_shift(speech(voice), changed) == pytest.approx(ratio, abs=0.05)
    assert pitch_ratio(speech(voice), changed) == pytest.approx(1.0, rel=0.02)


# --- time ---


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.9, 1.5, 4.0])
def test_tempo_divides_the_length_and_keeps_the_pitch(speed: float) -> None:
    changed = applied("tempo", speech("rms"), speed=speed)
    assert len(changed.samples) == round(len(speech("rms").samples) / speed)
    assert pitch_ratio(speech("rms"), changed) == pytest.approx(1.0, rel=0.04)


@pytest.mark.parametrize("rate", [8_000, 11_025, 24_000, 44_100, 48_000])
def test_resampling_keeps_the_length_in_seconds_and_what_fits_the_rate(rate: int) -> None:
    changed = applied("resample", speech(), rate=rate)
    assert changed.rate == rate
    assert abs(changed.seconds - speech().seconds) <= 1 / rate
    back = soxr.resample(changed.samples, rate, 16_000)[: len(speech().samples)]
    assert signal_to_distortion(speech().samples[: len(back)], back) > (30.0 if rate >= 16_000 else 10.0)


def test_trimming_cuts_silence_at_both_ends_but_for_the_padding() -> None:
    rate, loud = 16_000, speech().samples[8_000:16_000]
    pause = np.zeros(4_000, np.float32)
    samples = np.concatenate((np.zeros(16_000, np.float32), loud, pause, loud, np.zeros(32_000, np.float32)))
    trimmed = applied("trim", Sound(samples=samples, rate=rate), padding=0.1)
    assert len(trimmed.samples) == pytest.approx(2 * 8_000 + 4_000 + 2 * 1_600, abs=320)
    np.testing.assert_array_equal(trimmed.samples[:1_600], 0)


def test_trimming_nothing_but_silence_leaves_it() -> None:
    silence = Sound(samples=np.zeros(5_000, np.float32), rate=16_000)
    assert applied("trim", silence) is silence


# --- loudness ---


@pytest.mark.parametrize("voice", [*VOICES, "kal16"])
@pytest.mark.parametrize("target", [-30.0, -23.0, -16.0, -14.0])
def test_loudness_hits_its_target_below_the_peak_it_may_have(voice: str, target: float) -> None:
    changed = applied("loudness", speech(voice), target=target, peak=-2.0)
    assert measure(changed) == pytest.approx(target, abs=0.5)
    peaks = np.abs(soxr.resample(changed.samples, changed.rate, 8 * changed.rate, quality="VHQ"))
    assert 20 * np.log10(peaks.max()) <= -1.5


def test_loudness_is_measured_as_the_recommendation_says() -> None:
    """EBU Tech 3341, case 1, for one channel: a 1 kHz sine at -23 dBFS on both is -23 LUFS, on one 3.01 less."""
    at = np.arange(20 * 48_000) / 48_000
    sine = (10 ** (-23 / 20) * np.sin(2 * np.pi * 1_000 * at)).astype(np.float32)
    assert measure(Sound(samples=sine, rate=48_000)) == pytest.approx(-26.01, abs=0.1)


def test_a_sound_shorter_than_a_block_has_its_loudness_too() -> None:
    long = speech().samples[8_000:24_000]
    short = applied("loudness", Sound(samples=long[:3_200], rate=16_000), target=-20.0)
    assert measure(short) == pytest.approx(-20.0, abs=0.5)


def test_true_peaks_see_what_lies_between_the_samples() -> None:
    wave = np.sin(2 * np.pi * (np.arange(4_800) / 4 + 1 / 8)).astype(np.float32)
    assert np.abs(wave).max() == pytest.approx(0.7071, abs=1e-3)
    assert true_peaks(wave, 48_000)[100:-100].max() == pytest.approx(1.0, abs=0.02)


def test_volume_adds_decibels_and_does_not_clip() -> None:
    softer = applied("volume", speech(), decibels=-12.0)
    np.testing.assert_allclose(softer.samples, speech().samples * 10 ** (-12 / 20), rtol=1e-5)
    louder = applied("volume", speech(), decibels=30.0)
    assert np.abs(louder.samples).max() < 1.0
    assert np.mean(np.abs(louder.samples) > 0.979) < 0.02


# --- whisper and bandwidth ---


@pytest.mark.parametrize("voice", VOICES)
def test_a_whisper_has_the_same_mouth_and_hardly_any_voice(voice: str) -> None:
    whispered = applied("whisper", speech(voice))
    before, after = (track_pitch(sound.samples, sound.rate).voiced.mean() for sound in (speech(voice), whispered))
    assert after < before / 2
    assert formant_shift(speech(voice), whispered) == pytest.approx(1.0, abs=0.05)
    power = [np.square(sound.samples[:80_000]).reshape(-1, 800).mean(axis=1) for sound in (speech(voice), whispered)]
    levels = np.log10(np.array(power) + 1e-7)
    assert np.corrcoef(levels)[0, 1] > 0.8


@pytest.mark.parametrize("voice", [*VOICES, "awb", "kal16"])
def test_telephone_speech_gets_an_upper_band_nearer_to_the_original_than_none(voice: str) -> None:
    wide = speech(voice, "Fifty people shared a sandwich, he said, and switched off the lights.")
    narrow = Sound(samples=soxr.resample(wide.samples, 16_000, 8_000), rate=8_000)
    plain = applied("resample", narrow, rate=16_000)
    extended = applied("bandwidth", narrow)
    assert (extended.rate, len(extended.samples)) == (16_000, len(plain.samples))
    assert power_above(plain, 4_100) < 1e-8
    assert 1e-4 < power_above(extended, 4_100) < 0.1
    assert spectral_distance(wide, extended) < 0.85 * spectral_distance(wide, plain)
    lower = slice(0, len(plain.samples))
    assert signal_to_distortion(plain.samples[lower], extended.samples[lower]) > 10.0


def test_speech_with_an_upper_band_gets_no_second_one() -> None:
    for sound in (speech("rms"), applied("resample", speech("slt"), rate=24_000)):
        assert applied("bandwidth", sound) is sound


def test_telephone_speech_in_a_higher_rate_keeps_that_rate() -> None:
    narrow = soxr.resample(speech().samples, 16_000, 8_000)
    sound = Sound(samples=soxr.resample(narrow, 8_000, 24_000), rate=24_000)
    extended = applied("bandwidth", sound)
    assert (extended.rate, len(extended.samples)) == (24_000, len(sound.samples))
    assert power_above(extended, 4_100) > 1e-4 > power_above(sound, 4_100)
