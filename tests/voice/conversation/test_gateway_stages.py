"""A conversation's models are asked through the API: a real server with its built-ins, and vendors with their whims."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from flite import flite
from freehold.contracts.audio.hearing import read_transcription
from freehold.contracts.errors import (
    BudgetExceeded,
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    ProviderFailed,
    RateLimited,
)
from freehold.foundation.clock import SystemClock
from freehold.voice.conversation.answering.mouth import Mouth
from freehold.voice.conversation.gateway_stages import GatewayStages
from freehold.voice.conversation.stages import HearingWish, Saying, SpokenPiece
from freehold.voice.sound import from_pcm16
from live_server import KEY, LiveServer
from vendor_server import Planned, Vendor, vendor_server

pytestmark = pytest.mark.network

PATIENCE_SECONDS = 60
MODEL = "starter"
CLAUSE = "Good morning, the train is on time."
EVENTS = "text/event-stream"
SILENCE = from_pcm16(bytes(16_000))


@pytest.fixture(scope="module")
def server(open_folder: Path) -> Generator[LiveServer]:
    running = LiveServer.start(open_folder / "conversation")
    yield running
    running.stop()


@asynccontextmanager
async def asking(url: str, key: str = KEY) -> AsyncGenerator[GatewayStages]:
    stages = GatewayStages(None, key, model=MODEL, request_id="sess_1", clock=SystemClock(), url=url)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield stages
    finally:
        await stages.close()


@asynccontextmanager
async def asking_vendor() -> AsyncGenerator[tuple[GatewayStages, Vendor]]:
    async with vendor_server() as vendor, asking(vendor.url) as stages:
        yield stages, vendor


async def spoken(stages: GatewayStages, saying: Saying) -> list[SpokenPiece]:
    return [piece async for piece in stages.speak(saying)]


def sse(*events: dict[str, Any]) -> str:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events)


def delta(sound: bytes) -> dict[str, Any]:
    return {"type": "speech.audio.delta", "audio": base64.b64encode(sound).decode()}


def refused(message: str, code: str, param: str | None = None) -> str:
    return json.dumps({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}})


# A server of ours.


async def test_an_answer_streams_and_ends_with_its_reason_and_usage(server: LiveServer) -> None:
    async with asking(f"{server.address}/v1") as stages:
        request = {"messages": [{"role": "user", "content": "Who are you?"}], "max_tokens": 24}
        thoughts = [thought async for thought in stages.think(request)]
    assert len([thought for thought in thoughts if thought.text]) > 3
    assert thoughts[-1].finish_reason in ("stop", "length")
    assert thoughts[-1].usage is not None
    assert 0 < thoughts[-1].usage["completion_tokens"] <= 24


async def test_a_clause_is_spoken_with_its_words_in_order_inside_the_sound(server: LiveServer) -> None:
    async with asking(f"{server.address}/v1") as stages:
        pieces = await spoken(stages, Saying(text=CLAUSE))
    sound_ms = sum(len(piece.pcm_24khz) for piece in pieces) / 48
    words = [word for piece in pieces for word in piece.words]
    assert [CLAUSE[word.text_start : word.text_start + word.text_length].strip(",.") for word in words] == [
        word.strip(",.") for word in CLAUSE.split()
    ]
    times = [time for word in words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= sound_ms + 1
    assert len(pieces) > 2


async def test_a_sentence_is_understood_and_silence_is_no_words(server: LiveServer) -> None:
    said = from_pcm16(flite("The weather is nice today.")[44:])
    async with asking(f"{server.address}/v1") as stages:
        heard = await stages.transcribe(said, HearingWish(logprobs=True))
        nothing = await stages.transcribe(SILENCE, HearingWish(language="en"))
    assert "weather" in heard.text.lower()
    assert heard.model == "pocketsphinx"
    assert "logprob" in heard.logprobs[0]
    assert nothing.text == ""


async def test_closing_early_leaves_no_request_running(server: LiveServer) -> None:
    def in_flight() -> int:
        with server.http() as client:
            targets = client.get("/admin/v1/health/targets").json()["data"]
        return sum(target["in_flight"] for target in targets if target["model"] == "espeak")

    async with asking(f"{server.address}/v1") as stages:
        async with aclosing(stages.speak(Saying(text=f"{CLAUSE} " * 110))) as pieces:
            await anext(pieces)
            assert await asyncio.to_thread(in_flight) == 1
        while await asyncio.to_thread(in_flight):
            await asyncio.sleep(0.05)


async def test_a_text_is_spoken_clause_by_clause_with_one_time_line(server: LiveServer) -> None:
    async def text() -> AsyncGenerator[str]:
        for word in f"Well now, {CLAUSE} **All** of it is said – 3.5 times!".split(" "):
            yield f"{word} "

    async def gate() -> None:
        return

    async with asking(f"{server.address}/v1") as stages:
        mouth = Mouth(stages, Saying(text=""), fallback=None, gate=gate)
        pieces = [piece async for piece in mouth.speak(text())]
    times = [word.start_ms for piece in pieces for word in piece.words]
    assert times == sorted(times)
    assert times[-1] < mouth.sound_seconds * 1000
    assert len(times) >= 16
    assert mouth.clauses == 3


async def test_errors_carry_the_servers_code(server: LiveServer) -> None:
    async with asking(f"{server.address}/v1", "wrong") as stages:
        with pytest.raises(FreeholdError) as denied:
            await stages.models()
    assert (denied.value.status, denied.value.code) == (401, "invalid_api_key")
    async with asking(f"{server.address}/v1") as stages:
        with pytest.raises(ModelNotFound, match="nobody"):
            await spoken(stages, Saying(text=CLAUSE, model="nobody"))
        with pytest.raises(InvalidRequest) as unheard:
            await stages.transcribe(SILENCE, HearingWish(language="de"))
    assert unheard.value.param == "language"


async def test_an_unknown_voice_becomes_the_default_one_and_words_keep_their_times(server: LiveServer) -> None:
    async with asking(f"{server.address}/v1") as stages:
        for _ in range(2):
            pieces = await spoken(stages, Saying(text=CLAUSE, voice="nobody at all", speed=1.2))
            assert sum(len(piece.words) for piece in pieces) == len(CLAUSE.split())


# Vendors.


async def test_the_best_models_are_chosen_and_the_built_in_takes_over() -> None:
    def model(name: str, kind: str, *, builtin: bool) -> dict[str, Any]:
        return {"id": name, "freehold": {"kind": kind, "builtin": builtin}}

    listed = [model("espeak", "speech", builtin=True), model("nice", "speech", builtin=False)]
    listed += [model("other", "speech", builtin=False), model("pocketsphinx", "transcription", builtin=True)]
    async with asking_vendor() as (stages, vendor):
        vendor.answers(json.dumps({"data": listed}), content_type="application/json")
        known = await stages.models()
        assert (known.default_speech(), known.default_hearing()) == ("nice", "pocketsphinx")
        assert await stages.fallback_speech() == "espeak"
        assert await stages.fallback_speech("espeak") == "other"
        assert await stages.fallback_hearing() is None
        assert [sent.headers["x-request-id"] for sent in vendor.sent] == ["sess_1.1"]
        assert vendor.sent[0].headers["authorization"] == f"Bearer {KEY}"


async def test_what_a_voice_refuses_is_left_out_and_remembered() -> None:
    async with asking_vendor() as (stages, vendor):
        vendor.answers(refused("no times", "unsupported_parameter", "timestamps"), status=400)
        vendor.answers(refused("no events", "unsupported_parameter", "stream_format"), status=400)
        vendor.answers(refused("no such voice", "invalid_request", "voice"), status=400)
        vendor.answers(b"\1\0" * 1000 + b"\1", b"\0" * 2799, content_type="audio/pcm")
        vendor.answers(b"\1\0" * 2400, content_type="audio/pcm")
        pieces = await spoken(stages, Saying(text="one two three", model="tts", voice="nova"))
        again = await spoken(stages, Saying(text="你好", model="tts", voice="nova"))
        asked = [json.loads(sent.body) for sent in vendor.sent]
    assert all(len(piece.pcm_24khz) % 2 == 0 for piece in pieces)
    assert [(word.text_start, word.text_length) for word in pieces[-1].words] == [(0, 3), (4, 3), (8, 5)]
    assert pieces[-1].words[-1].end_ms == pytest.approx(100)
    assert [word.end_ms for word in again[-1].words] == pytest.approx([50, 100])
    assert len(asked) == 5
    assert {"timestamps", "stream_format"} <= asked[0].keys()
    assert asked[4] == {"model": "tts", "input": "你好", "voice": "alloy", "response_format": "pcm"}


async def test_a_refusal_that_nothing_helps_is_raised_and_nothing_is_remembered() -> None:
    async with asking_vendor() as (stages, vendor):
        for _ in range(4):
            vendor.answers(refused("not today", "invalid_request"), status=400)
        vendor.answers(sse(delta(b"\1\0" * 480), {"type": "speech.audio.done"}), content_type=EVENTS)
        with pytest.raises(InvalidRequest, match="not today"):
            await spoken(stages, Saying(text="one", model="tts", voice="nova"))
        await spoken(stages, Saying(text="one", model="tts", voice="nova"))
        assert {"timestamps", "stream_format"} <= json.loads(vendor.sent[-1].body).keys()


async def test_speech_that_breaks_off_or_tells_of_an_error_is_never_taken_for_whole() -> None:
    spent = {"error": {"message": "spent", "type": "insufficient_quota", "code": "insufficient_quota"}}
    async with asking_vendor() as (stages, vendor):
        vendor.answers(sse(delta(b"\1\0" * 480), spent), content_type=EVENTS)
        vendor.answers(sse(delta(b"\1\0" * 480)), content_type=EVENTS)
        vendor.answers(sse({"type": "speech.audio.done"}), content_type=EVENTS)
        for kind in (BudgetExceeded, ProviderFailed, ProviderFailed):
            with pytest.raises(kind):
                await spoken(stages, Saying(text="one", model="tts"))


async def test_a_prompt_that_a_transcriber_refuses_is_left_out() -> None:
    async with asking_vendor() as (stages, vendor):
        vendor.answers(refused("no prompt", "unsupported_parameter", "prompt"), status=400)
        vendor.answers('{"text": " hello "}', content_type="application/json")
        vendor.answers('{"text": "again"}', content_type="application/json")
        wish = HearingWish(model="stt", prompt="Freehold", language="en", logprobs=True)
        assert (await stages.transcribe(SILENCE, wish)).text == "hello"
        assert (await stages.transcribe(SILENCE, wish)).text == "again"
        forms = [read_transcription(sent.body, sent.headers["content-type"]) for sent in vendor.sent]
    assert [(form.prompt, form.logprobs) for form in forms] == [("Freehold", True), ("", True), ("", True)]
    assert [form.language for form in forms] == ["en"] * 3


async def test_calls_of_tools_come_in_pieces_and_a_broken_answer_raises() -> None:
    def chunk(body: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        return {"choices": [{"index": 0, "delta": body, "finish_reason": finish_reason}]}

    def call(**function: str) -> dict[str, Any]:
        return {"index": 0, "function": function}

    begun = chunk({"tool_calls": [{"id": "call_1", "type": "function", **call(name="weather", arguments="")}]})
    rest = chunk({"tool_calls": [call(arguments='{"city": "Köln"}')]})
    end = chunk({}, "tool_calls")
    usage = {"choices": [], "usage": {"total_tokens": 7}}
    async with asking_vendor() as (stages, vendor):
        vendor.answers(sse(begun, rest, end, usage), "data: [DONE]\n\n", content_type=EVENTS)
        vendor.answers(sse(chunk({"content": "Hello"})), content_type=EVENTS)
        vendor.answers(refused("slow down", "rate_limit_exceeded"), status=429, retry_after="7")
        first, second, ended, last = [thought async for thought in stages.think({"messages": []})]
        assert (first.call_index, first.call_id, first.name) == (0, "call_1", "weather")
        assert (second.call_index, second.arguments) == (0, '{"city": "Köln"}')
        assert (ended.finish_reason, ended.usage) == ("tool_calls", None)
        assert (last.finish_reason, last.usage) == ("tool_calls", {"total_tokens": 7})
        with pytest.raises(ProviderFailed, match="broke off"):
            assert [thought.text async for thought in stages.think({"messages": []})] == ["Hello"]
        with pytest.raises(RateLimited) as limited:
            await anext(stages.think({"messages": []}))
        assert limited.value.retry_after_seconds == 7


@pytest.mark.parametrize("stage", ["speak", "think"])
async def test_closing_an_answer_hangs_up(stage: str) -> None:
    events = sse(delta(b"\1\0" * 480)) if stage == "speak" else sse({"choices": [{"delta": {"content": "Hello"}}]})
    async with asking_vendor() as (stages, vendor):
        vendor.plan.append(Planned(pieces=(events.encode(),), headers={"content-type": EVENTS}, hangs=True))
        asked = stages.speak(Saying(text="one", model="tts")) if stage == "speak" else stages.think({"messages": []})
        async with aclosing(asked) as answer:
            await anext(answer)
        await vendor.hung_up.wait()
