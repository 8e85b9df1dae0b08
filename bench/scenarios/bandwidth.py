"""Decoding one sequence in Q8_0, against reading its weights as fast as the memory allows."""

from functools import partial
from pathlib import Path

from bench import machine, ours
from bench.case import Case, Cases, Metric, Taken
from bench.models import SHAPES, gguf, prompts

TARGET = "weights read at 0.7 of what one core reads from memory, 0.8 of what two read"
FLOORS = {1: 0.7, 2: 0.8}  # by threads
TOKENS = 32
CONTEXT = 64
Q8_0_BYTES = 34 / 32


def cases(folder: Path) -> Cases:
    """Each shape with one core and, if there are, two."""
    for shape in ("B", "C"):
        for threads in range(1, min(machine.CORES, 2) + 1):
            yield f"{shape} Q8_0, threads: {threads}", partial(_case, shape, threads)


def _case(shape: str, threads: int) -> Case:
    model, facts = gguf(shape, "Q8_0"), SHAPES[shape]
    # A row of the input embedding is all that a token reads of it, unless it is the output matrix too.
    unread = 0 if facts["tie_word_embeddings"] else facts["vocab_size"] * facts["hidden_size"] * Q8_0_BYTES
    size = model.stat().st_size - unread
    engine, texts = ours.load(model, threads, cache_tokens=4096), prompts(shape, 1, CONTEXT)
    return Case(
        metrics=(Metric(name="1 stream", floor=FLOORS[threads], tokens=TOKENS),),
        ours=lambda: {"1 stream": ours.decode(engine, texts, TOKENS)},
        peers={
            "reading the weights": lambda: {
                "1 stream": Taken(amount=TOKENS * size / machine.read_bandwidth(threads)),
            }
        },
        notes=lambda: [f"{size / 1e6:,.0f} MB of weights a token"],
    )
