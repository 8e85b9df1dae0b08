"""Which cache slots belong to whom. Keeps numbers only: the tensors are the executor's.

Slots are handed out in pages, after vLLM's PagedAttention (arXiv 2309.06180). Version one reserves the most a sequence
can need when it is admitted, so a running sequence never waits for memory.
"""

import numpy as np

from freehold.nn import Int64

PAGE_SLOTS = 16


class KVCache:
    """A free list of pages of `PAGE_SLOTS` slots."""

    def __init__(self, slots: int) -> None:
        self.pages = slots // PAGE_SLOTS
        self._free = list(range(self.pages))

    @property
    def free_pages(self) -> int:
        """Pages that nobody holds."""
        return len(self._free)

    def fits(self, tokens: int) -> bool:
        """Whether a sequence of `tokens` could ever be admitted."""
        return _pages(tokens) <= self.pages

    def reserve(self, tokens: int) -> Int64 | None:
        """Slots for `tokens` tokens in order, or None when too few pages are free."""
        count = _pages(tokens)
        if count > len(self._free):
            return None
        taken = np.array([self._free.pop() for _ in range(count)], dtype=np.int64)
        return (taken[:, None] * PAGE_SLOTS + np.arange(PAGE_SLOTS)).reshape(-1)

    def release(self, slots: Int64) -> None:
        """Give a reservation back."""
        self._free.extend((slots[::PAGE_SLOTS] // PAGE_SLOTS).tolist())


def _pages(tokens: int) -> int:
    return -(-tokens // PAGE_SLOTS)
