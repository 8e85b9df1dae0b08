"""What Gemini is sent, read back by Google's own types: a field they do not know is an error there."""

import json
from typing import Any

import pytest
from google.genai import types

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.gemini.requests import generate_content

HELLO = [{"role": "user", "content": "Hello"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Looks it up.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "additionalProperties": False},
    },
}


def translated(model: str = "gemini-2.5-flash", **request: Any) -> dict[str, Any]:
    body = {"model": model, "messages": HELLO, **request}
    return json.loads(generate_content(json.dumps(body).encode(), model))


def config(model: str = "gemini-2.5-flash", **request: Any) -> types.GenerationConfig:
    return types.GenerationConfig.model_validate(translated(model, **request)["generationConfig"])


def turns(messages: list[dict[str, Any]], model: str = "gemini-2.5-flash") -> list[types.Content]:
    return [types.Content.model_validate(turn) for turn in translated(model, messages=messages)["contents"]]


def test_every_sampling_parameter_has_its_place() -> None:
    found = config(
        temperature=0.25, top_p=0.5, top_k=40, max_completion_tokens=9, n=2, seed=7, presence_penalty=0.5,
        frequency_penalty=-0.5, logprobs=True, top_logprobs=3, stop="END",
    )  # fmt: skip
    assert found == types.GenerationConfig(
        temperature=0.25, top_p=0.5, top_k=40, max_output_tokens=9, candidate_count=2, seed=7, presence_penalty=0.5,
        frequency_penalty=-0.5, response_logprobs=True, logprobs=3, stop_sequences=["END"],
    )  # fmt: skip


def test_a_schema_for_the_answer_is_passed_on_whole() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    found = config(response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": schema}})
    assert (found.response_mime_type, found.response_json_schema) == ("application/json", schema)


@pytest.mark.parametrize(
    ("model", "effort", "level", "budget"),
    [
        ("gemini-3-flash-preview", "minimal", types.ThinkingLevel.MINIMAL, None),
        ("gemini-3.1-pro-preview", "minimal", types.ThinkingLevel.LOW, None),
        ("gemini-flash-latest", "high", types.ThinkingLevel.HIGH, None),
        ("gemini-2.5-flash", "none", None, 0),
        ("gemini-2.5-pro", "medium", None, 8192),
    ],
)
def test_effort_is_a_level_for_the_third_generation_and_a_budget_before(
    model: str, effort: str, level: types.ThinkingLevel | None, budget: int | None
) -> None:
    thinking = config(model, reasoning_effort=effort).thinking_config
    assert thinking == types.ThinkingConfig(thinking_level=level, thinking_budget=budget)


@pytest.mark.parametrize(
    ("model", "effort"),
    [
        ("gemini-3-pro-preview", "none"),
        ("gemini-2.5-pro", "none"),
        ("gemini-2.5-flash", "xhigh"),
        ("gemini-2.0-flash", "low"),
        ("gemini-3-flash-preview", "max"),
    ],
)
def test_an_effort_that_a_model_cannot_make_is_refused(model: str, effort: str) -> None:
    with pytest.raises(UnsupportedParameter) as raised:
        translated(model, reasoning_effort=effort)
    assert raised.value.param == "reasoning_effort"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("logit_bias", {"50256": -100}),
        ("parallel_tool_calls", False),
        ("modalities", ["text", "audio"]),
        ("store", True),
        ("service_tier", "flex"),
        ("functions", []),
        ("web_search_options", {}),
        ("prediction", {"type": "content", "content": "x"}),
        ("response_format", {"type": "grammar"}),
        ("tool_choice", "sometimes"),
        ("tools", [{"type": "custom", "custom": {"name": "x"}}]),
        ("a_parameter_of_tomorrow", 1),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(UnsupportedParameter) as raised:
        translated(**{name: value})
    assert raised.value.param == name


def test_hints_and_values_that_hold_anyway_change_nothing() -> None:
    plain = translated()
    same = translated(
        user="u-1", metadata={"a": "b"}, prompt_cache_key="k", parallel_tool_calls=True, store=False, logit_bias={},
        modalities=["text"], service_tier="auto", stream=True, stream_options={"include_usage": True}, seed=None,
        response_format={"type": "text"},
    )  # fmt: skip
    assert same == plain == {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}


def test_system_and_developer_messages_become_the_system_instruction() -> None:
    found = translated(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
            *HELLO,
        ]
    )
    instruction = types.Content.model_validate(found["systemInstruction"])
    assert [part.text for part in instruction.parts or []] == ["Be brief.", "Be kind."]
    assert [turn["role"] for turn in found["contents"]] == ["user"]


