"""Every response format, read by OpenAI's own types."""

import json
from typing import Any

import pytest
from openai.types.audio import Transcription, TranscriptionDiarized, TranscriptionVerbose

from freehold.contracts.audio.captions import Word
from freehold.contracts.audio.hearing import TranscriptionRequest
from freehold.contracts.audio.transcripts import Transcript, render
from freehold.contracts.forms import Upload

HEARD = Transcript(
    text="Hello there. Yes?",
    language="en",
    seconds=3.5,
    words=[
        Word(text="Hello", start=0.0, end=0.5, speaker="7", logprob=-0.5),
        Word(text="there.", start=0.5, end=1.0, speaker="7", logprob=-0.25),
        Word(text="Yes?", start=2.0, end=2.5, speaker="3"),
    ],
)


def rendered(response_format: str, heard: Transcript = HEARD, **more: Any) -> tuple[str, bytes]:
    request = TranscriptionRequest(audio=Upload(data=b""), response_format=response_format, **more)
    return render(heard, request)


def test_json_holds_the_text_and_its_seconds() -> None:
    media_type, body = rendered("json")
    found = Transcription.model_validate_json(body)
    assert (media_type, found.text) == ("application/json", "Hello there. Yes?")
    assert found.usage is not None
    assert found.usage.model_dump() == {"type": "duration", "seconds": 3.5}


@pytest.mark.parametrize("asked", [{"word"}, {"segment"}, {"word", "segment"}])
def test_verbose_json_holds_the_granularities_asked_for_and_no_other(asked: set[str]) -> None:
    _, body = rendered("verbose_json", granularities=frozenset(asked))
    found = TranscriptionVerbose.model_validate(json.loads(body), strict=True)
    assert (found.language, found.duration) == ("en", 3.5)
    assert [w.word for w in found.words or []] == (["Hello", "there.", "Yes?"] if "word" in asked else [])
    assert [s.text for s in found.segments or []] == (["Hello there.", "Yes?"] if "segment" in asked else [])


def test_a_segments_confidence_is_its_words() -> None:
    found = TranscriptionVerbose.model_validate_json(rendered("verbose_json")[1])
    assert [s.avg_logprob for s in found.segments or []] == [-0.375, 0.0]


def test_speakers_are_lettered_in_the_order_they_speak() -> None:
    found = TranscriptionDiarized.model_validate_json(rendered("diarized_json")[1])
    assert [(s.speaker, s.text) for s in found.segments] == [("A", "Hello there."), ("B", "Yes?")]
    assert len({s.id for s in found.segments}) == 2


def test_the_letter_after_z_is_aa() -> None:
    words = [Word(text=f"w{n}", start=float(n), end=float(n), speaker=str(n)) for n in range(28)]
    crowd = Transcript(text="", language="", seconds=28.0, words=words)
    found = TranscriptionDiarized.model_validate_json(rendered("diarized_json", crowd)[1])
    assert [s.speaker for s in found.segments][24:] == ["Y", "Z", "AA", "AB"]


@pytest.mark.parametrize(
    ("response_format", "body"),
    [
        ("text", "Hello there. Yes?\n"),
        (
            "srt",
            "1\n00:00:00,000 --> 00:00:01,000\nHello there.\n\n2\n00:00:02,000 --> 00:00:02,500\nYes?\n",
        ),
        (
            "vtt",
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello there.\n\n00:00:02.000 --> 00:00:02.500\nYes?\n",
        ),
    ],
)
def test_plain_formats_are_plain_text(response_format: str, body: str) -> None:
    assert rendered(response_format) == ("text/plain; charset=utf-8", body.encode())


def test_a_text_without_times_is_one_segment_over_all_the_audio() -> None:
    untimed = Transcript(text="Hello.", language="", seconds=2.0, words=[])
    assert rendered("srt", untimed)[1] == b"1\n00:00:00,000 --> 00:00:02,000\nHello.\n"
    silence = Transcript(text="", language="", seconds=2.0, words=[])
    assert rendered("srt", silence)[1] == b""
