"""What every engine that speaks must do."""

import asyncio
import contextlib
from dataclasses import replace

import numpy as np
import pytest

from freehold.contracts.audio.voices import VoiceProfile
from freehold.contracts.errors import InvalidRequest
from freehold.voice.sound import Samples
from freehold.voice.synthesizer import Clause, Prosody, Reference, Synthesizer
from freehold.voice.synthesizers import SYNTHESIZERS

from .conftest import FOLDERS, Opened

OPENAI_VOICES = ["alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage"]
OPENAI_VOICES += ["shimmer", "verse"]
PACED = {"espeak", "kokoro", "piper"}  # those that control their pace
PROFILE = VoiceProfile(pitch_hz=120.0, pitch_range_semitones=4.0, formant_scale=1.0)
TEXT = "Good morning, everyone. The kettle is on."


async def _spoken(synthesizer: Synthesizer, clause: Clause) -> Samples:
    return np.concatenate([piece.samples async for piece in synthesizer.speak(clause)])


def test_every_engine_is_tested_here() -> None:
    assert sorted(FOLDERS) == sorted(SYNTHESIZERS)


@pytest.mark.parametrize("name", sorted(FOLDERS))
async def test_an_engine_keeps_the_promise_of_a_synthesizer(name: str, opened: Opened) -> None:
    synthesizer = await opened(name)
    assert synthesizer.name == name
    await _voices_are_told(synthesizer)
    clause = Clause(text=TEXT, voice=synthesizer.default_voice)
    await _sound_is_float32_in_its_rate(synthesizer, clause)
    await _closing_early_works(synthesizer, clause)
    await _cancelling_works(synthesizer, clause)
    await _an_unknown_voice_is_refused(synthesizer)
    await _nothing_to_say_is_no_sound(synthesizer, clause)
    await _controls_change_the_sound(synthesizer, clause)
    if synthesizer.clones:
        await _a_reference_is_spoken_with(synthesizer, clause)


async def _voices_are_told(synthesizer: Synthesizer) -> None:
    voices = synthesizer.voices()
    ids = [voice.id for voice in voices]
    assert synthesizer.default_voice in ids
    assert len({identifier.lower() for identifier in ids}) == len(ids)
    assert all(voice.name and voice.language and voice.licence for voice in voices)
    assert sorted(synthesizer.presets) == OPENAI_VOICES
    assert set(synthesizer.presets.values()) <= set(ids)


async def _sound_is_float32_in_its_rate(synthesizer: Synthesizer, clause: Clause) -> None:
    pieces = [piece async for piece in synthesizer.speak(clause)]
    samples = np.concatenate([piece.samples for piece in pieces])
    assert all(piece.samples.dtype == np.float32 and piece.samples.ndim == 1 for piece in pieces)
    assert synthesizer.rate >= 8000
    assert len(samples) > synthesizer.rate // 10
    assert 0.01 < np.abs(samples).max() <= 1.0
    marks = [mark for piece in pieces for mark in piece.words]
    assert [mark.text_start for mark in marks] == sorted(mark.text_start for mark in marks)
    assert [mark.seconds for mark in marks] == sorted(mark.seconds for mark in marks)
    assert all(0 <= mark.seconds <= len(samples) / synthesizer.rate for mark in marks)
    assert all(mark.text_start + mark.text_length <= len(clause.text) for mark in marks)


async def _closing_early_works(synthesizer: Synthesizer, clause: Clause) -> None:
    long = replace(clause, text=" ".join([TEXT] * 40))
    whole = len(await _spoken(synthesizer, clause))
    for _ in range(3):
        async with contextlib.aclosing(synthesizer.speak(long)) as pieces:
            assert len((await anext(pieces)).samples) > 0
    assert len(await _spoken(synthesizer, clause)) == pytest.approx(whole, rel=0.01)


async def _cancelling_works(synthesizer: Synthesizer, clause: Clause) -> None:
    task = asyncio.ensure_future(_spoken(synthesizer, replace(clause, text=" ".join([TEXT] * 100))))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(await _spoken(synthesizer, clause)) > 0


async def _an_unknown_voice_is_refused(synthesizer: Synthesizer) -> None:
    for voice in ("nobody", "", "+", "en-US+nobody", "../../etc/passwd", "x" * 5000):
        with pytest.raises(InvalidRequest, match="no voice") as caught:
            await _spoken(synthesizer, Clause(text="Hello", voice=voice))
        assert caught.value.param == "voice"


async def _nothing_to_say_is_no_sound(synthesizer: Synthesizer, clause: Clause) -> None:
    pieces = [piece async for piece in synthesizer.speak(replace(clause, text="   "))]
    assert sum(len(piece.samples) for piece in pieces) < synthesizer.rate // 10
    assert [mark for piece in pieces for mark in piece.words] == []


async def _controls_change_the_sound(synthesizer: Synthesizer, clause: Clause) -> None:
    usual = await _spoken(synthesizer, clause)
    assert synthesizer.native(Prosody()) == Prosody()
    native = synthesizer.native(Prosody(speed=2.0, pitch=20.0, range=2.0))
    assert native != Prosody()
    changed = await _spoken(synthesizer, replace(clause, prosody=native))
    assert len(changed) != len(usual) or not np.array_equal(changed, usual)
    if synthesizer.name in PACED:
        fast = await _spoken(synthesizer, replace(clause, prosody=Prosody(speed=2.0)))
        assert native.speed == 2.0
        assert len(fast) == pytest.approx(len(usual) / 2, rel=0.15)


async def _a_reference_is_spoken_with(synthesizer: Synthesizer, clause: Clause) -> None:
    def reference(voice: str, loudness: float) -> Reference:
        sample = np.random.default_rng(1).normal(0, loudness, 4 * 24_000).astype(np.float32)
        return Reference(voice=voice, profile=PROFILE, digest=voice, sample=sample)

    own = await _spoken(synthesizer, clause)
    first, second = reference("voice_a", 0.05), reference("voice_b", 0.2)
    spoken = [await _spoken(synthesizer, replace(clause, reference=one)) for one in (first, second, first)]
    assert np.array_equal(spoken[0], spoken[2])
    assert not np.array_equal(spoken[0][: len(spoken[1])], spoken[1][: len(spoken[0])])
    assert not np.array_equal(spoken[0][: len(own)], own[: len(spoken[0])])
    silent = Reference(voice="voice_c", profile=PROFILE, sample=np.zeros(0, np.float32))
    with pytest.raises(InvalidRequest) as caught:
        await _spoken(synthesizer, replace(clause, reference=silent))
    assert caught.value.param == "reference_voice.sample"
