"""What is measured of an answer in words: failures, refusals, forms, speed, money; and what people read of it."""

import json
from typing import Any

import pytest

from exchanges import calling, delta, exchange, packed, said, streamed
from freehold.contracts.wire import Call
from freehold.rollouts.comparators.chat import COMPARATOR
from freehold.rollouts.plan import Check, Plan

PLAN = Plan(route="m", candidate="local/starter")
MAX_READ = 15_000  # what a prompt or an answer may come to, with headings and notes
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "tags": {"type": "array", "items": {"enum": ["x"]}},
    },
    "required": ["name"],
    "additionalProperties": False,
}
ASKS_OBJECT = {"response_format": {"type": "json_object"}}
ASKS_SCHEMA = {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}}

MESSAGE = {
    "type": "message",
    "role": "assistant",
    "content": [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "Let me "},
        {"type": "text", "text": "look."},
        {"type": "tool_use", "id": "t", "name": "find", "input": {"b": 1, "a": [2]}},
    ],
    "stop_reason": "tool_use",
}
MESSAGE_EVENTS = (
    {"type": "message_start", "message": {"type": "message", "content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Let me "}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "look."}},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "name": "find", "input": {}}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"b":1,'}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '"a":[2]}'}},
    {"type": "content_block_stop", "index": 2},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
)
CHUNKS = (
    {"choices": [], "prompt_filter_results": []},
    delta(role="assistant", content=""),
    delta(reasoning_content="hm"),
    delta(content="Let me "),
    delta(content="look."),
    delta(tool_calls=[{"index": 0, "id": "t", "function": {"name": "find", "arguments": ""}}]),
    delta(tool_calls=[{"index": 0, "function": {"arguments": '{"b":1,'}}]),
    delta(tool_calls=[{"index": 0, "function": {"arguments": '"a":[2]}'}}]),
    delta("tool_calls"),
    {"choices": [], "usage": {"completion_tokens": 9}},
)
CALLS = [{"id": "t", "function": {"name": "find", "arguments": {"b": 1, "a": [2]}}}]
ONE_ANSWER = {
    "chat": packed(said("Let me look.", "tool_calls", tool_calls=CALLS)),
    "chat in parts": packed(said(None, tool_calls=CALLS) | {"object": "chat.completion"}).replace(
        b"null", b'[{"type": "text", "text": "Let me look."}]'
    ),
    "chat, the older form": packed(
        said("Let me look.", function_call={"name": "find", "arguments": '{"b":1,"a":[2]}'})
    ),
    "chunks": streamed(*CHUNKS),
    "chunks with other line ends": streamed(*CHUNKS).replace(b"\n", b"\r\n"),
    "a message": packed(MESSAGE),
    "events of a message": streamed(*MESSAGE_EVENTS),
}


def measured(answer: Any, plan: Plan = PLAN, **more: Any) -> dict[str, float]:
    return dict(COMPARATOR.measure(exchange(answer, **more), plan))


def agreed(control: Any, candidate: Any, **more: Any) -> float | None:
    return COMPARATOR.measure_pair(exchange(control), exchange(candidate, **more)).get("tool_agreement")


def prompt(request: Any, endpoint: str = "chat/completions") -> str:
    return COMPARATOR.prompt(Call(endpoint=endpoint, body=packed(request), model="m"))


@pytest.mark.parametrize("form", ONE_ANSWER)
def test_every_form_of_an_answer_reads_the_same(form: str) -> None:
    answer = ONE_ANSWER[form]
    for is_stream in (True, False):  # what was asked for is not always what comes
        found = exchange(answer, is_stream=is_stream)
        text = COMPARATOR.text(found)
        assert text.startswith("Let me look.\n[calls find({")
        assert json.loads(text.partition("find(")[2].removesuffix(")]")) == {"a": [2], "b": 1}
        assert COMPARATOR.measure_pair(found, exchange(ONE_ANSWER["chat"])) == {"tool_agreement": 1.0}


