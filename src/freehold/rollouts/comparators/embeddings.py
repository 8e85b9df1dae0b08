"""Embeddings: whether they came, how fast, for how much. Two models' vectors have nothing in common to compare."""

from collections.abc import Mapping
from typing import Any

from freehold.contracts.rollouts import Exchange
from freehold.contracts.wire import Call
from freehold.rollouts.plan import Plan
from freehold.rollouts.reading.ending import amounts, ending
from freehold.rollouts.reading.loose import decoded, items, mapping, word
from freehold.rollouts.reading.shown import shortened

MAX_INPUTS = 20
MAX_INPUT, MAX_SHOWN = 1000, 12_000  # characters


class EmbeddingsComparator:
    """Implements `Comparator`."""

    endpoints: frozenset[str] = frozenset({"embeddings"})

    def measure(self, exchange: Exchange, plan: Plan) -> Mapping[str, float]:
        """Its `ttft_seconds` is the time to the whole answer, of which no part comes first."""
        how = ending(exchange)
        if how == "no fault":
            return {}
        if how == "failed" or (exchange.is_whole and exchange.answer and not _has_vectors(exchange.answer)):
            return {"error_rate": 1.0}
        if how == "declined":
            return {"error_rate": 0.0}
        time = {"ttft_seconds": exchange.seconds} if exchange.seconds > 0 else {}
        return {"error_rate": 0.0} | time | amounts(exchange)

    def measure_pair(self, control: Exchange, candidate: Exchange) -> Mapping[str, float]:
        """Nothing: each model has a space of its own."""
        return {}

    def prompt(self, call: Call) -> str:
        """The first texts, shortened; tokens are counted."""
        given = mapping(decoded(call.body)).get("input")
        texts = [given] if isinstance(given, str) else items(given)
        if texts and all(isinstance(each, int) for each in texts):
            return f"[{len(texts)} tokens]"
        shown = [_shown(each) for each in texts[:MAX_INPUTS]]
        more = [f"({len(texts) - MAX_INPUTS} more inputs)"] if len(texts) > MAX_INPUTS else []
        return shortened("\n\n".join([*shown, *more]), MAX_SHOWN)

    def text(self, exchange: Exchange) -> str:
        """Nothing: vectors are not for people or judges to read."""
        return ""


def _has_vectors(answer: bytes) -> bool:
    """Whether the answer holds a vector, as numbers or in base64, for each of its inputs."""
    rows = [mapping(row).get("embedding") for row in items(mapping(decoded(answer)).get("data"))]
    return bool(rows) and all(word(row) or items(row) for row in rows)


def _shown(given: Any) -> str:
    return shortened(given, MAX_INPUT) if isinstance(given, str) else f"[{len(items(given))} tokens]"


COMPARATOR = EmbeddingsComparator()
