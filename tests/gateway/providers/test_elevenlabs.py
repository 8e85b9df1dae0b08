"""The ElevenLabs provider between what OpenAI's client sends and what ElevenLabs' own package sends and reads."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from elevenlabs import SpeechToTextChunkResponseModel, VoiceSettings
from elevenlabs.client import AsyncElevenLabs
from openai.types.audio import Transcription, TranscriptionDiarized, TranscriptionVerbose

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout, UnsupportedParameter
from freehold.contracts.forms import Form, read_form
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from freehold.gateway.providers.elevenlabs import PROVIDER, ElevenLabsProvider
from freehold.gateway.settings import GatewaySettings
from openai_forms import transcription_call
from vendor_server import Planned, Sent, Vendor, vendor_server

pytestmark = pytest.mark.network

HEARD = (Path(__file__).parents[2] / "fixtures" / "elevenlabs" / "speech_to_text.json").read_bytes()
SETTINGS = GatewaySettings(connect_timeout_seconds=2, answer_timeout_seconds=2, silence_timeout_seconds=0.3)
AUDIO = b"RIFF\r\n--\x00\xff"


@pytest.fixture
async def vendor() -> AsyncGenerator[Vendor]:
    async with vendor_server() as running:
        yield running


@pytest.fixture
async def provider(vendor: Vendor) -> AsyncGenerator[ElevenLabsProvider]:
    opened = PROVIDER(Endpoint(url=vendor.url, api_key="secret", query=(("enable_logging", "false"),)), SETTINGS)
    yield opened
    await opened.close()


@pytest.fixture
def sdk(vendor: Vendor) -> AsyncElevenLabs:
    return AsyncElevenLabs(api_key="secret", base_url=vendor.url.removesuffix("/v1"))


def speech(model: str = "eleven_flash_v2_5", **request: Any) -> Call:
    body = {"model": "public-name", "input": "Grüße!", "voice": "JBFq/?1", **request}
    return Call(endpoint="audio/speech", body=json.dumps(body).encode(), model=model)


def form(sent: Sent) -> Form:
    return read_form(sent.body, sent.headers["content-type"])


def test_the_fixture_is_what_elevenlabs_own_types_read() -> None:
    found = SpeechToTextChunkResponseModel.model_validate_json(HEARD)
    assert [word.type for word in found.words][:3] == ["word", "spacing", "word"]


@pytest.mark.parametrize(
    ("asked", "output"), [("mp3", "mp3_44100_128"), ("opus", "opus_48000_128"), ("pcm", "pcm_24000")]
)
async def test_speech_is_asked_for_as_elevenlabs_own_package_would(
    vendor: Vendor, provider: ElevenLabsProvider, sdk: AsyncElevenLabs, asked: str, output: str
) -> None:
    vendor.answers(b"ID3", b"\xff\xfb", content_type="audio/mpeg")
    vendor.answers(b"ID3")
    reply = await provider.send(speech(response_format=asked, speed=1.1))
    assert (await reply.keep(100), reply.media_type, reply.usage) == (b"ID3\xff\xfb", "audio/mpeg", Usage(characters=6))
    spoken = sdk.text_to_speech.stream(
        "JBFq%2F%3F1", text="Grüße!", model_id="eleven_flash_v2_5", output_format=output, enable_logging=False,
        voice_settings=VoiceSettings(speed=1.1),
    )  # fmt: skip
    assert b"".join([piece async for piece in spoken]) == b"ID3"
    ours, theirs = vendor.sent
    assert (ours.path, sorted(ours.query)) == (theirs.path, sorted(theirs.query))
    assert ours.headers["xi-api-key"] == theirs.headers["xi-api-key"] == "secret"
    assert json.loads(ours.body) == json.loads(theirs.body)


async def test_a_wav_file_is_not_streamed(vendor: Vendor, provider: ElevenLabsProvider, sdk: AsyncElevenLabs) -> None:
    vendor.answers(b"RIFF")
    vendor.answers(b"RIFF")
    reply = await provider.send(speech(response_format="wav", voice="v1"))
    await reply.keep(100)
    async for _ in sdk.text_to_speech.convert("v1", text="x", output_format="wav_24000", enable_logging=False):
        pass
    ours, theirs = vendor.sent
    assert (ours.path, sorted(ours.query)) == (theirs.path, sorted(theirs.query))
    assert json.loads(ours.body) == {"text": "Grüße!", "model_id": "eleven_flash_v2_5"}


@pytest.mark.parametrize("asked", ["aac", "flac"])
async def test_formats_that_elevenlabs_has_not_are_refused(
    vendor: Vendor, provider: ElevenLabsProvider, asked: str
) -> None:
    with pytest.raises(UnsupportedParameter, match=asked):
        await provider.send(speech(response_format=asked))
    assert vendor.sent == []


async def test_a_transcription_is_sent_as_elevenlabs_own_package_would(
    vendor: Vendor, provider: ElevenLabsProvider, sdk: AsyncElevenLabs
) -> None:
    vendor.answers(HEARD)
    vendor.answers(HEARD, content_type="application/json")
    call = await transcription_call(
        "scribe_v2", AUDIO, language="en", response_format="diarized_json", temperature=0.5,
        keywords=["Freehold", "own it"],
    )  # fmt: skip
    await provider.send(call)
    await sdk.speech_to_text.convert(
        model_id="scribe_v2", file=("speech.wav", AUDIO, "audio/x-wav"), language_code="en", diarize=True,
        tag_audio_events=False, timestamps_granularity="word", temperature=0.5, keyterms=["Freehold", "own it"],
    )  # fmt: skip
    ours, theirs = vendor.sent
    assert ours.path == theirs.path == "/v1/speech-to-text"
    assert form(ours).files == form(theirs).files
    # The package writes the JSON null for what it was not given.
    assert form(ours).fields == {name: found for name, found in form(theirs).fields.items() if found != ["null"]}


@pytest.mark.parametrize("response_format", ["json", "text", "srt", "vtt", "verbose_json", "diarized_json"])
async def test_every_format_is_answered_and_metered_by_its_seconds(
    vendor: Vendor, provider: ElevenLabsProvider, response_format: str
) -> None:
    vendor.answers(HEARD)
    reply = await provider.send(await transcription_call("scribe_v2", AUDIO, response_format=response_format))
    body = await reply.keep(10_000)
    assert (reply.status, reply.usage) == (200, Usage(audio_seconds=2.56))
    match response_format:
        case "json":
            assert Transcription.model_validate_json(body).text == "Good morning. Is it raining?"
        case "verbose_json":
            found = TranscriptionVerbose.model_validate_json(body)
            assert (found.language, found.duration) == ("eng", 2.56)
            segments = [(segment.text, segment.avg_logprob) for segment in found.segments or []]
            assert segments == [("Good morning.", -0.25), ("Is it raining?", -0.25)]
        case "diarized_json":
            speakers = TranscriptionDiarized.model_validate_json(body).segments
            assert [segment.speaker for segment in speakers] == ["A", "B"]
        case _:
            assert reply.media_type == "text/plain; charset=utf-8"
            assert "morning." in body.decode()


async def test_without_a_duration_the_last_word_is_the_measure_and_says_so(
    vendor: Vendor, provider: ElevenLabsProvider
) -> None:
    heard = {**json.loads(HEARD), "audio_duration_secs": None}
    vendor.answers(json.dumps(heard))
    reply = await provider.send(await transcription_call("scribe_v2", AUDIO))
    assert reply.usage == Usage(audio_seconds=2.0, estimated=True)


@pytest.mark.parametrize("body", ["", "{}", '{"message": "later"}', "<html>"])
async def test_what_is_no_transcript_is_a_failure(vendor: Vendor, provider: ElevenLabsProvider, body: str) -> None:
    vendor.answers(body)
    with pytest.raises(ProviderFailed, match="cannot be read"):
        await provider.send(await transcription_call("scribe_v2", AUDIO))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"detail": {"status": "voice_not_found", "message": "No such voice."}}', "No such voice."),
        (
            '{"detail": [{"loc": ["body", "text"], "msg": "Field required", "type": "missing"}]}',
            "body.text: Field required",
        ),
        ('{"detail": "Not found"}', "Not found"),
        ("Upstream said no", "Upstream said no"),
    ],
)
async def test_errors_of_every_shape_arrive_in_openais(
    vendor: Vendor, provider: ElevenLabsProvider, body: str, message: str
) -> None:
    vendor.answers(body, status=422)
    reply = await provider.send(speech())
    expected = {"message": message, "type": "invalid_request_error", "param": None, "code": "invalid_request"}
    assert (reply.status, json.loads(await reply.keep(1000))) == (422, {"error": expected})
    assert reply.usage is None


@pytest.mark.parametrize(("status", "code"), [(401, "quota_exceeded"), (403, "missing_permissions")])
async def test_a_key_without_credit_or_rights_is_our_fault_not_the_callers(
    vendor: Vendor, provider: ElevenLabsProvider, status: int, code: str
) -> None:
    vendor.answers(json.dumps({"detail": {"status": code, "message": "No."}}), status=status)
    with pytest.raises(ProviderFailed, match=rf"credentials \({status}, {code}\)"):
        await provider.send(speech())


async def test_closing_the_reply_is_seen_by_the_vendor(vendor: Vendor, provider: ElevenLabsProvider) -> None:
    vendor.plan.append(Planned(pieces=(b"ID3",), hangs=True))
    reply = await provider.send(speech())
    await anext(reply.body)
    await reply.close()
    async with asyncio.timeout(2):
        await vendor.hung_up.wait()


@pytest.mark.parametrize(("hangs", "error"), [(False, ProviderFailed), (True, ProviderTimeout)])
async def test_speech_that_breaks_off_or_falls_silent_raises(
    vendor: Vendor, provider: ElevenLabsProvider, hangs: bool, error: type[Exception]
) -> None:
    vendor.plan.append(Planned(pieces=(b"ID3",), hangs=hangs, breaks=not hangs))
    with pytest.raises(error):
        await (await provider.send(speech())).keep(1000)


async def test_endpoints_that_elevenlabs_has_not_are_refused(vendor: Vendor, provider: ElevenLabsProvider) -> None:
    with pytest.raises(InvalidRequest):
        await provider.send(Call(endpoint="embeddings", body=b"{}", model="m"))
    assert vendor.sent == []
