"""Executors: what runs a model's spec on some hardware. This file is the seam between the engine and all of them.

Legend: T tokens of this step, N sequences in it, P pages of the longest context, R rows of logits asked for,
V vocabulary. A *page* holds the keys and values of `PAGE_SLOTS` tokens of one sequence, in every layer.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from freehold.models import DecoderSpec

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]

PAGE_SLOTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatBatch:
    """Tokens of many sequences in one row, without padding; all arrays are C-contiguous.

    Rows `starts[n]` to `starts[n+1]` are the newest tokens of sequence n, whose context, they included, is
    `contexts[n]` tokens long. Token p of its context has its keys and values in slot p % PAGE_SLOTS of page
    `pages[n, p // PAGE_SLOTS]`. Pages may be shared between sequences; those that this step writes are not.
    """

    tokens_T: Int32
    starts_N1: Int32
    contexts_N: Int32
    pages_NP: Int32  # padded with zeros
    logit_rows_R: Int32

    def positions_T(self) -> Int32:
        """Each token's place in its own context."""
        counts = np.diff(self.starts_N1)
        return np.arange(len(self.tokens_T), dtype=np.int32) + np.repeat(self.contexts_N - self.starts_N1[1:], counts)

    def slots_T(self) -> Int64:
        """Where each token's keys and values are written: page · PAGE_SLOTS + slot."""
        positions = self.positions_T()
        sequences = np.repeat(np.arange(len(self.contexts_N)), np.diff(self.starts_N1))
        return self.pages_NP[sequences, positions // PAGE_SLOTS].astype(np.int64) * PAGE_SLOTS + positions % PAGE_SLOTS


class Executor(Protocol):
    """Runs flat batches over a key-value cache that it owns. Knows neither requests nor text.

    Not thread-safe: one thread calls `forward`, which releases Python's lock while it computes where it can.
    """

    spec: DecoderSpec
    cache_pages: int

    def forward(self, batch: FlatBatch) -> Float32:
        """Write the batch's keys and values, and return logits [R, V]; they are overwritten by the next call."""
        ...
