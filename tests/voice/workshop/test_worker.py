"""The sound worker, asked as its clients ask: recordings in, recordings out, and whether they are marked."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from io import BytesIO
from typing import Any

import jsonschema
import numpy as np
import pytest
import pytest_asyncio
import soundfile
from openai.types import ContentProvenanceCheck

from asgi_client import Answer
from freehold.contracts.audio.speaking import MEDIA_TYPES
from freehold.foundation.telemetry import render_metrics
from freehold.voice.codecs.encoding import encode_whole
from freehold.voice.effects import EFFECTS
from freehold.voice.sound import Sound
from freehold.voice.watermark.mark import Marker
from freehold.voice.workshop.worker import SoundOptions, SoundService
from voice.effects.measures import speech
from voice.workshop.sound_client import SECRET, SoundClient, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = hashlib.sha256(SECRET).digest()
LIMITS = SoundOptions(max_seconds=30.0, max_bytes=2 << 20)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncGenerator[SoundClient]:
    async with serving(SoundService("sound", KEY, LIMITS)) as client:
        yield client


def tone(seconds: float = 1.0, rate: int = 24_000) -> bytes:
    at = np.arange(int(seconds * rate)) / rate
    return encode_whole(Sound(samples=(0.5 * np.sin(2 * np.pi * 300 * at)).astype(np.float32), rate=rate), "wav")


def read(answer: Answer) -> tuple[np.ndarray, int]:
    return soundfile.read(BytesIO(answer.content), dtype="float32")


def header(answer: Answer, name: str) -> str:
    return dict(answer.headers)[name]


# --- effects ---


async def test_effects_are_applied_in_their_order(client: SoundClient) -> None:
    volume, limit = {"name": "volume", "decibels": 20}, {"name": "volume", "decibels": -20}
    up_first = await client.effects(tone(), [volume, limit])
    down_first = await client.effects(tone(), [limit, volume])
    assert (up_first.status, down_first.status) == (200, 200)
    # Louder first, the limiter draws it down; softer first, it never has to.
    assert np.abs(read(up_first)[0]).max() == pytest.approx(0.098, abs=0.002)
    assert np.abs(read(down_first)[0]).max() == pytest.approx(0.5, abs=0.002)


async def test_the_answer_says_how_long_it_is(client: SoundClient) -> None:
    answer = await client.effects(tone(2.0), [{"name": "tempo", "speed": 2}])
    samples, rate = read(answer)
    assert (rate, len(samples)) == (24_000, 24_000)
    assert header(answer, "content-type") == "audio/wav"
    assert float(header(answer, "x-freehold-audio-seconds")) == pytest.approx(1.0, abs=1e-3)
    assert float(header(answer, "x-freehold-machine-seconds")) > 0


async def test_every_effect_works_on_speech(client: SoundClient) -> None:
    file = encode_whole(speech(), "flac")
    for name in EFFECTS:
        answer = await client.effects(file, [{"name": name}])
        assert answer.status == 200, (name, answer.content)
        samples, _ = read(answer)
        assert 0.5 < len(samples) / len(speech().samples) < 2
        assert np.isfinite(samples).all()


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("effects", ["[]", None])
async def test_without_effects_a_recording_is_converted_and_not_a_sample_changes(
    client: SoundClient, rate: int, effects: str | None
) -> None:
    fields = [] if effects is None else [("effects", effects)]
    given = tone(0.5, rate)
    answer = await client.post("/v1/audio/effects", given, fields=[*fields, ("response_format", "flac")])
    before, after = (
        soundfile.read(BytesIO(given), dtype="int16"),
        soundfile.read(BytesIO(answer.content), dtype="int16"),
    )
    assert after[1] == before[1] == rate
    np.testing.assert_allclose(after[0], before[0], atol=1)


@pytest.mark.parametrize("audio_format", MEDIA_TYPES)
async def test_every_format_is_answered(client: SoundClient, audio_format: str) -> None:
    answer = await client.effects(tone(), [], response_format=audio_format)
    assert answer.status == 200
    assert header(answer, "content-type") == MEDIA_TYPES[audio_format]
    if audio_format == "pcm":
        assert len(answer.content) == 2 * 24_000
        return
    again = await client.effects(answer.content, [], rate="24000")
    assert read(again)[0].size == pytest.approx(24_000, rel=0.1)


async def test_the_rate_is_changed_last(client: SoundClient) -> None:
    answer = await client.effects(tone(), [{"name": "resample", "rate": 48000}], rate="8000")
    samples, rate = read(answer)
    assert (rate, len(samples)) == (8_000, 8_000)
    assert header(answer, "x-freehold-audio-rate") == "8000"


async def test_the_list_of_effects_holds_a_schema_of_each(client: SoundClient) -> None:
    listed = (await client.get("/v1/audio/effects")).json()
    assert [entry["name"] for entry in listed["data"]] == sorted(EFFECTS)
    for entry in listed["data"]:
        assert entry["summary"].endswith(".")
        jsonschema.Draft202012Validator.check_schema(entry["parameters"])
        jsonschema.validate({}, entry["parameters"])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"reverb": 1}, entry["parameters"])
    (denoise,) = [entry for entry in listed["data"] if entry["name"] == "denoise"]
    assert denoise["parameters"]["properties"]["strength"]["maximum"] == 1.0


# --- what is refused ---


@pytest.mark.parametrize(
    ("effects", "param", "words"),
    [
        ([{"name": "denois"}], "effects[0].name", "Did you mean denoise?"),
        ([{"name": "whisper"}, {"name": "telephone"}], "effects[1].name", "Known: bandwidth, denoise"),
        ([{"strength": 1}], "effects[0].name", "has no name"),
        ([{"name": 7}], "effects[0].name", "has no name"),
        ([{"name": "denoise", "strength": 3}], "effects[0].strength", "<= 1.0"),
        ([{"name": "denoise", "strength": "full"}], "effects[0].strength", "float"),
        ([{"name": "tempo", "sped": 2}], "effects[0].sped", "Known: speed."),
        ([{"name": "pitch", "formants": "gone"}], "effects[0].formants", "gone"),
        ([{"name": "whisper", "depth": 1}], "effects[0].depth", "whisper has no parameters"),
        ([{"name": "whisper"}] * 17, "effects", "at most 16"),
        ("louder", "effects", "JSON list"),
        ('{"name": "whisper"}', "effects", "JSON list"),
        ('["whisper"]', "effects", "JSON list"),
        ("[" * 5_000, "effects", "JSON list"),
    ],
)
async def test_a_bad_list_is_refused_with_the_place_and_the_fix(
    client: SoundClient, effects: Any, param: str, words: str
) -> None:
    answer = await client.effects(tone(), effects)
    assert answer.status == 400
    error = answer.json()["error"]
    assert error["param"] == param
    assert words in error["message"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"response_format": "midi"}, "response_format"),
        ({"rate": "7999"}, "rate"),
        ({"rate": "96000"}, "rate"),
        ({"rate": "9" * 5_000}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"efects": "[]"}, "efects"),
    ],
)
async def test_bad_fields_are_refused_by_name(client: SoundClient, fields: dict[str, str], param: str) -> None:
    answer = await client.post("/v1/audio/effects", tone(), fields=fields.items())
    assert answer.status == 400
    assert answer.json()["error"]["param"] == param


@pytest.mark.parametrize("path", ["/v1/audio/effects", "/v1/content_provenance_checks"])
async def test_a_form_needs_a_recording_in_it(client: SoundClient, path: str) -> None:
    for file, words in [(None, "no file"), (b"", "empty"), (b"not a sound at all", "recording")]:
        answer = await client.post(path, file)
        assert answer.status == 400
        assert answer.json()["error"]["param"] == "file"
        assert words in answer.json()["error"]["message"]
    assert (await client.send("POST", path, b"{}", "application/json")).status == 400


@pytest.mark.parametrize("path", ["/v1/audio/effects", "/v1/content_provenance_checks"])
async def test_what_is_too_long_is_refused(client: SoundClient, path: str) -> None:
    assert (await client.post(path, tone(31.0, 8_000))).status == 413
    assert (await client.post(path, bytes((2 << 20) + 1))).status == 413
    assert (await client.post(path, bytes(3 << 20))).status == 413


async def test_effects_cannot_make_a_sound_longer_than_it_may_be(client: SoundClient) -> None:
    answer = await client.effects(tone(10.0, 8_000), [{"name": "tempo", "speed": 0.25}] * 16)
    assert answer.status == 400
    assert "After tempo the sound would be 40 seconds" in answer.json()["error"]["message"]


# --- who leaves, and who waits ---


async def test_a_client_that_leaves_has_no_further_effect_applied(
    client: SoundClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied, running, let_go = [], asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    effect = EFFECTS["volume"]

    def slow(sound: Sound, parameters: Any) -> Sound:
        applied.append(parameters.decibels)
        loop.call_soon_threadsafe(running.set)
        asyncio.run_coroutine_threadsafe(let_go.wait(), loop).result(timeout=20)
        return effect.apply(sound, parameters)

    slowed = type(effect)(summary=effect.summary, parameters=effect.parameters, apply=slow)
    monkeypatch.setitem(EFFECTS._imported, "volume", slowed)
    steps = '[{"name": "volume", "decibels": -1}, {"name": "volume", "decibels": -2}]'
    hang_up = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        fields = [("effects", steps)]
        request = group.create_task(client.post("/v1/audio/effects", tone(), fields=fields, hang_up=hang_up))
        await running.wait()
        hang_up.set()
        assert (await request).status == 499
        let_go.set()
    # The thread is free again, and what was left of the list never came to it.
    assert (await client.effects(tone(), [])).status == 200
    assert applied == [-1.0]


async def test_many_recordings_at_once_are_each_answered_with_their_own(client: SoundClient) -> None:
    lengths = [0.1 * part for part in range(1, 17)]
    async with asyncio.TaskGroup() as group:
        asked = [
            group.create_task(client.effects(tone(length), [{"name": "tempo", "speed": 0.5}])) for length in lengths
        ]
    found = [float(header(task.result(), "x-freehold-audio-seconds")) for task in asked]
    assert found == pytest.approx([2 * length for length in lengths], abs=1e-3)


# --- the mark ---


def marked(key: bytes = KEY) -> Sound:
    text = "Everything that is said here was made by a machine, and it says so for whoever cares to listen closely."
    plain = speech("slt", text)
    marker = Marker(key, plain.rate)
    return Sound(samples=np.concatenate((marker.feed(plain.samples), marker.finish())), rate=plain.rate)


async def check(client: SoundClient, file: bytes) -> dict[str, Any]:
    answer = await client.post("/v1/content_provenance_checks", file)
    assert answer.status == 200, answer.content
    body = answer.json()
    parsed = ContentProvenanceCheck.model_validate(body | {"results": []})
    assert parsed.object == "content_provenance_check"
    assert parsed.created_at > 1_700_000_000
    (result,) = body["results"]
    assert (result["freehold"]["score"] > result["freehold"]["threshold"]) == (result["outcome"] == "detected")
    return result


async def test_our_own_mark_is_found_in_every_format_and_no_other_is(client: SoundClient) -> None:
    assert (await check(client, encode_whole(marked(), "wav")))["outcome"] == "detected"
    assert (await check(client, encode_whole(marked(), "mp3")))["outcome"] == "detected"
    assert (await check(client, encode_whole(speech(), "wav")))["outcome"] == "not_detected"
    assert (await check(client, encode_whole(marked(hashlib.sha256(b"another").digest()), "wav")))[
        "outcome"
    ] == "not_detected"


async def test_a_mark_passes_effects_and_none_is_laid_anew(client: SoundClient) -> None:
    file = encode_whole(marked(), "wav")
    gentle = [{"name": "volume", "decibels": -6}, {"name": "trim"}, {"name": "resample", "rate": 24000}]
    assert (await check(client, (await client.effects(file, gentle)).content))["outcome"] == "detected"
    unmarked = await client.effects(encode_whole(speech(), "wav"), gentle)
    assert (await check(client, unmarked.content))["outcome"] == "not_detected"
    whispered = await client.effects(file, [{"name": "whisper"}])
    assert (await check(client, whispered.content))["outcome"] == "not_detected"


# --- the worker around it ---


async def test_the_worker_says_what_it_is(client: SoundClient) -> None:
    (model,) = (await client.get("/v1/models")).json()["data"]
    assert model["id"] == "sound"
    health = (await client.get("/worker/health")).json()
    assert (health["status"], health["kind"], health["requests"]) == ("ready", "sound", 0)
    assert health["effects"] == sorted(EFFECTS)
    assert b"freehold_sound_audio_seconds_total" in render_metrics()
