import asyncio
import contextlib
import importlib.util
import os
import signal
from collections.abc import AsyncGenerator
from typing import cast

import numpy as np
import pytest

from freehold.contracts.errors import SetupError, Unavailable
from freehold.voice.espeak_pool import EspeakVoice
from freehold.voice.sound import Samples
from freehold.voice.synthesizer import Clause, Piece, Prosody, WordMark
from freehold.voice.synthesizers.espeak import EspeakSynthesizer, language_tag, native, native_speed

from .conftest import Opened

SENTENCE = "We were away a year ago, now you may hear a rare one."


async def _pieces(espeak: EspeakSynthesizer, text: str, voice: str = "en-US+f3", **prosody: float) -> list[Piece]:
    clause = Clause(text=text, voice=voice, prosody=Prosody(**prosody))  # type: ignore[arg-type]
    return [piece async for piece in espeak.speak(clause)]


async def _samples(espeak: EspeakSynthesizer, text: str, voice: str = "en-US+f3", **prosody: float) -> Samples:
    return np.concatenate([piece.samples for piece in await _pieces(espeak, text, voice, **prosody)])


async def _to_the_end(pieces: AsyncGenerator[Piece]) -> None:
    async for _ in pieces:
        pass


async def _words(espeak: EspeakSynthesizer, text: str, voice: str) -> list[str]:
    marks = [mark for piece in await _pieces(espeak, text, voice) for mark in piece.words]
    return [text[mark.text_start : mark.text_start + mark.text_length] for mark in marks]


def _semitones(samples: Samples, rate: int) -> float:
    """The median of the fundamental frequency, above 1 Hz, by autocorrelation."""
    window, found = 2048, []
    for start in range(0, len(samples) - window, 882):
        part = samples[start : start + window] * np.hanning(window)
        if np.sqrt(np.mean(part**2)) < 0.02:
            continue
        power = np.fft.irfft(np.abs(np.fft.rfft(part - part.mean(), 4 * window)) ** 2)
        lag = int(rate / 500) + int(np.argmax(power[int(rate / 500) : int(rate / 60)]))
        if power[lag] > 0.45 * power[0]:
            found.append(12 * np.log2(rate / lag))
    return float(np.median(found))


@pytest.fixture
async def espeak(opened: Opened) -> EspeakSynthesizer:
    return cast(EspeakSynthesizer, await opened("espeak"))


async def test_there_is_a_preset_for_every_accent_in_every_timbre(espeak: EspeakSynthesizer) -> None:
    voices = espeak.voices()
    accents = {voice.id.partition("+")[0] for voice in voices}
    variants = {voice.id.partition("+")[2] for voice in voices}
    assert len(voices) == len(accents) * len(variants) == 135 * 105
    assert {voice.kind for voice in voices} == {"preset"}
    assert all(" " not in voice.id for voice in voices)
    by_id = {voice.id: voice for voice in voices}
    assert (by_id["de+f2"].gender, by_id["de+m2"].gender, by_id["de+Mr_serious"].gender) == ("female", "male", "male")
    assert voices[0].id == "en-US"
    assert "fo" not in accents  # it has no dictionary, and says nothing


async def test_openais_voices_are_distinct_and_of_the_gender_they_have_there(espeak: EspeakSynthesizer) -> None:
    gender = {voice.id: voice.gender for voice in espeak.voices()}
    assert len(set(espeak.presets.values())) == 13
    women = {name for name, identifier in espeak.presets.items() if gender[identifier] == "female"}
    assert women == {"alloy", "coral", "nova", "sage", "shimmer", "marin"}
    heights = {
        name: _semitones(await _samples(espeak, SENTENCE, espeak.presets[name]), espeak.rate)
        for name in ("onyx", "echo", "alloy", "shimmer")
    }
    assert sorted(heights, key=lambda name: heights[name]) == ["onyx", "echo", "alloy", "shimmer"]


