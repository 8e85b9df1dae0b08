"""The Deepgram provider between what OpenAI's client sends and what Deepgram's own package sends and reads."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from deepgram import AsyncDeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from deepgram.types import ListenV1Response
from openai.types.audio import Transcription, TranscriptionDiarized, TranscriptionVerbose

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout, UnsupportedParameter
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from freehold.gateway.providers.deepgram import PROVIDER, DeepgramProvider
from freehold.gateway.settings import GatewaySettings
from openai_forms import transcription_call
from vendor_server import Planned, Sent, Vendor, vendor_server

pytestmark = pytest.mark.network

LISTENED = (Path(__file__).parents[2] / "fixtures" / "deepgram" / "listen.json").read_bytes()
SETTINGS = GatewaySettings(connect_timeout_seconds=2, answer_timeout_seconds=2, silence_timeout_seconds=0.3)
AUDIO = b"RIFF\r\n--\x00\xff"


@pytest.fixture
async def vendor() -> AsyncGenerator[Vendor]:
    async with vendor_server() as running:
        yield running


@pytest.fixture
async def provider(vendor: Vendor) -> AsyncGenerator[DeepgramProvider]:
    opened = PROVIDER(Endpoint(url=vendor.url, api_key="secret"), SETTINGS)
    yield opened
    await opened.close()


@pytest.fixture
async def sdk(vendor: Vendor) -> AsyncDeepgramClient:
    base = vendor.url.removesuffix("/v1")
    place = DeepgramClientEnvironment(base=base, production=base, agent=base, agent_rest=base)
    return AsyncDeepgramClient(api_key="secret", environment=place)


def speech(model: str = "aura-2", **request: Any) -> Call:
    body = {"model": "public-name", "input": "Grüße!", "voice": "thalia", **request}
    return Call(endpoint="audio/speech", body=json.dumps(body).encode(), model=model)


def essence(sent: Sent) -> tuple[str, list[tuple[str, str]], str, bytes]:
    return sent.path, sorted(sent.query), sent.headers["authorization"], sent.body


def test_the_fixture_is_what_deepgrams_own_types_read() -> None:
    found = ListenV1Response.model_validate_json(LISTENED)
    words = (found.results.channels[0].alternatives or [])[0].words or []
    assert [word.speaker for word in words] == [0, 0, 1, 1, 1]


async def test_a_transcription_is_sent_as_deepgrams_own_package_would(
    vendor: Vendor, provider: DeepgramProvider, sdk: AsyncDeepgramClient
) -> None:
    vendor.answers(LISTENED)
    vendor.answers(LISTENED, content_type="application/json")
    call = await transcription_call(
        "nova-3", AUDIO, language="en", response_format="diarized_json", keywords=["Freehold", "own it"]
    )
    await provider.send(call)
    await sdk.listen.v1.media.transcribe_file(
        request=AUDIO, model="nova-3", language="en", smart_format=True, diarize_model="latest",
        keyterm=["Freehold", "own it"],
    )  # fmt: skip
    ours, theirs = vendor.sent
    assert essence(ours) == essence(theirs)
    assert ours.headers["content-type"] == "audio/x-wav"


async def test_without_a_language_it_is_detected(vendor: Vendor, provider: DeepgramProvider) -> None:
    vendor.answers(LISTENED)
    await provider.send(await transcription_call("nova-2", AUDIO, keywords=["a"]))
    assert vendor.sent[0].query == [
        ("model", "nova-2"), ("smart_format", "true"), ("detect_language", "true"), ("keywords", "a"),
    ]  # fmt: skip


@pytest.mark.parametrize("response_format", ["json", "text", "srt", "vtt", "verbose_json", "diarized_json"])
async def test_every_format_is_answered_and_metered_by_its_seconds(
    vendor: Vendor, provider: DeepgramProvider, response_format: str
) -> None:
    vendor.answers(LISTENED)
    reply = await provider.send(await transcription_call("nova-3", AUDIO, response_format=response_format))
    body = await reply.keep(10_000)
    assert (reply.status, reply.usage) == (200, Usage(audio_seconds=2.56))
    match response_format:
        case "json":
            assert Transcription.model_validate_json(body).text == "Good morning. Is it raining?"
        case "verbose_json":
            found = TranscriptionVerbose.model_validate_json(body)
            assert (found.language, found.duration) == ("en", 2.56)
            assert [segment.text for segment in found.segments or []] == ["Good morning.", "Is it raining?"]
        case "diarized_json":
            speakers = TranscriptionDiarized.model_validate_json(body).segments
            assert [segment.speaker for segment in speakers] == ["A", "B"]
        case _:
            assert reply.media_type == "text/plain; charset=utf-8"
            assert "morning." in body.decode()


async def test_words_have_their_times_when_asked_for(vendor: Vendor, provider: DeepgramProvider) -> None:
    vendor.answers(LISTENED)
    call = await transcription_call("nova-3", AUDIO, response_format="verbose_json", timestamp_granularities=["word"])
    found = TranscriptionVerbose.model_validate_json(await (await provider.send(call)).keep(10_000))
    assert found.segments is None
    assert [(w.word, w.start, w.end) for w in found.words or []][:2] == [("Good", 0.08, 0.4), ("morning.", 0.4, 0.88)]


async def test_silence_is_an_empty_text_that_is_paid_for(vendor: Vendor, provider: DeepgramProvider) -> None:
    vendor.answers('{"metadata": {"duration": 9}, "results": {"channels": [{"alternatives": [{"transcript": ""}]}]}}')
    reply = await provider.send(await transcription_call("nova-3", AUDIO))
    assert Transcription.model_validate_json(await reply.keep(1000)).text == ""
    assert reply.usage == Usage(audio_seconds=9.0)


@pytest.mark.parametrize("body", ["", "{}", '{"request_id": "r"}', "<html>"])
async def test_what_is_no_transcript_is_a_failure(vendor: Vendor, provider: DeepgramProvider, body: str) -> None:
    vendor.answers(body)
    with pytest.raises(ProviderFailed, match="cannot be read"):
        await provider.send(await transcription_call("nova-3", AUDIO))


@pytest.mark.parametrize(
    ("asked", "settings"),
    [
        ("mp3", {"encoding": "mp3"}),
        ("opus", {"encoding": "opus", "container": "ogg"}),
        ("aac", {"encoding": "aac"}),
        ("flac", {"encoding": "flac"}),
        ("wav", {"encoding": "linear16", "container": "wav", "sample_rate": 24000}),
        ("pcm", {"encoding": "linear16", "container": "none", "sample_rate": 24000}),
    ],
)
async def test_speech_is_asked_for_as_deepgrams_own_package_would(
    vendor: Vendor, provider: DeepgramProvider, sdk: AsyncDeepgramClient, asked: str, settings: dict[str, Any]
) -> None:
    vendor.answers(b"ID3", b"\xff\xfb", content_type="audio/mpeg")
    vendor.answers(b"ID3")
    reply = await provider.send(speech(response_format=asked, speed=1.25))
    assert (await reply.keep(100), reply.media_type, reply.usage) == (b"ID3\xff\xfb", "audio/mpeg", Usage(characters=6))
    spoken = sdk.speak.v1.audio.generate(text="Grüße!", model="aura-2-thalia-en", speed=1.25, **settings)
    assert [piece async for piece in spoken] == [b"ID3"]
    (*ours, our_body), (*theirs, their_body) = (essence(sent) for sent in vendor.sent)
    assert ours == theirs
    assert json.loads(our_body) == json.loads(their_body)


async def test_closing_the_reply_is_seen_by_the_vendor(vendor: Vendor, provider: DeepgramProvider) -> None:
    vendor.plan.append(Planned(pieces=(b"ID3",), hangs=True))
    reply = await provider.send(speech())
    await anext(reply.body)
    await reply.close()
    async with asyncio.timeout(2):
        await vendor.hung_up.wait()


@pytest.mark.parametrize(("hangs", "error"), [(False, ProviderFailed), (True, ProviderTimeout)])
async def test_speech_that_breaks_off_or_falls_silent_raises(
    vendor: Vendor, provider: DeepgramProvider, hangs: bool, error: type[Exception]
) -> None:
    vendor.plan.append(Planned(pieces=(b"ID3",), hangs=hangs, breaks=not hangs))
    with pytest.raises(error):
        await (await provider.send(speech())).keep(1000)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"err_code": "Bad Request", "err_msg": "No such model.", "request_id": "r"}', "No such model."),
        ('{"category": "INVALID", "message": "No such model.", "details": "Nova-9."}', "No such model. Nova-9."),
        ("Upstream said no", "Upstream said no"),
        ("", "The provider answered with status 400."),
    ],
)
async def test_errors_of_every_shape_arrive_in_openais(
    vendor: Vendor, provider: DeepgramProvider, body: str, message: str
) -> None:
    vendor.answers(body, status=400)
    reply = await provider.send(speech())
    expected = {"message": message, "type": "invalid_request_error", "param": None, "code": "invalid_request"}
    assert (reply.status, json.loads(await reply.keep(1000))) == (400, {"error": expected})
    assert reply.usage is None


async def test_too_many_requests_tell_when_to_come_back(vendor: Vendor, provider: DeepgramProvider) -> None:
    vendor.answers('{"err_code": "TOO_MANY_REQUESTS", "err_msg": "Slow down."}', status=429, retry_after="3")
    reply = await provider.send(await transcription_call("nova-3", AUDIO))
    assert (reply.status, reply.headers) == (429, {"retry-after": "3"})
    assert json.loads(await reply.keep(1000))["error"]["code"] == "rate_limit_exceeded"


@pytest.mark.parametrize("status", [401, 402, 403])
async def test_refused_credentials_are_our_fault_not_the_callers(
    vendor: Vendor, provider: DeepgramProvider, status: int
) -> None:
    vendor.answers('{"err_code": "INVALID_AUTH", "err_msg": "Invalid credentials."}', status=status)
    with pytest.raises(ProviderFailed, match=rf"credentials \({status}, INVALID_AUTH\)"):
        await provider.send(speech())


async def test_what_deepgram_cannot_honour_is_refused_before_anything_is_sent(
    vendor: Vendor, provider: DeepgramProvider
) -> None:
    with pytest.raises(UnsupportedParameter):
        await provider.send(await transcription_call("nova-3", AUDIO, temperature=0.7))
    with pytest.raises(UnsupportedParameter):
        await provider.send(await transcription_call("nova-3", AUDIO, prompt="Names: Ann."))
    with pytest.raises(InvalidRequest):
        await provider.send(Call(endpoint="chat/completions", body=b"{}", model="m"))
    assert vendor.sent == []
