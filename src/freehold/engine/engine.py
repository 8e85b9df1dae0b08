"""The engine: one loop of four verbs, and the thread that turns it. Knows token ids, not text.

While nobody waits the thread sleeps. A cancelled sequence leaves before the next step.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import Counter, Gauge

from freehold.contracts.errors import FreeholdError, Unavailable
from freehold.engine import sampler
from freehold.engine.kv_cache import KVCache
from freehold.engine.runner import Runner
from freehold.engine.scheduler import Limits, Scheduler
from freehold.engine.sequence import Output, Sequence
from freehold.foundation.telemetry import METRICS, UNEXPECTED_ERRORS
from freehold.nn import Executor

logger = logging.getLogger(__name__)

STEPS = Counter("freehold_engine_steps", "Steps taken.", registry=METRICS)
STEP_TOKENS = Counter("freehold_engine_tokens", "Tokens computed, prompt and generated.", registry=METRICS)
GENERATED = Counter("freehold_engine_generated_tokens", "Tokens generated.", registry=METRICS)
RUNNING = Gauge("freehold_engine_running", "Sequences in the batch.", registry=METRICS)
WAITING = Gauge("freehold_engine_waiting", "Sequences waiting for room.", registry=METRICS)

# Called on the engine's thread with what a step gave one sequence.
Sink = Callable[[Output], None]


class Engine:
    """Schedule, run, sample, commit."""

    def __init__(self, executor: Executor, limits: Limits) -> None:
        self.cache = KVCache(executor.cache_slots)
        self.scheduler = Scheduler(self.cache, limits)
        self.runner = Runner(executor)

    def step(self) -> list[tuple[Sequence, Output]]:
        """Advance every scheduled sequence by its slice."""
        batch = self.scheduler.next_batch()
        logits = self.runner.run(batch)
        tokens = sampler.sample(logits, batch)
        outputs = self.scheduler.commit(batch, tokens)
        STEPS.inc()
        STEP_TOKENS.inc(sum(part.end - part.start for part in batch.slices))
        GENERATED.inc(len(outputs))
        return outputs


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
        if self._stopping:
            raise Unavailable("The worker is stopping.")
        self._engine.scheduler.check(sequence)
        self._post(_Add(sequence, sink))

    def cancel(self, sequence: Sequence) -> None:
        """Drop a sequence before the next step. Its sink hears nothing more; an ended one is passed over."""
        self._post(_Cancel(sequence))

    @property
    def in_flight(self) -> int:
        """Sequences that have not ended."""
        return len(self._sinks) + len(self._inbox)

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

    def _post(self, message: _Add | _Cancel) -> None:
        with self._wake:
            self._inbox.append(message)
            self._wake.notify()

    def _run(self) -> None:
        while self._wait_for_work():
            self._read_inbox()
            if self._engine.scheduler.has_work:
                self._step()
            RUNNING.set(len(self._engine.scheduler.running))
            WAITING.set(len(self._engine.scheduler.waiting))
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
                self._engine.scheduler.add(message.sequence)
                self._sinks[message.sequence] = message.sink
            elif self._sinks.pop(message.sequence, None) is not None:
                self._engine.scheduler.remove(message.sequence)

    def _step(self) -> None:
        try:
            outputs = self._engine.step()
        except Exception as error:  # the worker loop is a supervised edge: one bad step must not end the worker
            UNEXPECTED_ERRORS.labels("engine").inc()
            logger.error("engine step failed", exc_info=error)
            self._fail_all(FreeholdError("The engine failed while computing this answer."))
            return
        deliveries: list[tuple[Sink, Output]] = []
        for sequence, output in outputs:
            ended = output.finish_reason is not None
            deliveries.append((self._sinks.pop(sequence) if ended else self._sinks[sequence], output))
        self._deliver(deliveries)

    def _fail_all(self, error: FreeholdError) -> None:
        for sequence in list(self._sinks):
            self._engine.scheduler.remove(sequence)
        deliveries = [(sink, _failed(error)) for sink in self._sinks.values()]
        self._sinks.clear()
        self._deliver(deliveries)

    def _deliver(self, deliveries: list[tuple[Sink, Output]]) -> None:
        def call() -> None:
            for sink, output in deliveries:
                sink(output)

        if deliveries and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)


def _failed(error: FreeholdError) -> Output:
    return Output(token=None, finish_reason="error", error=error)
