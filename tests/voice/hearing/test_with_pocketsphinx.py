"""Speech made by flite comes back as text: the whole worker with its built-in engine, asked by OpenAI's own client."""

import base64
import re
from collections.abc import AsyncGenerator
from typing import Any

import httpx2 as httpx
import numpy as np
import openai
import pytest
import pytest_asyncio
from form_client import Fields, FormClient, serving
from openai.types.audio import (
    Transcription,
    TranscriptionDiarized,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionTextSegmentEvent,
    TranscriptionVerbose,
    TranslationVerbose,
)
from sounds import FOX, HOUSE, ROAD, noise, recording, said, silence

from freehold.voice.hearing.worker import TranscriptionOptions, TranscriptionService
from freehold.voice.sound import HEARING_RATE
from freehold.voice.word_error_rate import word_error_rate

pytestmark = pytest.mark.asyncio(loop_scope="module")

MODEL = "pocketsphinx"
SUBRIP = re.compile(r"(\d+)\n(\d\d):([0-5]\d):([0-5]\d),(\d{3}) --> (\d\d):([0-5]\d):([0-5]\d),(\d{3})\n([^\n]+)\n")
CUE = re.compile(r"\d\d:[0-5]\d:[0-5]\d\.\d{3} --> \d\d:[0-5]\d:[0-5]\d\.\d{3}\n([^\n<>]+)")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[FormClient]:
    options = TranscriptionOptions(engine=MODEL, workers=1, threads=1)
    async with serving(TranscriptionService(tmp_path_factory.mktemp("sphinx"), MODEL, options)) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def client(worker: FormClient) -> AsyncGenerator[openai.AsyncOpenAI]:
    transport = httpx.ASGITransport(worker.app)
    async with (
        httpx.AsyncClient(transport=transport) as http,
        openai.AsyncOpenAI(base_url="http://freehold.test/v1", api_key="k", http_client=http, max_retries=0) as client,
    ):
        yield client


def one_sentence() -> bytes:
    return recording(silence(0.5), said(FOX), silence(0.5))


def two_sentences() -> bytes:
    return recording(silence(1), said(FOX), silence(2), said(ROAD, "rms"), silence(1))


def dialogue() -> bytes:
    pause = silence(0.8)
    return recording(said(FOX), pause, said(ROAD, "rms"), pause, said(HOUSE))


def is_about(heard: str, *sentences: str) -> bool:
    """At most a third of the words are wrong."""
    score = word_error_rate(" ".join(sentences), heard)
    assert 3 * score.errors <= score.words, heard
    return True


def strict(value: Any) -> Any:
    """As OpenAI's own type, now checked; its client reads without."""
    return type(value).model_validate(value.model_dump(), strict=True)


async def asked(client: openai.AsyncOpenAI, audio: bytes, **parameters: Any) -> Any:
    return await client.audio.transcriptions.create(file=("said.wav", audio), model=MODEL, **parameters)


async def test_speech_comes_back_as_text(client: openai.AsyncOpenAI) -> None:
    heard: Transcription = await asked(client, two_sentences())
    assert is_about(heard.text, FOX, ROAD)
    assert heard.usage is not None
    assert heard.usage.type == "duration"
    assert heard.usage.seconds == pytest.approx(len(two_sentences()) / 2 / HEARING_RATE, abs=0.01)
    assert heard.logprobs is None
    plain = await asked(client, one_sentence(), response_format="text")
    assert (plain.endswith("\n"), is_about(plain, FOX)) == (True, True)


async def test_every_word_has_its_probability_where_that_is_asked_for(client: openai.AsyncOpenAI) -> None:
    heard: Transcription = strict(await asked(client, one_sentence(), include=["logprobs"]))
    assert heard.logprobs is not None
    assert "".join(entry.token or "" for entry in heard.logprobs) == heard.text
    assert all((entry.logprob or 0) <= 0 for entry in heard.logprobs)
    assert [bytes(map(int, entry.bytes or [])).decode() for entry in heard.logprobs] == [
        entry.token for entry in heard.logprobs
    ]


