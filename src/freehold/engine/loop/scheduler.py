"""Decides which tokens run in the next step. Refuses what can never fit; never truncates.

Every step has one token budget. Sequences that decode get a token each. What is left goes to prompts, in chunks: no
more of it than decoding sequences can bear (`Pace`), and never all of it to one prompt while another waits. Where pages
run out the sequence that ranks last is preempted: it keeps its tokens, waits in front of its tenant's queue and is
computed again, mostly from pages that are still cached.
"""

import logging
from bisect import insort
from collections import Counter
from collections.abc import Sequence as Row
from dataclasses import dataclass
from math import ceil

from freehold.contracts.errors import ProviderTimeout, RateLimited
from freehold.engine.loop.batch import Batch, Plan, Slice
from freehold.engine.loop.kv_cache import KVCache, PageTable, pages_for
from freehold.engine.loop.pace import Pace
from freehold.engine.loop.prefixes import Prefixes, identify_pages
from freehold.engine.loop.sampler import Sampled
from freehold.engine.loop.sequence import Output, Progress, Sequence
from freehold.engine.loop.tenants import TenantQueue, rank
from freehold.engine.loop.timeline import Chunk
from freehold.nn import PAGE_SLOTS

logger = logging.getLogger(__name__)

MAX_RETRY_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one engine: tokens a step, sequences running, sequences and their tokens waiting."""

    step_tokens: int = 512
    running: int = 64
    waiting: int = 512
    waiting_tokens: int = 1 << 20


class Scheduler:
    """Owns the waiting and the running sequences. Not thread-safe: one thread steps it."""

    def __init__(self, cache: KVCache, limits: Limits) -> None:
        self._cache = cache
        self._limits = limits
        self._slots = min(limits.running, limits.step_tokens)
        self._arrivals = 0
        self._prefixes = Prefixes(cache)
        self._deadlines: dict[Sequence, float] = {}  # of those that have not begun
        self.pace = Pace()
        self.waiting = TenantQueue()
        self.running: list[Sequence] = []  # by rank
        self.preemptions = 0

    # Arriving and leaving

    def check(self, sequence: Sequence, *, requests_ahead: int = 0, tokens_ahead: int = 0) -> None:
        """Raise `RateLimited` when the queue is full or the sequence may outgrow the whole cache.

        What is on its way to the queue counts as ahead. Only reads, so any thread may call it before `add`.
        """
        if not self._cache.fits(sequence.longest):
            raise RateLimited(
                f"The request may grow to {sequence.longest} tokens; this worker's cache holds "
                f"{self._cache.pages * PAGE_SLOTS}.",
                hint="Lower max_tokens or give the worker more --cache-tokens.",
            )
        requests, tokens = self.waiting.requests + requests_ahead, self.waiting.tokens + tokens_ahead
        excess = tokens + len(sequence.tokens) - self._limits.waiting_tokens
        if requests and (requests >= self._limits.waiting or excess > 0):
            seconds = ceil(self.pace.seconds_for(max(excess, tokens // requests)))
            raise RateLimited(
                f"{requests} requests with {tokens} tokens are waiting already.",
                hint=f"Try again in {seconds} s.",
                retry_after_seconds=min(seconds, MAX_RETRY_SECONDS),
            )

    def add(self, sequence: Sequence) -> None:
        """Queue a sequence that passed `check`."""
        if sequence.arrival < 0:
            sequence.arrival, self._arrivals = self._arrivals, self._arrivals + 1
        identify_pages(sequence)
        self.waiting.enter(sequence)
        if sequence.terms.deadline_seconds is not None:
            self._deadlines[sequence] = sequence.terms.deadline_seconds

    def remove(self, sequence: Sequence) -> None:
        """Forget a sequence, wherever it is, and free its pages."""
        if sequence.table is not None:
            self._stop(sequence)
        elif sequence in self.waiting:
            self.waiting.take(sequence)
        else:
            return
        self._deadlines.pop(sequence, None)
        self.waiting.leave(sequence)

    def expire(self, now: float) -> list[tuple[Sequence, Output]]:
        """Drop what has not begun by its deadline."""
        expired = [sequence for sequence, deadline in self._deadlines.items() if deadline <= now]
        for sequence in expired:
            self.remove(sequence)
        error = ProviderTimeout("The request's deadline passed while it waited.", hint="Try again later.")
        return [(sequence, Output(token=None, finish_reason="error", error=error)) for sequence in expired]

    @property
    def has_work(self) -> bool:
        """Whether a step would do something."""
        return bool(self.running or self.waiting.requests)

    # One step

    def next_batch(self, now: float = 0.0) -> Batch:
        """The slices of the next step; at least one when there is work."""
        plan = Plan(now=now, room=self._limits.step_tokens)
        for sequence in [one for one in self.running if len(one.tokens) - one.computed == 1]:
            self._advance(plan, sequence, 1)
        share = self.pace.prompt_share(len(plan.ends))
        plan.room = plan.room if share is None else min(plan.room, share)
        self._fill(plan)
        return plan.batch()

    def _advance(self, plan: Plan, sequence: Sequence, tokens: int) -> None:
        """Give a sequence more of the step, preempting whoever ranks last, itself perhaps, for want of pages."""
        table = sequence.table
        if table is None:  # preempted since the caller looked
            return
        end = min(plan.ends.get(sequence, sequence.computed) + min(tokens, plan.room), len(sequence.tokens))
        while end > table.slots and not self._cache.grow(table, end):
            victim = self.running[-1]
            self._preempt(victim, plan, "no free pages")
            if victim is sequence:
                return
        plan.put(sequence, end)

    def _fill(self, plan: Plan) -> None:
        """Spend the room on prompts: half of what is left to each whose turn it is, then the rest in the same order."""
        prompts = [one for one in self.running if one not in plan.ends and one.computed < len(one.tokens)]
        passed_over: set[Sequence] = set()
        admitting = True
        while plan.room > 0:
            head = self.waiting.first(passed_over) if admitting else None
            turn = min([*prompts, head] if head else prompts, key=self.waiting.turn, default=None)
            if turn is None:
                break
            if turn is not head:
                prompts.remove(turn)
            elif self._prefixes.waits_for_twin(turn):
                passed_over.add(turn)
                continue
            elif not self._admit(turn, plan):
                admitting = False
                continue
            self._advance(plan, turn, max(plan.room // 2, PAGE_SLOTS))
        for sequence in list(plan.ends):
            if plan.room > 0 and plan.ends.get(sequence, len(sequence.tokens)) < len(sequence.tokens):
                self._advance(plan, sequence, plan.room)

    def commit(self, batch: Batch, sampled: Row[Sampled], now: float = 0.0) -> list[tuple[Sequence, Output]]:
        """Record what the step computed and sampled; ended sequences leave and free their pages."""
        outputs: list[tuple[Sequence, Output]] = []
        for part, result in zip(batch.slices, sampled, strict=True):
            sequence = part.sequence
            if sequence.table is None:  # removed while it was computed
                continue
            sequence.prompt_logprobs += result.prompt
            output = _output(sequence, result, self._note_computed(part, now))
            if output is not None:
                outputs.append((sequence, output))
                if output.finish_reason is not None:
                    self.remove(sequence)
        return outputs

    def _note_computed(self, part: Slice, now: float) -> Progress | None:
        sequence, start, end = part
        self.waiting.charge(sequence, end - start)
        sequence.computed = end
        self._prefixes.publish(sequence, start, end)
        terms, timeline = sequence.terms, sequence.timeline
        if start >= sequence.prompt_length or not (terms.traces or terms.reports_progress):
            return None
        if terms.traces:
            timeline.chunks.append(Chunk(seconds=now, start=start, end=end))
        if not terms.reports_progress or len(sequence.tokens) > sequence.prompt_length:
            return None
        return Progress(
            total=sequence.prompt_length, cached=timeline.cached_tokens, processed=end, seconds=now - timeline.arrived
        )

    # Room

    def _admit(self, sequence: Sequence, plan: Plan) -> bool:
        """Start a waiting sequence with what the cache has of it, if there is room for all of it."""
        found = self._cache.find(self._prefixes.shareable(sequence))
        while not self._has_room(sequence, found):
            victim = self._who_makes_way(sequence)
            if victim is None:
                return False
            self._preempt(victim, plan, f"makes way for {sequence.terms.request_id or sequence.arrival}")
        self.waiting.take(sequence)
        self._deadlines.pop(sequence, None)
        sequence.table = PageTable(sequence.longest)
        self._cache.share(sequence.table, found)
        sequence.computed = len(found) * PAGE_SLOTS
        insort(self.running, sequence, key=rank)
        self._prefixes.expect(sequence)
        if not sequence.timeline.has_run:
            sequence.timeline.admitted = plan.now
            sequence.timeline.cached_tokens = sequence.computed
        return True

    def _has_room(self, sequence: Sequence, found: list[int]) -> bool:
        """Whether it fits, with a page left for the next tokens of each that runs. Alone it always does."""
        if not self.running:
            return True
        needed = pages_for(len(sequence.tokens)) - len(found) + len(self.running)
        return len(self.running) < self._slots and needed <= self._cache.free_beside(found)

    def _who_makes_way(self, sequence: Sequence) -> Sequence | None:
        """One that stands still; the last of a lower priority; where slots are short, also the last of the tenant that
        has most of them, if the sequence's own has none.
        """
        last = next((one for one in reversed(self.running) if _stands_still(one)), None)
        if last is not None:
            return last
        last = self.running[-1]
        if last.terms.priority > sequence.terms.priority:
            return last
        held = Counter(one.terms.tenant for one in self.running)
        if len(self.running) < self._slots or held[sequence.terms.tenant]:
            return None
        tenant, count = held.most_common(1)[0]
        if count == 1:
            return None
        latest = [one for one in self.running if one.terms.tenant == tenant][-1]
        return latest if latest.terms.priority >= sequence.terms.priority else None

    def _preempt(self, victim: Sequence, plan: Plan, reason: str) -> None:
        """Take a sequence's pages; it goes on later with the tokens it has."""
        fields = {
            "victim": victim.terms.request_id or victim.arrival,
            "tenant": victim.terms.tenant,
            "priority": victim.terms.priority,
            "reason": reason,
            "pages": victim.table.count if victim.table else 0,
            "tokens": len(victim.tokens),
        }
        logger.info("preempted a sequence", extra=fields)
        self.preemptions += 1
        victim.timeline.preempted.append(plan.now)
        plan.drop(victim)
        if _stands_still(victim):
            self.remove(victim)
            return
        self._stop(victim)
        if len(victim.tokens) == victim.prompt_length:
            victim.prompt_logprobs = [None]
        self.waiting.put_back(victim)

    def _stop(self, sequence: Sequence) -> None:
        """Take a running sequence out and free its pages."""
        assert sequence.table is not None
        self.running.remove(sequence)
        self._cache.release(sequence.table)
        sequence.table = None
        sequence.computed = 0
        self._prefixes.forget(sequence)


def _output(sequence: Sequence, result: Sampled, progress: Progress | None) -> Output | None:
    """What the sequence gets of a step; the sampled token is appended to it."""
    if result.error is not None:
        return Output(token=None, finish_reason="error", error=result.error)
    if result.token is None:
        told = progress is not None or result.continuations
        return Output(token=None, progress=progress, continuations=result.continuations) if told else None
    first = len(sequence.tokens) == sequence.prompt_length
    prompt = tuple(sequence.prompt_logprobs) if first and sequence.sampling.prompt_logprobs else ()
    return Output(result.token, result.logprob, sequence.append(result.token), prompt, None, progress)


def _stands_still(sequence: Sequence) -> bool:
    """Whether a beam has told its continuations and waits for the others; its search goes on without its pages."""
    return sequence.computed == len(sequence.tokens)
