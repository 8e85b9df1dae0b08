from dataclasses import replace
from typing import Any

import pytest
from openai.types.realtime import SessionCreatedEvent
from openai.types.realtime.realtime_transcription_session_create_response import (
    RealtimeTranscriptionSessionCreateResponse,
)

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.voice.conversation.protocol.config import (
    DEFAULT_INSTRUCTIONS,
    AudioFormat,
    Config,
    NoiseReduction,
    SemanticVad,
    ServerVad,
    TranscriptionWish,
)
from freehold.voice.conversation.protocol.response_wish import ResponseWish
from freehold.voice.conversation.protocol.tools import chat_tool_choice, chat_tools

WEATHER = {"type": "function", "name": "weather", "parameters": {"type": "object"}}


def at(path: str, value: Any) -> dict[str, Any]:
    """`session` with one field set."""
    first, _, rest = path.partition(".")
    return {first: at(rest, value) if rest else value}


CHANGED = Config(
    model="m",
    instructions="Be short.",
    output_modalities=("text",),
    input_format=AudioFormat(type="audio/pcmu"),
    noise_reduction=NoiseReduction(type="far_field", strength=0.5),
    transcription=TranscriptionWish(model="w", language="de", prompt="Freehold"),
    turn_detection=ServerVad(threshold=0.7, idle_timeout_ms=6000),
    output_format=AudioFormat(type="audio/pcma"),
    voice="echo",
    speed=1.2,
    speech_model="s",
    tools=(WEATHER,),
    tool_choice="required",
    max_output_tokens=100,
    truncation="disabled",
)
TURNS = "audio.input.turn_detection"


@pytest.mark.parametrize(
    ("path", "value", "change"),
    [
        ("instructions", "", {"instructions": ""}),
        ("instructions", None, {"instructions": DEFAULT_INSTRUCTIONS}),
        ("output_modalities", [], {"output_modalities": ("audio",)}),
        ("output_modalities", ["audio"], {"output_modalities": ("audio",)}),
        ("tools", None, {"tools": ()}),
        ("tool_choice", {"type": "function", "name": "weather"}, {"tool_choice": WEATHER["name"]}),
        ("tool_choice", None, {"tool_choice": "auto"}),
        ("max_output_tokens", "inf", {"max_output_tokens": "inf"}),
        ("max_output_tokens", 4096, {"max_output_tokens": 4096}),
        ("truncation", None, {"truncation": "auto"}),
        ("tracing", "auto", {}),
        ("prompt", None, {}),
        ("reasoning", {"effort": "low"}, {"reasoning_effort": "low"}),
        ("parallel_tool_calls", False, {"parallel_tool_calls": False}),
        ("model", "m", {}),
        ("type", "realtime", {}),
        ("audio", None, {}),
        ("audio.input.format", {"type": "audio/pcm", "rate": 24000}, {"input_format": AudioFormat()}),
        ("audio.input.format", None, {"input_format": AudioFormat()}),
        ("audio.input.noise_reduction", None, {"noise_reduction": None}),
        ("audio.input.noise_reduction", {"type": "near_field"}, {"noise_reduction": NoiseReduction(strength=0.5)}),
        ("audio.input.transcription", None, {"transcription": None}),
        (
            "audio.input.transcription",
            {"language": None, "keywords": ["Anna"]},
            {"transcription": TranscriptionWish(model="w", prompt="Freehold", keywords=("Anna",))},
        ),
        (TURNS, None, {"turn_detection": None}),
        (TURNS, {"threshold": 0.2}, {"turn_detection": ServerVad(threshold=0.2, idle_timeout_ms=6000)}),
        (
            TURNS,
            {"type": "server_vad", "idle_timeout_ms": None, "interrupt_response": False},
            {"turn_detection": ServerVad(threshold=0.7, interrupt_response=False)},
        ),
        (TURNS, {"type": "semantic_vad"}, {"turn_detection": SemanticVad()}),
        (TURNS, {"type": "semantic_vad", "eagerness": "low"}, {"turn_detection": SemanticVad(eagerness="low")}),
        ("audio.output.format", {"type": "audio/pcmu"}, {"output_format": AudioFormat(type="audio/pcmu")}),
        ("audio.output.voice", {"id": "voice_1"}, {"voice": "voice_1"}),
        ("audio.output.voice", "", {"voice": "alloy"}),
        ("audio.output.speed", 0.25, {"speed": 0.25}),
        ("audio.output.speed", None, {"speed": 1.0}),
        ("audio.output.model", "", {"speech_model": ""}),
    ],
)
def test_an_update_changes_what_it_names_and_nothing_else(path: str, value: Any, change: dict[str, Any]) -> None:
    expected = replace(CHANGED, **change)
    if path == "tool_choice" and value:
        expected = replace(CHANGED, tool_choice={"type": "function", "name": "weather"})
    if path == "tools":
        expected = replace(expected, tool_choice="required")
    assert CHANGED.updated(at(path, value), voice_locked=False) == expected


