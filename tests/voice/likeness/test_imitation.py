"""espeak's presets brought near flite's voices: measured, not listened to."""

from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from freehold.voice.likeness.imitation import Imitation, imitate
from freehold.voice.likeness.profile import measure
from freehold.voice.signal.pitch import track_pitch
from freehold.voice.sound import Samples, Sound
from freehold.voice.speaking.stand_ins import StandIns
from freehold.voice.speaking.voices import Voices
from freehold.voice.synthesizer import Clause, Prosody, Reference, Synthesizer
from freehold.voice.synthesizers.espeak import open_espeak
from voice.effects.measures import formant_shift, speech

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = "Hello there, how are you doing today? I hope that all of this is well."
NOBODY = np.zeros(0, np.float32)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def espeak() -> AsyncGenerator[Synthesizer]:
    synthesizer = open_espeak(Path(), workers=1)
    await synthesizer.start()
    yield synthesizer
    await synthesizer.close()


def semitones(samples: Samples, rate: int, hertz: float) -> float:
    return 12 * float(np.log2(track_pitch(samples, rate).median / hertz))


@pytest.mark.parametrize("voice", ["slt", "rms", "awb", "kal16"])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_preset_comes_near_the_person(espeak: Synthesizer, voice: str, language: str) -> None:
    target = measure(speech(voice).samples, speech(voice).rate)
    assert target is not None
    voices = Voices(espeak)
    preset = voices.choose(voices.stand_in(target), language)
    assert preset.language.startswith(language)
    reference = Reference(voice="voice_a", profile=target, sample=NOBODY)
    direction = await StandIns(espeak).direct(Clause(text=TEXT, voice=preset.id, reference=reference))
    assert direction.clause.reference is None
    assert direction.imitation is not None
    plain = np.concatenate([piece.samples async for piece in espeak.speak(direction.clause)])
    moved = direction.worked(plain, espeak.rate)
    assert len(moved) == len(plain)
    assert abs(semitones(moved, espeak.rate, target.pitch_hz)) < 1.0
    # The shift as another measure sees it, which knows no formants: the mean envelope that fits best.
    shift = formant_shift(Sound(samples=plain, rate=espeak.rate), Sound(samples=moved, rate=espeak.rate))
    assert shift == pytest.approx(direction.imitation.formants, abs=0.06)
    before, after = measure(plain, espeak.rate), measure(moved, espeak.rate)
    assert before is not None
    assert after is not None
    apart = [abs(one.formant_scale / target.formant_scale - 1) for one in (before, after)]
    assert apart[1] < max(apart[0], 0.05)  # nearer, or as near as the measure can tell


async def test_a_prosody_holds_beside_the_persons_own(espeak: Synthesizer) -> None:
    target = measure(speech("awb").samples, speech("awb").rate)
    assert target is not None
    reference = Reference(voice="voice_a", profile=target, sample=NOBODY)
    clause = Clause(text=TEXT, voice="en-US+m3", prosody=Prosody(pitch=3.0, speed=1.5), reference=reference)
    direction = await StandIns(espeak).direct(clause)
    assert direction.clause.prosody == Prosody(speed=1.5)
    spoken = np.concatenate([piece.samples async for piece in espeak.speak(direction.clause)])
    assert semitones(direction.worked(spoken, espeak.rate), espeak.rate, target.pitch_hz) == pytest.approx(3, abs=0.7)


async def test_a_chosen_preset_is_taken_where_the_engine_has_it(espeak: Synthesizer) -> None:
    target = measure(speech("slt").samples, speech("slt").rate)
    assert target is not None
    voices = Voices(espeak)
    assert voices.stand_in(target, "en-GB-x-rp+m7") == "en-GB-x-rp+m7"
    assert voices.choose(voices.stand_in(target, "af_heart")).gender == "female"


async def test_what_cannot_be_measured_is_moved_no_further_than_it_can_be() -> None:
    sound = speech("rms")
    target = measure(sound.samples, sound.rate)
    assert target is not None
    assert Imitation(target=target, preset=None).formants == 1.0
    hiss = np.random.default_rng(5).normal(0, 0.1, 24_000).astype(np.float32)
    assert np.abs(imitate(hiss, 24_000, Imitation(target=target, preset=None)) - hiss).max() < 1e-6
    assert len(imitate(NOBODY, 24_000, Imitation(target=target, preset=None))) == 0
