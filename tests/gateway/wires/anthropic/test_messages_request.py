"""Chat requests to Anthropic: all of it arrives in Anthropic's words, or the request is refused by name."""

import json
from typing import Any

import pytest

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.anthropic.messages_request import DEFAULT_MAX_TOKENS, messages_request
from gateway.wires.anthropic.judges import is_messages_request

USER = {"role": "user", "content": "Hello"}
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def sent(**fields: Any) -> dict[str, Any]:
    """What Anthropic gets for a chat request."""
    request = {"model": "claude-sonnet-5", "messages": [USER]} | fields
    return is_messages_request(messages_request(json.dumps(request).encode()))


def turns(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    return sent(messages=list(messages))["messages"]


def call(identifier: str, arguments: str) -> dict[str, Any]:
    return {"id": identifier, "type": "function", "function": {"name": "weather", "arguments": arguments}}


def test_a_plain_request_gets_the_limit_that_anthropic_requires() -> None:
    assert sent() == {
        "model": "claude-sonnet-5",
        "max_tokens": DEFAULT_MAX_TOKENS,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
    }


@pytest.mark.parametrize(
    ("given", "limit"),
    [({"max_tokens": 7}, 7), ({"max_completion_tokens": 9}, 9), ({"max_tokens": 7, "max_completion_tokens": 9}, 9)],
)
def test_the_callers_limit_holds(given: dict[str, int], limit: int) -> None:
    assert sent(**given)["max_tokens"] == limit


def test_system_and_developer_messages_become_the_system_prompt_wherever_they_stand() -> None:
    found = sent(
        messages=[
            {"role": "system", "content": "Be brief."},
            USER,
            {"role": "developer", "content": [{"type": "text", "text": "In German.", "cache_control": MARK}]},
        ]
    )
    assert found["system"] == [
        {"type": "text", "text": "Be brief."},
        {"type": "text", "text": "In German.", "cache_control": MARK},
    ]
    assert [turn["role"] for turn in found["messages"]] == ["user"]


MARK = {"type": "ephemeral", "ttl": "1h"}


def test_neighbours_of_one_role_become_one_turn_and_parallel_results_arrive_together() -> None:
    found = turns(
        USER,
        {"role": "user", "content": "and a question"},
        {"role": "assistant", "content": "Looking.", "tool_calls": [call("a", '{"city": "Rome"}'), call("b", "")]},
        {"role": "tool", "tool_call_id": "a", "content": "sunny", "name": "weather"},
        {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "rain"}], "cache_control": MARK},
        {"role": "user", "content": "Well?"},
    )
    assert [turn["role"] for turn in found] == ["user", "assistant", "user"]
    assert [block["text"] for block in found[0]["content"]] == ["Hello", "and a question"]
    assert found[1]["content"] == [
        {"type": "text", "text": "Looking."},
        {"type": "tool_use", "id": "a", "name": "weather", "input": {"city": "Rome"}},
        {"type": "tool_use", "id": "b", "name": "weather", "input": {}},
    ]
    assert found[2]["content"] == [
        {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "sunny"}]},
        {
            "type": "tool_result",
            "tool_use_id": "b",
            "content": [{"type": "text", "text": "rain"}],
            "cache_control": MARK,
        },
        {"type": "text", "text": "Well?"},
    ]


def test_ids_of_other_vendors_calls_are_made_acceptable_and_still_match() -> None:
    found = turns(
        {"role": "assistant", "tool_calls": [call("functions.weather:0", "{}")]},
        {"role": "tool", "tool_call_id": "functions.weather:0", "content": ""},
    )
    assert found[0]["content"][0]["id"] == found[1]["content"][0]["tool_use_id"] == "functions_weather_0"
    assert "content" not in found[1]["content"][0]


def test_arguments_are_not_read_again() -> None:
    body = {"model": "m", "messages": [{"role": "assistant", "tool_calls": [call("a", '{"x": 1.50, "y": 1e2}')]}]}
    assert b'"input":{"x": 1.50, "y": 1e2}' in messages_request(json.dumps(body).encode())


def test_signed_thinking_goes_back_in_front_and_unsigned_reasoning_stays_behind() -> None:
    block = {"type": "thinking", "thinking": "Hm.", "signature": "sig"}
    message = {
        "role": "assistant",
        "content": "Yes.",
        "reasoning_content": "Hm.",
        "thinking_blocks": [{"index": 0, **block}],
    }
    assert turns(USER, message)[1]["content"] == [block, {"type": "text", "text": "Yes."}]


def test_a_refusal_of_an_earlier_turn_is_said_and_empty_text_is_not() -> None:
    found = turns(USER, {"role": "assistant", "content": "", "refusal": "No."}, {"role": "assistant", "content": ""})
    assert found[1:] == [{"role": "assistant", "content": [{"type": "text", "text": "No."}]}]