@pytest.mark.parametrize(
    ("path", "value", "param", "code"),
    [
        (f"{TURNS}.threshold", 1.5, None, "invalid_value"),
        (f"{TURNS}.silence_duration_ms", -1, None, "invalid_value"),
        (f"{TURNS}.prefix_padding_ms", "300", None, "invalid_type"),
        (f"{TURNS}.idle_timeout_ms", 1, None, "invalid_value"),
        (f"{TURNS}.eagerness", "low", None, "unknown_parameter"),
        (f"{TURNS}.type", "none", None, "invalid_value"),
        (TURNS, {"type": "semantic_vad", "threshold": 0.5}, f"{TURNS}.threshold", "unknown_parameter"),
        ("audio.input.noise_reduction.strength", 2, None, "invalid_value"),
        ("audio.input.format", {"type": "audio/pcm", "rate": 16000}, "audio.input.format.rate", "invalid_value"),
        ("audio.input.format", {"type": "audio/pcmu", "rate": 24000}, "audio.input.format.rate", "unknown_parameter"),
        ("audio.input.format", {}, "audio.input.format.type", "missing_required_parameter"),
        ("audio.output.speed", 1.6, None, "invalid_value"),
        ("audio.output.speed", float("nan"), None, "invalid_value"),
        ("audio.output.colour", "red", None, "unknown_parameter"),
        ("output_modalities", ["audio", "text"], None, "invalid_value"),
        ("output_modalities", ["video"], "output_modalities[0]", "invalid_value"),
        ("instructions", "a" * 70_000, None, "invalid_value"),
        ("max_output_tokens", 0, None, "invalid_value"),
        ("max_output_tokens", 5000, None, "invalid_value"),
        ("max_output_tokens", "many", None, "invalid_value"),
        (
            "truncation",
            {"type": "retention_ratio", "retention_ratio": 2},
            "truncation.retention_ratio",
            "invalid_value",
        ),
        ("tool_choice", "perhaps", None, "invalid_value"),
        ("tool_choice", 1, None, "invalid_type"),
        ("tool_choice", {"type": "function", "name": "other"}, None, "invalid_value"),
        ("tools", [WEATHER] * 129, None, "invalid_value"),
        ("tools", [WEATHER, WEATHER], "tools[1].name", "invalid_value"),
        ("tools", [{"type": "function", "name": "a b"}], "tools[0].name", "invalid_value"),
        ("tools", [{"type": "mcp", "server_label": "s"}], "tools[0].type", "unsupported_parameter"),
        ("tool_choice", {"type": "mcp", "server_label": "s"}, "tool_choice.type", "unsupported_parameter"),
        ("prompt", {"id": "pmpt_1"}, None, "unsupported_parameter"),
        ("include", ["everything"], "include[0]", "invalid_value"),
        ("type", "transcription", None, "invalid_value"),
        ("model", "other", None, "cannot_update_model"),
        ("voice", "echo", None, "unknown_parameter"),
        ("temperature", 0.8, None, "unknown_parameter"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_its_place(path: str, value: Any, param: str | None, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        CHANGED.updated(at(path, value), voice_locked=False)
    assert refused.value.param == f"session.{param or path}"
    assert refused.value.code == code


def test_a_name_of_the_beta_is_answered_with_the_name_it_has_since() -> None:
    with pytest.raises(InvalidRequest) as refused:
        Config().updated({"input_audio_format": "pcm16"}, voice_locked=False)
    assert "session.audio.input.format" in refused.value.hint


def test_a_voice_that_was_heard_stays() -> None:
    with pytest.raises(InvalidRequest) as refused:
        CHANGED.updated(at("audio.output.voice", "alloy"), voice_locked=True)
    assert (refused.value.code, refused.value.param) == ("cannot_update_voice", "session.audio.output.voice")
    assert CHANGED.updated(at("audio.output.voice", "echo"), voice_locked=True) == CHANGED


def test_turn_detection_that_is_off_comes_back_with_its_type_alone() -> None:
    off = Config(turn_detection=None)
    assert off.updated(at(TURNS, {"type": "server_vad"}), voice_locked=False) == Config()
    with pytest.raises(InvalidRequest) as refused:
        off.updated(at(TURNS, {"threshold": 0.5}), voice_locked=False)
    assert refused.value.code == "missing_required_parameter"


def test_an_unfinished_sentence_is_waited_for_as_eagerness_says() -> None:
    waits = [SemanticVad(eagerness=eagerness).longest_wait_ms for eagerness in ("low", "medium", "high", "auto")]
    assert waits == [8000, 4000, 2000, 4000]


def test_a_transcription_session_has_only_what_it_hears() -> None:
    listening = Config(type="transcription").updated(
        {"type": "transcription", **at("audio.input.transcription", {"model": "w"})}, voice_locked=False
    )
    shown = listening.as_json("sess_1", 1)
    RealtimeTranscriptionSessionCreateResponse.model_validate(shown, strict=True)
    assert set(shown["audio"]) == {"input"}
    for path in ("instructions", "audio.output.voice"):
        with pytest.raises(InvalidRequest, match="Unknown parameter"):
            listening.updated(at(path, "x"), voice_locked=False)


@pytest.mark.parametrize("config", [Config(), CHANGED, Config(turn_detection=SemanticVad())])
def test_a_session_shows_itself_as_the_sdk_reads_it_and_takes_it_back(config: Config) -> None:
    shown = config.as_json("sess_1", 1_800_000_000)
    event = SessionCreatedEvent.model_validate(
        {"type": "session.created", "event_id": "e", "session": shown}, strict=True
    )
    assert type(event.session).__name__ == "RealtimeSessionCreateRequest"
    settable = {key: value for key, value in shown.items() if key not in ("id", "object", "expires_at")}
    assert Config().updated(settable, voice_locked=False) == config


def test_keywords_are_heard_as_a_prompt_and_one_language_of_several_is_not_forced() -> None:
    wish = TranscriptionWish(keywords=("Anna", "Freehold"), languages=("de", "en"))
    assert wish.hearing().prompt == "Anna, Freehold"
    assert wish.hearing().language is None


def test_tools_have_the_shape_of_chat_completions() -> None:
    config = Config().updated(
        {"tools": [WEATHER], "tool_choice": {"type": "function", "name": "weather"}}, voice_locked=False
    )
    function = {"name": "weather", "parameters": {"type": "object"}}
    assert chat_tools(config.tools) == [{"type": "function", "function": function}]
    assert chat_tool_choice(config.tool_choice) == {"type": "function", "function": {"name": "weather"}}
    assert chat_tool_choice("required") == "required"


def test_a_choice_goes_with_its_tool() -> None:
    config = Config(tools=(WEATHER,), tool_choice={"type": "function", "name": "weather"})
    assert config.updated({"tools": []}, voice_locked=False) == Config()
    with pytest.raises(InvalidRequest):
        config.updated({"tools": [], "tool_choice": config.tool_choice}, voice_locked=False)


def test_an_answer_of_its_own_kind_leaves_the_session_as_it_is() -> None:
    wish = ResponseWish.of({"output_modalities": ["text"], "instructions": "Count.", "max_output_tokens": 5})
    changed = wish.over(Config(), voice_locked=True)
    assert changed == replace(Config(), output_modalities=("text",), instructions="Count.", max_output_tokens=5)


def test_an_answer_may_bring_a_voice_only_before_one_was_heard_or_out_of_band() -> None:
    given = {"audio": {"output": {"voice": "echo", "format": {"type": "audio/pcmu"}}}}
    assert ResponseWish.of(given).over(Config(), voice_locked=False).voice == "echo"
    assert ResponseWish.of(given | {"conversation": "none"}).over(Config(), voice_locked=True).voice == "echo"
    with pytest.raises(InvalidRequest) as refused:
        ResponseWish.of(given).over(Config(), voice_locked=True)
    assert refused.value.code == "cannot_update_voice"


def test_a_choice_of_the_session_gives_way_to_an_answers_own_tools() -> None:
    config = Config(tools=(WEATHER,), tool_choice={"type": "function", "name": "weather"})
    own = ResponseWish.of({"tools": [{"type": "function", "name": "clock"}]}).over(config, voice_locked=False)
    assert own.tool_choice == "auto"
    with pytest.raises(InvalidRequest):
        ResponseWish.of({"tool_choice": {"type": "function", "name": "clock"}}).over(config, voice_locked=False)


def test_stored_prompts_and_mcp_tools_are_refused_for_an_answer_too() -> None:
    for given in ({"prompt": {"id": "pmpt_1"}}, {"tools": [{"type": "mcp", "server_label": "s"}]}):
        with pytest.raises(UnsupportedParameter):
            ResponseWish.of(given)
