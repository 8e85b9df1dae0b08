"""An executor that cannot be fooled: its logits depend on every token of a context, read back from its own pages."""

import zlib
from collections import Counter
from collections.abc import Callable

import numpy as np

from freehold.models import DecoderSpec
from freehold.nn import PAGE_SLOTS, FlatBatch, Float32, Int32

VOCABULARY = 64


def logits_after(context: Int32) -> Float32:
    """What the oracle answers after these tokens, whatever the batch."""
    seed = zlib.crc32(np.ascontiguousarray(context, dtype=np.int32).tobytes())
    return np.random.default_rng(seed).standard_normal(VOCABULARY).astype(np.float32)


def continuation(prompt: list[int], tokens: int) -> list[int]:
    """The greedy answer of `tokens` tokens, computed without any engine."""
    context = list(prompt)
    for _ in range(tokens):
        context.append(int(logits_after(np.array(context, dtype=np.int32)).argmax()))
    return context[len(prompt) :]


class OracleExecutor:
    """Stores token ids where a model stores keys and values. Raises when a step breaks the seam's rules."""

    def __init__(self, pages: int) -> None:
        self.spec = DecoderSpec(
            vocab_size=VOCABULARY,
            hidden_size=1,
            layers=1,
            heads=1,
            kv_heads=1,
            head_dim=1,
            intermediate_size=1,
            context_length=1 << 20,
        )
        self.cache_pages = pages
        self.store = np.full(pages * PAGE_SLOTS, -1, dtype=np.int32)
        self.steps: list[int] = []  # tokens of each
        self.on_forward: Callable[[], None] = lambda: None

    def forward(self, batch: FlatBatch) -> Float32:
        """Logits [R, V] after each asked row's context."""
        self.on_forward()
        self._refuse_shared_writes(batch)
        self.store[batch.slots_T()] = batch.tokens_T
        self.steps.append(len(batch.tokens_T))
        positions = batch.positions_T()
        owners = np.repeat(np.arange(len(batch.contexts_N)), np.diff(batch.starts_N1))
        rows = [self._context(batch.pages_NP[owners[row]], int(positions[row]) + 1) for row in batch.logit_rows_R]
        return np.array([logits_after(row) for row in rows], dtype=np.float32).reshape(-1, VOCABULARY)

    def _context(self, pages_P: Int32, length: int) -> Int32:
        slots = pages_P[:, None] * PAGE_SLOTS + np.arange(PAGE_SLOTS)
        context = self.store[slots.reshape(-1)[:length]]
        assert (context >= 0).all(), "a context reaches into slots that were never written"
        return context

    def _refuse_shared_writes(self, batch: FlatBatch) -> None:
        held: Counter[int] = Counter()
        for row, length in zip(batch.pages_NP, batch.contexts_N, strict=True):
            held.update(row[: -(-int(length) // PAGE_SLOTS)].tolist())
        written = set((batch.slots_T() // PAGE_SLOTS).tolist())
        assert all(held[page] == 1 for page in written), "a step writes a page that two sequences hold"
        assert len(np.unique(batch.slots_T())) == len(batch.tokens_T), "a step writes a slot twice"
