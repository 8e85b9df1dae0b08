"""What the engine measures, under vLLM's names, so that dashboards made for vLLM show Freehold, too.

Source: vLLM 0.33, `vllm/v1/metrics/loggers.py`. Histograms have finer steps at the fast end.
"""

import logging
from collections.abc import Iterable
from itertools import product

from prometheus_client import Counter, Gauge, Histogram

from freehold.engine.loop.batch import Batch
from freehold.engine.loop.scheduler import Scheduler
from freehold.engine.loop.sequence import Output, Sequence
from freehold.foundation.telemetry import METRICS

logger = logging.getLogger(__name__)

LABELS = ("model_name", "engine")
SECONDS = [mantissa * 10.0**power for power, mantissa in product(range(-3, 3), (1, 2, 5))]
TOKENS = [mantissa * 10.0**power for power, mantissa in product(range(6), (1, 2, 5))]
STEP_TOKENS = [2.0**power for power in range(15)]
FINISHED = {"stop": "stop", "length": "length", "cancelled": "abort", "error": "error"}  # ours: vLLM's


def _counter(name: str, text: str) -> Counter:
    return Counter(f"vllm:{name}", text, LABELS, registry=METRICS)


def _gauge(name: str, text: str) -> Gauge:
    return Gauge(f"vllm:{name}", text, LABELS, registry=METRICS)


def _histogram(name: str, text: str, buckets: list[float]) -> Histogram:
    return Histogram(f"vllm:{name}", text, LABELS, buckets=buckets, registry=METRICS)


RUNNING = _gauge("num_requests_running", "Sequences in the batch.")
WAITING = _gauge("num_requests_waiting", "Sequences waiting for room.")
CACHE_USAGE = _gauge("kv_cache_usage_perc", "Share of cache pages that sequences hold; 1 is all.")
CACHE_CONFIG = Gauge(
    "vllm:cache_config_info", "The cache's size.", [*LABELS, "block_size", "num_gpu_blocks"], registry=METRICS
)
PREFIX_QUERIES = _counter("prefix_cache_queries", "Prompt tokens looked up in the cache.")
PREFIX_HITS = _counter("prefix_cache_hits", "Prompt tokens found in the cache.")
PROMPT_TOKENS = _counter("prompt_tokens", "Prompt tokens processed, found ones included.")
PROMPT_TOKENS_CACHED = _counter("prompt_tokens_cached", "Prompt tokens that were found in the cache.")
GENERATED_TOKENS = _counter("generation_tokens", "Tokens generated.")
PREEMPTIONS = _counter("num_preemptions", "Sequences that lost their pages and were computed again.")
REJECTIONS = _counter("admission_rejections", "Requests refused because too many waited or they could never fit.")
FINISHES = Counter("vllm:request_success", "Sequences ended.", [*LABELS, "finished_reason"], registry=METRICS)
FIRST_TOKEN = _histogram("time_to_first_token_seconds", "From arrival to the first token.", SECONDS)
INTER_TOKEN = _histogram("inter_token_latency_seconds", "From one token of a sequence to the next.", SECONDS)
PER_TOKEN = _histogram("request_time_per_output_token_seconds", "A sequence's mean time between tokens.", SECONDS)
LATENCY = _histogram("e2e_request_latency_seconds", "From arrival to the end.", SECONDS)
QUEUED = _histogram("request_queue_time_seconds", "From arrival to admission.", SECONDS)
PREFILL = _histogram("request_prefill_time_seconds", "From admission to the first token.", SECONDS)
DECODE = _histogram("request_decode_time_seconds", "From the first token to the last.", SECONDS)
INFERENCE = _histogram("request_inference_time_seconds", "From admission to the last token.", SECONDS)
REQUEST_PROMPT = _histogram("request_prompt_tokens", "Tokens of a prompt.", TOKENS)
REQUEST_GENERATED = _histogram("request_generation_tokens", "Tokens of an answer.", TOKENS)
STEP = _histogram("iteration_tokens_total", "Tokens of one step.", STEP_TOKENS)