@pytest.mark.parametrize(
    ("identifier", "languages", "tag"),
    [
        ("gmw/en-US", ["en-us", "en"], "en-US"),
        ("gmw/en", ["en-gb"], "en-GB"),
        ("sit/cmn", ["cmn", "zh"], "zh"),
        ("ira/fa-Latn", ["fa-latn"], "fa-Latn"),
        ("aav/vi-VN-x-central", ["vi-vn-x-central"], "vi-VN-x-central"),
        ("roa/ca-ba", ["ca-ba"], "ca-x-balear"),
        ("zle/ru-cl", ["ru-cl"], "ru-x-classic"),
        ("roa/es-419", ["es-419"], "es-419"),
        ("gmw/de", [], "de"),
    ],
)
def test_languages_are_bcp_47(identifier: str, languages: list[str], tag: str) -> None:
    assert language_tag(EspeakVoice(identifier=identifier, name="x", languages=tuple(languages))) == tag


SAID = [
    ("en-US", "Hello brave new world.", ["Hello", "brave", "new", "world"]),
    ("de", "Größe, schön über Ärger", ["Größe", "schön", "über", "Ärger"]),
    ("en-US", "It is 2026 now", ["It", "is", "2026", "now"]),
    ("he", "שלום עולם טוב", ["שלום", "עולם", "טוב"]),
    ("cmn", "你好世界 再见", ["你", "世", "界", "再", "见"]),
    ("fr", "e\u0301cole cafe\u0301 fini", ["e\u0301cole", "cafe\u0301", "fini"]),
    ("en-US", "I 😀 love it", ["I", "😀", "love", "it"]),
    ("en-US", "  tabs\tand\n\nlines ", ["tabs", "and", "lines"]),
    ("en-US", "bad\x00and\x01control\x1b\x7f red", ["bad", "and", "control", "red"]),
    ("en-US", "<speak>not & [[mark]] up</speak>", ["speak", "not", "&", "mark", "up", "/", "speak"]),
]


async def test_words_are_told_where_they_stand(espeak: EspeakSynthesizer) -> None:
    for voice, text, words in SAID:
        assert await _words(espeak, text, voice) == words


async def test_words_come_no_later_than_their_sound(espeak: EspeakSynthesizer) -> None:
    made = 0
    heard: list[WordMark] = []
    for piece in await _pieces(espeak, "one two three four five six seven"):
        made += len(piece.samples)
        assert all(mark.seconds <= made / espeak.rate for mark in piece.words)
        heard += piece.words
    assert len(heard) == 7


async def test_the_first_piece_is_the_shortest_and_none_is_over_half_a_second(espeak: EspeakSynthesizer) -> None:
    first, *later = [len(piece.samples) for piece in await _pieces(espeak, "one two three four five six seven")]
    assert first <= espeak.rate * 0.061
    assert min(later[:-1]) > first
    assert max(later) <= espeak.rate * 0.561


async def test_speed_is_about_what_was_asked(espeak: EspeakSynthesizer) -> None:
    text = "Your order has been shipped and should arrive within three business days"
    usual = await _samples(espeak, text)
    for speed in (0.5, 0.8, 1.5, 2.5, 4.0):
        changed = await _samples(espeak, text, speed=speed)
        assert len(usual) / len(changed) == pytest.approx(speed, rel=0.08)


@pytest.mark.parametrize("voice", ["en-US+f3", "fr+f2"])
async def test_pitch_is_in_semitones(espeak: EspeakSynthesizer, voice: str) -> None:
    usual = _semitones(await _samples(espeak, SENTENCE, voice), espeak.rate)
    for semitones in (-5.0, -2.0, 3.0, 7.0):
        changed = _semitones(await _samples(espeak, SENTENCE, voice, pitch=semitones), espeak.rate)
        assert changed - usual == pytest.approx(semitones, abs=1.0)


