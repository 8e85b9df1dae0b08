"""Finished phrases and those being made, so that the same is never spoken twice at once.

Holds marked 24 kHz PCM and what it was encoded to, least recently used first to go. A making that failed, or that its
last reader left, is forgotten at once. Tenants never share: the tenant is part of a key. Knows no engines.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Literal

from freehold.contracts.errors import FreeholdError, Unavailable
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.speaking import measures
from freehold.voice.speaking.phrase import Phrase, Reader

LARGEST_SHARE = 8  # a phrase over an eighth of the bound is not kept

Found = Literal["hit", "join", "miss"]


class PhraseCache:
    """At most `bound_bytes` of finished phrases. Belongs to one event loop."""

    def __init__(self, bound_bytes: int, tasks: TaskSupervisor) -> None:
        self._bound_bytes = bound_bytes
        self._tasks = tasks
        self._finished: OrderedDict[Hashable, Phrase] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._making: dict[Hashable, Phrase] = {}
        self.held_bytes = 0
        self.found: dict[Found, int] = {"hit": 0, "join": 0, "miss": 0}

    def join(self, key: Hashable) -> tuple[Reader, Found] | None:
        """Follow a phrase that is there or being made."""
        phrase = self._finished.get(key)
        if phrase is not None:
            self._finished.move_to_end(key)
            return phrase.join(), self._count("hit")
        phrase = self._making.get(key)
        if phrase is not None and phrase.is_kept:
            return phrase.join(), self._count("join")
        return None

    def begin(self, key: Hashable, make: Callable[[Phrase], Awaitable[None]]) -> tuple[Reader, Found]:
        """Follow a phrase that `make` fills. It goes on while somebody follows."""
        phrase = Phrase()
        reader = phrase.join()
        self._making[key] = phrase
        task = self._tasks.start("phrase", self._make(key, phrase, make))
        phrase.on_left = lambda left: self._left(key, left, task)
        return reader, self._count("miss")

    async def _make(self, key: Hashable, phrase: Phrase, make: Callable[[Phrase], Awaitable[None]]) -> None:
        try:
            await make(phrase)
            phrase.end()
        except FreeholdError as error:
            phrase.end(error)
        finally:
            phrase.end(Unavailable("The speech broke off.", hint="Try again shortly."))
            self._forget(key, phrase)
            if phrase.error is None and phrase.is_kept:
                self._finished[key] = phrase
                self._weigh(key, phrase)

    def _left(self, key: Hashable, phrase: Phrase, task: "asyncio.Task[Any]") -> None:
        if phrase.ended:
            if self._finished.get(key) is phrase:
                self._weigh(key, phrase)
        elif not phrase.readers:
            self._forget(key, phrase)
            task.cancel()

    def _forget(self, key: Hashable, phrase: Phrase) -> None:
        if self._making.get(key) is phrase:
            del self._making[key]

    def watch(self, phrase: Phrase) -> None:
        """Keep no more of a phrase that has grown too long; called while it grows."""
        if phrase.is_kept and phrase.pcm_bytes > self._bound_bytes // LARGEST_SHARE:
            phrase.is_kept = False

    def _weigh(self, key: Hashable, phrase: Phrase) -> None:
        """Count what a phrase holds by now, and let go what is over the bound."""
        size = phrase.held_bytes
        self.held_bytes += size - self._sizes.get(key, 0)
        self._sizes[key] = size
        if size > self._bound_bytes // LARGEST_SHARE:
            self._drop(key)
        while self.held_bytes > self._bound_bytes:
            self._drop(next(iter(self._finished)))
        measures.CACHE_BYTES.set(self.held_bytes)

    def _drop(self, key: Hashable) -> None:
        del self._finished[key]
        self.held_bytes -= self._sizes.pop(key)

    def _count(self, found: Found) -> Found:
        self.found[found] += 1
        measures.CACHE_REQUESTS.labels(found).inc()
        return found

    def __len__(self) -> int:
        return len(self._finished)
