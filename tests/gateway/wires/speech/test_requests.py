import json
from typing import Any

import pytest

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.speech.deepgram import voice_model
from freehold.gateway.wires.speech.forms import Upload, write_form
from freehold.gateway.wires.speech.hearing import TranscriptionRequest, read_transcription
from freehold.gateway.wires.speech.speaking import SpeechRequest, VoiceId, read_speech

AUDIO = Upload(data=b"RIFF", name="a.wav", media_type="audio/wav")


def heard(*fields: tuple[str, str], file: bool = True) -> TranscriptionRequest:
    media_type, body = write_form([("model", "m"), *fields], {"file": AUDIO} if file else {}, "b0")
    return read_transcription(body, media_type)


def test_what_is_asked_is_read() -> None:
    assert heard(
        ("language", "de"), ("temperature", "0.5"), ("response_format", "verbose_json"), ("keywords[]", "Freehold"),
        ("timestamp_granularities[]", "word"), ("stream", "false"), ("chunking_strategy", "auto"), ("prompt", ""),
    ) == TranscriptionRequest(
        audio=AUDIO, response_format="verbose_json", granularities=frozenset({"word"}), language="de",
        keywords=("Freehold",), temperature=0.5,
    )  # fmt: skip
    assert heard(("languages[]", "fr")).language == "fr"


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("prompt", "Names: Ann.", UnsupportedParameter),
        ("stream", "true", UnsupportedParameter),
        ("include[]", "logprobs", UnsupportedParameter),
        ("known_speaker_names[]", "Ann", UnsupportedParameter),
        ("chunking_strategy", "server_vad", UnsupportedParameter),
        ("response_format", "docx", InvalidRequest),
        ("timestamp_granularities[]", "word", InvalidRequest),
        ("temperature", "warm", InvalidRequest),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_its_name(field: str, value: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        heard((field, value))
    assert getattr(raised.value, "param", "") == field.removesuffix("[]")


def test_two_languages_and_no_file_are_refused() -> None:
    with pytest.raises(UnsupportedParameter):
        heard(("languages[]", "fr"), ("languages[]", "de"))
    with pytest.raises(InvalidRequest, match="file"):
        heard(file=False)


def spoken(**request: Any) -> SpeechRequest:
    return read_speech(json.dumps({"model": "m", "input": "Hi", "voice": "v", **request}).encode())


def test_speech_defaults_to_mp3_and_a_voice_may_be_an_id() -> None:
    assert spoken(speed=None).audio_format == "mp3"
    assert spoken(voice={"id": "v-1"}).voice_name == "v-1"
    assert spoken(voice={"id": "v-1"}).voice == VoiceId(id="v-1")


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"instructions": "Whisper."}, UnsupportedParameter),
        ({"stream_format": "sse"}, UnsupportedParameter),
        ({"emotion": "joy"}, UnsupportedParameter),
        ({"response_format": "midi"}, InvalidRequest),
        ({"input": ""}, InvalidRequest),
        ({"voice": 3}, InvalidRequest),
    ],
)
def test_speech_that_cannot_be_spoken_is_refused(request_: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        spoken(**request_)


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
