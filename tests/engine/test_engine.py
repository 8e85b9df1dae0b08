"""The loop and its thread: the same request gives the same tokens in any company; nothing is lost, nothing spins."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import pytest

from engine.loops import Loop, greedy
from engine.oracle_executor import VOCABULARY, OracleExecutor, continuation
from freehold.contracts.errors import FreeholdError, RateLimited, SetupError, Unavailable
from freehold.engine.loop.batch import Batch, Slice
from freehold.engine.loop.engine import Engine, EngineThread
from freehold.engine.loop.scheduler import Limits
from freehold.engine.loop.sequence import Output, Sequence
from freehold.engine.requests.sampling import Sampling
from freehold.foundation.telemetry import render_metrics
from freehold.native.executor import NativeExecutor
from freehold.nn import Executor, FlatBatch, Float32
from freehold.nn.numpy_executor import NumpyExecutor
from freehold.operations.catalogue.folders import BUILTIN

TIE = 1e-3
PAGES = 512


def native(folder: Path) -> Executor:
    """The native executor, where it has been built."""
    try:
        return NativeExecutor(folder, cache_pages=PAGES, threads=1)
    except SetupError as error:
        pytest.skip(error.message)


@pytest.fixture(scope="module", params=["numpy", "native"])
def executor(request: pytest.FixtureRequest) -> Executor:
    """The built-in chat model on each executor."""
    folder = BUILTIN / "starter"
    return NumpyExecutor(folder, cache_pages=PAGES) if request.param == "numpy" else native(folder)


def run(executor: Executor, sequences: list[Sequence], **limits: int) -> Engine:
    """Turn a fresh engine until the sequences have ended."""
    engine = Engine(executor, Limits(**limits))
    for sequence in sequences:
        engine.add(sequence)
    while engine.scheduler.has_work:
        engine.step()
    return engine


def request(prompt: list[int], seed: int | None = None, max_tokens: int = 16) -> Sequence:
    """A greedy request, or one that draws by a seed."""
    temperature = 0.0 if seed is None else 1.0
    sampling = Sampling(max_tokens=max_tokens, seed=seed, top_logprobs=2, temperature=temperature, top_p=0.9)
    return Sequence(prompt, sampling)


def prompts(count: int) -> list[list[int]]:
    """Prompts of a few tokens to several pages, half of which begin alike."""
    rng = random.Random(7)
    start = [rng.randrange(5, 290) for _ in range(40)]
    return [
        start * (index % 2) + [rng.randrange(5, 290) for _ in range(rng.randrange(1, 60))] for index in range(count)
    ]


def crowd(executor: Executor, max_tokens: int = 16) -> list[Sequence]:
    """Requests to run together. Only rows that are bit-equal can promise equal draws, and numpy's take their time."""
    if isinstance(executor, NumpyExecutor):
        return [request(prompt, max_tokens=max_tokens) for prompt in prompts(6)]
    return [request(prompt, index if index % 3 else None, max_tokens) for index, prompt in enumerate(prompts(32))]


def alone(executor: Executor, sequence: Sequence) -> Sequence:
    """The same request on an engine of its own."""
    twin = Sequence(sequence.tokens[: sequence.prompt_length], sequence.sampling)
    run(executor, [twin])
    return twin


def ties(executor: Executor, one: Sequence, other: Sequence) -> int:
    """0 where two answers are equal, 1 where they part at two tokens that are as likely; else fails."""
    if one.tokens == other.tokens:
        return 0
    assert isinstance(executor, NumpyExecutor), "the native executor's rows are bit-equal in any batch"
    place = next(place for place, pair in enumerate(zip(one.tokens, other.tokens, strict=True)) if len({*pair}) > 1)
    scored = request(one.tokens[:place])
    engine = Engine(executor, Limits())
    engine.add(scored)
    ((_, output),) = engine.step()
    assert output.logprob is not None
    (_, first), (_, second) = output.logprob.top
    assert abs(first - second) < TIE
    return 1


@pytest.mark.parametrize("limits", [{}, {"step_tokens": 16, "running": 16}], ids=["crowd", "chunked"])
def test_a_request_gets_the_same_tokens_alone_and_in_any_company(executor: Executor, limits: dict[str, int]) -> None:
    together = crowd(executor)
    run(executor, together, **limits)
    found = sum(ties(executor, alone(executor, sequence), sequence) for sequence in together)
    assert found <= len(together) / 6


def test_a_request_gets_the_same_tokens_after_preemption(executor: Executor) -> None:
    class Cramped:
        """The executor with fewer pages."""

        spec, cache_pages, forward = executor.spec, 12, executor.forward

    together = crowd(executor, max_tokens=60)
    assert run(Cramped(), together).scheduler.preemptions > 0
    found = sum(ties(executor, alone(executor, sequence), sequence) for sequence in together)
    assert found <= len(together) / 6


