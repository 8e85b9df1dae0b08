"""What all threads give against one, on idle cores and beside a foreign process that keeps one core busy."""

from functools import partial
from itertools import count
from pathlib import Path

from bench import ours
from bench.case import Case, Cases, Metric, Taken
from bench.machine import CORES, foreign_process
from bench.models import gguf, prompts
from freehold.engine.loop.engine import Engine

TARGET = "all threads against one: 1.7 where arithmetic binds (prompt, 8 streams); beside a busy process at least 0.9"
MODELS = (("A", "Q8_0"), ("A", "Q4_0"), ("B", "Q8_0"))
CONTEXT = 128
TOKENS = 32
PROMPT_TOKENS = 256
COMPUTED = {"prompt": PROMPT_TOKENS, "1 stream": TOKENS, "8 streams": 8 * TOKENS}
FLOORS = {"prompt": 1.7, "8 streams": 1.7}
FLOORS_BESIDE = dict.fromkeys(COMPUTED, 0.9)


def cases(folder: Path) -> Cases:
    """Each model on idle cores, then beside the foreign process."""
    for shape, format in MODELS if CORES > 1 else ():
        name = f"{shape} {format}, {CORES} threads"
        yield f"{name}, idle cores", partial(_case, shape, format, FLOORS)
        with foreign_process():
            yield f"{name}, beside a busy process", partial(_case, shape, format, FLOORS_BESIDE)


def _case(shape: str, format: str, floors: dict[str, float]) -> Case:
    many, one = (ours.load(gguf(shape, format), threads) for threads in (CORES, 1))
    seeds = count()
    return Case(
        metrics=tuple(Metric(name=name, floor=floors.get(name, 0.0), tokens=COMPUTED[name]) for name in COMPUTED),
        ours=partial(_work, many, shape, seeds),
        peers={"one thread": partial(_work, one, shape, seeds)},
    )


def _work(engine: Engine, shape: str, seeds: "count[int]") -> dict[str, Taken]:
    texts = prompts(shape, 8, CONTEXT)
    (prompt,) = prompts(shape, 1, PROMPT_TOKENS, seed=next(seeds))  # one that no cache holds
    return {
        "prompt": ours.first_token(engine, prompt),
        "1 stream": ours.decode(engine, texts[:1], TOKENS),
        "8 streams": ours.decode(engine, texts, TOKENS),
    }
