"""The engine: one loop of four verbs, and the thread that turns it. Knows token ids, not text.

While nobody waits the thread sleeps. A cancelled sequence leaves before the next step.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from freehold.contracts.errors import FreeholdError, RateLimited, Unavailable
from freehold.engine.loop import sampler
from freehold.engine.loop.beam import BeamSearches
from freehold.engine.loop.kv_cache import KVCache
from freehold.engine.loop.metrics import EngineMetrics
from freehold.engine.loop.prefixes import identify_pages
from freehold.engine.loop.runner import Runner
from freehold.engine.loop.scheduler import Limits, Scheduler
from freehold.engine.loop.sequence import Output, Sequence
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.telemetry import UNEXPECTED_ERRORS
from freehold.nn import PAGE_SLOTS, Executor

logger = logging.getLogger(__name__)

# Called on the event loop with what a step gave one sequence.
Sink = Callable[[Output], None]


class Engine:
    """Schedule, run, sample, commit."""

    def __init__(self, executor: Executor, limits: Limits, *, name: str = "", clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.cache = KVCache(executor.cache_pages)
        self.scheduler = Scheduler(self.cache, limits)
        self.beams = BeamSearches(self.scheduler)
        self.runner = Runner(executor)
        self.metrics = EngineMetrics(name, PAGE_SLOTS, executor.cache_pages)

    def step(self) -> list[tuple[Sequence, Output]]:
        """Advance every scheduled sequence by its slice."""
        started = self.clock.monotonic_seconds()
        batch = self.scheduler.next_batch(started)
        logits = self.runner.run(batch)
        tokens = sampler.sample(logits, batch)
        now = self.clock.monotonic_seconds()
        batch.charge(now - started)
        outputs = self.beams.advance(self.scheduler.commit(batch, tokens, now))
        self.scheduler.pace.observe(batch.decoding, batch.tokens - batch.decoding, now - started)
        self.metrics.note_step(batch, outputs, now)
        return outputs

    def add(self, sequence: Sequence) -> None:
        """Queue a sequence that passed the scheduler's `check`."""
        self.scheduler.add(sequence)
        if sequence.sampling.beams is not None:
            self.beams.begin(sequence)

    def remove(self, sequence: Sequence) -> None:
        """Forget a sequence and all that was done for it."""
        self.scheduler.remove(sequence)
        self.beams.end(sequence)

    def expire(self) -> list[tuple[Sequence, Output]]:
        """End what has not begun by its deadline."""
        now = self.clock.monotonic_seconds()
        expired = self.scheduler.expire(now)
        for sequence, _ in expired:
            self.beams.end(sequence)
            self.metrics.note_end(sequence, "error", now)
        return expired


@dataclass(frozen=True, slots=True)
class _Add:
    sequence: Sequence
    sink: Sink


@dataclass(frozen=True, slots=True)
class _Cancel:
    sequence: Sequence


class EngineThread:
    """Turns the engine on a thread of its own; `submit` and `cancel` may be called from any other."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self._engine = engine
        self._loop = loop
        self._inbox: deque[_Add | _Cancel] = deque()
        self._sinks: dict[Sequence, Sink] = {}
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to turn."""
        self._thread.start()

    def submit(self, sequence: Sequence, sink: Sink) -> None:
        """Queue a sequence; `sink` gets its outputs on the event loop, the last one with a finish reason.

        Raises `RateLimited` when there is no room to wait, `Unavailable` when the worker is stopping.
        """
        identify_pages(sequence)
        sequence.timeline.arrived = self._engine.clock.monotonic_seconds()
        with self._wake:
            if self._stopping:
                raise Unavailable("The worker is stopping.")
            try:
                posted = [message.sequence for message in self._inbox if isinstance(message, _Add)]
                tokens = sum(len(other.tokens) for other in posted)
                self._engine.scheduler.check(sequence, requests_ahead=len(posted), tokens_ahead=tokens)
            except RateLimited:
                self._engine.metrics.note_refusal()
                raise
            self._inbox.append(_Add(sequence, sink))
            self._wake.notify()

    def cancel(self, sequence: Sequence) -> None:
        """Drop a sequence before the next step. Its sink hears nothing more; an ended one is passed over."""
        with self._wake:
            self._inbox.append(_Cancel(sequence))
            self._wake.notify()

    @property
    def in_flight(self) -> int:
        """Sequences that have not ended."""
        return len(self._sinks) + len(self._inbox)

    @property
    def waiting(self) -> int:
        """Sequences that wait for room."""
        return self._engine.scheduler.waiting.requests

    @property
    def free_pages(self) -> int:
        """Cache pages that no sequence holds."""
        return self._engine.cache.free_pages

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """End the thread; sequences still running end with an error."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while self._wait_for_work():
            self._read_inbox()
            self._deliver(self._engine.expire())
            if self._engine.scheduler.has_work:
                self._step()
            self._engine.metrics.note_state(self._engine.scheduler, self._engine.cache.free_pages)
        self._read_inbox()
        self._fail_all(Unavailable("The worker is stopping."))

    def _wait_for_work(self) -> bool:
        with self._wake:
            # Woken by every post; the loop re-checks, so no wake-up is lost and idling costs nothing.
            self._wake.wait_for(lambda: self._stopping or self._inbox or self._engine.scheduler.has_work)
            return not self._stopping

    def _read_inbox(self) -> None:
        while self._inbox:
            message = self._inbox.popleft()
            if isinstance(message, _Add):
                self._engine.add(message.sequence)
                self._sinks[message.sequence] = message.sink
            elif self._sinks.pop(message.sequence, None) is not None:
                self._engine.remove(message.sequence)
                self._engine.metrics.note_end(message.sequence, "cancelled", self._engine.clock.monotonic_seconds())

    def _step(self) -> None:
        try:
            outputs = self._engine.step()
        except Exception as error:  # the worker loop is a supervised edge: one bad step must not end the worker
            UNEXPECTED_ERRORS.labels("engine").inc()
            logger.error("engine step failed", exc_info=error)
            self._fail_all(FreeholdError("The engine failed while computing this answer."))
            return
        self._deliver(outputs)

    def _fail_all(self, error: FreeholdError) -> None:
        failed = [(sequence, Output(token=None, finish_reason="error", error=error)) for sequence in self._sinks]
        for sequence, _ in failed:
            self._engine.remove(sequence)
            self._engine.metrics.note_end(sequence, "error", self._engine.clock.monotonic_seconds())
        self._deliver(failed)

    def _deliver(self, outputs: list[tuple[Sequence, Output]]) -> None:
        sinks = self._sinks
        calls = [(sinks[one] if output.finish_reason is None else sinks.pop(one), output) for one, output in outputs]
        if calls and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_call, calls)


def _call(calls: list[tuple[Sink, Output]]) -> None:
    for sink, output in calls:
        sink(output)
