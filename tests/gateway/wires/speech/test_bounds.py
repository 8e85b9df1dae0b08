"""What vendors that only speak and listen are not asked for."""

import json
from typing import Any

import pytest

from freehold.contracts.audio.hearing import Chunking
from freehold.contracts.errors import UnsupportedParameter
from freehold.contracts.forms import Upload, write_form
from freehold.gateway.wires.speech.bounds import read_vendor_speech, read_vendor_transcription
from freehold.gateway.wires.speech.deepgram import voice_model

VOICE = "data:audio/wav;base64,AA=="


def form(*fields: tuple[str, str]) -> tuple[bytes, str]:
    upload = Upload(data=b"RIFF", name="a.wav", media_type="audio/wav")
    media_type, body = write_form([("model", "m"), *fields], {"file": upload}, "b0")
    return body, media_type


@pytest.mark.parametrize(
    "fields",
    [
        [("prompt", "Names: Ann.")],
        [("stream", "true")],
        [("include[]", "logprobs")],
        [("known_speaker_names[]", "Ann"), ("known_speaker_references[]", VOICE)],
        [("chunking_strategy", '{"silence_duration_ms": 900}')],
    ],
)
def test_a_transcription_that_no_vendor_can_honour_is_refused_by_its_name(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(UnsupportedParameter) as raised:
        read_vendor_transcription(*form(*fields))
    assert raised.value.param == fields[0][0].removesuffix("[]")


def test_cutting_at_pauses_as_vendors_do_anyway_is_no_wish_beyond_them() -> None:
    assert read_vendor_transcription(*form(("chunking_strategy", "auto"), ("stream", "false"))).chunking == Chunking()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("instructions", "Whisper."),
        ("stream_format", "sse"),
        ("emotion", "calm"),
        ("pitch", 2),
        ("language", "de"),
        ("timestamps", "word"),
    ],
)
def test_speech_that_no_vendor_can_honour_is_refused_by_its_name(name: str, value: Any) -> None:
    asked = {"model": "m", "input": "Hi", "voice": "v"}
    with pytest.raises(UnsupportedParameter) as raised:
        read_vendor_speech(json.dumps(asked | {name: value}).encode())
    assert raised.value.param == name
    assert read_vendor_speech(json.dumps(asked | {"stream_format": "audio"}).encode()).input == "Hi"


@pytest.mark.parametrize(
    ("model", "voice", "named"),
    [
        ("aura-2", "thalia", "aura-2-thalia-en"),
        ("aura", "luna", "aura-luna-en"),
        ("aura-2-thalia-es", "celeste", "aura-2-celeste-es"),
        ("aura-2", "aura-2-zeus-en", "aura-2-zeus-en"),
    ],
)
def test_a_deepgram_voice_is_part_of_its_models_name(model: str, voice: str, named: str) -> None:
    assert voice_model(model, voice) == named