def part(kind: str, **fields: Any) -> list[dict[str, Any]]:
    return sent(messages=[{"role": "user", "content": [{"type": kind, **fields}]}])["messages"][0]["content"]


def test_images_go_by_address_or_as_data() -> None:
    assert part("image_url", image_url={"url": "https://a.test/b.png", "detail": "low"}) == [
        {"type": "image", "source": {"type": "url", "url": "https://a.test/b.png"}}
    ]
    assert part("image_url", image_url={"url": "data:image/png;name=x;base64,QUJD"}, cache_control=MARK) == [
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"},
            "cache_control": MARK,
        }
    ]


def test_a_pdf_becomes_a_document() -> None:
    assert part("file", file={"file_data": "data:application/pdf;base64,JVBE", "filename": "a.pdf"}) == [
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
            "title": "a.pdf",
        }
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}, "messages[0].content[0].type"),
        ({"type": "image_url", "image_url": {"url": "data:image/tiff;base64,AA"}}, "messages[0].content[0].image_url"),
        ({"type": "image_url", "image_url": {"url": "gs://bucket/a"}}, "messages[0].content[0].image_url"),
        ({"type": "file", "file": {"file_id": "file-1"}}, "messages[0].content[0].file"),
        ({"type": "file", "file": {"file_data": "data:text/csv;base64,AA"}}, "messages[0].content[0].file"),
        ({"type": "file", "file": {}}, "messages[0].content[0].file"),
    ],
)
def test_content_that_anthropic_cannot_take_is_refused_with_its_place(content: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        part(**{"kind": content["type"], **{name: content[name] for name in content if name != "type"}})
    assert caught.value.param is not None
    assert caught.value.param.startswith(place)


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ({"role": "user", "content": "x", "name": "Ann"}, "messages[0].name"),
        ({"role": "function", "name": "f", "content": "x"}, "messages[0].role"),
        ({"role": "assistant", "function_call": {"name": "f", "arguments": ""}}, "messages[0].function_call"),
        ({"role": "assistant", "audio": {"id": "a"}}, "messages[0].audio"),
        ({"role": "assistant", "tool_calls": [call("a", "[1]")]}, "messages[0].tool_calls[0].function.arguments"),
        ({"role": "assistant", "tool_calls": [{"id": "a", "type": "custom"}]}, "messages[0].tool_calls[0].type"),
        ({"role": "tool", "content": "x"}, "messages[0].tool_call_id"),
        (
            {"role": "system", "content": [{"type": "image_url", "image_url": {"url": "https://a.test"}}]},
            "messages[0].content",
        ),
        ({"role": "user", "content": 7}, "messages[0].content"),
    ],
)
def test_messages_that_cannot_be_said_are_refused_with_their_place(message: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        sent(messages=[message])
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("choice", "parallel", "found"),
    [
        (None, None, None),
        ("auto", None, {"type": "auto"}),
        ("required", None, {"type": "any"}),
        ("none", False, {"type": "none"}),
        (None, False, {"type": "auto", "disable_parallel_tool_use": True}),
        ("required", False, {"type": "any", "disable_parallel_tool_use": True}),
        ({"type": "function", "function": {"name": "weather"}}, True, {"type": "tool", "name": "weather"}),
    ],
)
def test_how_tools_are_chosen(choice: Any, parallel: bool | None, found: dict[str, Any] | None) -> None:
    request = sent(tools=[WEATHER], tool_choice=choice, parallel_tool_calls=parallel)
    assert request.get("tool_choice") == found
    assert request["tools"] == [
        {
            "name": "weather",
            "description": "Tells the weather",
            "input_schema": WEATHER["function"]["parameters"],
        }
    ]


def test_a_function_without_parameters_takes_an_empty_object() -> None:
    bare = {"type": "function", "function": {"name": "now", "strict": True}, "cache_control": MARK}
    assert sent(tools=[bare])["tools"] == [
        {
            "name": "now",
            "input_schema": {"type": "object", "properties": {}},
            "strict": True,
            "cache_control": MARK,
        }
    ]


def test_no_choice_of_tools_is_sent_where_there_are_none() -> None:
    assert not {"tools", "tool_choice"} & set(sent(tool_choice="auto", parallel_tool_calls=False, tools=[]))


@pytest.mark.parametrize(
    "fields",
    [
        {"tools": [{"type": "custom", "custom": {"name": "x"}}]},
        {"tools": [WEATHER], "tool_choice": {"type": "allowed_tools", "allowed_tools": {}}},
        {"tools": [WEATHER], "tool_choice": "sometimes"},
        {"tool_choice": "required"},
    ],
)
def test_tools_that_anthropic_does_not_know_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="tool"):
        sent(**fields)


def test_sampling_and_identity_arrive_under_anthropics_names() -> None:
    found = sent(stop=["a", "b"], temperature=0.2, top_p=0.9, user="u", safety_identifier="s", service_tier="default")
    assert {name: found[name] for name in found if name not in ("model", "max_tokens", "messages")} == {
        "stop_sequences": ["a", "b"],
        "temperature": 0.2,
        "top_p": 0.9,
        "metadata": {"user_id": "s"},
        "service_tier": "standard_only",
    }
    assert sent(stop="a", user="u")["stop_sequences"] == ["a"]


