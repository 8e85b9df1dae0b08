"""How evenly tokens come to many streams while long prompts arrive."""

import time
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np

from bench import ours
from bench.case import Case, Cases, Metric, Taken
from bench.machine import CORES
from bench.models import gguf, prompts
from freehold.engine.loop.engine import Engine

TARGET = "the 99th percentile of the time between a stream's tokens is at most 3 times the median (ratio 0.333)"
STREAMS = 64
CONTEXT = 64
PROMPT_TOKENS = 1024
PROMPTS = 3
STEPS_BETWEEN = 24


def cases(folder: Path) -> Cases:
    """One shape, on all threads."""
    yield f"A Q8_0, {STREAMS} streams, prompts of {PROMPT_TOKENS} tokens, threads: {CORES}", partial(_case, "A")


def _case(shape: str) -> Case:
    engine, seeds, medians = ours.load(gguf(shape, "Q8_0"), CORES), count(), list[float]()

    def slowest() -> dict[str, Taken]:
        arriving = prompts(shape, PROMPTS, PROMPT_TOKENS, seed=next(seeds))  # ones that no cache holds
        median, slow = np.percentile(_gaps(engine, prompts(shape, STREAMS, CONTEXT), arriving), (50, 99))
        medians.append(float(median))
        return {"gap": Taken(amount=float(slow))}

    return Case(
        metrics=(Metric(name="gap", floor=1 / 3),),
        ours=slowest,
        peers={"the median": lambda: {"gap": Taken(amount=medians[-1])}},
    )


def _gaps(engine: Engine, texts: list[list[int]], arriving: list[list[int]]) -> list[float]:
    """Seconds between the tokens of each stream, once all of them have one."""
    streams = ours.begin(engine, texts)
    lengths = {stream: len(stream.tokens) for stream in streams}
    latest = dict.fromkeys(streams, time.perf_counter())
    gaps: list[float] = []
    for step in range(STEPS_BETWEEN * PROMPTS):
        if step % STEPS_BETWEEN == 0:
            ours.add(engine, arriving[step // STEPS_BETWEEN], 2)
        engine.step()
        now = time.perf_counter()
        for stream in streams:
            if len(stream.tokens) > lengths[stream]:
                gaps.append(now - latest[stream])
                latest[stream], lengths[stream] = now, len(stream.tokens)
    for stream in streams:
        engine.remove(stream)
    ours.finish(engine)
    return gaps