def test_images_audio_and_files_arrive_as_bytes_or_as_addresses() -> None:
    parts = [
        {"type": "text", "text": "Look and listen."},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAEC", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/cat.jpeg?v=2", "detail": "low"}},
        {"type": "input_audio", "input_audio": {"data": "AAEC", "format": "wav"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAEC", "filename": "a.pdf"}},
    ]
    found = translated(messages=[{"role": "user", "content": parts}])
    assert types.Content.model_validate(found["contents"][0]).parts == [
        types.Part(text="Look and listen."),
        types.Part(inline_data=types.Blob(mime_type="image/png", data=b"\x00\x01\x02")),
        types.Part(file_data=types.FileData(file_uri="https://example.org/cat.jpeg?v=2", mime_type="image/jpeg")),
        types.Part(inline_data=types.Blob(mime_type="audio/wav", data=b"\x00\x01\x02")),
        types.Part(inline_data=types.Blob(mime_type="application/pdf", data=b"\x00\x01\x02")),
    ]
    assert found["generationConfig"] == {"mediaResolution": "MEDIA_RESOLUTION_LOW"}


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}, InvalidRequest),
        ({"type": "file", "file": {"file_id": "file-1"}}, InvalidRequest),
        ({"type": "text", "text": "x", "cache_control": {}}, UnsupportedParameter),
        ({"type": "video", "video": {}}, InvalidRequest),
    ],
)
def test_a_part_that_gemini_cannot_see_is_refused(part: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        translated(messages=[{"role": "user", "content": [part]}])


def test_images_in_different_detail_are_refused() -> None:
    images = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA", "detail": d}} for d in ("low", "high")
    ]
    with pytest.raises(UnsupportedParameter, match="one detail"):
        translated(messages=[{"role": "user", "content": images}])


def tool_talk(**first_call: Any) -> list[dict[str, Any]]:
    calls = [
        {
            "id": "c1",
            "type": "function",
            "function": {"name": "weather", "arguments": '{"city": "Zürich"}'},
            **first_call,
        },
        {"id": "c2", "type": "function", "function": {"name": "time", "arguments": ""}},
    ]
    return [
        *HELLO,
        {"role": "assistant", "content": None, "refusal": None, "annotations": [], "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c1", "content": "rain"},
        {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "noon"}]},
    ]


def test_all_answers_to_one_steps_calls_stand_in_one_turn() -> None:
    _, calls, answers = turns(tool_talk())
    assert calls == types.Content(
        role="model",
        parts=[
            types.Part(function_call=types.FunctionCall(id="c1", name="weather", args={"city": "Zürich"})),
            types.Part(function_call=types.FunctionCall(id="c2", name="time", args={})),
        ],
    )
    assert answers == types.Content(
        role="user",
        parts=[
            types.Part(function_response=types.FunctionResponse(id=i, name=n, response={"output": o}))
            for i, n, o in (("c1", "weather", "rain"), ("c2", "time", "noon"))
        ],
    )


def test_a_signed_thought_comes_back_with_its_call() -> None:
    signed = tool_talk(extra_content={"google": {"thought_signature": "c2lnbmVk"}})
    parts = turns(signed, "gemini-3-flash-preview")[1].parts or []
    assert [part.thought_signature for part in parts] == [b"signed", None]


def test_calls_of_another_model_are_marked_so_for_the_third_generation_alone() -> None:
    def signatures(model: str) -> list[str | None]:
        parts = translated(model, messages=tool_talk())["contents"][1]["parts"]
        return [part.get("thoughtSignature") for part in parts]

    assert signatures("gemini-3-flash-preview") == ["skip_thought_signature_validator", None]
    assert signatures("gemini-2.5-flash") == [None, None]


def test_an_answer_to_a_call_that_nobody_made_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="c9"):
        translated(messages=[*HELLO, {"role": "tool", "tool_call_id": "c9", "content": "x"}])


@pytest.mark.parametrize("arguments", ["{", "[1]", '"x"'])
def test_arguments_that_are_no_object_are_refused(arguments: str) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    with pytest.raises(InvalidRequest, match="c1"):
        translated(messages=[*HELLO, {"role": "assistant", "tool_calls": [call]}])


@pytest.mark.parametrize(
    ("choice", "mode", "names"),
    [
        (None, "AUTO", None),
        ("none", "NONE", None),
        ("required", "ANY", None),
        ({"type": "function", "function": {"name": "weather"}}, "ANY", ["weather"]),
        (
            {
                "type": "allowed_tools",
                "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "weather"}}]},
            },
            "VALIDATED",
            ["weather"],
        ),
    ],
)
def test_each_tool_choice_has_its_mode(choice: Any, mode: str, names: list[str] | None) -> None:
    found = translated(tools=[WEATHER], tool_choice=choice)
    calling = types.ToolConfig.model_validate(found["toolConfig"]).function_calling_config
    assert calling == types.FunctionCallingConfig(
        mode=types.FunctionCallingConfigMode(mode), allowed_function_names=names
    )
    declared = types.Tool.model_validate(found["tools"][0]).function_declarations or []
    assert declared[0].parameters_json_schema == WEATHER["function"]["parameters"]


def test_a_strict_function_is_held_to_its_schema() -> None:
    strict = {"type": "function", "function": {**WEATHER["function"], "strict": True}}
    found = translated(tools=[strict])
    assert found["toolConfig"] == {"functionCallingConfig": {"mode": "VALIDATED"}}


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"model": "m"}', b'{"messages": [{"role": "robot"}]}'])
def test_a_body_that_is_no_chat_request_is_the_callers_mistake(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        generate_content(body, "gemini-2.5-flash")
