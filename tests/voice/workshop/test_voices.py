"""What the sound worker tells of voices, asked as the API asks it."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import pytest_asyncio

from asgi_client import Answer
from freehold.contracts.audio.voices import SpeakerMatch, VoiceProfile
from freehold.contracts.forms import Upload, write_form
from freehold.voice.codecs.encoding import encode_whole
from freehold.voice.sound import Sound
from freehold.voice.watermark.voices import open_marker
from freehold.voice.workshop.worker import SoundOptions, SoundService
from tiny_speaker import write_speaker
from voice.effects.measures import applied, speech
from voice.workshop.sound_client import SECRET, SoundClient, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

OTHER = "A young doctor measured three silver coins at half past nine, and nobody here forgot the long bridge."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncGenerator[SoundClient]:
    async with serving(SoundService("sound", SECRET, SoundOptions(max_seconds=60.0))) as client:
        yield client


async def send(client: SoundClient, path: str, fields: dict[str, str] | None = None, **files: bytes) -> Answer:
    uploads = {name: Upload(data=data, name=f"{name}.wav") for name, data in files.items()}
    media_type, body = write_form((fields or {}).items(), uploads, "a-boundary")
    return await client.send("POST", path, body, media_type)


def wav(sound: Sound) -> bytes:
    return encode_whole(sound, "wav")


def silence(seconds: float) -> bytes:
    return wav(Sound(samples=np.zeros(round(seconds * 16_000), np.float32), rate=16_000))


# --- profiles ---


async def test_a_profile_is_told_of_a_sample(client: SoundClient) -> None:
    answer = await send(client, "/v1/audio/voice_profile", sample=encode_whole(speech("rms"), "mp3"))
    assert answer.status == 200, answer.content
    told = msgspec.json.decode(answer.content, type=VoiceProfile)
    assert answer.json()["object"] == "audio.voice_profile"
    assert told.method == "pitch and formant matching"
    assert told.pitch_hz == pytest.approx(101, abs=4)
    assert told.seconds == pytest.approx(speech("rms").seconds, abs=0.2)


@pytest.mark.parametrize("kind", ["short", "long", "silent", "hiss", "missing"])
async def test_a_sample_that_will_not_do_is_refused_in_words(client: SoundClient, kind: str) -> None:
    sound = speech("rms")
    hiss = np.random.default_rng(5).normal(0, 0.05, 5 * 16_000).astype(np.float32)
    samples = {
        "short": wav(Sound(samples=sound.samples[: 2 * sound.rate], rate=sound.rate)),
        "long": wav(Sound(samples=np.tile(sound.samples, 8)[: 31 * sound.rate], rate=sound.rate)),
        "silent": silence(5.0),
        "hiss": wav(Sound(samples=hiss, rate=16_000)),
    }
    files = {} if kind == "missing" else {"sample": samples[kind]}
    answer = await send(client, "/v1/audio/voice_profile", None, **files)
    assert (answer.status, answer.json()["error"]["param"]) == (400, "sample")
    assert {"short": "2.0 s", "long": "31.0 s", "missing": "no sample"}.get(kind, "Nobody speaks") in answer.json()[
        "error"
    ]["message"]


# --- speakers ---


async def test_two_recordings_are_compared_and_it_is_called_advice(client: SoundClient) -> None:
    same = await send(
        client, "/v1/audio/speaker_match", reference=wav(speech("slt")), candidate=wav(speech("slt", OTHER))
    )
    other = await send(
        client, "/v1/audio/speaker_match", reference=wav(speech("slt")), candidate=wav(speech("awb", OTHER))
    )
    for answer, is_match in ((same, True), (other, False)):
        told = msgspec.json.decode(answer.content, type=SpeakerMatch)
        assert answer.json()["object"] == "audio.speaker_match"
        assert (told.is_match, told.is_advisory, told.method) == (is_match, True, "cepstra and pitch")
        assert (told.similarity >= told.threshold) == is_match


async def test_the_recording_at_fault_is_named(client: SoundClient) -> None:
    quiet = await send(client, "/v1/audio/speaker_match", reference=wav(speech("slt")), candidate=silence(3.0))
    assert (quiet.status, quiet.json()["error"]["param"]) == (400, "candidate")
    alone = await send(client, "/v1/audio/speaker_match", candidate=wav(speech("slt")))
    assert (alone.status, alone.json()["error"]["param"]) == (400, "reference")


async def test_weights_that_were_taught_it_make_it_no_advice(tmp_path: Path) -> None:
    options = SoundOptions(speaker_model=write_speaker(tmp_path / "tiny", threshold=0.9))
    async with serving(SoundService("sound", SECRET, options)) as client:
        assert (await client.get("/worker/health")).json()["speaker_model"] == "tiny"
        answer = await send(
            client, "/v1/audio/speaker_match", reference=wav(speech("slt")), candidate=wav(speech("slt"))
        )
    assert answer.json() | {"similarity": 1} == {
        "similarity": 1,
        "threshold": 0.9,
        "is_match": True,
        "method": "tiny",
        "is_advisory": False,
        "object": "audio.speaker_match",
    }


# --- whose mark it is ---


def marked(voice: str | None) -> bytes:
    plain = applied("resample", speech("slt"), rate=24_000)
    marks = open_marker(SECRET, voice)
    return encode_whole(Sound(samples=np.concatenate([marks.feed(plain.samples), marks.finish()]), rate=24_000), "mp3")


async def result(client: SoundClient, file: bytes, voices: str | None = None) -> dict[str, Any]:
    fields = {} if voices is None else {"voices": voices}
    answer = await send(client, "/v1/content_provenance_checks", fields, file=file)
    assert answer.status == 200, answer.content
    (found,) = answer.json()["results"]
    return found


async def test_the_voice_is_named_to_whoever_asks_for_it(client: SoundClient) -> None:
    known = ",".join(f"voice_{number}" for number in range(20))
    found = await result(client, marked("voice_7"), known)
    assert (found["outcome"], found["voice"]) == ("detected", "voice_7")
    for file, voices in ((marked("voice_7"), None), (marked("voice_7"), "voice_8"), (marked(None), known)):
        found = await result(client, file, voices)
        assert found["outcome"] == "detected"
        assert "voice" not in found


async def test_too_many_voices_are_refused(client: SoundClient) -> None:
    fields = {"voices": ",".join(f"voice_{number}" for number in range(201))}
    answer = await send(client, "/v1/content_provenance_checks", fields, file=silence(1.0))
    assert (answer.status, answer.json()["error"]["param"]) == (400, "voices")