async def test_subrip_is_well_formed_and_its_times_are_those_of_the_speech(client: openai.AsyncOpenAI) -> None:
    text = await asked(client, two_sentences(), response_format="srt")
    blocks = text.split("\n\n")
    found = [SUBRIP.fullmatch(block if block.endswith("\n") else block + "\n") for block in blocks]
    assert len(found) >= 2
    shown: list[tuple[float, float, str]] = []
    for number, match in enumerate(found, 1):
        assert match is not None
        assert int(match[1]) == number
        numbers = [int(number) for number in match.groups()[1:9]]
        start, end = (3600 * h + 60 * m + s + ms / 1000 for h, m, s, ms in (numbers[:4], numbers[4:]))
        shown.append((start, end, match[10]))
    moments = [moment for start, end, _ in shown for moment in (start, end)]
    assert moments == sorted(moments)
    second = 3 + len(said(FOX)) / HEARING_RATE
    assert moments[0] == pytest.approx(1, abs=0.5)
    assert any(start == pytest.approx(second, abs=0.5) for start, _, _ in shown)
    assert is_about(" ".join(line for _, _, line in shown), FOX, ROAD)


async def test_webvtt_has_its_header_and_a_cue_for_each_caption(client: openai.AsyncOpenAI) -> None:
    text = await asked(client, two_sentences(), response_format="vtt")
    head, *cues = text.rstrip("\n").split("\n\n")
    found = [CUE.fullmatch(cue) for cue in cues]
    assert (head, len(found) >= 2, None in found) == ("WEBVTT", True, False)
    assert is_about(" ".join(match[1] for match in found if match), FOX, ROAD)


async def test_verbose_json_is_what_openai_s_types_say(client: openai.AsyncOpenAI) -> None:
    granularities = ["word", "segment"]
    answer = await asked(
        client, two_sentences(), response_format="verbose_json", timestamp_granularities=granularities, language="en"
    )
    heard: TranscriptionVerbose = strict(answer)
    assert (heard.language, is_about(heard.text, FOX, ROAD)) == ("en", True)
    assert heard.words is not None
    assert heard.segments is not None
    assert " ".join(word.word for word in heard.words) == heard.text
    assert " ".join(segment.text for segment in heard.segments) == heard.text
    assert [segment.id for segment in heard.segments] == list(range(len(heard.segments)))
    assert heard.segments[-1].end <= float(heard.duration)
    assert all(segment.avg_logprob < 0 and segment.compression_ratio > 0 for segment in heard.segments)


async def test_two_speakers_are_told_apart_and_the_known_one_is_named(client: openai.AsyncOpenAI) -> None:
    voice = recording(said("Every morning the baker opens the door and puts the bread in the window.", "rms"))
    answer = await asked(
        client,
        dialogue(),
        response_format="diarized_json",
        chunking_strategy="auto",
        extra_body={
            "known_speaker_names": ["Ralph"],
            "known_speaker_references": [f"data:audio/wav;base64,{base64.b64encode(voice).decode()}"],
        },
    )
    heard: TranscriptionDiarized = strict(answer)
    speakers = [segment.speaker for segment in heard.segments]
    changes = [speaker for at, speaker in enumerate(speakers) if at == 0 or speaker != speakers[at - 1]]
    assert changes == ["A", "Ralph", "A"]
    by_ralph = " ".join(segment.text for segment in heard.segments if segment.speaker == "Ralph")
    assert is_about(by_ralph, ROAD)
    assert " ".join(segment.text for segment in heard.segments) == heard.text


async def test_a_stream_is_read_by_openai_s_client(client: openai.AsyncOpenAI) -> None:
    events = [strict(event) async for event in await asked(client, one_sentence(), stream=True, include=["logprobs"])]
    *deltas, done = events
    assert isinstance(done, TranscriptionTextDoneEvent)
    assert is_about(done.text, FOX)
    assert all(isinstance(delta, TranscriptionTextDeltaEvent) for delta in deltas)
    assert "".join(delta.delta for delta in deltas) == done.text
    assert done.logprobs is not None
    told = [entry.model_dump() for delta in deltas for entry in delta.logprobs]
    assert told == [entry.model_dump() for entry in done.logprobs]
    assert done.usage is not None


async def test_a_stream_tells_the_speakers_after_their_text(client: openai.AsyncOpenAI) -> None:
    both = recording(said(FOX), silence(0.8), said(ROAD, "rms"))
    stream = await asked(client, both, stream=True, response_format="diarized_json")
    *events, done = [strict(event) async for event in stream]
    segments = [event for event in events if isinstance(event, TranscriptionTextSegmentEvent)]
    assert isinstance(events[0], TranscriptionTextDeltaEvent)
    assert isinstance(done, TranscriptionTextDoneEvent)
    assert [segment.id for segment in segments] == [f"seg_{at}" for at in range(len(segments))]
    assert " ".join(segment.text for segment in segments) == done.text
    assert {segment.speaker for segment in segments} == {"A", "B"}


