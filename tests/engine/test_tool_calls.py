"""Turns read as they come: every call format, reasoning, and what only looks like a call."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest, SetupError, UnsupportedParameter
from freehold.engine.answers.cursor import Delta
from freehold.engine.answers.tool_calls import TOOL_FORMATS
from freehold.engine.answers.turn import Turn, Turns
from freehold.engine.requests.tool_use import past_calls, read_tool_use
from tiny_model import make_tokenizer

TOKENIZER = make_tokenizer()
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}
TOOLS = [
    {"type": "function", "function": {"name": "weather", "parameters": WEATHER}},
    {"type": "function", "function": {"name": "now"}},
]
TEMPLATES = {
    "hermes": "{{ tools }} <tool_call>",
    "llama3_json": "{{ tools }} <|python_tag|>",
    "mistral": "{{ tools }} [TOOL_CALLS]",
    "mistral_args": "{{ tools }} [TOOL_CALLS] [ARGS]",
    "qwen3_coder": "{{ tools }} <tool_call><function=x><parameter=y>",
}
# Each format's way to write the calls weather(city="Paris, \"the\" {city}", days=2) and now().
CITY = 'Paris, "the" {city}'
PARIS = json.dumps({"city": CITY, "days": 2})
CALLS = {
    "hermes": [
        f'<tool_call>\n{{"name": "weather", "arguments": {PARIS}}}\n</tool_call>',
        '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>',
    ],
    "llama3_json": [
        f'<|python_tag|>{{"name": "weather", "parameters": {PARIS}}}; {{"name": "now", "parameters": {{}}}}'
    ],
    "mistral": [f'[TOOL_CALLS][{{"name": "weather", "arguments": {PARIS}}}, {{"name": "now", "arguments": {{}}}}]'],
    "mistral_args": [f"[TOOL_CALLS]weather[CALL_ID]abc[ARGS]{PARIS}", "[TOOL_CALLS]now[ARGS]{}"],
    "qwen3_coder": [
        f"<tool_call>\n<function=weather>\n<parameter=city>\n{CITY}\n</parameter>\n<parameter=days>\n2\n</parameter>\n"
        "</function>\n</tool_call>",
        "<tool_call>\n<function=now>\n</function>\n</tool_call>",
    ],
}
EXPECTED = [("weather", {"city": CITY, "days": 2}), ("now", {})]


@dataclass
class Read:
    """A turn put together from its deltas."""

    content: str = ""
    reasoning: str = ""
    calls: list[list[str]] = field(default_factory=list)

    def add(self, deltas: list[Delta]) -> None:
        for delta in deltas:
            self.content += delta.content
            self.reasoning += delta.reasoning
            if delta.name is not None:
                assert delta.call == len(self.calls)
                self.calls.append([delta.name, ""])
            elif delta.call is not None:
                self.calls[delta.call][1] += delta.arguments

    def parsed(self) -> list[tuple[str, Any]]:
        return [(name, json.loads(arguments)) for name, arguments in self.calls]


@cache
def turn(format: str, *, template: str = "", parallel: bool = True, choice: Any = None) -> Turn:
    use = read_tool_use(TOOLS, choice, parallel=parallel)
    return Turns(TEMPLATES[format] + template, TOKENIZER).of(use, None, [])


def read(turn: Turn, *pieces: str) -> Read:
    reader, found = turn.reader(), Read()
    for piece in pieces:
        found.add(reader.feed(piece))
    found.add(reader.feed("", last=True))
    assert reader.calls >= len(found.calls)
    return found


@pytest.mark.parametrize("format", TOOL_FORMATS)
def test_text_comes_as_content_and_calls_as_calls(format: str) -> None:
    found = read(turn(format), "I shall look.\n", *CALLS[format])
    assert found.content == "I shall look."
    assert found.parsed() == EXPECTED


@pytest.mark.parametrize("format", TOOL_FORMATS)
def test_only_the_first_call_counts_where_one_was_asked_for(format: str) -> None:
    assert read(turn(format, parallel=False), *CALLS[format]).parsed() == EXPECTED[:1]


NOISE = ["<tool_call>", "</tool_call>", "[TOOL_CALLS]", "<|python_tag|>", "<function=", "<parameter=a>", "</function>"]
NOISE += [
    "[ARGS]",
    "[",
    "]",
    "{",
    "}",
    '{"name": "weather", ',
    '"arguments": {',
    '"',
    "\\",
    ";",
    ",",
    " ",
    "\n",
    "text",
]
NOISE += ["<think>", "</think>", "<", '{"name": "now"}', "</parameter>", ">", '"name": 5', "é🙂"]


@pytest.mark.parametrize("format", TOOL_FORMATS)
@settings(deadline=None)
@given(data=st.data())
def test_pieces_cut_anywhere_make_the_same_turn_as_the_whole(format: str, data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.sampled_from([*NOISE, *CALLS[format]]), max_size=8))
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    thinking = turn(format, template="</think>")
    whole = read(thinking, text)
    assert read(thinking, *pieces) == whole
    assert read(thinking, *text) == whole


@pytest.mark.parametrize("format", TOOL_FORMATS)
@settings(deadline=None)
@given(text=st.lists(st.sampled_from([part for part in NOISE if part not in ('"', "text")]), max_size=8).map("".join))
def test_a_turn_without_a_call_loses_nothing(format: str, text: str) -> None:
    found = read(turn(format), text)
    if not found.calls:
        assert found.content == text


@pytest.mark.parametrize("format", TOOL_FORMATS)
def test_no_markup_leaks_while_a_call_is_being_written(format: str) -> None:
    reader, found = turn(format).reader(), Read()
    text = "".join(CALLS[format])
    for size, character in enumerate(text[:-1]):
        found.add(reader.feed(character))
        assert found.content == "", text[:size]


@pytest.mark.parametrize("format", ["hermes", "llama3_json", "mistral", "mistral_args"])
def test_arguments_stream_before_the_call_is_complete(format: str) -> None:
    reader, found = turn(format).reader(), Read()
    found.add(reader.feed(CALLS[format][0].partition("Paris")[0]))
    [[name, arguments]] = found.calls
    assert (name, arguments) == ("weather", '{"city": "')


@pytest.mark.parametrize("format", TOOL_FORMATS)
def test_a_call_that_was_cut_off_keeps_what_there_is(format: str) -> None:
    text = CALLS[format][0].partition('"the')[0]
    found = read(turn(format), text.partition("\\")[0])
    assert found.content == ""
    assert found.calls == [["weather", '{"city": "Paris, ']]


def test_the_keys_of_a_call_may_come_in_any_order() -> None:
    text = '<tool_call>{"arguments": {"city": "x"}, "id": [1, {"a": "}"}], "name": "weather"}</tool_call>'
    assert read(turn("hermes"), *text).parsed() == [("weather", {"city": "x"})]
    text = '<tool_call>{"name": "weather", "arguments": "{\\"city\\": \\"x\\"}"}</tool_call>'
    assert read(turn("hermes"), *text).parsed() == [("weather", {"city": "x"})]


@pytest.mark.parametrize("text", ['{"name": "Bob", "parameters": {"age": 3}}', '{"answer": 42}', '{"name": "now", 3}'])
def test_json_that_is_no_call_of_a_known_function_is_content(text: str) -> None:
    found = read(turn("llama3_json"), *text)
    assert (found.content, found.calls) == (text, [])


def test_a_call_without_its_tag_is_one_when_the_function_is_known() -> None:
    found = read(turn("llama3_json"), *'\n{"name": "weather", "parameters": {"city": "x"}}', " and so on")
    assert found.parsed() == [("weather", {"city": "x"})]
    assert found.content == "and so on"


def test_values_are_read_by_their_schema() -> None:
    text = "<function=weather><parameter=city>\n12\n</parameter><parameter=days>\nmany\n</parameter></function>"
    assert read(turn("qwen3_coder"), *text).parsed() == [("weather", {"city": "12", "days": "many"})]


def test_reasoning_is_told_apart_whether_the_prompt_or_the_model_begins_it() -> None:
    turns = Turns("<think> </think>", TOKENIZER)
    begun = TOKENIZER.encode("<|assistant|><think>\n", add_special_tokens=False).ids
    found = read(turns.of(None, None, begun), *"Hm.\n\n</think>\n\nYes.")
    assert (found.reasoning, found.content) == ("Hm.", "Yes.")
    found = read(turns.of(None, None, []), *"<think>\nHm. </think>Yes. </think>")
    assert (found.reasoning, found.content) == ("Hm.", "Yes. </think>")
    found = read(turns.of(None, None, []), *"No thought.")
    assert (found.reasoning, found.content) == ("", "No thought.")


def test_a_template_shows_its_format_and_a_setting_wins() -> None:
    for name, template in TEMPLATES.items():
        assert Turns(template, TOKENIZER).format is TOOL_FORMATS[name]
    assert Turns("{{ tools }}", TOKENIZER, "hermes").format is TOOL_FORMATS["hermes"]
    with pytest.raises(SetupError, match="hermes"):
        Turns("", TOKENIZER, "hermess")


@pytest.mark.parametrize("template", ["{{ messages }}", "{{ tools }} in a way nobody knows"])
def test_tools_are_refused_where_the_template_does_not_show_how(template: str) -> None:
    use = read_tool_use(TOOLS, "auto", parallel=True)
    with pytest.raises(UnsupportedParameter, match="template"):
        Turns(template, TOKENIZER).of(use, None, [])


@pytest.mark.parametrize(
    ("tools", "choice", "says"),
    [
        ([], "required", "no tools"),
        (TOOLS, "sometimes", "sometimes"),
        ([{"type": "web_search"}], "auto", "web_search"),
        ([{"type": "function", "function": {"name": "a b"}}], "auto", "regex"),
        (TOOLS * 65, "auto", "128"),
    ],
)
def test_bad_tools_are_refused_by_name(tools: list[Any], choice: str, says: str) -> None:
    with pytest.raises(InvalidRequest, match=says) as caught:
        read_tool_use(tools, choice, parallel=True)
    assert str(caught.value.param).startswith("tool")


def test_past_arguments_become_objects_where_they_are_ones() -> None:
    calls = [{"id": "1", "function": {"name": "f", "arguments": given}} for given in ('{"a": 1}', "{cut off", "[1]")]
    assert [call["function"]["arguments"] for call in past_calls(calls)] == [{"a": 1}, "{cut off", "[1]"]
