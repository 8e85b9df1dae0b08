"""Speech and transcription within the gateway: held for, billed, failed over. Real HTTP, real database."""

import asyncio
import io
import wave
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from freehold.contracts.errors import BudgetExceeded, Forbidden, FreeholdError, InvalidRequest, RateLimited
from freehold.contracts.forms import Upload, write_form
from freehold.contracts.models import Endpoint, ModelInfo, ModelKind
from freehold.contracts.wire import Call, Reply
from freehold.foundation.database import Database
from freehold.gateway.kinds import kind_by_name
from freehold.gateway.settings import (
    LimitSettings,
    PriceSettings,
    ProviderSettings,
    RouteSettings,
    TargetSettings,
)
from gateway.rig import ADA, QUICK, Local, Rig, gateway, read, until
from gateway.vendors import Behaviour, Vendor, begin, serving, status

pytestmark = pytest.mark.network

TEXT = "Grüße aus Köln, ihr Lieben."
SPOKEN = b"ID3" + b"\xff\xfb\x90\x64" * 500
VOICE = PriceSettings(vendor="acme", model="tts-1", since="2024-01-01", per_million_characters=15.0)
EAR = PriceSettings(vendor="acme", model="whisper-1", since="2024-01-01", per_audio_minute=0.006)
TOKENS = PriceSettings(
    vendor="acme", model="gpt-4o-mini-tts", since="2024-01-01", input_per_million=0.6, output_per_million=12.0
)


def speech(model: str = "say", text: str = TEXT, **more: Any) -> Call:
    body = msgspec.json.encode({"model": model, "input": text, "voice": "alloy"} | more)
    return Call(endpoint="audio/speech", body=body, model=model, stream=False, request_id="req_1")


def recording(seconds: float = 3.0) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(int(seconds * 16_000)))
    return file.getvalue()


def transcription(model: str = "hear", data: bytes = b"", **fields: str) -> Call:
    pairs = [("model", model), *fields.items()]
    media_type, body = write_form(pairs, {"file": Upload(data=data or recording(), name="a.wav")}, "c0ffee")
    stream = fields.get("stream") == "true"
    return Call(endpoint="audio/transcriptions", body=body, model=model, media_type=media_type, stream=stream)


def event(**data: Any) -> bytes:
    return b"data: " + msgspec.json.encode(data) + b"\n\n"


