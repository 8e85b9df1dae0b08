"""What HTTP, gateway and worker process cost: streams through all of `freehold serve`, against the engine alone."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from bench import ours
from bench.case import Case, Cases, Metric, Taken
from bench.models import STARTER, prompts
from bench.server import Server, serving
from freehold.engine.loop.engine import Engine
from freehold.engine.loop.sequence import Sequence

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


def cases(folder: Path) -> Cases:
    """One stream, then as many as a worker computes together."""
    with serving(STARTER, folder, threads=THREADS) as server:
        for streams in STREAMS:
            yield f"{streams} streams, worker with {THREADS} threads", partial(_case, server, streams)


def _case(server: Server, streams: int) -> Case:
    engine, texts = ours.load(STARTER, THREADS), prompts("starter", streams, PROMPT_TOKENS)
    return Case(
        metrics=(
            Metric(name="first token", floor=0.5),
            Metric(name="generation", floor=0.8, tokens=streams * NEW_TOKENS),
        ),
        ours=lambda: _summary(asyncio.run(_ask_all(server, texts))),
        peers={"engine alone": lambda: _summary(_engine_alone(engine, texts))},
    )


def _summary(timings: list[Timing]) -> dict[str, Taken]:
    return {
        "first token": Taken(amount=statistics.median(timing.first for timing in timings)),
        "generation": Taken(amount=max(timing.last for timing in timings)),
    }


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


def _engine_alone(engine: Engine, texts: list[list[int]]) -> list[Timing]:
    started = time.perf_counter()
    waiting = {ours.add(engine, text, NEW_TOKENS) for text in texts}
    first: dict[Sequence, float] = {}
    last: dict[Sequence, float] = {}
    while engine.scheduler.has_work:
        for sequence, _ in engine.step():
            last[sequence] = time.perf_counter() - started
            first.setdefault(sequence, last[sequence])
    return [Timing(first=first[sequence], last=last[sequence]) for sequence in waiting]
