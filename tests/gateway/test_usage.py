"""What providers say that a request consumed: every shape, in a stream or whole, and what of it is not believed."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contracts.usage import Usage
from freehold.gateway.ledger.usage import MOST, UsageReader, read_whole

FIXTURES = sorted((Path(__file__).parents[1] / "fixtures" / "usage").glob("*.json"))
CHAT = "chat/completions"


def packed(value: Any) -> bytes:
    """JSON as servers write it: no spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def chat(**usage: Any) -> Usage | None:
    return read_whole(CHAT, packed({"choices": [], "usage": usage}))


def counted(**usage: Any) -> Usage:
    """The usage of an answer that also reports 100 tokens in and 50 out."""
    found = chat(**({"prompt_tokens": 100, "completion_tokens": 50} | usage))
    assert found is not None
    return found


def streamed(endpoint: str, *events: Any) -> Usage | None:
    reader = UsageReader(endpoint)
    for event in events:
        reader.feed(event.encode() if isinstance(event, str) else packed(event))
    return reader.usage


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_each_providers_answer_is_read_as_its_documentation_says(path: Path) -> None:
    fixture = json.loads(path.read_text())
    assert fixture["source"]
    expected = fixture["expected"] and Usage(**fixture["expected"])
    if "body" in fixture:
        assert read_whole(fixture["endpoint"], packed(fixture["body"])) == expected
        assert read_whole(fixture["endpoint"], json.dumps(fixture["body"], indent=2).encode()) == expected
    else:
        assert streamed(fixture["endpoint"], *fixture["events"]) == expected


def test_there_are_fixtures_of_streams_and_of_whole_answers() -> None:
    kinds = {"body" in json.loads(path.read_text()) for path in FIXTURES}
    assert kinds == {True, False}


def test_the_last_cumulative_usage_holds() -> None:
    events = [{"usage": {"prompt_tokens": 5, "completion_tokens": count}} for count in (1, 7, 9)]
    assert streamed(CHAT, *events) == Usage(input_tokens=5, output_tokens=9)


@pytest.mark.parametrize(
    "last", [{"usage": None}, {"usage": {}}, {"usage": {"prompt_tokens": -1}}, {"usage": 7}, '{"usage":', "[DONE]"]
)
def test_usage_that_cannot_be_believed_does_not_replace_what_was_seen(last: Any) -> None:
    assert streamed(CHAT, {"usage": {"prompt_tokens": 5}}, last) == Usage(input_tokens=5)


def test_usage_that_text_speaks_of_is_not_usage() -> None:
    text = 'The field is "usage":{"prompt_tokens":9}'
    assert streamed(CHAT, {"choices": [{"delta": {"content": text}}]}) is None
    assert read_whole(CHAT, packed({"choices": [{"message": {"content": text}}]})) is None


def test_usage_after_a_nested_null_is_seen() -> None:
    assert streamed(CHAT, {"x": {"usage": None}, "usage": {"prompt_tokens": 3}}) == Usage(input_tokens=3)


def test_a_message_whose_end_repeats_less_input_keeps_what_the_start_said() -> None:
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 30, "output_tokens": 1}}}
    end = {"type": "message_delta", "usage": {"input_tokens": 0, "output_tokens": 8}}
    assert streamed("messages", start, end) == Usage(input_tokens=30, output_tokens=8)


def test_a_message_that_breaks_off_still_says_what_went_in() -> None:
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 30, "output_tokens": 1}}}
    assert streamed("messages", start) == Usage(input_tokens=30, output_tokens=1)


@pytest.mark.parametrize("value", [-1, "100", 1.5, True, [1], {"a": 1}, MOST + 1, 10**30])
def test_an_impossible_count_makes_the_whole_unknown(value: Any) -> None:
    assert chat(prompt_tokens=value, completion_tokens=50) is None
    assert chat(prompt_tokens=100, completion_tokens=value) is None


def test_a_count_written_as_a_float_is_a_count() -> None:
    assert chat(prompt_tokens=100.0, completion_tokens=50.0) == Usage(input_tokens=100, output_tokens=50)


@pytest.mark.parametrize("usage", [{}, {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}])
def test_a_request_that_read_nothing_is_not_believed(usage: dict[str, int]) -> None:
    assert chat(**usage) is None


@pytest.mark.parametrize(("value", "cached"), [(400, 100), (-5, 0), ("9", 0), (2.5, 0), (None, 0), (10**30, 100)])
def test_cached_tokens_are_cut_down_to_the_input(value: Any, cached: int) -> None:
    assert counted(prompt_tokens_details={"cached_tokens": value}).cached_tokens == cached


def test_cached_and_written_together_do_not_exceed_the_input() -> None:
    usage = counted(prompt_tokens_details={"cached_tokens": 70, "cache_write_tokens": 60})
    assert (usage.cached_tokens, usage.cache_write_tokens) == (70, 30)


def test_reasoning_is_cut_down_to_the_output() -> None:
    assert counted(completion_tokens_details={"reasoning_tokens": 80}).reasoning_tokens == 50


@pytest.mark.parametrize("value", [-0.1, "0.1", None, 1e12, True, {}])
def test_machine_seconds_that_cannot_be_are_none(value: Any) -> None:
    assert counted(freehold={"machine_seconds": value}).machine_seconds == 0.0


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b"7", b"{", b"\xff", b'{"usage":{"\xff":1}}', b"[" * 100_000, b'{"usage":' * 100_000),
        *(b'{"usage":[1]}', b'{"usage":"x","message":7}', b'{"meta":[],"timings":"x","x_groq":3}', b"data: {}"),
    ],
)
@pytest.mark.parametrize("endpoint", [CHAT, "messages", "responses", "rerank", "no such endpoint"])
def test_garbage_is_no_usage(body: bytes, endpoint: str) -> None:
    assert read_whole(endpoint, body) is None
    reader = UsageReader(endpoint)
    reader.feed(body)
    assert reader.usage is None


NAMES = [
    "usage",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
]
NAMES += ["prompt_tokens_details", "completion_tokens_details", "reasoning_tokens", "cache_write_tokens", "timings"]
NAMES += ["cache_read_input_tokens", "cache_creation_input_tokens", "message", "response", "x_groq", "meta", "prompt_n"]
NAMES += ["cache_n", "predicted_n", "seconds", "freehold", "machine_seconds", "prompt_cache_hit_tokens"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANSWERS = st.recursive(LEAVES, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner) | st.lists(inner))


@settings(deadline=None)
@given(answer=ANSWERS, endpoint=st.sampled_from([CHAT, "messages", "responses", "embeddings"]))
def test_whatever_is_read_keeps_its_parts_within_their_wholes(answer: Any, endpoint: str) -> None:
    body = msgspec.json.encode({"usage": answer} if not isinstance(answer, dict) else answer)
    for usage in (read_whole(endpoint, body), read_whole(endpoint, b'{"usage":' + body + b"}")):
        if usage is not None:
            assert 0 <= usage.cached_tokens + usage.cache_write_tokens <= usage.input_tokens <= MOST
            assert min(usage.cached_tokens, usage.cache_write_tokens, usage.machine_seconds, usage.audio_seconds) >= 0
            assert 0 <= usage.reasoning_tokens <= usage.output_tokens <= MOST
            assert usage.input_tokens > 0 or usage.audio_seconds > 0


@settings(deadline=None)
@given(body=st.binary() | st.text().map(str.encode))
def test_no_bytes_raise(body: bytes) -> None:
    read_whole(CHAT, body)
    UsageReader("messages").feed(b'"usage"' + body)
