"""The whole worker with the engine that a fresh install speaks with."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asgi_client import AsgiClient
from freehold.contracts.errors import SetupError
from freehold.foundation.worker_edge import Worker
from freehold.voice.speaking.worker import SpeechOptions, SpeechService

pytest.importorskip("espeakng_loader")

SENTENCE = "The quick brown fox jumps over the lazy dog and sleeps soundly."


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[AsgiClient]:
    options = SpeechOptions(engine="espeak", workers=1, watermark_key=b"k" * 32)
    service = SpeechService(tmp_path, "espeak", options)
    worker = Worker(service)
    try:
        await service.load()
    except SetupError as error:
        pytest.skip(error.public_message())
    worker._status = "ready"
    yield AsgiClient(worker.app())
    await service.close()


async def test_sentences_are_spoken_with_the_times_of_their_words(client: AsgiClient) -> None:
    body = {"model": "espeak", "input": SENTENCE, "voice": "alloy", "response_format": "pcm"}
    answer = await client.call("POST", "/v1/audio/speech", body | {"stream_format": "sse", "timestamps": "word"})
    assert answer.status == 200, answer.content
    told = [json.loads(block.removeprefix(b"data: ")) for block in answer.content.split(b"\n\n") if block]
    seconds = sum(len(base64.b64decode(event.get("audio", ""))) for event in told) / 48_000
    words = [word for event in told for word in event.get("words", [])]
    assert [word["word"] for word in words] == SENTENCE.rstrip(".").split()
    assert 2 < seconds < 8
    assert all(0 <= word["start"] < word["end"] <= seconds + 0.01 for word in words)
    assert told[-1]["usage"]["freehold"]["audio_seconds"] == pytest.approx(seconds, abs=0.001)


async def test_openai_voices_speak_other_languages_and_emotions(client: AsgiClient) -> None:
    lengths = {}
    for more in ({}, {"language": "de"}, {"emotion": "whisper"}, {"speed": 2.0}, {"pitch": 5.0}):
        body = {"model": "espeak", "input": SENTENCE, "voice": "alloy", "response_format": "pcm"} | more
        answer = await client.call("POST", "/v1/audio/speech", body)
        assert answer.status == 200, answer.content
        lengths[str(more)] = len(answer.content)
        assert ("de" in more.values()) == (dict(answer.headers)["x-freehold-voice"] == "de+f4")
    assert lengths["{'speed': 2.0}"] < 0.7 * lengths["{}"]


async def test_forty_at_once_are_all_served(client: AsgiClient) -> None:
    bodies = [
        {"model": "espeak", "input": f"Number {number} says hello.", "voice": "alloy", "response_format": "pcm"}
        for number in range(40)
    ]
    answers = await asyncio.gather(*(client.call("POST", "/v1/audio/speech", body) for body in bodies))
    assert [answer.status for answer in answers] == [200] * 40
    assert len({answer.content for answer in answers}) == 40