def test_a_request_gets_the_same_tokens_from_cached_pages(executor: Executor) -> None:
    engine = Engine(executor, Limits())
    found = 0
    for first in crowd(executor)[:6]:
        again = Sequence(list(first.tokens), first.sampling)
        for sequence in (first, again):
            engine.add(sequence)
            while engine.scheduler.has_work:
                engine.step()
        assert again.timeline.cached_tokens == (again.prompt_length - 1) // 16 * 16
        found += ties(executor, first, again)
    assert found <= 1


def test_prompt_logprobs_equal_those_of_generation(executor: Executor) -> None:
    generated = request([9, 10, 11], max_tokens=10)
    engine = Engine(executor, Limits())
    engine.add(generated)
    outputs = [output for _ in range(10) for _, output in (engine.step() if engine.scheduler.has_work else [])]
    scored = Sequence(generated.tokens, Sampling(max_tokens=1, top_logprobs=0, prompt_logprobs=True))
    engine = Engine(executor, Limits(step_tokens=4))
    engine.add(scored)
    while engine.scheduler.has_work:
        found = engine.step()
    ((_, last),) = found
    assert len(last.prompt) == len(generated.tokens)
    assert last.prompt[0] is None
    expected = [output.logprob.logprob for output in outputs if output.logprob]
    np.testing.assert_allclose([entry.logprob for entry in last.prompt[3:] if entry], expected, atol=1e-4)


# The thread


class Slow(OracleExecutor):
    """The oracle, at a millisecond a step; fails at the token 63."""

    def forward(self, batch: FlatBatch) -> Float32:
        """Logits, late."""
        time.sleep(0.001)
        if (batch.tokens_T == VOCABULARY - 1).any():
            raise RuntimeError("broken")
        return super().forward(batch)


class Client:
    """An engine on its thread, and what it says."""

    def __init__(self, **limits: int) -> None:
        self.engine = Engine(Slow(256), Limits(**limits), name="threaded")
        self.thread = EngineThread(self.engine, asyncio.get_running_loop())
        self.thread.start()

    def submit(self, sequence: Sequence) -> "asyncio.Queue[Output]":
        """Ask; the outputs come through the queue."""
        outputs: asyncio.Queue[Output] = asyncio.Queue()
        self.thread.submit(sequence, outputs.put_nowait)
        return outputs

    async def answer(self, sequence: Sequence) -> list[Output]:
        """Ask, and wait for all outputs."""
        queue, outputs = self.submit(sequence), list[Output]()
        async with asyncio.timeout(20):
            while not outputs or outputs[-1].finish_reason is None:
                outputs.append(await queue.get())
        return outputs


@pytest.fixture
async def client() -> AsyncGenerator[Client]:
    one = Client()
    yield one
    await asyncio.to_thread(one.thread.stop)


def free_prompt(length: int, avoid: int = VOCABULARY - 1) -> list[int]:
    """A prompt after which 40 greedy tokens come without the one that breaks the executor."""
    for seed in range(1000):
        prompt = random.Random(seed).choices(range(avoid), k=length)
        if avoid not in continuation(prompt, 40):
            return prompt
    raise AssertionError


async def test_outputs_reach_the_event_loop_in_order(client: Client) -> None:
    prompt = free_prompt(20)
    answers = await asyncio.gather(*[client.answer(greedy(prompt, 40)) for _ in range(8)])
    for outputs in answers:
        assert [output.token for output in outputs] == continuation(prompt, 40)
    assert client.thread.in_flight == 0


async def test_a_cancelled_sequence_says_nothing_more_and_returns_its_pages(client: Client) -> None:
    sequence = greedy(free_prompt(100), 3000)
    queue = client.submit(sequence)
    async with asyncio.timeout(20):
        await queue.get()
    client.thread.cancel(sequence)
    steps = len(client.engine.runner._executor.steps)  # pyright: ignore
    await client.answer(greedy(free_prompt(3), 5))
    spoken = queue.qsize()
    assert client.engine.cache.free_pages == 256
    assert len(client.engine.runner._executor.steps) <= steps + 1 + 6  # pyright: ignore
    await asyncio.sleep(0.02)
    assert queue.qsize() == spoken


async def test_an_idle_thread_takes_no_processor_time(client: Client) -> None:
    await client.answer(greedy(free_prompt(20), 5))
    before = time.process_time()
    await asyncio.sleep(0.5)
    assert time.process_time() - before < 0.02