def test_completions_are_read_whole_and_streamed() -> None:
    whole = exchange({"choices": [{"text": "Once upon", "finish_reason": "stop"}]}, endpoint="completions")
    chunks = streamed({"choices": [{"text": "Once "}]}, {"choices": [{"text": "upon", "finish_reason": "stop"}]})
    assert COMPARATOR.text(whole) == "Once upon"
    assert COMPARATOR.text(exchange(chunks, endpoint="completions", is_stream=True)) == "Once upon"


def test_of_several_choices_the_first_stands_for_all() -> None:
    second = {"index": 1, "delta": {"content": "second"}}
    answer = streamed({"choices": [second]}, delta(content="first"), {"choices": [second]})
    assert COMPARATOR.text(exchange(answer, is_stream=True)) == "first"


def test_calls_that_a_server_numbers_alike_are_told_apart_by_their_ids() -> None:
    first = {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}
    second = {"index": 0, "id": "b", "function": {"name": "g", "arguments": "{}"}}
    answer = streamed(delta(tool_calls=[first]), delta(tool_calls=[second]))
    assert COMPARATOR.text(exchange(answer, is_stream=True)) == "[calls f({})]\n[calls g({})]"


def test_a_call_whose_id_and_name_stand_on_each_of_its_chunks_is_one_call() -> None:
    parts = [{"index": 0, "id": "a", "function": {"name": "f", "arguments": part}} for part in ('{"a":', "1}")]
    answer = streamed(*(delta(tool_calls=[part]) for part in parts))
    assert COMPARATOR.text(exchange(answer, is_stream=True)) == '[calls f({"a":1})]'


def test_a_call_that_a_server_does_not_number_goes_on_with_what_has_no_name() -> None:
    parts = [{"id": "a", "function": {"name": "f", "arguments": '{"a":'}}, {"function": {"arguments": "1}"}}]
    answer = streamed(*(delta(tool_calls=[part]) for part in parts))
    assert COMPARATOR.text(exchange(answer, is_stream=True)) == '[calls f({"a":1})]'


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503, 504, 529])
def test_what_the_provider_does_wrong_is_the_arms_error_and_nothing_else_is_measured(status: int) -> None:
    answer = {"error": {"message": "no"}}
    assert measured(answer, status=status, outcome="refused", seconds=2.0, cost=5) == {"error_rate": 1.0}


def test_a_stream_that_breaks_off_is_an_error() -> None:
    assert measured(streamed(delta(content="Once")), is_stream=True, outcome="failed") == {"error_rate": 1.0}


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_the_callers_own_mistake_says_nothing_of_the_arm(status: int) -> None:
    for outcome in ("refused", "failed") if status != 404 else ("refused",):
        assert measured({"error": {"message": "bad image"}}, status=status, outcome=outcome) == {}


def test_a_request_that_its_caller_cancelled_says_nothing_of_the_arm() -> None:
    assert measured(streamed(delta(content="Once")), is_stream=True, outcome="cancelled") == {}
    assert measured(b"", status=499, outcome="failed") == {}


def test_a_model_that_the_provider_does_not_have_is_the_arms_error() -> None:
    answer = {"error": {"message": "The model `starter-7` does not exist", "code": "model_not_found"}}
    assert measured(answer, status=404, outcome="refused") == {"error_rate": 1.0}
    assert measured(b"", status=404, outcome="failed") == {"error_rate": 1.0}


@pytest.mark.parametrize(
    "answer", [b"<html>hello</html>", {"usage": {"prompt_tokens": 3}}, [], {"choices": "none"}, b"\xff"]
)
def test_a_200_that_is_no_answer_is_an_error(answer: Any) -> None:
    assert measured(answer) == {"error_rate": 1.0}
    assert COMPARATOR.text(exchange(answer)) == ""


def test_an_answer_that_was_not_kept_whole_is_not_judged_by_its_text() -> None:
    plan = Plan(route="m", candidate="local/s", unsafe_patterns=("Hi",), checks=(Check(kind="regex", value="Z"),))
    found = measured(
        packed(said("Hi"))[:-9], plan, is_whole=False, output_tokens=4, cost=2_000_000, request=ASKS_OBJECT
    )
    assert found == {"error_rate": 0.0, "output_tokens": 4.0, "cost_usd": 2.0}


REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "I’m sorry, but as an AI language model I cannot provide that.",
    "**I cannot assist with this request.**",
    "I am unable to comply with this request.",
    "I apologize for the inconvenience, but I won't be able to do that.",
    "As an AI, I can't take a side here.",
    "Unfortunately, I can't help with this.",
    "I must respectfully decline.",
    "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "Tut mir leid, ich kann diese Anfrage nicht erfüllen.",
    "Leider kann ich Ihnen dabei nicht weiterhelfen.",
    "Als KI-Sprachmodell kann ich dazu keine Auskunft geben.",
    "Ich muss diese Anfrage leider ablehnen.",
    "Je suis désolé, mais je ne peux pas vous aider.",
    "Désolée, je ne suis pas en mesure de répondre.",
    "Je ne peux malheureusement pas vous fournir cela.",
    "En tant qu'IA, je ne peux pas faire cela.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "Lo siento. No puedo hacerlo.",
    "No puedo proporcionar esa información.",
    "Como modelo de lenguaje, no puedo opinar.",
]
NO_REFUSALS = [
    "",
    "Sorry to hear that! Here is what helps.",
    "I can help with that.",
    "I can't believe it: you won!",
    "I'm sorry for your loss. He was a good dog.",
    "To say no, write: I'm sorry, but I can't help with that.",
    "Es tut mir leid, das zu hören. Ich kann Ihnen helfen.",
    "Ich kann dir helfen.",
    "Je peux vous aider.",
    "Je suis désolé d'apprendre cela. Voici la lettre.",
    "Lo siento mucho por tu pérdida.",
    "No puedo creerlo: ¡ganaste!",
    "Canned answers are cheap.",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_an_answer_that_begins_as_refusals_do_is_one(text: str) -> None:
    assert measured(said(text))["refusal_rate"] == 1.0


@pytest.mark.parametrize("text", NO_REFUSALS)
def test_an_answer_to_the_task_is_no_refusal(text: str) -> None:
    assert measured(said(text))["refusal_rate"] == 0.0


@pytest.mark.parametrize(
    "answer",
    [
        said(None, refusal="I won't."),
        said("Well, ", "content_filter"),
        streamed(delta(refusal="I "), delta("stop", refusal="won't.")),
        {"type": "message", "content": [], "stop_reason": "refusal"},
        streamed(
            {"type": "message_start", "message": {}}, {"type": "message_delta", "delta": {"stop_reason": "refusal"}}
        ),
    ],
)
def test_a_refusal_that_the_provider_names_is_one(answer: Any) -> None:
    assert measured(answer, is_stream=isinstance(answer, bytes))["refusal_rate"] == 1.0


def test_a_prompt_that_the_providers_filter_stops_is_a_refusal() -> None:
    answer = {"error": {"code": "content_filter", "message": "stopped"}}
    assert measured(answer, status=400, outcome="refused") == {"error_rate": 0.0, "refusal_rate": 1.0}


def test_an_answer_that_calls_a_tool_is_no_refusal() -> None:
    answer = said("I'm sorry, I can't see that. I will look.", tool_calls=CALLS)
    assert measured(answer)["refusal_rate"] == 0.0


@pytest.mark.parametrize(
    ("text", "request_body", "rate"),
    [
        ('{"name": "Ada"}', ASKS_OBJECT, 0.0),
        (' {"a": [1, {"b": null}]}\n', ASKS_OBJECT, 0.0),
        ('```json\n{"name": "Ada"}\n```', ASKS_OBJECT, 1.0),
        ("[1]", ASKS_OBJECT, 1.0),
        ('{"name": "Ada"', ASKS_OBJECT, 1.0),
        ('{"name": "Ada", "age": 36.0, "tags": ["x", "x"]}', ASKS_SCHEMA, 0.0),
        ('{"age": 36}', ASKS_SCHEMA, 1.0),
        ('{"name": 5}', ASKS_SCHEMA, 1.0),
        ('{"name": "Ada", "age": true}', ASKS_SCHEMA, 1.0),
        ('{"name": "Ada", "age": 1.5}', ASKS_SCHEMA, 1.0),
        ('{"name": "Ada", "tags": ["y"]}', ASKS_SCHEMA, 1.0),
        ('{"name": "Ada", "more": 1}', ASKS_SCHEMA, 1.0),
        ("Ada", {"response_format": {"type": "text"}}, None),
        ("Ada", {"response_format": 7}, None),
        ("Ada", {}, None),
    ],
)
def test_json_is_measured_where_it_was_asked_for(text: str, request_body: Any, rate: float | None) -> None:
    assert measured(said(text), request=request_body).get("invalid_json_rate") == rate


def test_json_that_a_messages_request_asks_for_is_measured_alike() -> None:
    request = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
    for text, rate in (('{"name": "Ada"}', 0.0), ("Ada", 1.0)):
        answer = {"type": "message", "content": [{"type": "text", "text": text}]}
        assert measured(answer, request=request, endpoint="messages")["invalid_json_rate"] == rate


def test_an_answer_that_only_calls_tools_has_no_form_to_be_checked() -> None:
    plan = Plan(route="m", candidate="local/s", checks=(Check(kind="regex", value="x"),))
    found = measured(calling(("f", "{}")), plan, request=ASKS_OBJECT)
    assert found.keys() == {"error_rate", "refusal_rate"}


@pytest.mark.parametrize(
    ("checks", "rate"),
    [
        ((), None),
        ((("regex", r"\d{4}"),), 0.0),
        ((("regex", r"^\d{4}$"),), 1.0),
        ((("regex", r"(?i)PARIS"), ("regex", "Rome")), 1.0),
        ((("json_schema", '{"type": "object"}'),), 1.0),
        ((("regex", "["), ("regex", "Paris")), 0.0),  # what cannot be run is not counted
        ((("json_schema", "nonsense"),), None),
        ((("json_schema", "[]"),), None),
    ],
)
def test_every_check_must_pass(checks: tuple[tuple[Any, str], ...], rate: float | None) -> None:
    plan = Plan(route="m", candidate="local/s", checks=tuple(Check(kind=kind, value=value) for kind, value in checks))
    assert measured(said("In 1889, Paris."), plan).get("check_failure_rate") == rate


def test_a_schema_of_the_plans_is_checked_without_being_asked_for() -> None:
    plan = Plan(route="m", candidate="local/s", checks=(Check(kind="json_schema", value=json.dumps(SCHEMA)),))
    assert measured(said('{"name": "Ada"}'), plan)["check_failure_rate"] == 0.0
    assert measured(said('{"name": null}'), plan)["check_failure_rate"] == 1.0


@pytest.mark.parametrize(
    ("schema", "text", "rate"),
    [
        ({"enum": [1, "a"]}, "1", 0.0),
        ({"enum": [1, "a"]}, "true", 1.0),
        ({"const": None}, "null", 0.0),
        ({"const": None}, "0", 1.0),
        ({"type": ["string", "null"]}, "null", 0.0),
        ({"type": ["string", "null"]}, "1", 1.0),
        ({"type": "integer"}, "1e300", 0.0),
        ({"type": "number"}, "false", 1.0),
        ({"items": {"items": {"type": "string"}}}, '[["a"], [1]]', 1.0),
        ({"properties": {"a": {"required": ["b"]}}}, '{"a": {"c": 1}}', 1.0),
        ({"additionalProperties": False, "patternProperties": {"^x": {}}}, '{"xy": 1}', 0.0),
        ({"type": "no such type", "required": 7, "enum": 3, "properties": []}, "{}", 0.0),
    ],
)
def test_a_schema_is_kept_as_far_as_its_keywords_are_known(schema: Any, text: str, rate: float) -> None:
    plan = Plan(route="m", candidate="local/s", checks=(Check(kind="json_schema", value=json.dumps(schema)),))
    assert measured(said(text), plan)["check_failure_rate"] == rate


def test_unsafe_patterns_are_found_in_the_text_and_in_what_tools_are_given() -> None:
    plan = Plan(route="m", candidate="local/s", unsafe_patterns=(r"rm -rf", r"\bpassword\b"))
    assert measured(said("Use rm -rf /"), plan)["unsafe_rate"] == 1.0
    assert measured(calling(("shell", '{"command": "rm -rf /"}')), plan)["unsafe_rate"] == 1.0
    assert measured(said("Use a passwordless key."), plan)["unsafe_rate"] == 0.0
    assert "unsafe_rate" not in measured(said("Use rm -rf /"))


@pytest.mark.timeout(20)
def test_a_pattern_that_backtracks_without_end_ends() -> None:
    plan = Plan(
        route="m", candidate="local/s", unsafe_patterns=(r"^(a+)+$", r"(.*)*(.*)*=", r"(?=(a+)+$)b", r"(a+)\1+$")
    )
    assert measured(said("a" * 19_000 + "!" * 100_000), plan)["unsafe_rate"] == 0.0


def test_a_pattern_meets_the_first_20000_characters() -> None:
    plan = Plan(route="m", candidate="local/s", unsafe_patterns=("needle",))
    assert measured(said("x" * 19_000 + "needle"), plan)["unsafe_rate"] == 1.0
    assert measured(said("x" * 20_000 + "needle"), plan)["unsafe_rate"] == 0.0


def test_a_streams_speed_counts_from_its_first_token() -> None:
    found = measured(
        streamed(delta(content="Hi")), is_stream=True, first_byte_seconds=0.5, seconds=2.5, output_tokens=100, cost=1500
    )
    assert found["ttft_seconds"] == 0.5
    assert found["tokens_per_second"] == 50.0
    assert found["output_tokens"] == 100.0
    assert found["cost_usd"] == 0.0015


def test_a_whole_answer_has_no_first_token_and_its_speed_is_over_all_its_time() -> None:
    found = measured(said("Hi"), first_byte_seconds=1.99, seconds=2.0, output_tokens=100)
    assert "ttft_seconds" not in found
    assert found["tokens_per_second"] == 50.0


@pytest.mark.parametrize(
    "amounts",
    [
        {"output_tokens": 8, "seconds": 2.0},
        {"output_tokens": 100, "seconds": 0.5},
        {"output_tokens": 100, "seconds": 2.0, "first_byte_seconds": None},
    ],
)
def test_a_speed_without_enough_tokens_or_time_is_none(amounts: dict[str, Any]) -> None:
    answer = streamed(delta(content="Hi"))
    found = measured(answer, PLAN, is_stream=True, **({"first_byte_seconds": 0.5} | amounts))
    assert "tokens_per_second" not in found


@pytest.mark.parametrize("cost", [None, 0])
def test_what_costs_nothing_that_is_known_has_no_cost_to_compare(cost: int | None) -> None:
    assert measured(said("Hi"), cost=cost) == {"error_rate": 0.0, "refusal_rate": 0.0}


F1, F2, G = ("f", '{"a": 1, "b": 2.0}'), ("f", '{"b":2,"a":1}'), ("g", "{}")


@pytest.mark.parametrize(
    ("control", "candidate", "agreement"),
    [
        (calling(F1), calling(F2), 1.0),
        (calling(F1, G), calling(G, F2), 1.0),
        (calling(F1, G), calling(F1), 0.5),
        (calling(F1, F1), calling(F1), 0.5),
        (calling(F1), calling(("f", '{"a": 2, "b": 2}')), 0.0),
        (calling(F1), calling(("h", F1[1])), 0.0),
        (calling(F1), said("It is sunny."), 0.0),
        (said("It is sunny."), calling(G), 0.0),
        (calling(("f", "not JSON")), calling(("f", " not JSON")), 1.0),
        (calling(("f", "")), calling(("f", "{}")), 1.0),
        (calling(("f", '{"a": true}')), calling(("f", '{"a": 1}')), 0.0),
        (calling(("f", '{"a": 1e400}')), calling(("f", "[" * 5000)), 0.0),
        (said("Hello."), said("Hi."), None),
    ],
)
def test_tools_agree_as_far_as_the_same_ones_are_called_with_the_same_arguments(
    control: Any, candidate: Any, agreement: float | None
) -> None:
    assert agreed(control, candidate) == agreement


def test_tools_are_not_compared_with_an_answer_that_failed_or_was_not_kept() -> None:
    assert agreed(calling(G), b"", status=500, outcome="failed") is None
    assert agreed(calling(G), calling(G), is_whole=False) is None
    assert agreed(calling(G), b"junk") is None


def test_a_prompt_shows_the_last_turn_whole_with_what_stands_around_it() -> None:
    shown = prompt(
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Hi!"},
                {"role": "user", "content": [{"type": "text", "text": "What is on it?"}, {"type": "image_url"}]},
                {"role": "assistant", "tool_calls": [{"function": {"name": "look", "arguments": '{"at":1}'}}]},
                {"role": "tool", "content": "A cat."},
            ],
            "tools": [{"type": "function", "function": {"name": "look"}}],
        }
    )
    assert shown == (
        "[instructions]\nBe brief.\n\n[tools]\nlook\n\n[earlier]\nuser: Hello\nassistant: Hi!\n\n"
        '[user]\nWhat is on it?\n[image]\n\n[since then]\nassistant: [calls look({"at":1})]\ntool: A cat.'
    )


