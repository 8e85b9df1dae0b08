"""What is read off a body: facts by rules, the rest by the classifier that is shipped."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.gateway.auto.needs import LONG_TOKENS, Needs, builtin_classifier, read_needs


def body(*messages: Any, **fields: Any) -> bytes:
    said = [{"role": "user", "content": each} if isinstance(each, str | list) else each for each in messages]
    return json.dumps({"model": "auto", "messages": said, **fields}).encode()


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def test_an_image_anywhere_in_the_conversation_needs_vision() -> None:
    earlier = [{"type": "text", "text": "Look"}, PICTURE]
    assert read_needs(body(earlier, "And what colour is it?")).vision
    assert not read_needs(body("What colour is the sky?")).vision


def test_an_anthropic_image_and_system_prompt_are_read_too() -> None:
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    needs = read_needs(body([picture], system="x" * 4000))
    assert needs.vision
    assert needs.input_tokens > 2000


def test_sound_tools_and_json_are_needed_when_they_are_given() -> None:
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    tool = {"type": "function", "function": {"name": "weather"}}
    needs = read_needs(body([sound], tools=[tool], response_format={"type": "json_schema", "json_schema": {}}))
    assert (needs.audio, needs.tools, needs.json) == (True, True, True)


@pytest.mark.parametrize(
    "fields", [{"tools": None}, {"tools": []}, {"response_format": {"type": "text"}}, {"tools": 7}]
)
def test_what_is_empty_or_plain_is_no_need(fields: dict[str, Any]) -> None:
    needs = read_needs(body("Hello", **fields))
    assert not needs.tools
    assert not needs.json


def test_tokens_follow_the_text_and_not_the_bytes_of_an_image() -> None:
    large = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 400_000}}
    assert read_needs(body([large])).input_tokens == read_needs(body([PICTURE])).input_tokens
    assert 900 < read_needs(body("word " * 800)).input_tokens < 1100


def test_a_text_counts_the_same_whether_its_json_is_escaped_or_not() -> None:
    message = {"messages": [{"role": "user", "content": "Расскажи про чуму"}]}
    escaped, plain = (json.dumps(message, ensure_ascii=ascii_only).encode() for ascii_only in (True, False))
    assert escaped != plain
    assert read_needs(escaped) == read_needs(plain)


def test_the_end_that_a_caller_sets_is_counted_as_output() -> None:
    needs = read_needs(body("Hi", max_tokens=50, max_completion_tokens=200))
    assert needs.output_tokens == 200
    assert needs.context_tokens == needs.input_tokens + 200


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Write a Python function that parses a CSV file and prints the totals per column.", "code"),
        ("Solve 3x + 2y = 12 and x - y = 1, show your steps.", "mathematics"),
        ("Write a poem of four stanzas about the sea at night.", "creative"),
        ("Why is the sky blue? Explain the mechanism.", "knowledge"),
        ("Write an email to my landlord to repair the heating.", "plain"),
        ("Schreibe eine Funktion in Rust, die eine Liste sortiert.", "code"),
        ("Démontre que la racine de 2 est irrationnelle.", "mathematics"),
        ("写一首关于秋天的诗。", "creative"),
    ],
)
def test_common_requests_are_sorted_into_their_task(text: str, task: str) -> None:
    needs = read_needs(body(text))
    assert needs.task == task
    assert needs.certainty > 0.5


@pytest.mark.parametrize(
    ("text", "complexity"),
    [
        ("hi there", "low"),
        ("What is the capital of Peru?", "low"),
        ("Explain how a refrigerator works.", "medium"),
        (
            "Design and implement a distributed queue with exactly-once delivery: architecture, full code and tests.",
            "high",
        ),
        ("Prove that every finite integral domain is a field, then give a second proof.", "high"),
    ],
)
def test_complexity_rises_with_what_is_asked(text: str, complexity: str) -> None:
    assert read_needs(body(text)).complexity == complexity


def test_a_short_follow_up_is_judged_by_the_question_before_it() -> None:
    question = "Implement a red-black tree in C++ with iterators and unit tests."
    assert read_needs(body(question, "and in Rust?")).difficulty > read_needs(body("and in Rust?")).difficulty


def test_a_caller_who_asks_for_high_effort_gets_high_complexity() -> None:
    needs = read_needs(body("is P = NP?", reasoning_effort="high"))
    assert needs.complexity == "high"
    assert any("reasoning effort" in reason for reason in needs.reasons)


def test_much_to_read_is_never_of_low_complexity() -> None:
    history = {"role": "assistant", "content": "word " * LONG_TOKENS}
    assert read_needs(body("hello")).complexity == "low"
    assert read_needs(body("hello", history, "thanks")).complexity == "medium"


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"messages":' + b"[" * 100_000,
        b'{"messages":[{"role":"user"',
    ],
)
def test_what_is_no_request_is_plain_and_medium(junk: bytes) -> None:
    needs = read_needs(junk)
    assert (needs.task, needs.complexity) == ("plain", "medium")
    assert needs.reasons


@pytest.mark.parametrize("content", [3, None, {}, [], "", [3], [{"type": "text", "text": None}]])
def test_a_message_without_text_is_plain_and_medium(content: Any) -> None:
    needs = read_needs(body({"role": "user", "content": content}))
    assert (needs.task, needs.complexity) == ("plain", "medium")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["role", "content", "text", "type"]), inner)
    ),
    max_leaves=12,
)
FIELDS = ["messages", "system", "tools", "functions", "response_format", "max_tokens", "reasoning_effort"]


@settings(max_examples=150, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_json_makes_it_raise(fields: dict[str, Any]) -> None:
    needs = read_needs(json.dumps(fields).encode())
    assert isinstance(needs, Needs)
    assert needs.input_tokens >= 0
    assert needs.output_tokens >= 0


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=400))
def test_any_text_gets_probabilities_that_add_up(text: str) -> None:
    scores = builtin_classifier().scores(text)
    assert sum(scores.tasks.values()) == pytest.approx(1, abs=1e-5)
    assert sum(scores.complexities.values()) == pytest.approx(1, abs=1e-5)


def test_neither_numpy_nor_onnxruntime_is_imported_before_a_text_is_judged() -> None:
    seen = "print([name for name in ('numpy', 'onnxruntime') if name in sys.modules])"
    judge = 'read_needs(b\'{"messages": [{"role": "user", "content": "hello"}]}\')'
    code = f"import sys; from freehold.gateway.auto.choose import choose; {seen}; " + (
        f"from freehold.gateway.auto.needs import read_needs; {judge}; {seen}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['numpy']"]


def test_the_middle_of_a_long_text_is_not_looked_at() -> None:
    start, end = "Summarise this article for me. " * 40, " Thanks in advance, that helps." * 40
    first, second = (read_needs(body(start + middle * 20_000 + end)) for middle in ("tree ", "proof"))
    assert first == second
