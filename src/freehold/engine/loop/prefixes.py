"""Beginnings that sequences share: which pages one may take from the cache, and which it is about to give.

A full page goes by a key that stands for all tokens up to its end, for whose they are, and for the cache salt, so no
tenant ever meets another's. Two sequences that begin alike and arrive together do not compute the same page twice: the
second waits until the first has it.
"""

import hashlib

import numpy as np

from freehold.engine.loop.kv_cache import KVCache
from freehold.engine.loop.sequence import Sequence
from freehold.nn import PAGE_SLOTS

KEY_BYTES = 16


def identify_pages(sequence: Sequence) -> None:
    """Bring a sequence's page keys up to its tokens: sha256(the key before, the page's tokens).

    Takes a microsecond a page, so whoever submits a long prompt does it before the engine's thread would.
    """
    keys, tokens = sequence.page_keys, sequence.tokens
    start, end = len(keys) * PAGE_SLOTS, len(tokens) // PAGE_SLOTS * PAGE_SLOTS
    data = memoryview(np.array(tokens[start:end], dtype=np.int32).tobytes())
    key = keys[-1] if keys else _root(sequence.terms.tenant, sequence.terms.cache_salt)
    for offset in range(0, len(data), 4 * PAGE_SLOTS):
        key = _digest(key + data[offset : offset + 4 * PAGE_SLOTS])
        keys.append(key)


def _root(*owners: str) -> bytes:
    """What the keys of these owners' pages descend from; no other owners' keys can equal them."""
    texts = [owner.encode() for owner in owners]
    return _digest(b"".join(len(text).to_bytes(8, "little") + text for text in texts))


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:KEY_BYTES]


class Prefixes:
    """What running sequences take from the cache and publish in it."""

    def __init__(self, cache: KVCache) -> None:
        self._cache = cache
        self._coming: dict[bytes, Sequence] = {}  # pages of prompts that are being computed, and by whom

    def shareable(self, sequence: Sequence) -> list[bytes]:
        """Keys of pages it may take: its last token is always computed, and a prompt that is scored from the first."""
        tokens = len(sequence.tokens)
        if sequence.sampling.prompt_logprobs and tokens == sequence.prompt_length:
            return []
        return sequence.page_keys[: (tokens - 1) // PAGE_SLOTS]

    def waits_for_twin(self, sequence: Sequence) -> bool:
        """Whether the first page it lacks is being computed by another that is as urgent."""
        keys = self.shareable(sequence)
        missing = len(self._cache.find(keys)) if self._coming else len(keys)
        twin = self._coming.get(keys[missing]) if missing < len(keys) else None
        return twin is not None and twin.terms.priority <= sequence.terms.priority

    def expect(self, sequence: Sequence) -> None:
        """A running sequence is going to compute the pages it has not got."""
        for key in sequence.page_keys[sequence.computed // PAGE_SLOTS :]:
            self._coming.setdefault(key, sequence)

    def publish(self, sequence: Sequence, start: int, end: int) -> None:
        """Tokens `start` to `end` have been computed: let others find the pages that became full."""
        if end // PAGE_SLOTS == start // PAGE_SLOTS:
            return
        identify_pages(sequence)
        assert sequence.table is not None
        for index in range(start // PAGE_SLOTS, end // PAGE_SLOTS):
            key = sequence.page_keys[index]
            self._cache.publish(sequence.table, index, key)
            if self._coming.get(key) is sequence:
                del self._coming[key]

    def forget(self, sequence: Sequence) -> None:
        """A sequence stops running; what it has not computed does not come."""
        for key in sequence.page_keys if self._coming else ():
            if self._coming.get(key) is sequence:
                del self._coming[key]
