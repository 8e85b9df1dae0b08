"""How fast a prompt is read, against the better of llama.cpp in any format and transformers in bfloat16."""

from functools import partial
from itertools import count
from pathlib import Path

from bench import models, ours
from bench.case import Case, Cases, Metric
from bench.machine import CORES, THREADS
from bench.models import gguf, prompts
from bench.peers import llama_cpp
from bench.peers.transformers_prefill import NAME, Reader

TARGET = "at least as fast as the better of llama.cpp (any format) and transformers (bfloat16) → 1.1"
TOKENS = 256
FORMATS = {"A": ("BF16", "Q8_0", "Q4_0"), "B": ("BF16", "Q8_0", "Q4_0"), "C": ("Q8_0",)}
UBATCHES = {"A": "128,512", "B": "512", "C": "512"}  # what llama.cpp tries as -ub


def cases(folder: Path) -> Cases:
    """Each shape on one thread and on all; the largest only on all."""
    for shape in FORMATS:
        for threads in THREADS if shape != "C" else (CORES,):
            yield f"{shape}, {TOKENS} tokens, threads: {threads}", partial(_case, shape, threads)


def _case(shape: str, threads: int) -> Case:
    formats, seeds = FORMATS[shape], count()
    files = [gguf(shape, format) for format in models.FORMATS]
    flags, tried = llama_cpp.best_prefill(files, TOKENS, threads, UBATCHES[shape])
    reader = Reader(models.folder(shape), prompts(shape, 1, TOKENS)[0], threads)
    engines = {format: ours.load(gguf(shape, format), threads, cache_tokens=4096) for format in formats}
    tried += [f"{NAME} {setting}" for setting in reader.tried]
    return Case(
        metrics=tuple(Metric(name=format, floor=1.0, aim=1.1, tokens=TOKENS) for format in formats),
        # No cache holds a prompt yet.
        ours=lambda: {
            format: ours.first_token(engine, prompts(shape, 1, TOKENS, seed=next(seeds))[0])
            for format, engine in engines.items()
        },
        peers={
            llama_cpp.NAME: lambda: dict.fromkeys(formats, llama_cpp.prefill(flags, TOKENS, threads)),
            NAME: lambda: dict.fromkeys(formats, reader.read()),
        },
        notes=lambda: [f"peer tried {trial}" for trial in tried],
    )
