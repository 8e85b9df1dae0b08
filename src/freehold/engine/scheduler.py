"""Decides which tokens run in the next step. Refuses what can never fit; never truncates.

Every step has one token budget: sequences that decode get a token each, and what is left goes to prompts in order of
arrival, in chunks, so a long prompt does not stall the others.
"""

from collections import deque
from collections.abc import Sequence as Row
from dataclasses import dataclass

from freehold.contracts.errors import RateLimited
from freehold.engine.batch import Batch, Slice
from freehold.engine.kv_cache import PAGE_SLOTS, KVCache
from freehold.engine.sampler import Sampled
from freehold.engine.sequence import Output, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one engine: tokens a step, sequences running, sequences waiting."""

    step_tokens: int = 512
    running: int = 64
    waiting: int = 512


class Scheduler:
    """Owns the waiting and the running sequences. Not thread-safe: one thread steps it."""

    def __init__(self, cache: KVCache, limits: Limits) -> None:
        self._cache = cache
        self._limits = limits
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []

    def check(self, sequence: Sequence) -> None:
        """Raise `RateLimited` when the queue is full or the sequence may outgrow the whole cache.

        Only reads, so it may be called from any thread before `add`.
        """
        if not self._cache.fits(sequence.longest):
            slots = self._cache.pages * PAGE_SLOTS
            raise RateLimited(
                f"The request may grow to {sequence.longest} tokens; this worker's cache holds {slots}.",
                hint="Lower max_tokens or give the worker more --cache-tokens.",
            )
        if len(self.waiting) >= self._limits.waiting:
            raise RateLimited(f"{len(self.waiting)} requests are waiting already.", hint="Try again shortly.")

    def add(self, sequence: Sequence) -> None:
        """Queue a sequence that passed `check`."""
        self.waiting.append(sequence)

    def remove(self, sequence: Sequence) -> None:
        """Forget a sequence, wherever it is, and free its slots."""
        if sequence in self.running:
            self.running.remove(sequence)
            self._cache.release(sequence.slots)
        elif sequence in self.waiting:
            self.waiting.remove(sequence)

    @property
    def has_work(self) -> bool:
        """Whether a step would do something."""
        return bool(self.running or self.waiting)

    def next_batch(self) -> Batch:
        """The slices of the next step; at least one when there is work."""
        self._admit()
        budget = self._limits.step_tokens
        slices: list[Slice] = []
        # Stable sort: decoding sequences (one token missing) first, prompts behind in order of arrival.
        for sequence in sorted(self.running, key=lambda running: len(running.tokens) - running.computed > 1):
            count = min(budget, len(sequence.tokens) - sequence.computed)
            if count == 0:
                break
            slices.append(Slice(sequence=sequence, start=sequence.computed, end=sequence.computed + count))
            budget -= count
        return Batch(slices=tuple(slices))

    def commit(self, batch: Batch, sampled: Row[Sampled]) -> list[tuple[Sequence, Output]]:
        """Record what the step computed and sampled; ended sequences leave and free their slots."""
        outputs: list[tuple[Sequence, Output]] = []
        for part, result in zip(batch.slices, sampled, strict=True):
            sequence = part.sequence
            sequence.computed = part.end
            sequence.prompt_logprobs += result.prompt
            if result.token is None:
                continue
            reason = sequence.append(result.token)
            first = len(sequence.tokens) == sequence.prompt_length + 1
            prompt = tuple(sequence.prompt_logprobs) if first and sequence.sampling.prompt_logprobs else ()
            output = Output(token=result.token, logprob=result.logprob, finish_reason=reason, prompt=prompt)
            outputs.append((sequence, output))
            if reason is not None:
                self.remove(sequence)
        return outputs

    def _admit(self) -> None:
        """Move waiting sequences in while there is room, in order of arrival."""
        while self.waiting and len(self.running) < self._limits.running:
            slots = self._cache.reserve(self.waiting[0].longest)
            if slots is None:
                return
            sequence = self.waiting.popleft()
            sequence.slots = slots
            self.running.append(sequence)
