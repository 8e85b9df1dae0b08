"""Speaking with a person's voice: what the engine is given, what is cached, what is marked, what is refused."""

import base64
import io
import wave
from typing import Any

import numpy as np
import pytest
from sine_synthesizer import SineSynthesizer

from freehold.voice.signal.pitch import track_pitch
from freehold.voice.sound import from_pcm16
from freehold.voice.watermark.detect import detect, identify
from freehold.voice.watermark.voices import voice_key

TEXT = "Hello there, dear friends."
KEY = b"k" * 32  # of the desk
PROFILE = {
    "object": "audio.voice_profile",
    "pitch_hz": 110.0,
    "pitch_range_semitones": 4.0,
    "formant_scale": 1.0,
    "seconds": 4.0,
    "method": "pitch and formant matching",
}


def sample(seconds: float = 4.0, *, rate: int = 24_000, channels: int = 1, loudness: int = 900) -> str:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        noise = np.random.default_rng(2).integers(-loudness, loudness, round(seconds * rate) * channels)
        writer.writeframes(noise.astype("<i2").tobytes())
    return base64.b64encode(file.getvalue()).decode()


def custom(identifier: str = "voice_1", **more: Any) -> dict[str, Any]:
    reference = {"id": identifier, "profile": PROFILE, "sample": sample(), "base_voice": None} | more
    return {"voice": {"id": identifier}, "reference_voice": reference}


def headers(answer: Any) -> dict[str, str]:
    return dict(answer.headers)


async def test_an_engine_that_cannot_clone_is_brought_near_and_says_so(open_desk) -> None:
    desk = await open_desk()
    answer = await desk.say(TEXT, **custom())
    assert answer.status == 200, answer.content
    assert headers(answer)["x-freehold-voice"] == "voice_1"
    assert headers(answer)["x-freehold-voice-method"] == "pitch and formant matching of a preset"
    said = [clause for clause in desk.engine.spoken if clause.text == TEXT]
    assert [(clause.voice, clause.reference) for clause in said] == [("en-us+m1", None)]
    samples = from_pcm16(answer.content)
    assert track_pitch(samples, 24_000).median == pytest.approx(110, rel=0.06)
    assert len(samples) == 1000 * len(TEXT)


async def test_the_preset_follows_the_language_and_the_owners_choice(open_desk) -> None:
    desk = await open_desk()
    await desk.say(TEXT, language="de", **custom())
    await desk.say(TEXT, **custom("voice_2", base_voice="en-us+f1"))
    await desk.say(TEXT, **custom("voice_3", base_voice="of another engine"))
    said = [clause.voice for clause in desk.engine.spoken if clause.text == TEXT]
    assert said == ["de+m1", "en-us+f1", "en-us+m1"]


async def test_an_engine_that_clones_is_given_the_voice_and_its_sound_is_left_alone(open_desk) -> None:
    desk = await open_desk(SineSynthesizer(clones=True))
    answer = await desk.say(TEXT, **custom())
    assert headers(answer)["x-freehold-voice-method"] == "cloned from a sample"
    (clause,) = desk.engine.spoken
    assert clause.reference is not None
    assert (clause.reference.voice, len(clause.reference.sample)) == ("voice_1", 4 * 24_000)
    assert track_pitch(from_pcm16(answer.content), 24_000).median == pytest.approx(200 + 10 * len(TEXT), rel=0.02)


async def test_the_cache_keeps_voices_and_samples_apart_and_no_sample(open_desk) -> None:
    desk = await open_desk(SineSynthesizer(clones=True))
    asked = [custom(), custom("voice_2"), custom(sample=sample(loudness=100)), custom()]
    asked.append(custom(profile=PROFILE | {"pitch_hz": 220.0}))
    found = [headers(await desk.say(TEXT, **each))["x-freehold-cache"] for each in asked]
    assert found == ["miss", "miss", "miss", "hit", "miss"]
    assert headers(await desk.say(TEXT))["x-freehold-cache"] == "miss"
    for *_, (lines, _, _) in desk.service._cache._finished:
        assert all(clause.reference is None for clause, _ in lines)


async def test_what_is_said_carries_both_marks(open_desk) -> None:
    desk = await open_desk()
    long = "Harbour lights were burning low tonight, and every sailor knew the song by heart, as sailors always do."
    keys = {voice: voice_key(KEY, voice) for voice in ("voice_1", "voice_2", "voice_3")}
    for more, voice in ((custom("voice_2"), "voice_2"), ({}, None)):
        samples = from_pcm16((await desk.say(long, **more)).content)
        assert detect(samples, 24_000, KEY).detected
        found = identify(samples, 24_000, keys, 1.0)
        assert (found and found[0]) == voice


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"sample": "no base64!"}, "reference_voice.sample"),
        ({"sample": base64.b64encode(b"no sound").decode()}, "reference_voice.sample"),
        ({"sample": sample(rate=16_000)}, "reference_voice.sample"),
        ({"sample": sample(2.0, channels=2)}, "reference_voice.sample"),
        ({"sample": sample(30.5)}, "reference_voice.sample"),
        ({"sample": "A" * 2_000_000}, "reference_voice.sample"),
        ({"profile": PROFILE | {"pitch_hz": 5.0}}, "reference_voice.profile.pitch_hz"),
        ({"profile": PROFILE | {"formant_scale": 9.0}}, "reference_voice.profile.formant_scale"),
        ({"id": "voice_2"}, "reference_voice.id"),
        ({"id": "a\nb"}, "reference_voice.id"),
    ],
)
async def test_a_reference_that_is_none_is_refused_by_its_field(open_desk, change: dict[str, Any], param: str) -> None:
    desk = await open_desk()
    answer = await desk.say(TEXT, **custom(**change) | {"voice": {"id": "voice_1"}})
    assert (answer.status, answer.json()["error"]["param"]) == (400, param)
    assert desk.engine.spoken == []


async def test_half_a_minute_of_sample_is_taken(open_desk) -> None:
    desk = await open_desk(SineSynthesizer(clones=True))
    assert (await desk.say(TEXT, **custom(sample=sample(30.0)))).status == 200
