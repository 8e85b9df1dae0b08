"""What is measured of embeddings: whether they came, how fast, for how much."""

from typing import Any

import pytest

from exchanges import exchange, packed
from freehold.contracts.rollouts import Exchange
from freehold.contracts.wire import Call
from freehold.rollouts.comparators.embeddings import COMPARATOR
from freehold.rollouts.plan import Plan

PLAN = Plan(route="e", candidate="local/minilm")
VECTORS = {"data": [{"index": 0, "embedding": [0.1, 0.2]}, {"index": 1, "embedding": "AAAA"}]}


def embedded(answer: Any = VECTORS, **more: Any) -> Exchange:
    return exchange(answer, endpoint="embeddings", **more)


def prompt(given: Any) -> str:
    return COMPARATOR.prompt(Call(endpoint="embeddings", body=packed({"input": given}), model="e"))


def test_the_first_of_a_vector_is_its_whole() -> None:
    found = COMPARATOR.measure(embedded(seconds=0.25, first_byte_seconds=0.1, cost=20), PLAN)
    assert found == {"error_rate": 0.0, "ttft_seconds": 0.25, "cost_usd": 0.00002}


@pytest.mark.parametrize("answer", [b"<html>", {}, {"data": []}, {"data": [{"embedding": []}]}, {"data": [7]}, b"[[["])
def test_a_200_without_vectors_is_an_error(answer: Any) -> None:
    assert COMPARATOR.measure(embedded(answer), PLAN) == {"error_rate": 1.0}


def test_an_answer_that_is_too_long_to_be_kept_is_no_error() -> None:
    assert COMPARATOR.measure(embedded(packed(VECTORS)[:20], is_whole=False), PLAN) == {"error_rate": 0.0}


@pytest.mark.parametrize(
    ("status", "outcome", "found"),
    [
        (500, "failed", {"error_rate": 1.0}),
        (429, "refused", {"error_rate": 1.0}),
        (400, "refused", {}),
        (422, "refused", {}),
        (499, "cancelled", {}),
    ],
)
def test_only_the_arms_own_failures_count(status: int, outcome: str, found: dict[str, float]) -> None:
    answer = {"error": {"message": "no"}}
    assert COMPARATOR.measure(embedded(answer, status=status, outcome=outcome, seconds=1.0), PLAN) == found


def test_vectors_of_two_models_are_not_compared() -> None:
    assert COMPARATOR.measure_pair(embedded(), embedded()) == {}
    assert COMPARATOR.text(embedded()) == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a cat", "a cat"),
        (["a cat", "a dog"], "a cat\n\na dog"),
        ([5, 6, 7], "[3 tokens]"),
        ([[5, 6], [7]], "[2 tokens]\n\n[1 tokens]"),
        ([], ""),
        (None, ""),
        ({"text": "a"}, ""),
    ],
)
def test_the_texts_are_shown_and_tokens_counted(given: Any, shown: str) -> None:
    assert prompt(given) == shown


def test_many_long_texts_are_shown_in_part() -> None:
    shown = prompt(["x" * 5000] * 500)
    assert len(shown) < 13_000
    assert "(480 more inputs)" in shown