class EngineMetrics:
    """One engine's share of the process's metrics. Also writes the times into each sequence's timeline."""

    def __init__(self, model_name: str, page_slots: int, pages: int) -> None:
        self._labels = labels = (model_name, "0")
        self._pages = pages
        self._preemptions_seen = 0
        self._step, self._generated = STEP.labels(*labels), GENERATED_TOKENS.labels(*labels)
        self._first_token, self._inter_token = FIRST_TOKEN.labels(*labels), INTER_TOKEN.labels(*labels)
        self._running, self._waiting = RUNNING.labels(*labels), WAITING.labels(*labels)
        self._usage, self._preemptions = CACHE_USAGE.labels(*labels), PREEMPTIONS.labels(*labels)
        CACHE_CONFIG.labels(*labels, str(page_slots), str(pages)).set(1)

    def note_step(self, batch: Batch, outputs: Iterable[tuple[Sequence, Output]], now: float) -> None:
        """A step ended: count its tokens, and time those that sequences got."""
        self._step.observe(batch.tokens)
        tokens = 0
        for sequence, output in outputs:
            if output.token is not None:
                tokens += 1
                self._note_token(sequence, now)
            if output.finish_reason is not None:
                self.note_end(sequence, output.finish_reason, now)
        self._generated.inc(tokens)

    def _note_token(self, sequence: Sequence, now: float) -> None:
        timeline = sequence.timeline
        if timeline.has_token:
            self._inter_token.observe(now - timeline.last_token)
        else:
            timeline.first_token = now
            self._first_token.observe(now - timeline.arrived)
            self._note_prompt(sequence)
        timeline.last_token = now

    def _note_prompt(self, sequence: Sequence) -> None:
        cached = sequence.timeline.cached_tokens
        PROMPT_TOKENS.labels(*self._labels).inc(sequence.prompt_length)
        PROMPT_TOKENS_CACHED.labels(*self._labels).inc(cached)
        PREFIX_QUERIES.labels(*self._labels).inc(sequence.prompt_length)
        PREFIX_HITS.labels(*self._labels).inc(cached)

    def note_end(self, sequence: Sequence, reason: str, now: float) -> None:
        """A sequence ended, however; a request that asked for a trace has it logged."""
        timeline, labels = sequence.timeline, self._labels
        timeline.finished = now
        if sequence.terms.traces:
            logger.info("trace", extra={"sequence": sequence.terms.request_id, "reason": reason, **timeline.record()})
        FINISHES.labels(*labels, FINISHED[reason]).inc()
        LATENCY.labels(*labels).observe(now - timeline.arrived)
        if not timeline.has_token:
            return
        generated = len(sequence.tokens) - sequence.prompt_length
        decoding = timeline.last_token - timeline.first_token
        QUEUED.labels(*labels).observe(timeline.admitted - timeline.arrived)
        PREFILL.labels(*labels).observe(timeline.first_token - timeline.admitted)
        DECODE.labels(*labels).observe(decoding)
        INFERENCE.labels(*labels).observe(timeline.last_token - timeline.admitted)
        REQUEST_PROMPT.labels(*labels).observe(sequence.prompt_length)
        REQUEST_GENERATED.labels(*labels).observe(generated)
        if generated > 1:
            PER_TOKEN.labels(*labels).observe(decoding / (generated - 1))

    def note_refusal(self) -> None:
        """A request was refused before it could wait."""
        REJECTIONS.labels(*self._labels).inc()

    def note_state(self, scheduler: Scheduler, free_pages: int) -> None:
        """How full the engine is now."""
        self._running.set(len(scheduler.running))
        self._waiting.set(scheduler.waiting.requests)
        self._usage.set(1 - free_pages / self._pages)
        self._preemptions.inc(scheduler.preemptions - self._preemptions_seen)
        self._preemptions_seen = scheduler.preemptions