def test_both_vendors_defaults_are_left_out_for_new_models_refuse_any() -> None:
    assert not {"temperature", "top_p"} & set(sent(temperature=1, top_p=1.0))


@pytest.mark.parametrize("temperature", [1.01, 2, -0.1])
def test_a_temperature_out_of_range_is_refused_not_changed(temperature: float) -> None:
    with pytest.raises(UnsupportedParameter, match="from 0 to 1"):
        sent(temperature=temperature)
    assert sent(temperature=0)["temperature"] == 0


@pytest.mark.parametrize(
    ("model", "adaptive"),
    [
        ("claude-sonnet-4-6", True),
        ("claude-opus-5-5", True),
        ("claude-fable-5", True),
        ("claude-mythos-preview", True),
        ("our-proxy-model", True),
        ("anthropic.claude-opus-4-6-v1", True),
        ("claude-opus-4-5-20251101", False),
        ("claude-haiku-4-5", False),
        ("claude-sonnet-4-20250514", False),
        ("claude-3-7-sonnet-20250219", False),
    ],
)
def test_each_model_is_told_to_think_in_the_way_it_knows(model: str, adaptive: bool) -> None:
    found = sent(model=model, reasoning_effort="medium", max_tokens=10_000)
    if adaptive:
        assert (found["thinking"], found["output_config"]) == ({"type": "adaptive"}, {"effort": "medium"})
    else:
        assert found["thinking"] == {"type": "enabled", "budget_tokens": 5000}
        assert "output_config" not in found


def test_a_budget_stays_between_the_least_and_the_limit() -> None:
    old = "claude-haiku-4-5"
    assert sent(model=old, reasoning_effort="low", max_tokens=1025)["thinking"]["budget_tokens"] == 1024
    assert sent(model=old, reasoning_effort="max", max_tokens=64_000)["thinking"]["budget_tokens"] < 64_000
    with pytest.raises(InvalidRequest, match="no room"):
        sent(model=old, reasoning_effort="low", max_tokens=1024)


def test_no_effort_and_unknown_efforts() -> None:
    assert sent(reasoning_effort="none")["thinking"] == {"type": "disabled"}
    assert sent(reasoning_effort="minimal")["output_config"] == {"effort": "low"}
    with pytest.raises(InvalidRequest, match="harder"):
        sent(reasoning_effort="harder")


def test_a_schema_is_asked_for_in_anthropics_way_beside_the_callers_own_wishes() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": True}}
    found = sent(response_format=form, output_config={"effort": "low"})
    assert found["output_config"] == {"effort": "low", "format": {"type": "json_schema", "schema": schema}}
    assert "output_config" not in sent(response_format={"type": "text"})


@pytest.mark.parametrize("form", [{"type": "json_object"}, {"type": "json_schema", "json_schema": {"name": "x"}}])
def test_a_form_without_a_schema_is_refused(form: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        sent(response_format=form)
    assert (caught.value.param or "").startswith("response_format")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 2),
        ("logprobs", True),
        ("top_logprobs", 3),
        ("logit_bias", {"5": -100}),
        ("frequency_penalty", 0.5),
        ("presence_penalty", -0.5),
        ("seed", 0),
        ("store", True),
        ("modalities", ["text", "audio"]),
        ("audio", {"voice": "alloy", "format": "wav"}),
        ("prediction", {"type": "content", "content": "x"}),
        ("functions", [{"name": "f"}]),
        ("function_call", "auto"),
        ("web_search_options", {}),
        ("verbosity", "low"),
        ("moderation", {"model": "m"}),
        ("service_tier", "flex"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(UnsupportedParameter) as caught:
        sent(**{name: value})
    assert caught.value.param == name


def test_values_that_ask_for_nothing_and_labels_are_accepted_and_not_sent() -> None:
    nothing = {
        "n": 1,
        "logprobs": False,
        "logit_bias": {},
        "frequency_penalty": 0,
        "presence_penalty": 0.0,
        "seed": None,
        "store": False,
        "modalities": ["text"],
        "verbosity": "medium",
        "metadata": {"job": "7"},
        "prompt_cache_key": "k",
        "stream_options": {"include_usage": True},
    }
    assert sent(**nothing) == sent()


def test_keys_that_only_anthropic_knows_are_passed_on_as_they_are() -> None:
    extra = {"top_k": 40, "thinking": {"type": "adaptive"}, "cache_control": MARK, "invented_next_year": [1]}
    found = sent(**extra)
    assert {name: found[name] for name in extra} == extra


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"model": "m"}', b"\xff", b'{"messages":' + b"[" * 100_000])
def test_what_is_no_chat_request_is_the_callers_mistake(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        messages_request(body)
