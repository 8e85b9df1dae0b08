"""How near two answers are in meaning: the cosine of their embeddings. Near is not right: it only shows a change.

An embedder reads no more than its context holds, the built-in one 512 tokens. So a text goes in pieces that fit
whatever their script, the first few alone, and its embedding is the mean of theirs.
"""

import math
from collections.abc import Sequence

import msgspec

from freehold.contracts.rollouts import Exchange
from freehold.rollouts.comparators import Comparator
from freehold.rollouts.judges import Ask
from freehold.rollouts.plan import Plan
from freehold.rollouts.reading.ending import ending
from freehold.rollouts.reading.loose import UNREADABLE

ENDPOINT = "embeddings"
PIECE_CHARACTERS = 480
MAX_PIECES = 8


class _Row(msgspec.Struct):
    embedding: list[float]
    index: int


class _Rows(msgspec.Struct):
    data: list[_Row]


_DECODER = msgspec.json.Decoder(_Rows)


class SimilarityJudge:
    """Implements `Judge`."""

    metric = "similarity"

    def is_wanted(self, plan: Plan) -> bool:
        """Where the plan names an embedder."""
        return bool(plan.embedder)

    async def score(
        self, control: Exchange, candidate: Exchange, comparator: Comparator, plan: Plan, ask: Ask
    ) -> float | None:
        """From -1 to 1: 1 for the same text, 0 where one of them says nothing; None where there are no vectors."""
        if ending(control) != "answered" or ending(candidate) != "answered":
            return None
        ours, theirs = comparator.text(control).strip(), comparator.text(candidate).strip()
        if not (ours or theirs):
            return None
        if ours == theirs:
            return 1.0
        if not (ours and theirs):
            return 0.0
        pieces = [_pieces(ours), _pieces(theirs)]
        body = {"model": plan.embedder, "input": [*pieces[0], *pieces[1]], "encoding_format": "float"}
        vectors = _read(await ask(ENDPOINT, plan.embedder, msgspec.json.encode(body)), sum(map(len, pieces)))
        if vectors is None:
            return None
        return _cosine(_mean(vectors[: len(pieces[0])]), _mean(vectors[len(pieces[0]) :]))


def _pieces(text: str) -> list[str]:
    sound = text.encode("utf-8", "replace").decode()[: PIECE_CHARACTERS * MAX_PIECES]
    starts = range(0, len(sound), PIECE_CHARACTERS)
    # An embedder may refuse a piece of spaces alone.
    return [piece for start in starts if (piece := sound[start : start + PIECE_CHARACTERS]).strip()]


def _read(answer: bytes, count: int) -> list[list[float]] | None:
    """The vectors in the order of their inputs, None for any other number or for vectors of different lengths."""
    try:
        rows = sorted(_DECODER.decode(answer).data, key=lambda row: row.index)
    except UNREADABLE:
        return None
    if [row.index for row in rows] != list(range(count)) or len({len(row.embedding) for row in rows}) != 1:
        return None
    return [row.embedding for row in rows]


def _mean(vectors: Sequence[Sequence[float]]) -> list[float]:
    """The mean direction: each vector counts alike, however long it is."""
    lengths = [math.hypot(*vector) or 1.0 for vector in vectors]
    return [math.fsum(x / length for x, length in zip(xs, lengths, strict=True)) for xs in zip(*vectors, strict=True)]


def _cosine(one: Sequence[float], other: Sequence[float]) -> float | None:
    lengths = math.hypot(*one) * math.hypot(*other)
    if lengths == 0 or not math.isfinite(lengths):
        return None
    return max(-1.0, min(1.0, math.fsum(x * y for x, y in zip(one, other, strict=True)) / lengths))


JUDGE = SimilarityJudge()
