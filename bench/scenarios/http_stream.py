"""What HTTP, gateway and worker process cost: streams through all of `freehold serve`, against the engine alone."""

import asyncio
import statistics
import time
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import torch

from bench.case import Case, Metric
from bench.model import STARTER, prompts
from bench.server import Server, serving
from freehold.engine.engine import Engine, EngineThread
from freehold.engine.scheduler import Limits
from freehold.engine.sequence import Output, Sampling, Sequence
from freehold.nn.torch.executor import TorchExecutor

TARGET = "at least 0.8 of the engine's own tokens/s, and a first token in at most twice its time (ratio 0.5)"
PROMPT_TOKENS = 64
NEW_TOKENS = 128
THREADS = 1
STREAMS = (1, 64)
DEADLINE_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds from the question to the first token and to the last."""

    first: float
    last: float


def cases(folder: Path) -> Generator[Case]:
    """One stream, then as many as a worker computes together."""
    torch.set_num_threads(THREADS)
    executor = TorchExecutor(STARTER, cache_slots=65_536)
    with serving(STARTER, folder, threads=THREADS) as server:
        for streams in STREAMS:
            texts = prompts(streams, PROMPT_TOKENS, executor.spec.vocab_size)
            yield Case(
                name=f"{streams} streams, worker with {THREADS} threads",
                metrics=(
                    Metric(name="first token", target=0.5),
                    Metric(name="generation", target=0.8, tokens=streams * NEW_TOKENS),
                ),
                ours=partial(_through_http, server, texts),
                peer=partial(_engine_alone, executor, texts),
                peer_name="engine alone",
            )


def _summary(timings: list[Timing]) -> dict[str, float]:
    return {
        "first token": statistics.median(timing.first for timing in timings),
        "generation": max(timing.last for timing in timings),
    }


def _through_http(server: Server, texts: list[list[int]]) -> dict[str, float]:
    return _summary(asyncio.run(_ask_all(server, texts)))


async def _ask_all(server: Server, texts: list[list[int]]) -> list[Timing]:
    headers = {"authorization": f"Bearer {server.key}"}
    timeout = aiohttp.ClientTimeout(total=DEADLINE_SECONDS)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(server.address, headers=headers, timeout=timeout, connector=connector) as session:
        return await asyncio.gather(*(_ask(session, server.model, text) for text in texts))


async def _ask(session: aiohttp.ClientSession, model: str, text: list[int]) -> Timing:
    body = {"model": model, "prompt": text, "max_tokens": NEW_TOKENS, "temperature": 0, "ignore_eos": True}
    options = {"stream": True, "stream_options": {"include_usage": True}}
    started = time.perf_counter()
    first, last_event = 0.0, b""
    async with session.post("/v1/completions", json=body | options) as response:
        response.raise_for_status()
        async for chunk in response.content.iter_any():
            first = first or time.perf_counter() - started
            last_event = (last_event + chunk)[-1000:]
    if f'"completion_tokens":{NEW_TOKENS}'.encode() not in last_event:
        raise RuntimeError(f"the answer broke off: {last_event!r}")
    return Timing(first=first, last=time.perf_counter() - started)


def _engine_alone(executor: TorchExecutor, texts: list[list[int]]) -> dict[str, float]:
    return _summary(asyncio.run(_turn(executor, texts)))


async def _turn(executor: TorchExecutor, texts: list[list[int]]) -> list[Timing]:
    """The engine's thread with a sink on this loop, as in a worker, but no text and no HTTP."""
    thread = EngineThread(Engine(executor, Limits()), asyncio.get_running_loop())
    thread.start()
    sampling = Sampling(max_tokens=NEW_TOKENS, temperature=0.0)
    try:
        return await asyncio.gather(*(_listen(thread, Sequence(text, sampling)) for text in texts))
    finally:
        thread.stop()


async def _listen(thread: EngineThread, sequence: Sequence) -> Timing:
    outputs: asyncio.Queue[Output] = asyncio.Queue()
    started = time.perf_counter()
    thread.submit(sequence, outputs.put_nowait)
    output = await outputs.get()
    first = time.perf_counter() - started
    while output.finish_reason is None:
        output = await outputs.get()
    if output.error is not None:
        raise output.error
    return Timing(first=first, last=time.perf_counter() - started)
