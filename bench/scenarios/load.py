"""From a process's start to its first token, and what it then holds in memory. The model lies in the page cache."""

import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil

from bench import ours
from bench.case import Case, Cases, Metric, Taken
from bench.machine import CORES, ROOT
from bench.models import SHAPES, gguf

TARGET = "shape B answers within 3 s of its process's start, holding its weights, its cache and 150 MB more at most"
ALLOWED_SECONDS = 3.0
ALLOWED_BYTES = 150e6
CACHE_TOKENS = 4096
CACHE_VALUE_BYTES = 2
PROMPT = list(range(100, 116))


def cases(folder: Path) -> Cases:
    """Each format, on all threads."""
    for format in ("BF16", "Q8_0", "Q4_0"):
        yield f"B {format}, threads: {CORES}", partial(_case, "B", format)


def _case(shape: str, format: str) -> Case:
    model, facts, peaks = gguf(shape, format), SHAPES[shape], list[float]()
    values = facts["num_hidden_layers"] * facts["num_key_value_heads"] * facts["head_dim"] * 2
    size = model.stat().st_size + CACHE_TOKENS * values * CACHE_VALUE_BYTES + ALLOWED_BYTES
    allowed = {"first token": Taken(amount=ALLOWED_SECONDS), "resident": Taken(amount=size)}
    return Case(
        metrics=(Metric(name="first token", floor=1.0), Metric(name="resident", floor=1.0, unit="bytes")),
        ours=partial(_start, model, peaks),
        peers={"allowed": lambda: allowed},
        notes=lambda: [f"at most {max(peaks) / 1e6:,.0f} MB were resident while it loaded"],
    )


def _start(model: Path, peaks: list[float]) -> dict[str, Taken]:
    command = [sys.executable, "-m", __name__, str(model)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - started
    found = json.loads(line)
    peaks.append(found["peak"])
    return {"first token": Taken(amount=seconds), "resident": Taken(amount=found["resident"])}


def _answer(model: Path) -> None:
    """What the process does: load, answer, and say what it holds."""
    engine = ours.load(model, CORES, CACHE_TOKENS)
    ours.first_token(engine, PROMPT)
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
    print(json.dumps({"resident": psutil.Process().memory_info().rss, "peak": peak}), flush=True)


if __name__ == "__main__":
    _answer(Path(sys.argv[1]))
