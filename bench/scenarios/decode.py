"""Tokens a second of one sequence and of several together, against llama.cpp reading the same file."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import ours
from bench.case import Case, Cases, Metric
from bench.machine import CORES, THREADS
from bench.models import gguf, prompts
from bench.peers import llama_cpp
from bench.peers.llama_cpp import Decoding

TARGET = "1 stream: 1.0 to 1.15 of llama.cpp → 1.4 (8 bits) or 1.25 (4 bits); 8 streams: 2.5 → 3 (Q8_0), 1.3 → 2 (Q4_0)"
CONTEXT = 128
STREAMS = (1, 8)
CURVE = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which formats are measured, how many tokens a stream makes, and the floor of one stream in Q8_0.

    A shape without a floor is measured for information.
    """

    formats: tuple[str, ...]
    tokens: int
    floor: float = 0.0
    curve: tuple[str, ...] = ()  # formats measured at all of `CURVE`, on all threads


SHAPES = {
    "starter": Shape(formats=("BF16", "Q8_0"), tokens=128, curve=("Q8_0",)),
    "A": Shape(formats=("BF16", "Q8_0", "Q4_0", "Q4_K_M"), tokens=32, floor=1.15, curve=("Q8_0", "Q4_0")),
    "B": Shape(formats=("Q8_0", "Q4_0", "Q4_K_M"), tokens=24, floor=1.05),
    "C": Shape(formats=("Q8_0", "Q4_0", "Q4_K_M"), tokens=12, floor=1.0),
}
# (streams, format) -> floor and aim; one stream in Q8_0 has its shape's floor.
TARGETS = {(1, "Q4_0"): (1.05, 1.25), (1, "Q4_K_M"): (1.05, 1.25), (8, "Q8_0"): (2.5, 3.0), (8, "Q4_0"): (1.3, 2.0)}
AIM_Q8_0 = 1.4


def cases(folder: Path) -> Cases:
    """Each shape and format, on one thread and on all."""
    for name, shape in SHAPES.items():
        for format in shape.formats:
            for threads in THREADS:
                yield f"{name} {format}, threads: {threads}", partial(_case, name, format, threads)


def _case(name: str, format: str, threads: int) -> Case:
    shape, model = SHAPES[name], gguf(name, format)
    streams = CURVE if format in shape.curve and threads == CORES else STREAMS
    work = Decoding(model=model, threads=threads, streams=streams, context=CONTEXT, tokens=shape.tokens)
    flags, *slower = llama_cpp.choose(model)
    executor, texts = ours.executor(model, threads), prompts(name, max(streams), CONTEXT)
    engine = ours.engine(executor)
    return Case(
        metrics=tuple(_metric(shape, format, count) for count in streams),
        ours=lambda: {str(count): ours.decode(engine, texts[:count], work.tokens) for count in streams},
        peers={f"{llama_cpp.NAME} {flags}": partial(llama_cpp.decode, work, flags)},
        notes=lambda: [
            f"file {model.stat().st_size / 1e6:,.0f} MB; slower for llama.cpp: {', '.join(slower)}",
            ours.explain(executor),
        ],
    )


def _metric(shape: Shape, format: str, streams: int) -> Metric:
    default = (shape.floor, AIM_Q8_0) if (streams, format) == (1, "Q8_0") else (0.0, 0.0)
    floor, aim = TARGETS.get((streams, format), default) if shape.floor else (0.0, 0.0)
    return Metric(name=str(streams), floor=floor, aim=aim, tokens=streams * shape.tokens)
