import asyncio
import base64
import io
import json
from typing import Any

import av
import numpy as np
import pytest
from sine_synthesizer import SineSynthesizer

from freehold.contracts.audio.speaking import MEDIA_TYPES
from freehold.voice.speaking.sample_texts import SENTENCES

TEXT = "Hello there, dear friends."  # one clause of 26 characters: 26,000 samples
LONG = "First we begin, and then we go on for quite a while with this one. And here is another sentence, which ends it."


def headers(answer) -> dict[str, str]:
    return dict(answer.headers)


def events(answer) -> list[dict[str, Any]]:
    return [json.loads(block.removeprefix(b"data: ")) for block in answer.content.split(b"\n\n") if block]


async def test_pcm_is_as_long_as_what_the_engine_spoke(open_desk) -> None:
    desk = await open_desk()
    answer = await desk.say(TEXT)
    assert answer.status == 200
    assert headers(answer)["content-type"] == "audio/pcm"
    assert headers(answer)["x-freehold-cache"] == "miss"
    assert headers(answer)["x-freehold-voice"] == "en-us+f1"
    assert "queue;dur=" in headers(answer)["server-timing"]
    assert len(answer.content) == 2 * 1000 * len(TEXT)


async def test_another_rate_is_resampled_and_clauses_meet_without_clicks(open_desk) -> None:
    desk = await open_desk(SineSynthesizer(rate=22_050))
    answer = await desk.say(LONG)
    samples = np.frombuffer(answer.content, "<i2").astype(float) / 32768
    spoken = sum(len(clause.text) for clause in desk.engine.spoken)
    assert len(desk.engine.spoken) > 1
    assert abs(len(samples) - spoken * 1000 * 24_000 / 22_050) <= 4 * len(desk.engine.spoken)
    # The steepest sine here moves by 2π·f/24000 of its height a sample; a click would be a jump.
    highest_hertz = 200 + 10 * max(len(clause.text) for clause in desk.engine.spoken)
    assert np.abs(np.diff(samples)).max() < 0.3 * 2 * np.pi * highest_hertz / 24_000 * 1.3


@pytest.mark.parametrize("audio_format", MEDIA_TYPES)
async def test_all_formats_can_be_read_back_with_the_right_duration(open_desk, audio_format: str) -> None:
    desk = await open_desk()
    answer = await desk.say(LONG, response_format=audio_format)
    again = await desk.say(LONG, response_format=audio_format)
    assert headers(answer)["content-type"] == MEDIA_TYPES[audio_format]
    assert again.content == answer.content
    assert headers(again)["x-freehold-cache"] == "hit"
    expected = sum(len(clause.text) for clause in desk.engine.spoken) * 1000 / 24_000
    assert seconds(answer.content, audio_format) == pytest.approx(expected, abs=0.15)


def seconds(content: bytes, audio_format: str) -> float:
    if audio_format == "pcm":
        return len(content) / 48_000
    with av.open(io.BytesIO(content), "r") as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


