"""Ears with the built-in network and flite's speech: when voices begin and end, and what is on the tape."""

import importlib.util
from functools import lru_cache

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.voice.conversation.listening.ears import FORMATS, Ears, Edge
from freehold.voice.conversation.listening.g711 import A_LAW, MU_LAW
from freehold.voice.conversation.listening.resampling import Resampling
from freehold.voice.conversation.listening.tape import FIRST_ROOM, Tape
from freehold.voice.effects import denoise
from freehold.voice.sound import HEARING_RATE, Samples, to_pcm16
from voice.hearing.sounds import FOX, HOUSE, ROAD, noise, said, silence

MESSAGE_MS = 20
AUDIBLE = 0.01


@lru_cache(maxsize=8)
def sent(name: str = "audio/pcm") -> bytes:
    """Half a second of a sentence with silence around it, as a connection sends it."""
    return coded(np.concatenate([silence(0.7), said(FOX)[: HEARING_RATE // 2], silence(0.5)]), name)


def coded(samples_16khz: Samples, name: str = "audio/pcm") -> bytes:
    resampled = soxr.resample(samples_16khz, HEARING_RATE, FORMATS[name].rate)
    return {"audio/pcm": to_pcm16, "audio/pcmu": MU_LAW.encode, "audio/pcma": A_LAW.encode}[name](resampled)


def heard(ears: Ears, data: bytes) -> list[tuple[Edge, int]]:
    """Its edges, and how much sound had come when each was known."""
    size = FORMATS["audio/pcm"].rate * 2 * MESSAGE_MS // 1000
    return [(edge, ears.position_ms) for at in range(0, len(data), size) for edge in ears.hear(data[at : at + size])]


@pytest.mark.parametrize("voice", ["slt", "rms", "awb", "kal16"])
@pytest.mark.parametrize("background", [0.0, 0.002])
def test_a_voice_is_known_at_once_and_placed_where_it_is(voice: str, background: float) -> None:
    known, placed = list[float](), list[float]()
    for text in (FOX, ROAD, HOUSE):
        spoken = said(text, voice)
        audible = np.flatnonzero(np.abs(spoken) > AUDIBLE)
        sound = np.concatenate([silence(1.01), spoken, silence(1)])
        edges = heard(Ears("audio/pcm"), coded(sound + noise(len(sound) / HEARING_RATE, background)))
        (began, began_known), (ended, ended_known) = edges[0], edges[-1]
        start, end = 1010 + int(audible[0]) / 16, 1010 + int(audible[-1]) / 16
        assert (began.kind, ended.kind) == ("began", "ended")
        assert ended.audio_ms == pytest.approx(end, abs=220)
        assert 64 <= ended_known - ended.audio_ms <= 64 + 96
        known.append(began_known - start)
        placed.append(abs(began.audio_ms - start))
    assert np.median(known) <= 150
    assert np.median(placed) <= 60
    assert max(known) <= 360  # kal16 says "there" softly


def test_what_is_no_voice_begins_none() -> None:
    rng = np.random.default_rng(1)
    fading = np.exp(-np.arange(1600) / 250)
    click, burst = np.full(8, 0.9), rng.standard_normal(480) * 0.3
    knock = np.sin(2 * np.pi * 180 * np.arange(1600) / HEARING_RATE) * 0.6 * fading
    beep = np.sin(2 * np.pi * 600 * np.arange(1280) / HEARING_RATE) * 0.4
    for background in (0.0, 0.003):
        sounds = [noise(0.61, background)]
        for sound in (click, burst, knock, beep, click, knock):
            sounds += [sound.astype(np.float32), noise(0.537, background)]
        assert heard(Ears("audio/pcm"), coded(np.concatenate(sounds))) == []
    assert heard(Ears("audio/pcm"), coded(noise(3, 0.1))) == []
    assert heard(Ears("audio/pcm"), coded(silence(3))) == []


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.lists(st.integers(0, 9001), max_size=30), st.booleans())
def test_messages_of_any_size_are_heard_alike(name: str, sizes: list[int], is_cleaned: bool) -> None:
    data = sent(name)
    whole, cut = Ears(name, noise_reduction=is_cleaned), Ears(name, noise_reduction=is_cleaned)
    edges, at = list[Edge](), 0
    for size in [*sizes, len(data)]:
        edges += cut.hear(data[at : at + size])
        at += size
    assert edges == whole.hear(data)
    assert [edge.kind for edge in edges] == ["began", "ended"]
    assert cut.position_ms == whole.position_ms == len(data) // FORMATS[name].width * 1000 // FORMATS[name].rate
    whole.catch_up()
    cut.catch_up()
    np.testing.assert_array_equal(cut.tape.cut(0, 10_000), whole.tape.cut(0, 10_000))


def test_to_catch_up_brings_all_to_the_tape_and_decides_nothing() -> None:
    data, ears, undisturbed = sent(), Ears("audio/pcm"), Ears("audio/pcm")
    edges = list[Edge]()
    for at in range(0, len(data), 1001):
        edges += ears.hear(data[at : at + 1001])
        ears.catch_up()
        assert 0 <= ears.position_ms - ears.tape.end_ms <= 3
    assert edges == undisturbed.hear(data)
    undisturbed.catch_up()
    np.testing.assert_array_equal(ears.tape.cut(0, 10_000), undisturbed.tape.cut(0, 10_000))


def test_the_tape_holds_the_sound_where_it_was() -> None:
    spoken = np.concatenate([silence(0.2), said(ROAD)])
    for name, floor in (("audio/pcm", 0.02), ("audio/pcmu", 0.1), ("audio/pcma", 0.1)):
        ears = Ears(name)
        ears.hear(coded(spoken, name))
        taken = ears.tape.cut(100, 1100)
        rate = 13_000 if name == "audio/pcm" else 8000  # what is in speech, and what a telephone lets through
        wanted = soxr.resample(soxr.resample(spoken, HEARING_RATE, rate), rate, HEARING_RATE)
        error = np.std(taken - wanted[1600:17600]) / np.std(wanted[1600:17600])
        assert error < floor, name


def test_another_format_goes_on_in_the_same_time_and_the_same_voice() -> None:
    spoken = said(ROAD)
    half = len(spoken) // 2
    ears = Ears("audio/pcmu")
    edges = ears.hear(coded(np.concatenate([silence(1), spoken[:half]]), "audio/pcmu"))
    before = ears.position_ms
    edges += ears.reset("audio/pcm")
    assert before <= ears.position_ms <= before + 3
    edges += ears.hear(coded(np.concatenate([spoken[half:], silence(1)])))
    assert [edge.kind for edge in edges] == ["began", "ended"]
    assert edges[1].audio_ms - edges[0].audio_ms == pytest.approx(len(spoken) / 16, abs=500)
    position = ears.position_ms
    with pytest.raises(InvalidRequest) as refused:
        ears.reset("audio/opus")
    assert "audio/pcma" in refused.value.hint
    for name, is_cleaned in (("audio/pcm", True), ("audio/pcma", True), ("audio/pcm", False)):
        assert ears.reset(name, noise_reduction=is_cleaned) == ears.hear(bytes(960)) == []
        assert position <= ears.position_ms <= position + 123
        position = ears.position_ms


def test_a_higher_threshold_needs_more_and_may_change() -> None:
    sound = coded(np.concatenate([silence(0.5), said(FOX)]))
    ears = {threshold: Ears("audio/pcm", threshold=threshold) for threshold in (0.1, 0.5, 0.99)}
    began = [listening.hear(sound)[0].audio_ms for listening in ears.values()]
    assert began == sorted(began)
    assert began[0] < began[2]
    changed = Ears("audio/pcm", threshold=0.99)
    changed.threshold = 0.5
    assert changed.hear(sound)[0].audio_ms == began[1]


def test_noise_is_taken_out_of_what_is_heard_and_kept() -> None:
    sound = np.concatenate([noise(2, 0.02), said(FOX) + noise(len(said(FOX)) / HEARING_RATE, 0.02), noise(1, 0.02)])
    ears, plain = Ears("audio/pcm", noise_reduction=True), Ears("audio/pcm")
    edges = [edge for edge, _ in heard(ears, coded(sound))]
    plain.hear(coded(sound))
    assert edges[0].audio_ms == pytest.approx(2000, abs=300)
    hum, cleaned = plain.tape.cut(1000, 1900), ears.tape.cut(1000, 1900)
    assert np.std(cleaned) < 0.3 * np.std(hum)
    voice, kept = plain.tape.cut(2300, 3300), ears.tape.cut(2300, 3300)
    assert np.corrcoef(voice, kept)[0, 1] > 0.9  # in place


def test_without_the_library_for_noise_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    denoise._library.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    try:
        with pytest.raises(SetupError) as refused:
            Ears("audio/pcm", noise_reduction=True)
        assert "pip install" in refused.value.hint
    finally:
        denoise._library.cache_clear()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_tape_is_the_last_of_what_was_written(data: st.DataObject) -> None:
    tape, written, kept_from = Tape(max_seconds=1), np.zeros(0, np.int16), 0
    for _ in range(data.draw(st.integers(1, 8))):
        piece = np.arange(len(written), len(written) + data.draw(st.sampled_from([0, 7, 160, 4000, 15_999, 40_000])))
        tape.write(piece.astype(np.int16))
        written = np.concatenate([written, piece.astype(np.int16)])
        if data.draw(st.booleans()):
            before = data.draw(st.integers(0, len(written) // 16 + 5))
            tape.forget(before)
            kept_from = max(kept_from, min(before * 16, len(written)))
        kept_from = max(kept_from, len(written) - HEARING_RATE)
        first, after = sorted(data.draw(st.integers(0, len(written) // 16 + 9)) for _ in range(2))
        wanted = written[max(first * 16, kept_from) : max(after * 16, kept_from)]
        np.testing.assert_array_equal(tape.cut(first, after), wanted.astype(np.float32) / 32768)
    assert (tape.length, tape.end_ms) == (len(written), len(written) // 16)


def test_a_tape_takes_memory_for_what_it_keeps() -> None:
    tape, second = Tape(max_seconds=60), np.ones(HEARING_RATE, np.int16)
    for _ in range(100):
        tape.write(second)
    assert (tape.start_ms, tape.end_ms) == (40_000, 100_000)
    assert tape.room == 60 * HEARING_RATE
    tape.forget(95_000)
    assert tape.room == FIRST_ROOM
    assert len(tape.cut(0, 200_000)) == 5 * HEARING_RATE


@pytest.mark.parametrize(("rate", "wanted"), [(24_000, 16_000), (8000, 16_000), (24_000, 48_000), (48_000, 16_000)])
def test_resampling_keeps_what_fits_and_drops_what_does_not(rate: int, wanted: int) -> None:
    time_in, time_out = np.arange(rate) / rate, np.arange(wanted) / wanted
    for hertz in (300, 3000, 10_500):
        fits = hertz < 0.4 * min(rate, wanted)
        if not fits and not 0.55 * wanted < hertz < rate / 2:
            continue
        stream = Resampling(rate, wanted)
        sine = np.rint(10_000 * np.sin(2 * np.pi * hertz * time_in)).astype(np.int16)
        answer = np.concatenate([stream.feed(sine), stream.finish()])[:wanted].astype(np.float64)
        ideal = 10_000 * np.sin(2 * np.pi * hertz * time_out) if fits else np.zeros(wanted)
        middle = slice(wanted // 10, -wanted // 10)
        assert np.std(answer[middle] - ideal[middle]) < 10, hertz