async def test_a_failing_step_ends_what_ran_and_not_the_engine(client: Client) -> None:
    (last,) = await client.answer(greedy([VOCABULARY - 1]))
    assert isinstance(last.error, FreeholdError)
    assert client.engine.cache.free_pages == 256
    prompt = free_prompt(20)
    assert [output.token for output in await client.answer(greedy(prompt, 5))] == continuation(prompt, 5)


async def test_a_deadline_ends_what_waits() -> None:
    client = Client(running=1)
    long = client.submit(greedy(free_prompt(20), 40))
    late = greedy(free_prompt(5), deadline_seconds=time.monotonic() + 0.005)
    (last,) = await client.answer(late)
    assert last.error is not None
    assert last.error.code == "provider_timeout"
    assert not long.empty()
    await asyncio.to_thread(client.thread.stop)


async def test_posts_that_the_engine_has_not_read_yet_count_as_waiting() -> None:
    client = Client(waiting=4)
    prompt = free_prompt(20)

    def flood() -> None:
        for _ in range(200):
            client.submit(greedy(prompt, 40))

    with pytest.raises(RateLimited, match="waiting already"):
        flood()
    assert client.thread.in_flight <= 64 + 4
    assert b'vllm:admission_rejections_total{engine="0",model_name="threaded"}' in render_metrics()
    await asyncio.to_thread(client.thread.stop)


async def test_a_stopped_engine_ends_what_runs_and_takes_nothing_more() -> None:
    client = Client()
    queue = client.submit(greedy(free_prompt(20), 3000))
    await asyncio.to_thread(client.thread.stop)
    async with asyncio.timeout(20):
        while (output := await queue.get()).finish_reason is None:
            pass
    assert isinstance(output.error, Unavailable)
    with pytest.raises(Unavailable):
        client.submit(greedy([1]))


# Metrics


def value(name: str, **labels: str) -> float:
    """The present value of one of the oracle engine's metrics."""
    wanted = {"engine": "0", "model_name": "oracle"} | labels
    inside = ",".join(f'{label}="{text}"' for label, text in sorted(wanted.items()))
    lines = render_metrics().decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(f"vllm:{name}{{{inside}}}")), 0.0)


def test_metrics_have_the_names_that_dashboards_for_vllm_ask_for() -> None:
    counted = {
        "prompt_tokens_total": 80,
        "prompt_tokens_cached_total": 32,
        "prefix_cache_queries_total": 80,
        "prefix_cache_hits_total": 32,
        "generation_tokens_total": 16,
        "time_to_first_token_seconds_count": 2,
        "inter_token_latency_seconds_count": 14,
        "request_time_per_output_token_seconds_count": 2,
        "e2e_request_latency_seconds_count": 2,
        "request_queue_time_seconds_count": 2,
        "request_prefill_time_seconds_count": 2,
        "request_decode_time_seconds_count": 2,
        "request_inference_time_seconds_count": 2,
        "request_prompt_tokens_sum": 80,
        "request_generation_tokens_sum": 16,
        "iteration_tokens_total_sum": 62,
    }
    before = {name: value(name) for name in counted} | {
        "stops": value("request_success_total", finished_reason="length")
    }
    loop = Loop()
    for _ in range(2):
        sequence = greedy([5] * 40)
        sequence.timeline.arrived = loop.clock.now
        loop.run(sequence)
    for name, increase in counted.items():
        assert value(name) - before[name] == increase, name
    assert value("request_success_total", finished_reason="length") - before["stops"] == 2
    assert value("cache_config_info", block_size="16", num_gpu_blocks="256") == 1


def test_gauges_and_preemptions_follow_the_engine() -> None:
    loop = Loop(pages=8, running=2)
    before = value("num_preemptions_total")
    for number in (1, 2, 3):
        loop.add(greedy([number] * 20, max_tokens=60))
    loop.step()
    loop.engine.metrics.note_state(loop.scheduler, loop.engine.cache.free_pages)
    assert (value("num_requests_running"), value("num_requests_waiting")) == (2, 1)
    assert value("kv_cache_usage_perc") == 0.5
    loop.run()
    loop.engine.metrics.note_state(loop.scheduler, loop.engine.cache.free_pages)
    assert value("num_preemptions_total") - before == loop.scheduler.preemptions > 0


def test_a_steps_time_is_divided_among_its_sequences_by_their_tokens() -> None:
    long, short = Sequence([1, 2, 3], Sampling(max_tokens=4)), Sequence([1], Sampling(max_tokens=4))
    batch = Batch(slices=(Slice(long, 0, 3), Slice(short, 0, 1)))
    batch.charge(0.4)
    batch.charge(0.4)
    assert (long.machine.seconds, short.machine.seconds) == (pytest.approx(0.6), pytest.approx(0.2))
