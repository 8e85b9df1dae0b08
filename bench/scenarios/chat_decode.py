"""Tokens per second of the engine in this process, against transformers on the same weights."""

import os
import time
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import torch

from bench import machine
from bench.case import Case, Metric
from bench.model import STARTER, prompts
from bench.peers.transformers_generate import TransformersPeer, Trial
from freehold.engine import sampler
from freehold.engine.engine import Engine
from freehold.engine.scheduler import Limits
from freehold.engine.sequence import Sampling, Sequence
from freehold.nn.torch.executor import TorchExecutor

TARGET = "as fast as the best of transformers' settings with one stream, faster in a batch (ratio 1.0, 1.2, 1.5)"
PROMPT_TOKENS = 64
NEW_TOKENS = 128
DTYPES = (torch.float32, torch.bfloat16)
TARGETS = {1: 1.0, 8: 1.2, 64: 1.5}  # streams: ratio
PHASES = ("schedule", "flatten", "forward", "sample", "commit")


def cases(folder: Path) -> Generator[Case]:
    """Each batch size on one thread, then on all."""
    executors = {dtype: TorchExecutor(STARTER, cache_slots=16_384, dtype=dtype) for dtype in DTYPES}
    vocab_size = executors[torch.float32].spec.vocab_size
    peer = TransformersPeer(STARTER)
    for threads, (streams, target) in product(sorted({1, os.cpu_count() or 1}), TARGETS.items()):
        torch.set_num_threads(threads)
        texts = prompts(streams, PROMPT_TOKENS, vocab_size)
        trials = peer.choose(texts)
        for dtype, executor in executors.items():
            yield Case(
                name=f"{streams} streams, {threads} threads, {str(dtype).removeprefix('torch.')}",
                metrics=(Metric(name="generation", target=target, tokens=streams * NEW_TOKENS),),
                ours=partial(_ours, executor, texts),
                peer=partial(_peer, peer, texts),
                peer_name=peer.name,
                notes=partial(_notes, Run(executor=executor, dtype=dtype, texts=texts), peer, trials),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What our side of a case runs."""

    executor: TorchExecutor
    dtype: torch.dtype
    texts: list[list[int]]


def _ours(executor: TorchExecutor, texts: list[list[int]]) -> dict[str, float]:
    started = time.perf_counter()
    generate(executor, texts)
    return {"generation": time.perf_counter() - started}


def _peer(peer: TransformersPeer, texts: list[list[int]]) -> dict[str, float]:
    started = time.perf_counter()
    peer.generate(texts, NEW_TOKENS)
    return {"generation": time.perf_counter() - started}


def _engine(executor: TorchExecutor, texts: list[list[int]]) -> tuple[Engine, list[Sequence]]:
    engine = Engine(executor, Limits())
    sampling = Sampling(max_tokens=NEW_TOKENS, temperature=0.0)
    sequences = [Sequence(text, sampling) for text in texts]
    for sequence in sequences:
        engine.scheduler.add(sequence)
    return engine, sequences


def generate(executor: TorchExecutor, texts: list[list[int]]) -> list[list[int]]:
    """Continue every prompt greedily."""
    engine, sequences = _engine(executor, texts)
    while engine.scheduler.has_work:
        engine.step()
    return [sequence.tokens[sequence.prompt_length :] for sequence in sequences]


def _notes(run: Run, peer: TransformersPeer, trials: list[Trial]) -> list[str]:
    step = _phases(run.executor, run.texts)
    whole = sum(step.values())
    limit, reason = _limit(run)
    parts = ", ".join(f"{phase} {seconds * 1e6:,.0f}" for phase, seconds in step.items())
    return [
        *(f"peer tried {trial}" for trial in trials),
        f"same tokens as the peer's: {_agreement(run.executor, peer, run.texts):.0%}",
        f"a step takes {whole * 1e6:,.0f} µs: {parts}",
        f"{reason} takes {limit * 1e6:,.0f} µs, {limit / whole:.0%} of a step",
    ]


def _agreement(executor: TorchExecutor, peer: TransformersPeer, texts: list[list[int]]) -> float:
    """Share of tokens before the first one that differs. The peer's may be of another precision."""
    pairs = zip(generate(executor, texts), peer.generate(texts, NEW_TOKENS), strict=True)
    same = [next((i for i, (a, b) in enumerate(zip(x, y, strict=True)) if a != b), NEW_TOKENS) for x, y in pairs]
    return sum(same) / (NEW_TOKENS * len(texts))


def _phases(executor: TorchExecutor, texts: list[list[int]]) -> dict[str, float]:
    """Median seconds of each part of a step in which every stream decodes."""
    engine, _ = _engine(executor, texts)
    steps: list[list[float]] = []
    while engine.scheduler.has_work:
        times = [time.perf_counter()]
        batch = engine.scheduler.next_batch()
        times.append(time.perf_counter())
        flat = batch.flatten()
        times.append(time.perf_counter())
        logits = executor.forward(flat)
        times.append(time.perf_counter())
        sampled = sampler.sample(logits, batch)
        times.append(time.perf_counter())
        engine.scheduler.commit(batch, sampled)
        times.append(time.perf_counter())
        if len(flat.tokens_T) == len(texts):
            steps.append(np.diff(times).tolist())
    return dict(zip(PHASES, np.median(steps, axis=0).tolist(), strict=True))


def _limit(run: Run) -> tuple[float, str]:
    """Seconds that a step must take, to read the weights once or to multiply by them, whichever is longer."""
    spec = run.executor.spec
    weights = spec.parameters - (0 if spec.tied_embeddings else spec.vocab_size * spec.hidden_size)
    size = weights * run.dtype.itemsize
    bandwidth = machine.read_bandwidth(size)
    rate = machine.multiply_rate(run.dtype)
    reading, multiplying = size / bandwidth, 2 * weights * len(run.texts) / rate
    if reading > multiplying:
        return reading, f"reading {size / 1e6:.0f} MB of weights at {bandwidth / 1e9:.0f} GB/s"
    return multiplying, f"multiplying by all weights at {rate / 1e9:.0f} GFLOP/s"
