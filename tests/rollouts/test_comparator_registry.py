"""What every comparator and every judge keeps to, those of third parties too."""

import math
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exchanges import exchange
from freehold.rollouts.comparators import COMPARATORS, comparator_for
from freehold.rollouts.judges import JUDGES
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import Check, Plan

PLAN = Plan(
    route="m",
    candidate="local/starter",
    checks=(
        Check(kind="regex", value="[a-z]+"),
        Check(kind="json_schema", value='{"type": ["object", 7], "items": 3}'),
    ),
    unsafe_patterns=("x", "(?=x)", "["),
)
MAX_READ = 15_000

NAMES = [
    "choices",
    "delta",
    "message",
    "content",
    "text",
    "type",
    "tool_calls",
    "function",
    "arguments",
    "name",
    "index",
]
NAMES += [
    "id",
    "finish_reason",
    "stop_reason",
    "refusal",
    "content_block",
    "data",
    "embedding",
    "role",
    "messages",
    "system",
]
NAMES += [
    "response_format",
    "json_schema",
    "schema",
    "properties",
    "required",
    "items",
    "enum",
    "prompt",
    "input",
    "tools",
]
NAMES += ["error", "code", "stop_details", "explanation", "partial_json", "function_call", "audio", "transcript"]
WORDS = ["text", "tool_use", "tool_result", "message", "message_start", "content_block_start", "content_block_delta"]
WORDS += [
    "message_delta",
    "json_schema",
    "json_object",
    "user",
    "system",
    "assistant",
    "refusal",
    "content_filter",
    "image",
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS)
VALUES = st.recursive(
    LEAVES, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=6) | st.lists(inner, max_size=4)
)
JSON = VALUES.map(lambda value: msgspec.json.encode(value) if _is_writable(value) else b"null")
STREAMS = st.lists(st.binary(max_size=12) | JSON, max_size=6).map(
    lambda events: b"".join(b"data: " + event + b"\n\n" for event in events)
)
BYTES = st.binary(max_size=60) | JSON | STREAMS
DEEP = b'{"choices":[{"message":{"content":' * 3000
SURROGATE = b'{"choices":[{"message":{"content":"\\ud800 x","tool_calls":[{"function":{"name":"\\udc00"}}]}}]}'
LARGE = b'{"choices":[{"message":{"content":"1e999","tool_calls":[{"function":{"arguments":{"a":%d}}}]}}]}' % 10**40


def _is_writable(value: Any) -> bool:
    try:
        msgspec.json.encode(value)
    except (ValueError, OverflowError):
        return False
    return True


@pytest.mark.parametrize("name", list(COMPARATORS))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(answer=DEEP, body=DEEP, is_stream=False, status=200)
@example(answer=SURROGATE, body=b'{"messages":[{"role":"user","content":"\\ud800"}]}', is_stream=False, status=200)
@example(answer=LARGE, body=b'{"response_format":{"type":"json_object"}}', is_stream=False, status=200)
@given(
    answer=BYTES, body=BYTES, is_stream=st.booleans(), status=st.sampled_from([200, 200, 200, 400, 404, 429, 499, 500])
)
def test_whatever_a_provider_or_a_caller_wrote_is_measured_without_a_failure(
    name: str, answer: bytes, body: bytes, is_stream: bool, status: int
) -> None:
    comparator = COMPARATORS[name]
    for endpoint in comparator.endpoints:
        found = exchange(
            answer,
            request=body,
            endpoint=endpoint,
            status=status,
            outcome="answered" if status < 400 else "refused",
            is_stream=is_stream,
            first_byte_seconds=0.1,
            seconds=0.5,
            output_tokens=20,
            cost=7,
        )
        measured = comparator.measure(found, PLAN)
        for metric, value in measured.items():
            kind = METRICS[metric].kind
            assert kind in ("share", "ratio")
            assert value in (0.0, 1.0) if kind == "share" else 0 < value < math.inf
        for metric, value in comparator.measure_pair(found, found).items():
            assert METRICS[metric].kind == "pair"
            assert -1 <= value <= 1
        assert len(comparator.prompt(found.call)) <= MAX_READ
        assert len(comparator.text(found)) <= MAX_READ


def test_no_endpoint_has_two_comparators() -> None:
    endpoints = [endpoint for name in COMPARATORS for endpoint in COMPARATORS[name].endpoints]
    assert len(endpoints) == len(set(endpoints)) > 0
    assert all(endpoint in cast("Any", comparator_for(endpoint)).endpoints for endpoint in endpoints)
    assert comparator_for("no such endpoint") is None


@pytest.mark.parametrize("name", list(COMPARATORS))
def test_every_comparator_counts_failures_and_ignores_what_was_cancelled(name: str) -> None:
    for endpoint in COMPARATORS[name].endpoints:
        failed = exchange(b"", endpoint=endpoint, status=502, outcome="failed", seconds=1.0)
        cancelled = exchange(b"", endpoint=endpoint, status=499, outcome="cancelled")
        assert COMPARATORS[name].measure(failed, PLAN) == {"error_rate": 1.0}
        assert COMPARATORS[name].measure(cancelled, PLAN) == {}


def test_every_judge_scores_a_pair_metric_of_its_own() -> None:
    metrics = [JUDGES[name].metric for name in JUDGES]
    assert len(metrics) == len(set(metrics)) > 0
    assert all(METRICS[metric].kind == "pair" for metric in metrics)


@pytest.mark.parametrize("name", list(JUDGES))
def test_a_judge_is_wanted_only_where_the_plan_names_its_model(name: str) -> None:
    judge = JUDGES[name]
    assert not judge.is_wanted(Plan(route="m", candidate="local/starter"))
    assert judge.is_wanted(Plan(route="m", candidate="local/starter", judge="referee", embedder="vectors"))


def test_each_judge_has_a_model_of_its_own() -> None:
    assert JUDGES["pairwise"].is_wanted(Plan(route="m", candidate="local/s", judge="referee"))
    assert not JUDGES["pairwise"].is_wanted(Plan(route="m", candidate="local/s", embedder="vectors"))
    assert JUDGES["similarity"].is_wanted(Plan(route="m", candidate="local/s", embedder="vectors"))
    assert not JUDGES["similarity"].is_wanted(Plan(route="m", candidate="local/s", judge="referee"))