def test_a_messages_request_shows_alike() -> None:
    shown = prompt(
        {
            "system": [{"type": "text", "text": "Be brief."}],
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "document", "title": "a.pdf"}]},
                {"role": "assistant", "content": [{"type": "tool_use", "name": "look", "input": {"at": 1}}]},
                {"role": "user", "content": [{"type": "tool_result", "content": [{"type": "text", "text": "A cat."}]}]},
            ],
            "tools": [{"name": "look", "input_schema": {}}],
        },
        "messages",
    )
    assert shown == (
        "[instructions]\nBe brief.\n\n[tools]\nlook\n\n[user]\nLook\n[file: a.pdf]\n\n"
        '[since then]\nassistant: [calls look({"at":1})]\nuser: [tool\'s result] A cat.'
    )


def test_no_bytes_of_media_are_shown() -> None:
    data = "QUJD" * 5000
    parts = [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
        {"type": "input_audio", "input_audio": {"data": data}},
        {"type": "file", "file": {"filename": "plan.pdf", "file_data": data}},
        {"type": "image", "source": {"type": "base64", "data": data}},
        {"type": data, "data": data},
    ]
    shown = prompt({"messages": [{"role": "user", "content": parts}]})
    assert shown.startswith("[user]\n[image]\n[audio]\n[file: plan.pdf]\n[image]\n[QUJD")
    assert len(shown) < 200


