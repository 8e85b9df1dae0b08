"""Which cache pages belong to whom. Keeps numbers only: the keys and values are the executor's.

Pages are handed out as sequences grow, after vLLM's PagedAttention (arXiv 2309.06180). A full page may be published
under a key (`prefixes`), and who knows the key shares it. Nobody writes to a full page, so none is ever copied. A page
that nobody holds keeps its contents until it is the one that was left longest ago; of one sequence's pages the last
goes first, for the others are useful without it.
"""

from collections import OrderedDict
from collections.abc import Sequence as Row

import numpy as np

from freehold.nn import PAGE_SLOTS, Int32


def pages_for(tokens: int) -> int:
    """How many pages hold that many tokens."""
    return -(-tokens // PAGE_SLOTS)


class PageTable:
    """One sequence's pages, in the order of its tokens."""

    __slots__ = ("count", "pages", "slots")

    def __init__(self, longest: int) -> None:
        self.pages: Int32 = np.zeros(pages_for(longest), dtype=np.int32)
        self.count = 0
        self.slots = 0  # tokens that the pages hold

    def append(self, page: int) -> None:
        """Put a page behind the last one."""
        self.pages[self.count] = page
        self.count += 1
        self.slots += PAGE_SLOTS


class KVCache:
    """Pages, how many sequences hold each, and which tokens the full ones stand for."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        self._holders = [0] * pages
        self._keys: list[bytes | None] = [None] * pages
        self._published: dict[bytes, int] = {}
        self._free: OrderedDict[int, None] = OrderedDict.fromkeys(range(pages))  # the next to be reused first

    @property
    def free_pages(self) -> int:
        """Pages that nobody holds."""
        return len(self._free)

    def fits(self, tokens: int) -> bool:
        """Whether a sequence of `tokens` could ever be held."""
        return pages_for(tokens) <= self.pages

    def find(self, keys: Row[bytes]) -> list[int]:
        """The pages of the longest known beginning of `keys`."""
        found: list[int] = []
        for key in keys:
            page = self._published.get(key)
            if page is None:
                break
            found.append(page)
        return found

    def free_beside(self, found: list[int]) -> int:
        """Free pages that remain once `found` are shared."""
        return len(self._free) - sum(not self._holders[page] for page in found)

    def share(self, table: PageTable, found: list[int]) -> None:
        """Begin an empty table with pages that `find` gave."""
        for page in found:
            if not self._holders[page]:
                del self._free[page]
            self._holders[page] += 1
            table.append(page)

    def grow(self, table: PageTable, tokens: int) -> bool:
        """Let the table hold `tokens`; takes nothing and returns False when too few pages are free."""
        missing = pages_for(tokens) - table.count
        if missing > len(self._free):
            return False
        for _ in range(missing):
            table.append(self._take())
        return True

    def _take(self) -> int:
        page, _ = self._free.popitem(last=False)
        key = self._keys[page]
        if key is not None:
            del self._published[key]
            self._keys[page] = None
        self._holders[page] = 1
        return page

    def publish(self, table: PageTable, index: int, key: bytes) -> None:
        """Let others find the table's page `index`, whose slots have all been computed, under `key`."""
        page = int(table.pages[index])
        if key not in self._published and self._keys[page] is None:
            self._published[key] = page
            self._keys[page] = key

    def release(self, table: PageTable) -> None:
        """Let go of a table's pages and empty it."""
        for page in reversed(table.pages[: table.count].tolist()):
            self._holders[page] -= 1
            if not self._holders[page]:
                self._free[page] = None
                if self._keys[page] is None:
                    self._free.move_to_end(page, last=False)
        table.count = table.slots = 0