async def test_english_stays_english_when_translated(client: openai.AsyncOpenAI) -> None:
    file = ("said.wav", one_sentence())
    with pytest.warns(DeprecationWarning, match="deprecated"):  # of its client, for these two together
        heard = await client.audio.translations.create(file=file, model=MODEL, response_format="verbose_json")
    assert isinstance(heard, TranslationVerbose)
    assert (strict(heard).language, is_about(heard.text, FOX)) == ("en", True)


@pytest.mark.parametrize("sound", [silence(3), noise(3), noise(3, 0.2)], ids=["silence", "hiss", "noise"])
async def test_where_nobody_speaks_nothing_is_written_and_no_engine_asked(
    client: openai.AsyncOpenAI, worker: FormClient, sound: np.ndarray
) -> None:
    silent = recording(sound)
    heard = await asked(client, silent)
    assert (heard.text, heard.usage.to_dict()["freehold"]) == ("", {"machine_seconds": 0.0})
    assert await asked(client, silent, response_format="srt") == ""
    assert await asked(client, silent, response_format="vtt") == "WEBVTT\n"
    assert (await asked(client, silent, response_format="diarized_json")).segments == []
    (done,) = [event async for event in await asked(client, silent, stream=True)]
    assert (done.type, done.text) == ("transcript.text.done", "")


REFERENCE = "data:audio/wav;base64,"
BAD: dict[str, tuple[bytes | None, Fields, str]] = {
    "no file": (None, {}, "file"),
    "an empty file": (b"", {}, "file"),
    "text": (b"This is no recording at all. " * 100, {}, "file"),
    "half a header": (b"RIFF\x10\x00\x00\x00WAVE", {}, "file"),
    "a language": (b"speech", {"language": "xx"}, "language"),
    "a temperature": (b"speech", {"temperature": "hot"}, "temperature"),
    "a hotter temperature": (b"speech", {"temperature": "3"}, "temperature"),
    "a format": (b"speech", {"response_format": "docx"}, "response_format"),
    "a stream of captions": (b"speech", {"stream": "true", "response_format": "srt"}, "stream"),
    "granularities": (b"speech", {"timestamp_granularities[]": "word"}, "timestamp_granularities"),
    "an unknown field": (b"speech", {"colour": "red"}, "colour"),
    "known speakers alone": (
        b"speech",
        {"known_speaker_names[]": "Ann", "known_speaker_references[]": REFERENCE},
        "known_speaker_names",
    ),
    "a name without a voice": (
        b"speech",
        {"response_format": "diarized_json", "known_speaker_names[]": "Ann"},
        "known_speaker_names",
    ),
}
BAD_REFERENCES = {
    "an address": "https://freehold.test/ann.wav",
    "no base64": f"{REFERENCE}???",
    "no sound": f"{REFERENCE}{base64.b64encode(b'no sound').decode()}",
}


@pytest.mark.parametrize("case", BAD)
async def test_what_cannot_be_done_is_refused_by_name(worker: FormClient, case: str) -> None:
    file, fields, param = BAD[case]
    answer = await worker.post(two_sentences() if file == b"speech" else file, fields)
    assert (answer.status, answer.json()["error"]["param"]) == (400, param)
    health = await worker.health()
    assert (health["status"], health["running"], health["waiting"]) == ("ready", [], 0)


@pytest.mark.parametrize("case", [*BAD_REFERENCES, "too short", "too long", "nobody"])
async def test_a_reference_that_is_no_voice_is_refused(worker: FormClient, case: str) -> None:
    sounds = {"too short": said(FOX)[:HEARING_RATE], "too long": noise(11), "nobody": noise(3)}
    url = BAD_REFERENCES.get(case) or REFERENCE + base64.b64encode(recording(sounds[case])).decode()
    fields: Fields = {"response_format": "diarized_json", "known_speaker_names[]": "Ann"}
    answer = await worker.post(two_sentences(), {**fields, "known_speaker_references[]": url})
    assert (answer.status, answer.json()["error"]["param"]) == (400, "known_speaker_references")


async def test_after_all_that_the_worker_hears_as_before(worker: FormClient, client: openai.AsyncOpenAI) -> None:
    assert is_about((await asked(client, one_sentence())).text, FOX)
    health = await worker.health()
    assert (health["kind"], health["engine"], health["languages"]) == ("transcription", MODEL, ["en"])
    assert [model.id for model in (await client.models.list()).data] == [MODEL]