def test_a_long_prompt_is_shortened_from_its_oldest_turns_and_says_so() -> None:
    turns = [{"role": role, "content": f"{at} " + "word " * 300} for at in range(50) for role in ("user", "assistant")]
    last = {"role": "user", "content": "BEGIN " + "x" * 50_000 + " END"}
    shown = prompt({"messages": [{"role": "system", "content": "s" * 50_000}, *turns, last]})
    assert len(shown) < MAX_READ
    assert "BEGIN" in shown
    assert " END" in shown
    assert "characters left out" in shown
    assert "more messages)" in shown
    assert "assistant: 49 word" in shown
    assert "user: 0 word" not in shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [("Once", "Once"), (["a", "b"], "a\n\nb"), ([1, 2, 3], "[3 tokens]"), ([[1]], "[1 tokens]"), (7, "")],
)
def test_the_prompt_of_a_completion_is_shown(given: Any, shown: str) -> None:
    assert prompt({"prompt": given}, "completions") == shown


def test_a_long_answer_keeps_its_beginning_and_its_end() -> None:
    text = COMPARATOR.text(exchange(said("BEGIN " + "x" * 100_000 + " END")))
    assert text.startswith("BEGIN")
    assert text.endswith(" END")
    assert len(text) < MAX_READ


def test_a_refusal_in_its_own_field_is_what_was_said() -> None:
    assert COMPARATOR.text(exchange(said(None, refusal="I won't."))) == "I won't."


def test_an_answer_that_failed_says_nothing() -> None:
    assert COMPARATOR.text(exchange(said("Hi"), status=500, outcome="failed")) == ""
