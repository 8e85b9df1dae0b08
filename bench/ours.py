"""Our side: the engine on the native executor, turned step by step in this process."""

import time
from collections.abc import Callable
from pathlib import Path

from bench.case import Taken
from freehold.engine.loop.engine import Engine
from freehold.engine.loop.scheduler import Limits
from freehold.engine.loop.sequence import Sequence
from freehold.engine.requests.sampling import Sampling
from freehold.native.executor import NativeExecutor
from freehold.nn import PAGE_SLOTS

CACHE_TOKENS = 16_384
RUNNING = 72
LONGEST = 1024  # more tokens than any case has a stream make


def executor(path: Path, threads: int, cache_tokens: int = CACHE_TOKENS) -> NativeExecutor:
    """A model folder or GGUF file, loaded."""
    return NativeExecutor(path, cache_pages=cache_tokens // PAGE_SLOTS, threads=threads)


def load(path: Path, threads: int, cache_tokens: int = CACHE_TOKENS) -> Engine:
    """An engine of its own on a model folder or GGUF file."""
    return engine(executor(path, threads, cache_tokens))


def engine(executor: NativeExecutor) -> Engine:
    """An engine with room for all streams of any case."""
    return Engine(executor, Limits(running=RUNNING))


def explain(executor: NativeExecutor) -> str:
    """What the executor holds, and where its seconds went since it was made."""
    found = executor.counters()
    parts = {"products": found.products, "attention": found.attention, "rows": found.rows, "waiting": found.waited}
    shares = ", ".join(f"{name} {seconds / max(found.seconds, 1e-9):.0%}" for name, seconds in parts.items())
    return f"ours: {found.instructions}, weights {found.weight_bytes / 1e6:,.0f} MB; {shares} of its time"


def add(engine: Engine, prompt: list[int], tokens: int = LONGEST) -> Sequence:
    """Queue a prompt to be continued greedily by so many tokens."""
    sequence = Sequence(prompt, Sampling(max_tokens=tokens, temperature=0.0))
    engine.add(sequence)
    return sequence


def begin(engine: Engine, prompts: list[list[int]]) -> list[Sequence]:
    """Queue prompts and step until each has its first token."""
    sequences = [add(engine, prompt) for prompt in prompts]
    while any(len(sequence.tokens) == sequence.prompt_length for sequence in sequences):
        engine.step()
    return sequences


def finish(engine: Engine) -> None:
    """Step until nothing is left to do."""
    while engine.scheduler.has_work:
        engine.step()


def first_token(engine: Engine, prompt: list[int]) -> Taken:
    """From a prompt to its first token, scheduling and sampling included."""
    add(engine, prompt, 1)
    return timed(lambda: finish(engine))


def decode(engine: Engine, prompts: list[list[int]], tokens: int) -> Taken:
    """So many steps that give every sequence one token each, after all of them have their first."""
    sequences = begin(engine, prompts)
    taken = timed(lambda: [engine.step() for _ in range(tokens)])
    for sequence in sequences:
        engine.remove(sequence)
    return taken


def timed(work: Callable[[], object]) -> Taken:
    """Wall seconds, and processor seconds of all threads of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Taken(amount=time.perf_counter() - wall, cpu_seconds=time.process_time() - cpu)
