"""Executors: what runs a model's spec on some hardware. This file is the seam between the engine and all of them.

Legend: T tokens of this step, R rows of logits asked for, V vocabulary, S cache slots (one slot = one token's KV).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from freehold.models import DecoderSpec

Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One request's tokens within a flat batch: rows start to end, reading the cache slots of its whole context."""

    start: int
    end: int
    context_slots: Int64  # [position of the last token + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatBatch:
    """Tokens of many requests in one row, without padding."""

    tokens_T: Int64
    positions_T: Int64
    slots_T: Int64  # where each token's keys and values are written
    segments: tuple[Segment, ...]
    logit_rows_R: Int64


class Executor(Protocol):
    """Runs flat batches over a key-value cache that it owns. Knows neither requests nor text."""

    spec: DecoderSpec
    cache_slots: int

    def forward(self, batch: FlatBatch) -> Float32:
        """Write the batch's keys and values, and return logits [R, V]."""
        ...
