"""The worker around an engine that says what the test wrote down: order, times, cancellation, errors."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from form_client import Fields, FormClient, header, serving
from scripted_engine import Facts, ScriptedEngine
from sounds import FOX, ROAD, long_recording, recording, said, silence

from asgi_client import Answer
from freehold.contracts.errors import InvalidRequest, Unavailable
from freehold.foundation.telemetry import METRICS
from freehold.voice.hearing import transcription
from freehold.voice.hearing.recording import Recording
from freehold.voice.hearing.vad import Listening
from freehold.voice.hearing.worker import TranscriptionOptions, TranscriptionService
from freehold.voice.sound import HEARING_RATE, Samples
from freehold.voice.transcriber import HeardSegment
from held_clock import HeldClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPTIONS = TranscriptionOptions(engine="pocketsphinx", workers=1, threads=1)
SHORT = "short"


class Desk:
    """A client of the worker, its engine, and the recordings that were made and not yet closed."""

    def __init__(self, client: FormClient, engine: ScriptedEngine) -> None:
        self.client, self.engine = client, engine
        self.recordings = 0

    async def post(self, file: bytes, fields: Fields | None = None, **more: Any) -> Answer:
        return await self.client.post(file, fields, **more)

    async def is_idle(self) -> bool:
        """Whether nothing of any request is left."""
        health = await self.client.health()
        gauge = METRICS.get_sample_value("freehold_transcription_requests")
        left = (health["running"], health["waiting"], gauge, self.engine.open, self.recordings)
        assert left == ([], 0, 0, 0, 0)
        return True

    async def until_waiting(self, count: int) -> None:
        async with asyncio.timeout(10):
            while (await self.client.health())["waiting"] != count:
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[tuple[FormClient, ScriptedEngine, HeldClock]]:
    """One for all tests: its decoders are real."""
    engine, clock = ScriptedEngine(), HeldClock()
    folder = tmp_path_factory.mktemp("scripted")
    async with serving(TranscriptionService(folder, "scripted", OPTIONS, engine=engine, clock=clock)) as client:
        yield client, engine, clock


@pytest.fixture
def clock(worker: tuple[FormClient, ScriptedEngine, HeldClock]) -> HeldClock:
    return worker[2]


@pytest.fixture
def desk(worker: tuple[FormClient, ScriptedEngine, HeldClock], monkeypatch: pytest.MonkeyPatch) -> Desk:
    client, engine, _ = worker
    engine.reset()
    desk = Desk(client, engine)

    class Counted(Recording):
        def __init__(self) -> None:
            super().__init__()
            desk.recordings += 1

        def close(self) -> None:
            super().close()
            desk.recordings -= 1

    monkeypatch.setattr(transcription, "Recording", Counted)
    return desk


def short() -> bytes:
    return recording(silence(1), said(FOX))


async def test_what_each_chunk_holds_is_asked_in_order_and_put_back_in_its_time(desk: Desk) -> None:
    sounds = [silence(3), said(FOX), silence(4), said(ROAD), silence(2)]
    answer = await desk.post(recording(*sounds), {"response_format": "verbose_json", "timestamp_granularities": "word"})
    (_, samples), body = desk.engine.asked[0], answer.json()
    first, last = body["words"]
    fox_end = 7 + len(said(FOX)) / HEARING_RATE
    assert len(desk.engine.asked) == 1  # both sentences fit into one chunk
    assert samples < sum(map(len, sounds)) - 5 * HEARING_RATE  # without the silence
    assert first["start"] == pytest.approx(3 - 0.3 + 0.5, abs=0.35)
    assert first["end"] - first["start"] == pytest.approx(0.2, abs=0.001)
    road_end = fox_end + len(said(ROAD)) / HEARING_RATE
    assert last["end"] == pytest.approx(road_end + 0.2 - 0.5, abs=0.3)
    assert body["duration"] == sum(map(len, sounds)) / HEARING_RATE
    assert await desk.is_idle()


async def test_all_chunks_of_a_long_recording_are_heard_in_order(desk: Desk) -> None:
    answer = await desk.post(long_recording(75), {"response_format": "verbose_json", "timestamp_granularities": "word"})
    count, body = len(desk.engine.asked), answer.json()
    assert count >= 2
    assert all(samples <= 30 * HEARING_RATE for _, samples in desk.engine.asked)
    assert [word["word"] for word in body["words"]] == [f"{at}{n}" for n in range(count) for at in ("first", "last")]
    assert body["text"] == " ".join(word["word"] for word in body["words"])
    times = [moment for word in body["words"] for moment in (word["start"], word["end"])]
    assert times == sorted(times)
    assert times[-1] > 65


async def test_text_is_streamed_before_the_rest_is_asked_for(desk: Desk) -> None:
    desk.engine.holds[1] = asyncio.Event()
    asked_at_first: list[int] = []

    def seen(answer: Answer) -> None:
        if b"first0" in answer.content and not asked_at_first:
            asked_at_first.append(len(desk.engine.asked))
            desk.engine.holds[1].set()  # what was not streamed would wait for ever

    answer = await desk.post(long_recording(75), {"stream": "true"}, send=seen)
    count = len(desk.engine.asked)
    *deltas, done, end = answer.events()
    assert asked_at_first[0] < count
    assert [event["delta"].split() for event in deltas] == [[f"first{n}", f"last{n}"] for n in range(count)]
    assert (done["text"], end) == ("".join(event["delta"] for event in deltas), "[DONE]")
    assert header(answer, "content-type") == "text/event-stream; charset=utf-8"
    assert await desk.is_idle()


@pytest.mark.parametrize("stream", ["false", "true"])
@pytest.mark.parametrize("chunk", [0, 1])
async def test_a_client_that_leaves_frees_the_engine_and_all_else(desk: Desk, stream: str, chunk: int) -> None:
    """Chunk 0: before anything was said. Chunk 1: after a first text."""
    desk.engine.holds[chunk] = asyncio.Event()
    leave = asyncio.Event()
    post = asyncio.ensure_future(desk.post(long_recording(75), {"stream": stream}, hang_up=leave))
    async with asyncio.timeout(10):
        while len(desk.engine.asked) <= chunk:
            await asyncio.sleep(0.01)
    leave.set()
    await post
    assert len(desk.engine.asked) == chunk + 1
    assert await desk.is_idle()


async def test_a_client_that_leaves_while_its_file_is_decoded_costs_the_engine_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, loop, take, taken = asyncio.Event(), asyncio.get_running_loop(), transcription._take, list[int]()

    def slowly(recording: Recording, listening: Listening, samples: Samples) -> Any:
        loop.call_soon_threadsafe(leave.set)
        taken.append(len(samples))
        time.sleep(0.03)  # until the worker has seen that the client left
        return take(recording, listening, samples)

    monkeypatch.setattr(transcription, "_take", slowly)
    await desk.post(long_recording(75), hang_up=leave)
    assert sum(taken) < 75 * HEARING_RATE
    assert desk.engine.asked == []
    assert await desk.is_idle()


async def test_a_client_that_leaves_while_its_stream_is_sent_frees_all_as_well(desk: Desk) -> None:
    leave = asyncio.Event()

    async def stuck(answer: Answer) -> None:
        if b"first0" in answer.content:
            leave.set()
            await asyncio.Event().wait()

    await desk.post(long_recording(75), {"stream": "true"}, send=stuck, hang_up=leave)
    assert len(desk.engine.asked) == 1
    assert await desk.is_idle()


async def test_a_stream_whose_body_was_never_begun_frees_all_as_well(desk: Desk) -> None:
    leave = asyncio.Event()

    async def stuck(answer: Answer) -> None:
        leave.set()
        await asyncio.Event().wait()

    answer = await desk.post(long_recording(75), {"stream": "true"}, send=stuck, hang_up=leave)
    assert answer.content == b""
    assert await desk.is_idle()


async def test_who_leaves_in_the_line_gives_up_the_place(desk: Desk) -> None:
    desk.engine.holds[0], leave = asyncio.Event(), asyncio.Event()
    first = asyncio.ensure_future(desk.post(short()))
    await desk.engine.begun.wait()
    waiting = asyncio.ensure_future(desk.post(short(), hang_up=leave))
    await desk.until_waiting(1)
    leave.set()
    await waiting
    desk.engine.holds[0].set()
    assert (await first).json()["text"] == "first0 last0"
    assert len(desk.engine.asked) == 1
    assert await desk.is_idle()


@pytest.mark.parametrize("stream", ["false", "true"])
async def test_an_engine_that_fails_before_the_first_word_is_an_ordinary_error(desk: Desk, stream: str) -> None:
    desk.engine.errors[0] = Unavailable("The engine ended.")
    answer = await desk.post(short(), {"stream": stream})
    assert (answer.status, answer.json()["error"]["message"]) == (503, "The engine ended.")
    assert header(answer, "x-should-retry") == "true"
    assert (await desk.post(short(), {"stream": stream})).status == 200
    assert await desk.is_idle()


async def test_an_engine_that_fails_in_mid_stream_ends_it_with_an_error_event(desk: Desk) -> None:
    desk.engine.errors[1] = InvalidRequest("The engine refuses.", param="prompt")
    answer = await desk.post(long_recording(75), {"stream": "true"})
    delta, error = answer.events()
    assert (answer.status, delta["delta"]) == (200, "first0 last0")
    assert error == {
        "error": {
            "message": "The engine refuses.",
            "type": "invalid_request_error",
            "param": "prompt",
            "code": "invalid_request",
        }
    }
    assert await desk.is_idle()


async def test_a_short_recording_is_heard_between_the_chunks_of_a_long_one(desk: Desk, clock: HeldClock) -> None:
    desk.engine.holds[0] = asyncio.Event()
    posts = [asyncio.ensure_future(desk.post(long_recording(75), {"prompt": "long"}))]
    await desk.engine.begun.wait()
    posts.append(asyncio.ensure_future(desk.post(long_recording(75), {"prompt": "later"})))
    await desk.until_waiting(1)
    posts.append(asyncio.ensure_future(desk.post(short(), {"prompt": SHORT})))
    await desk.until_waiting(2)
    clock.advance(5)
    desk.engine.holds[0].set()
    await asyncio.gather(*posts)
    assert _prompts(desk.engine)[:2] == ["long", SHORT]
    assert await desk.is_idle()


async def test_tenants_are_heard_in_turn(desk: Desk) -> None:
    desk.engine.holds[0] = asyncio.Event()
    posts: list[asyncio.Future[Answer]] = []
    for at, tenant in enumerate(["a", "a", "a", "b"]):
        headers, fields = {"x-freehold-tenant": tenant}, {"prompt": tenant}
        posts.append(asyncio.ensure_future(desk.post(short(), fields, headers=headers)))
        await desk.engine.begun.wait()
        await desk.until_waiting(at)
    desk.engine.holds[0].set()
    await asyncio.gather(*posts)
    assert _prompts(desk.engine) == ["a", "a", "b", "a"]  # the second came when one of a's had been heard already


def _prompts(engine: ScriptedEngine) -> Sequence[str]:
    return [wish.prompt for wish, _ in engine.asked]


@pytest.mark.parametrize("stream", ["false", "true"])
async def test_a_turn_that_does_not_come_before_the_deadline_is_a_504(
    desk: Desk, clock: HeldClock, stream: str
) -> None:
    desk.engine.holds[0] = asyncio.Event()
    first = asyncio.ensure_future(desk.post(short()))
    await desk.engine.begun.wait()
    late = await desk.post(short(), {"stream": stream}, headers={"x-freehold-deadline": str(clock.now + 0.05)})
    assert (late.status, late.json()["error"]["code"]) == (504, "provider_timeout")
    desk.engine.holds[0].set()
    assert (await first).status == 200
    assert await desk.is_idle()


async def test_who_would_wait_too_long_is_told_when_to_come_again(
    tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.voice.hearing.line.FIRST_FACTOR", 1000.0)
    engine = ScriptedEngine(holds={0: asyncio.Event()})
    service = TranscriptionService(tmp_path, "scripted", OPTIONS, engine=engine, clock=clock)
    async with serving(service) as client:
        first = asyncio.ensure_future(client.post(short()))
        await engine.begun.wait()
        refused = await client.post(short())
        assert (refused.status, refused.json()["error"]["code"]) == (429, "rate_limit_exceeded")
        assert int(header(refused, "retry-after") or 0) > 1000
        engine.holds[0].set()
        assert (await first).status == 200


async def test_no_more_recordings_are_held_than_fit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.voice.hearing.worker.MAX_UPLOADS", 1)
    desk.engine.holds[0] = asyncio.Event()
    first = asyncio.ensure_future(desk.post(short()))
    await desk.engine.begun.wait()
    refused = await desk.post(short())
    assert (refused.status, header(refused, "retry-after")) == (429, "1")
    desk.engine.holds[0].set()
    await first
    assert (await desk.post(short())).status == 200
    assert await desk.is_idle()


async def test_the_engine_is_wished_what_the_form_asks_for(desk: Desk) -> None:
    fields: Fields = {"language": "en-GB", "prompt": "Foxes.", "temperature": "0.2", "keywords[]": ["fox", "dog"]}
    await desk.post(short(), fields)
    await desk.post(short(), {"response_format": "srt"})
    (plain, _), (timed, _) = desk.engine.asked
    assert (plain.task, plain.language, plain.prompt, plain.temperature) == ("transcribe", "en", "Foxes.", 0.2)
    assert (plain.keywords, plain.words, timed.words) == (("fox", "dog"), False, True)


async def test_a_translation_needs_an_engine_that_translates(desk: Desk) -> None:
    path = "/v1/audio/translations"
    for facts, task in ((Facts(("en", "de"), True), "translate"), (Facts(("en",), False), "transcribe")):
        desk.engine.facts = facts
        assert (await desk.post(short(), path=path)).status == 200
        assert desk.engine.asked[-1][0].task == task
    desk.engine.facts = Facts(("en", "de"), False)
    answer = await desk.post(short(), path=path)
    assert (answer.status, answer.json()["error"]["param"]) == (400, "model")


async def test_text_without_spaces_is_joined_without_them(desk: Desk) -> None:
    def said_in_japanese(number: int, seconds: float) -> Sequence[HeardSegment]:
        return [HeardSegment(text=" 今日は", start=0, end=1, language="ja"), HeardSegment(text=" ", start=1, end=2)]

    desk.engine.script = said_in_japanese
    body = (await desk.post(long_recording(75), {"response_format": "verbose_json"})).json()
    count = len(desk.engine.asked)
    assert (body["text"], body["language"]) == ("今日は" * count, "ja")
    assert [segment["text"] for segment in body["segments"]] == ["今日は"] * count


async def test_the_answer_says_what_it_took(desk: Desk) -> None:
    answer = await desk.post(short())
    stages = [stage.split(";")[0] for stage in (header(answer, "server-timing") or "").split(", ")]
    assert stages[:3] == ["decode", "vad", "queue"]
    seconds = len(short()) / 2 / HEARING_RATE
    assert float(header(answer, "x-freehold-audio-seconds") or 0) == pytest.approx(seconds, abs=0.01)
    assert answer.json()["usage"]["seconds"] == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize("name", ["x-freehold-deadline", "x-freehold-priority"])
async def test_a_header_that_is_no_number_is_refused(desk: Desk, name: str) -> None:
    answer = await desk.post(short(), headers={name: "soon"})
    assert answer.status == 400
    assert name in answer.json()["error"]["message"]
