"""Runs prompts through an executor as the engine would: pages handed out, batches flattened."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from freehold.nn import PAGE_SLOTS, Executor, FlatBatch, Float32

PAGES_EACH = 20
CACHE_PAGES = 2 * PAGES_EACH + 1


class OpenExecutor(Protocol):
    """Opens a model with room for `CACHE_PAGES` pages."""

    def __call__(self, path: Path) -> Executor: ...


def step(executor: Executor, news: Sequence[Sequence[int]], seen: Sequence[int]) -> list[Float32]:
    """Logits at every new token of up to two sequences, of which `seen` tokens each have been computed."""
    counts = [len(new) for new in news]
    # Pages of the two sequences alternate, and come in falling order.
    pages = np.array([[2 * (PAGES_EACH - page) - row for page in range(PAGES_EACH)] for row in range(len(news))])
    contexts = np.array(seen) + counts
    batch = FlatBatch(
        tokens_T=np.concatenate([np.array(new) for new in news]).astype(np.int32),
        starts_N1=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        contexts_N=contexts.astype(np.int32),
        pages_NP=np.ascontiguousarray(pages[:, : -(-max(contexts) // PAGE_SLOTS)]).astype(np.int32),
        logit_rows_R=np.arange(sum(counts), dtype=np.int32),
    )
    return np.split(executor.forward(batch).copy(), np.cumsum(counts)[:-1])


def in_chunks(executor: Executor, prompt: Sequence[int], chunks: Sequence[int]) -> Float32:
    """Logits at every position of one prompt that is computed in chunks of these lengths."""
    rows, seen = [], 0
    for length in chunks:
        rows += step(executor, [prompt[seen : seen + length]], [seen])
        seen += length
    return np.concatenate(rows)


def greedy(executor: Executor, prompts: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    """The most likely `count` tokens after each prompt, all in one batch."""
    written: list[list[int]] = [[] for _ in prompts]
    news, seen = [list(prompt) for prompt in prompts], [0] * len(prompts)
    for _ in range(count):
        logits = step(executor, news, seen)
        seen = [before + len(new) for before, new in zip(seen, news, strict=True)]
        news = [[int(rows[-1].argmax())] for rows in logits]
        for row, new in enumerate(news):
            written[row] += new
    return written
