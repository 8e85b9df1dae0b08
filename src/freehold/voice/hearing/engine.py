"""One transcriber and its model, as the transcription worker uses it: in child processes, to survive a crash."""

import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from freehold.contracts.errors import Unavailable
from freehold.voice.children.child import Child
from freehold.voice.children.messages import Message
from freehold.voice.children.pool import ChildPool
from freehold.voice.sound import Samples
from freehold.voice.transcriber import HeardSegment, Wish

READY_SECONDS = 120.0  # large weights come from disk
SILENCE_SECONDS = 300.0  # until the next segment, on a slow machine
ATTEMPTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """What the engine says of itself. `languages` are ISO 639-1 codes; `translates` says whether into English."""

    engine: str
    languages: tuple[str, ...]
    translates: bool


class Engine:
    """A pool of children with one transcriber each. The caller bounds how many requests wait."""

    def __init__(self, name: str, folder: Path, *, workers: int, threads: int) -> None:
        """`workers` children of `threads` threads each; together they never get more threads than there are cores."""
        self.workers, self.threads = fit_cores(workers, threads, os.cpu_count() or 1)
        command = [sys.executable, "-m", "freehold.voice.hearing.engine_child", "--engine", name]
        command += ["--model", str(folder), "--threads", str(self.threads)]
        self._pool = ChildPool(command, self.workers, ready_seconds=READY_SECONDS)
        self._pool.on_start = self._learn
        self._facts: EngineFacts | None = None

    async def start(self) -> None:
        """Start the first child; the others start when needed. Raises `SetupError` with the fix."""
        await self._pool.start(at_once=1)

    @property
    def facts(self) -> EngineFacts:
        """What the engine can do. Raises `Unavailable` before the start."""
        if self._facts is None:
            raise Unavailable("The model is still loading.", hint="Try again shortly.")
        return self._facts

    @property
    def pids(self) -> list[int]:
        """Of the children that run."""
        return self._pool.pids

    @property
    def started(self) -> int:
        """Children so far, replacements included."""
        return self._pool.started

    async def hear(self, samples_16khz: Samples, wish: Wish) -> AsyncGenerator[HeardSegment]:
        """The segments of a stretch as they are found; closing the generator frees the child.

        A child that breaks before it has said anything is replaced and asked again, once. Raises `Unavailable` where
        that does not help, and `InvalidRequest` for what the engine refuses.
        """
        request = {"type": "hear", "wish": msgspec.to_builtins(wish)}
        payload = samples_16khz.astype("<f4").tobytes()
        heard = False
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with aclosing(self._ask(request, payload)) as segments:
                    async for segment in segments:
                        heard = True
                        yield segment
                return
            except Unavailable:
                if heard or attempt == ATTEMPTS:
                    raise

    async def _ask(self, request: Mapping[str, object], payload: bytes) -> AsyncGenerator[HeardSegment]:
        async with (
            self._pool.lease() as child,
            aclosing(child.ask(request, payload, silence_seconds=SILENCE_SECONDS)) as answers,
        ):
            async for _, data in answers:
                yield msgspec.json.decode(data, type=HeardSegment)

    async def close(self) -> None:
        """End all children."""
        await self._pool.close()

    def _learn(self, child: Child) -> None:
        facts: Message = {key: child.facts.get(key) for key in ("engine", "languages", "translates")}
        self._facts = EngineFacts(
            engine=str(facts["engine"]),
            languages=tuple(facts["languages"] or ()),
            translates=bool(facts["translates"]),
        )


def fit_cores(workers: int, threads: int, cores: int) -> tuple[int, int]:
    """Workers and threads of each, at least one, whose product is within `cores`. Threads give way before workers.

    Threads of Whisper's engines spin while they wait, so that more of them than cores slow everything down.
    """
    fitted = min(max(workers, 1), cores)
    return fitted, max(1, min(threads if threads > 0 else cores, cores // fitted))