async def test_events_carry_the_audio_the_words_and_the_usage(open_desk) -> None:
    desk = await open_desk()
    text = "Hello   **dear** friends."
    answer = await desk.say(text, stream_format="sse", timestamps="word")
    told = events(answer)
    assert headers(answer)["content-type"].startswith("text/event-stream")
    audio = b"".join(base64.b64decode(event["audio"]) for event in told if event["type"] == "speech.audio.delta")
    words = [word for event in told if event["type"] == "speech.audio.words" for word in event["words"]]
    assert [event["type"] for event in told].count("speech.audio.done") == 1
    assert told[-1]["type"] == "speech.audio.done"
    assert [text[word["text_start"] :][: word["text_length"]] for word in words] == ["Hello", "dear", "friends"]
    assert [word["word"] for word in words] == ["Hello", "dear", "friends"]
    said = desk.engine.spoken[0].text
    assert said == "Hello dear friends."
    starts = [said.index(word["word"]) * 1000 / 24_000 for word in words]
    assert [word["start"] for word in words] == pytest.approx(starts, abs=0.001)
    assert words[0]["end"] == words[1]["start"]
    usage = told[-1]["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] == usage["output_tokens"] == 0
    assert usage["freehold"]["characters"] == len(text)
    assert usage["freehold"]["audio_seconds"] == pytest.approx(len(audio) / 48_000, abs=0.001)
    assert usage["freehold"]["machine_seconds"] > 0


async def test_a_cached_phrase_has_its_words_in_the_places_of_the_new_input(open_desk) -> None:
    desk = await open_desk()
    await desk.say("Hello dear friends.")
    text = "  Hello \n dear friends."
    answer = await desk.say(text, stream_format="sse", timestamps="word")
    assert headers(answer)["x-freehold-cache"] == "hit"
    words = [word for event in events(answer) for word in event.get("words", [])]
    assert [word["text_start"] for word in words] == [2, 10, 15]
    assert events(answer)[-1]["usage"]["freehold"]["machine_seconds"] == 0


async def test_timestamps_without_events_are_refused(open_desk) -> None:
    desk = await open_desk()
    answer = await desk.say(TEXT, timestamps="word")
    assert (answer.status, answer.json()["error"]["param"]) == (400, "timestamps")


async def test_what_the_engine_controls_is_left_to_it_and_the_rest_is_shaped(open_desk) -> None:
    desk = await open_desk(SineSynthesizer(controls=("pitch",)))
    answer = await desk.say(TEXT, speed=2.0, pitch=3.0, stream_format="sse", timestamps="word")
    assert desk.engine.spoken[0].prosody.pitch == 3.0
    assert desk.engine.spoken[0].prosody.speed == 1.0
    audio = b"".join(base64.b64decode(event.get("audio", "")) for event in events(answer))
    assert len(audio) / 2 == pytest.approx(500 * len(TEXT), abs=100)
    words = [word for event in events(answer) for word in event.get("words", [])]
    assert words[1]["start"] == pytest.approx(TEXT.index("there") * 500 / 24_000, abs=0.005)


async def test_ssml_speaks_languages_and_pauses(open_desk) -> None:
    desk = await open_desk()
    document = '<speak>Hi<break time="1s"/><lang xml:lang="de">Hallo</lang></speak>'
    answer = await desk.say(document)
    assert [(clause.text, clause.voice) for clause in desk.engine.spoken] == [("Hi", "en-us+f1"), ("Hallo", "de+f1")]
    assert len(answer.content) == 2 * (2000 + 24_000 + 5000)
    refused = await desk.say("<speak><audio/></speak>")
    assert refused.status == 400


async def test_a_crash_is_tried_again_without_saying_anything_twice(open_desk) -> None:
    desk = await open_desk()
    whole = (await desk.say(TEXT, stream_format="sse", timestamps="word")).content
    other = await open_desk()
    other.engine.breaks[TEXT] = [4]
    again = (await other.say(TEXT, stream_format="sse", timestamps="word")).content
    assert len(other.engine.spoken) == 2
    assert joined(again) == joined(whole)


def joined(content: bytes) -> tuple[bytes, list[str]]:
    told = [json.loads(block.removeprefix(b"data: ")) for block in content.split(b"\n\n") if block]
    audio = b"".join(base64.b64decode(event.get("audio", "")) for event in told)
    return audio, [word["word"] for event in told for word in event.get("words", [])]


async def test_two_crashes_before_the_first_sound_are_an_ordinary_error(open_desk) -> None:
    desk = await open_desk()
    desk.engine.breaks[TEXT] = [0, 0]
    answer = await desk.say(TEXT)
    assert answer.status == 503
    assert (await desk.say(TEXT)).status == 200  # it was not cached
    assert desk.service.health()["cache"]["misses"] == 2


async def test_two_crashes_in_mid_stream_end_events_with_an_error_and_break_audio_off(open_desk) -> None:
    desk = await open_desk()
    desk.engine.breaks[TEXT] = [4, 4, 4, 4]
    told = events(await desk.say(TEXT, stream_format="sse"))
    assert told[0]["type"] == "speech.audio.delta"
    assert told[-1]["error"]["code"] == "unavailable"
    completed = await completes(desk, TEXT)
    assert not completed


async def completes(desk, text: str) -> bool:
    """Whether the app ended the answer's body, without which a server breaks the connection off."""
    ended = []

    async def noting(scope, receive, send):
        async def note(message):
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                ended.append(message)
            await send(message)

        await app(scope, receive, note)

    app, desk.client.app = desk.client.app, noting
    answer = await desk.say(text)
    assert answer.status == 200
    assert len(answer.content) > 0
    return bool(ended)


async def test_a_client_that_leaves_stops_the_engine(open_desk) -> None:
    desk = await open_desk()
    desk.engine.gate = asyncio.Event()
    await desk.say(TEXT, hang_up_after=b"\x00")
    await asyncio.sleep(0.01)
    assert (desk.engine.closed_early, desk.engine.running) == (1, 0)
    assert desk.service.health()["running"] == 0
    desk.engine.gate = None
    assert len((await desk.say(TEXT)).content) == 2000 * len(TEXT)


async def test_identical_requests_are_spoken_once_and_all_hear_it_from_the_start(open_desk) -> None:
    desk = await open_desk()
    answers = await asyncio.gather(*(desk.say(TEXT) for _ in range(20)))
    assert len(desk.engine.spoken) == 1
    assert len({answer.content for answer in answers}) == 1
    assert sorted(headers(answer)["x-freehold-cache"] for answer in answers) == ["join"] * 19 + ["miss"]


async def test_a_phrase_goes_on_while_one_reader_is_left(open_desk) -> None:
    desk = await open_desk()
    desk.engine.gate = asyncio.Event()
    first = asyncio.ensure_future(desk.say(TEXT, hang_up_after=b"\x00"))
    second = asyncio.ensure_future(desk.say(TEXT))
    await first
    await asyncio.sleep(0.01)
    assert desk.engine.closed_early == 0
    desk.engine.gate.set()
    assert len((await second).content) == 2000 * len(TEXT)
    assert len(desk.engine.spoken) == 1


async def test_tenants_share_no_phrase(open_desk) -> None:
    desk = await open_desk()
    for tenant in ("a", "b", "a"):
        await desk.say(TEXT, headers={"x-freehold-tenant": tenant})
    assert len(desk.engine.spoken) == 2


async def test_the_cache_holds_to_its_bound_and_lets_the_oldest_go(open_desk) -> None:
    desk = await open_desk(cache_bytes=400_000)
    texts = [f"Sentence number {number:02}." for number in range(15)]  # 40,000 bytes each
    for text in texts:
        await desk.say(text)
    cache = desk.service.health()["cache"]
    assert 0 < cache["bytes"] <= 400_000
    spoken = len(desk.engine.spoken)
    assert headers(await desk.say(texts[-1]))["x-freehold-cache"] == "hit"
    assert headers(await desk.say(texts[0]))["x-freehold-cache"] == "miss"
    assert len(desk.engine.spoken) == spoken + 1


async def test_a_phrase_over_an_eighth_of_the_bound_is_not_kept_but_heard_whole(open_desk) -> None:
    desk = await open_desk(cache_bytes=100_000)
    answer = await desk.say(LONG, response_format="wav")
    assert len(answer.content) == 44 + 2000 * sum(len(clause.text) for clause in desk.engine.spoken)
    assert desk.service.health()["cache"]["bytes"] == 0


async def test_a_slow_reader_of_a_long_text_holds_its_making_back(open_desk) -> None:
    desk = await open_desk()
    reading = asyncio.Event()
    text = "This sentence has sixty characters, as all of its fellows do. " * 60

    async def slow(scope, receive, send):
        async def wait(message):
            await send(message)
            if message.get("body"):
                await reading.wait()

        await app(scope, receive, wait)

    app, desk.client.app = desk.client.app, slow
    said = asyncio.ensure_future(desk.say(text))
    for _ in range(2000):
        await asyncio.sleep(0)
    before = len(desk.engine.spoken)
    assert 0 < before < 30
    reading.set()
    answer = await said
    assert len(answer.content) == 2000 * sum(len(clause.text) for clause in desk.engine.spoken)
    assert len(desk.engine.spoken) > 50


async def test_a_full_queue_is_refused_with_a_time(open_desk) -> None:
    desk = await open_desk(waiting_seconds=1.0)
    desk.engine.hold = asyncio.Event()
    desk.service._ready.turns.seconds_per_character = 1.0
    waiting = [asyncio.ensure_future(desk.say(f"Number {number}.")) for number in range(4)]
    await asyncio.sleep(0.01)
    refused = await desk.say("One too many.")
    assert refused.status == 429
    assert int(headers(refused)["retry-after"]) >= 1
    desk.engine.hold.set()
    assert [answer.status for answer in await asyncio.gather(*waiting)] == [200] * 4


async def test_a_thousand_at_once_are_all_served(open_desk) -> None:
    desk = await open_desk()
    texts = [f"Number {number}." for number in range(1000)]
    answers = await asyncio.gather(*(desk.say(text) for text in texts))
    assert {answer.status for answer in answers} == {200}
    spoken = {}
    for clause in desk.engine.spoken:
        spoken[clause.text] = spoken.get(clause.text, 0) + 1
    assert all(len(answer.content) == 2000 * len(text) for answer, text in zip(answers, texts, strict=True))
    assert set(spoken.values()) == {1}
    assert desk.engine.most_running == 2
    assert desk.service.health()["waiting"] == 0


async def test_voices_are_listed_and_each_has_something_to_say(open_desk) -> None:
    desk = await open_desk()
    listed = (await desk.client.call("GET", "/v1/audio/voices?language=ja")).json()
    assert [entry["id"] for entry in listed["data"]] == ["ja/one"]
    assert listed["data"][0]["sample_text"] == SENTENCES["ja"]


async def test_health_says_what_is_served(open_desk) -> None:
    health = (await open_desk()).service.health()
    assert (health["kind"], health["engine"], health["slots"], health["waiting"]) == ("speech", "sine", 2, 0)


@pytest.mark.parametrize("body", [{"voice": "nobody"}, {"language": "xx"}, {"input": "😀"}, {"speed": 9}])
async def test_bad_requests_are_refused_before_the_engine_hears_of_them(open_desk, body: dict[str, Any]) -> None:
    desk = await open_desk()
    answer = await desk.say(body.pop("input", "Hi."), **body)
    assert answer.status == 400
    assert desk.engine.spoken == []