async def speaks(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    return web.Response(body=SPOKEN, content_type="audio/mpeg")


async def speaks_in_events(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = await begin(request)
    await response.write(event(type="speech.audio.delta", audio="SUQz"))
    usage = {"input_tokens": 9, "output_tokens": 77, "total_tokens": 86}
    await response.write(event(type="speech.audio.done", usage=usage))
    await asyncio.sleep(30)  # the client has what it wants, and so has the ledger
    return response


async def breaks_within_the_sound(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "audio/mpeg"})
    await response.prepare(request)
    await response.write(SPOKEN)
    await asyncio.sleep(0.05)
    assert request.transport is not None
    request.transport.abort()
    return response


async def says_nothing(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    return web.Response(body=b"", content_type="audio/mpeg")


async def error_in_the_sounds_place(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"error": {"message": "overloaded"}})


async def hears(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """As OpenAI's whisper-1: seconds rounded up, in JSON alone."""
    form = await request.post()
    vendor.bodies[-1] = {name: value for name, value in form.items() if isinstance(value, str)}
    if form.get("response_format") == "text":
        return web.Response(text="Hello.", content_type="text/plain")
    if form.get("stream") == "true":
        response = await begin(request)
        await response.write(event(type="transcript.text.delta", delta="Hello."))
        usage = {"type": "tokens", "input_tokens": 30, "output_tokens": 4, "total_tokens": 34}
        await response.write(event(type="transcript.text.done", text="Hello.", usage=usage))
        return response
    return web.json_response({"text": "Hello.", "usage": {"type": "duration", "seconds": 4}})


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


class Bench:
    """A vendor that has the models `say`, `hear` and `tell`, a second one behind it on the route `both`."""

    def __init__(self, rig: Rig, vendor: Vendor, second: Vendor) -> None:
        self.rig, self.vendor, self.second = rig, vendor, second

    async def send(self, call: Call) -> Reply:
        return await self.rig.gateway.pipeline.send(ADA, call)

    async def row(self) -> dict[str, Any]:
        (row,) = await self.rig.ledger()
        return row


async def bench(
    stack: AsyncExitStack,
    database: Database,
    folder: Path,
    behaviour: Behaviour,
    *limits: LimitSettings,
    second: Behaviour = speaks,
) -> Bench:
    one, other = [await stack.enter_async_context(serving(each)) for each in (behaviour, second)]
    models = {"say": "tts-1", "hear": "whisper-1", "tell": "gpt-4o-mini-tts", "free": "unpriced"}
    providers = {
        "one": ProviderSettings(url=one.url, models=models, vendor="acme"),
        "two": ProviderSettings(url=other.url),
    }
    targets = (TargetSettings(provider="one", model="tts-1"), TargetSettings(provider="two", model="v", priority=1))
    settings = replace(QUICK, prices=(VOICE, EAR, TOKENS), limits=limits)
    routes = {"both": RouteSettings(targets=targets)}
    rig = await stack.enter_async_context(gateway(database, folder, providers, routes, settings=settings))
    return Bench(rig, one, other)


def limit(meter: Any, amount: float) -> LimitSettings:
    return LimitSettings(meter=meter, amount=amount, window="month", subject="person")


async def test_speech_is_billed_by_its_characters(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    found = await bench(stack, database, tmp_path, speaks)
    reply = await found.send(speech())
    assert (reply.media_type, await read(reply)) == ("audio/mpeg", SPOKEN)
    row = await found.row()
    assert (row["outcome"], row["characters"], row["estimated"]) == ("answered", len(TEXT), False)
    assert row["cost"] == len(TEXT) * 15
    assert found.vendor.bodies[0]["model"] == "tts-1"


async def test_speech_that_is_billed_by_tokens_nobody_reports_is_estimated(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, speaks)
    await read(await found.send(speech("tell")))
    row = await found.row()
    assert row["estimated"]
    assert row["cost"] > 0
    assert row["output_tokens"] == 2 * len(TEXT)


async def test_speech_in_events_is_settled_with_its_last_one(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, speaks_in_events)
    reply = await found.send(speech("tell", stream_format="sse"))
    async for piece in reply.body:
        if b"speech.audio.done" in piece:
            break
    row = await found.row()
    assert (row["input_tokens"], row["output_tokens"], row["characters"]) == (9, 77, len(TEXT))
    assert (row["cost"], row["outcome"], row["estimated"]) == (930, "answered", False)  # 9 × 0.6 + 77 × 12, rounded up
    await reply.close()
    await until(lambda: found.vendor.running == 0)
    assert len(await found.rig.ledger()) == 1


@pytest.mark.parametrize("bad", [status(500), status(429), status(401), says_nothing, error_in_the_sounds_place])
async def test_what_fails_before_the_first_sound_is_asked_of_the_next(
    stack: AsyncExitStack, database: Database, tmp_path: Path, bad: Behaviour
) -> None:
    found = await bench(stack, database, tmp_path, bad)
    reply = await found.send(speech("both"))
    assert await read(reply) == SPOKEN
    assert reply.headers["x-freehold-provider"] == "two"
    row = await found.row()
    assert (row["attempts"], row["provider"], row["outcome"]) == (2, "two", "answered")
    assert found.second.bodies[0]["model"] == "v"


async def test_sound_that_breaks_off_is_not_begun_again_and_settled_as_failed(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, breaks_within_the_sound)
    with pytest.raises(FreeholdError):
        await read(await found.send(speech("both")))
    assert found.second.bodies == []
    row = await found.row()
    assert (row["outcome"], row["characters"], row["cost"]) == ("failed", len(TEXT), len(TEXT) * 15)


async def test_who_stops_listening_stops_the_vendor_and_is_billed(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    async def goes_on(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "audio/pcm"})
        await response.prepare(request)
        while True:
            await response.write(bytes(1000))
            await asyncio.sleep(0.01)

    found = await bench(stack, database, tmp_path, goes_on)
    reply = await found.send(speech())
    assert await anext(aiter(reply.body))
    await reply.close()
    await until(lambda: found.vendor.running == 0)
    row = await found.row()
    assert (row["outcome"], row["characters"]) == ("cancelled", len(TEXT))


async def test_a_recording_is_billed_by_what_the_vendor_heard(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, hears)
    assert b"Hello." in await read(await found.send(transcription(language="en")))
    assert found.vendor.bodies == [{"model": "whisper-1", "language": "en"}]
    row = await found.row()
    assert (row["audio_milliseconds"], row["cost"], row["estimated"]) == (4000, 400, False)


async def test_a_recording_whose_length_the_vendor_does_not_say_is_measured_here(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, hears)
    await read(await found.send(transcription(data=recording(6), response_format="text")))
    row = await found.row()
    assert (row["audio_milliseconds"], row["estimated"]) == (pytest.approx(6000, abs=10), False)
    assert row["cost"] == pytest.approx(600, abs=2)


async def test_a_streamed_transcript_is_settled_with_its_last_event(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, hears)
    reply = await found.send(transcription(stream="true"))
    assert (await read(reply)).count(b"transcript.text") == 2
    row = await found.row()
    assert (row["input_tokens"], row["output_tokens"], row["stream"], row["outcome"]) == (30, 4, True, "answered")
    assert row["cost"] == pytest.approx(300, abs=2)  # by the seconds that the price is for, which nobody reported
    assert row["estimated"]


@pytest.mark.parametrize(
    ("call", "worst", "cost"),
    [(speech(), len(TEXT) * 15, len(TEXT) * 15), (transcription(), 301, 400)],
    ids=["speech", "transcription"],
)
async def test_a_budget_refuses_what_it_cannot_hold_and_is_charged_with_what_was_used(
    stack: AsyncExitStack, database: Database, tmp_path: Path, call: Call, worst: int, cost: int
) -> None:
    behaviour = speaks if call.endpoint == "audio/speech" else hears
    found = await bench(stack, database, tmp_path, behaviour, limit("usd", (cost + worst - 1) / 1_000_000))
    await read(await found.send(call))
    with pytest.raises(BudgetExceeded):
        await found.send(call)
    assert len(found.vendor.bodies) == 1
    assert [row["cost"] for row in await found.rig.ledger()] == [cost]


async def test_no_budget_can_hold_for_a_voice_without_a_price(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, speaks, limit("usd", 10))
    with pytest.raises(Forbidden, match="no known price"):
        await found.send(speech("free"))
    assert found.vendor.bodies == []


async def test_speech_that_cannot_be_read_is_the_vendors_to_refuse_and_held_for_all_the_same(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, status(400), limit("usd", 10))
    reply = await found.send(speech(text=5))  # pyright: ignore[reportArgumentType]
    assert reply.status == 400
    row = await found.row()
    assert (row["outcome"], row["characters"], row["cost"]) == ("refused", 0, 0)


@pytest.mark.parametrize(
    ("meter", "amount", "call"),
    [
        ("characters", len(TEXT) * 2 - 1, speech()),
        ("audio_seconds", 4 + 2.9, transcription()),
        ("requests", 1, transcription()),
    ],
)
async def test_characters_and_seconds_are_reserved_before_the_call(
    stack: AsyncExitStack, database: Database, tmp_path: Path, meter: str, amount: float, call: Call
) -> None:
    behaviour = speaks if call.endpoint == "audio/speech" else hears
    found = await bench(stack, database, tmp_path, behaviour, limit(meter, amount))
    await read(await found.send(call))
    with pytest.raises(RateLimited):
        await found.send(call)
    assert len(found.vendor.bodies) == 1


async def test_who_lies_about_the_length_of_a_recording_pays_for_what_was_heard_all_the_same(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    async def hears_much(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await request.read()
        usage = {"type": "tokens", "input_tokens": 9000, "output_tokens": 5000, "total_tokens": 14_000}
        return web.json_response({"text": "And so on.", "usage": usage})

    page = b"OggS\0\0" + (48_000).to_bytes(8, "little") + bytes(14)
    lie = page + b"OpusHead" + bytes(700_000) + page + bytes(100)  # one second, it says
    found = await bench(stack, database, tmp_path, hears_much, limit("usd", 0.02))
    assert (await found.send(transcription("tell", lie))).status == 200
    row = await found.row()
    assert (row["input_tokens"], row["output_tokens"], row["estimated"]) == (9000, 5000, False)
    assert row["cost"] == 9000 * 6 // 10 + 5000 * 12
    with pytest.raises(BudgetExceeded):
        await found.send(transcription("tell", lie))


async def test_limits_on_tokens_do_not_count_sound(stack: AsyncExitStack, database: Database, tmp_path: Path) -> None:
    found = await bench(stack, database, tmp_path, hears, limit("tokens", 1), limit("output_tokens", 1))
    for _ in range(3):
        assert (await found.send(transcription(stream="false"))).status == 200


async def test_what_a_refused_call_had_reserved_is_free_again(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, status(400), limit("characters", len(TEXT)))
    for _ in range(3):
        assert (await found.send(speech())).status == 400


async def test_a_worker_tells_in_a_header_what_a_plain_text_cannot(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    async def hear(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="Hello.", content_type="text/plain", headers={"x-freehold-audio-seconds": "2.75"})

    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.UnixSite(runner, str(tmp_path / "w.sock")).start()

    class Listener(Local):
        def models(self) -> list[ModelInfo]:
            return [ModelInfo(id="ear", kind="transcription", owned_by="local")]

    places = {"ear": Endpoint(url="http://worker/v1", socket_path=tmp_path / "w.sock")}
    rig = await stack.enter_async_context(gateway(database, tmp_path, {}, models=Listener(places)))
    reply = await rig.gateway.pipeline.send(ADA, transcription("ear", data=b"OggS no wav"))
    assert (reply.content, reply.headers["x-freehold-audio-seconds"]) == (b"Hello.", "2.75")
    (row,) = await rig.ledger()
    assert (row["audio_milliseconds"], row["estimated"]) == (2750, False)
    with pytest.raises(InvalidRequest, match="transcription"):
        await rig.gateway.pipeline.send(ADA, speech("ear"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tts-1-hd", "speech"),
        ("gpt-4o-mini-tts-2025-03-20", "speech"),
        ("aura-2-thalia-en", "speech"),
        ("eleven_flash_v2_5", "speech"),
        ("hexgrad/Kokoro-82M", "speech"),
        ("whisper-1", "transcription"),
        ("openai/whisper-large-v3-turbo", "transcription"),
        ("gpt-4o-transcribe-diarize", "transcription"),
        ("nova-3", "transcription"),
        ("scribe_v1", "transcription"),
        ("text-embedding-3-small", "embedding"),
        ("nomic-embed-text", "embedding"),
        ("rerank-v3.5", "rerank"),
        ("gpt-4o", "chat"),
        ("amazon.nova-pro-v1:0", "chat"),
        ("whisperer-7b", "chat"),
        ("", "chat"),
    ],
)
def test_a_vendors_model_is_of_the_kind_that_its_name_says(name: str, kind: ModelKind) -> None:
    assert kind_by_name(name) == kind


async def test_a_vendors_voice_is_not_offered_to_chat_with(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    found = await bench(stack, database, tmp_path, speaks)
    kinds = {info.id: info.kind for info in found.rig.gateway.pipeline.models(ADA)}
    assert kinds == {
        "say": "speech",
        "hear": "transcription",
        "tell": "speech",
        "free": "chat",
        "both": "speech",
        "auto": "chat",
    }
