"""Time to the first token of a request whose long beginning another one has had before."""

from functools import partial
from itertools import count
from pathlib import Path

from bench import ours
from bench.case import Case, Cases, Metric, Taken
from bench.machine import CORES
from bench.models import gguf, prompts

TARGET = "the second request's first token in at most 5 % of the first one's time (ratio 20)"
PREFIX_TOKENS = 2000
OWN_TOKENS = 16


def cases(folder: Path) -> Cases:
    """Two shapes, on all threads."""
    for shape in ("A", "B"):
        yield f"{shape} Q8_0, prefix of {PREFIX_TOKENS} tokens, threads: {CORES}", partial(_case, shape)


def _case(shape: str) -> Case:
    engine, seeds, firsts = ours.load(gguf(shape, "Q8_0"), CORES), count(), list[Taken]()

    def second_of_two() -> dict[str, Taken]:
        (text,) = prompts(shape, 1, PREFIX_TOKENS + 2 * OWN_TOKENS, seed=next(seeds))
        prefix, own = text[:PREFIX_TOKENS], text[PREFIX_TOKENS:]
        firsts.append(ours.first_token(engine, prefix + own[:OWN_TOKENS]))
        return {"first token": ours.first_token(engine, prefix + own[OWN_TOKENS:])}

    return Case(
        metrics=(Metric(name="first token", floor=20.0),),
        ours=second_of_two,
        peers={"the first request": lambda: {"first token": firsts[-1]}},
    )