async def test_range_leaves_the_middle_of_the_melody(espeak: EspeakSynthesizer) -> None:
    usual, wide = await _samples(espeak, SENTENCE), await _samples(espeak, SENTENCE, range=1.8)
    assert _semitones(wide, espeak.rate) == pytest.approx(_semitones(usual, espeak.rate), abs=1.2)
    flat = await _samples(espeak, SENTENCE, range=0.0)
    assert _semitones(flat, espeak.rate) == pytest.approx(_semitones(usual, espeak.rate), abs=1.2)


async def test_volume_is_in_decibels(espeak: EspeakSynthesizer) -> None:
    usual = await _samples(espeak, SENTENCE)
    for decibels in (-30.0, -6.0, 4.0):
        changed = await _samples(espeak, SENTENCE, volume=decibels)
        ratio = np.sqrt(np.mean(changed**2) / np.mean(usual**2))
        assert 20 * np.log10(ratio) == pytest.approx(decibels, abs=0.5)


async def test_whispering_has_no_pitch(espeak: EspeakSynthesizer) -> None:
    def periodic(samples: Samples) -> float:
        low, high = espeak.rate // 400, espeak.rate // 70
        part = samples[espeak.rate // 4 : espeak.rate // 4 + 8192]
        power = np.fft.irfft(np.abs(np.fft.rfft(part, 4 * len(part))) ** 2)
        return float(power[low:high].max() / power[0])

    text = "a a a a a a a a a a a a"
    for voice in ("de+f3", "en-US+m3", "fr"):
        voiced, whispered = await _samples(espeak, text, voice), await _samples(espeak, text, voice, whisper=True)
        assert periodic(voiced) > periodic(whispered) + 0.1


def test_what_espeak_cannot_do_itself_is_told() -> None:
    assert native_speed(0.25) == pytest.approx(80 / 175)
    assert native_speed(4.0) == 4.0
    assert native(Prosody()) == Prosody()
    within = Prosody(speed=1.3, pitch=-3, range=1.5, volume=-9, whisper=True)
    assert native(within) == within
    beyond = native(Prosody(speed=0.25, pitch=12, range=5))
    assert (beyond.speed, beyond.pitch, beyond.range) == (native_speed(0.25), 8.7, 2.0)


async def test_a_clause_that_is_closed_early_leaves_its_process_at_work(espeak: EspeakSynthesizer) -> None:
    pids = espeak.pids
    assert len(pids) == 1
    whole = len(await _pieces(espeak, "Hello there."))
    for _ in range(5):
        clause = Clause(text="on and on " * 3000, voice="de+m3")
        async with contextlib.aclosing(espeak.speak(clause)) as pieces:
            await anext(pieces)
        assert abs(len(await _pieces(espeak, "Hello there.")) - whole) <= 1
    assert espeak.pids == pids


async def test_a_process_that_dies_in_mid_clause_is_unavailable_and_the_next_clause_has_another(
    espeak: EspeakSynthesizer,
) -> None:
    old = espeak.pids[0]
    pieces = espeak.speak(Clause(text="on and on " * 3000, voice="de+m3"))
    await anext(pieces)
    os.kill(old, signal.SIGKILL)
    with pytest.raises(Unavailable):
        await _to_the_end(pieces)
    assert len(await _pieces(espeak, "Hello there.")) > 2
    assert old not in espeak.pids


async def test_clauses_are_spoken_by_as_many_processes_as_there_are_workers(opened: Opened) -> None:
    espeak = cast(EspeakSynthesizer, await opened("espeak", workers=2))
    assert (espeak.parallel, len(espeak.pids)) == (2, 1)
    texts = [f"Sentence number {number}." for number in range(12)]
    found = await asyncio.gather(*(_samples(espeak, text) for text in texts))
    assert len(espeak.pids) == 2
    alone = [await _samples(espeak, text) for text in texts]
    for together, single in zip(found, alone, strict=True):
        assert len(together) == pytest.approx(len(single), rel=0.01)


async def test_without_the_package_the_fix_is_named(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "espeak" in name else find_spec(name))
    with pytest.raises(SetupError) as caught:
        await opened("espeak")
    assert caught.value.hint == "pip install freehold-espeak"
