"""OpenAI's requests for speech and transcription, and our fields beside them, as every reader gets them."""

import json
from typing import Any

import pytest

from freehold.contracts.audio.hearing import Chunking, TranscriptionRequest, read_transcription
from freehold.contracts.audio.speaking import SpeechRequest, VoiceId, read_speech, refuse_excess
from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.contracts.forms import Upload, write_form

AUDIO = Upload(data=b"RIFF", name="a.wav", media_type="audio/wav")
VOICE = "data:audio/wav;base64,AA=="


def heard(*fields: tuple[str, str], file: bool = True) -> TranscriptionRequest:
    media_type, body = write_form([("model", "m"), *fields], {"file": AUDIO} if file else {}, "b0")
    return read_transcription(body, media_type)


def spoken(**request: Any) -> SpeechRequest:
    return read_speech(json.dumps({"model": "m", "input": "Hi", "voice": "v", **request}).encode())


def test_what_is_asked_is_read() -> None:
    assert heard(
        ("language", "de"), ("temperature", "0.5"), ("response_format", "verbose_json"), ("keywords[]", "Freehold"),
        ("timestamp_granularities[]", "word"), ("stream", "true"), ("chunking_strategy", "auto"), ("prompt", "Ann."),
        ("known_speaker_names[]", "Ann"), ("known_speaker_references[]", VOICE),
    ) == TranscriptionRequest(
        audio=AUDIO, model="m", response_format="verbose_json", granularities=frozenset({"word"}), language="de",
        keywords=("Freehold",), temperature=0.5, prompt="Ann.", stream=True, chunking=Chunking(),
        known_speakers=(("Ann", VOICE),),
    )  # fmt: skip
    assert heard(("languages[]", "fr")).language == "fr"
    assert heard(("include[]", "logprobs")).logprobs


def test_the_pauses_to_cut_at_may_be_told() -> None:
    chunking = heard(("chunking_strategy", '{"type": "server_vad", "silence_duration_ms": 800}')).chunking
    assert chunking == Chunking(silence_duration_ms=800)


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("colour", "red", UnsupportedParameter),
        ("include[]", "tokens", InvalidRequest),
        ("known_speaker_names[]", "Ann", InvalidRequest),
        ("chunking_strategy", "server_vad", InvalidRequest),
        ("chunking_strategy", '{"threshold": 3}', InvalidRequest),
        ("stream", "perhaps", InvalidRequest),
        ("response_format", "docx", InvalidRequest),
        ("timestamp_granularities[]", "word", InvalidRequest),
        ("temperature", "warm", InvalidRequest),
        ("temperature", "nan", InvalidRequest),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(field: str, value: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        heard((field, value))
    assert getattr(raised.value, "param", "") == field.removesuffix("[]")


def test_two_languages_and_no_file_are_refused() -> None:
    with pytest.raises(UnsupportedParameter):
        heard(("languages[]", "fr"), ("languages[]", "de"))
    with pytest.raises(InvalidRequest, match="file"):
        heard(file=False)


def test_speech_defaults_to_mp3_and_a_voice_may_be_an_id() -> None:
    assert spoken(speed=None).audio_format == "mp3"
    assert spoken(voice={"id": "v-1"}).voice_name == "v-1"
    assert spoken(voice={"id": "v-1"}).voice == VoiceId(id="v-1")


def test_all_of_openais_fields_and_ours_are_read() -> None:
    beyond = {"pitch": -3.0, "emotion": "happy", "language": "en-GB", "timestamps": "word"}
    request = spoken(instructions="Softly.", stream_format="sse", speed=1.5, **beyond)
    assert {name: getattr(request, name) for name in beyond} == beyond
    assert (request.instructions, request.stream_format, request.speed) == ("Softly.", "sse", 1.5)


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"colour": "red"}, UnsupportedParameter),
        ({"emotion": "joy"}, InvalidRequest),
        ({"response_format": "midi"}, InvalidRequest),
        ({"input": " "}, InvalidRequest),
        ({"voice": 3}, InvalidRequest),
        ({"voice": ""}, InvalidRequest),
    ],
)
def test_speech_that_cannot_be_spoken_is_refused(request_: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        spoken(**request_)


@pytest.mark.parametrize("request_", [{"input": "a" * 4097}, {"speed": 0.2}, {"speed": 4.5}, {"pitch": 13}])
def test_what_is_outside_the_bounds_is_refused(request_: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        refuse_excess(spoken(**request_))
    refuse_excess(spoken(input="a" * 4096, speed=4, pitch=-12))
