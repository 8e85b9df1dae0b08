"""llama.cpp through its own tools: `llama-batched-bench` for decoding, `llama-bench` for prompts.

Both time only the phase that is compared, sample nothing, and draw random tokens. llama-bench takes a comma-separated
list of values for most flags and runs all combinations.
"""

import json
import os
import subprocess
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from bench.case import Taken
from bench.peers.build_llama_cpp import tool

NAME = "llama.cpp"
DEADLINE_SECONDS = 600.0
ATTEMPTS = 3
PILOT_RUNS, PILOT_STREAMS, PILOT_TOKENS = 2, 8, 8
# What is tried for decoding; repacking of weights is on by default, and off was slower everywhere.
DECODE_FLAGS = ("-fa on", "-fa off")
CONTEXT_GRAIN = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """Sequences with so much context, each continued by so many tokens; `streams` lists how many at a time."""

    model: Path
    threads: int
    streams: tuple[int, ...]
    context: int
    tokens: int


@cache
def choose(model: Path) -> tuple[str, ...]:
    """`DECODE_FLAGS`, those that are fastest with this model first, by short runs."""
    work = Decoding(model=model, threads=1, streams=(PILOT_STREAMS,), context=64, tokens=PILOT_TOKENS)
    seconds: dict[str, float] = {}
    for flags in PILOT_RUNS * DECODE_FLAGS:
        taken = decode(work, flags)[str(PILOT_STREAMS)].amount
        seconds[flags] = min(taken, seconds.get(flags, taken))
    return tuple(sorted(seconds, key=lambda flags: seconds[flags]))


def decode(work: Decoding, flags: str) -> dict[str, Taken]:
    """Seconds of the decoding alone, by number of streams. All streams are given the same context to save its time."""
    longest = -(-(work.context + work.tokens) // CONTEXT_GRAIN) * CONTEXT_GRAIN
    shape = f"-npp {work.context} -ntg {work.tokens} -npl {','.join(map(str, work.streams))} -pps"
    batch = f"-c {longest * max(work.streams)} -b 2048 -ub 512 -t {work.threads} -tb {work.threads}"
    command = f"-m {work.model} {shape} {batch} {flags} --output-format jsonl"
    # Its logger may lose its last lines when it exits (ggml-org/llama.cpp#22142).
    runs = (list(_rows("llama-batched-bench", command)) for _ in range(ATTEMPTS))
    rows = next((rows for rows in runs if len(rows) == len(work.streams)), None)
    if rows is None:
        raise RuntimeError(f"llama-batched-bench did not say all it measured: {command}")
    # The tool reports wall seconds of each phase; how busy it kept processors is known of whole rows, and the first
    # one holds loading too, so the last one's share stands for all.
    last, cpu_seconds = rows[-1]
    busy = cpu_seconds / last["t"]
    return {str(row["pl"]): Taken(amount=row["t_tg"], cpu_seconds=busy * row["t_tg"]) for row, _ in rows}


def best_prefill(models: list[Path], tokens: int, threads: int, ubatches: str) -> tuple[str, list[str]]:
    """The model and flags that read a prompt fastest, and how fast each was, fastest first."""
    paths = ",".join(map(str, models))
    command = f"-m {paths} -p {tokens} -n 0 -t {threads} -ub {ubatches} -fa 1 -r 1 -o jsonl"
    rows = sorted((row for row, _ in _rows("llama-bench", command)), key=lambda row: row["samples_ns"][0])
    tried = [
        f"{Path(row['model_filename']).stem} -ub {row['n_ubatch']} -fa 1: {row['samples_ts'][0]:,.0f} tokens/s"
        for row in rows
    ]
    return f"-m {rows[0]['model_filename']} -ub {rows[0]['n_ubatch']} -fa 1", tried


def prefill(flags: str, tokens: int, threads: int) -> Taken:
    """Seconds of one prompt, after an untimed one."""
    ((row, _),) = _rows("llama-bench", f"{flags} -p {tokens} -n 0 -t {threads} -r 1 -o jsonl")
    return Taken(amount=row["samples_ns"][0] / 1e9)


def _rows(name: str, arguments: str) -> Generator[tuple[Mapping[str, Any], float]]:
    """The JSON lines a tool prints, each with the processor seconds it took since the one before."""
    environment = os.environ | {"LC_ALL": "C"}
    command = [str(tool(name)), *arguments.split()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        before = 0.0
        for line in process.stdout:
            if line.startswith(b"{"):
                times = psutil.Process(process.pid).cpu_times()
                yield json.loads(line), times.user + times.system - before
                before = times.user + times.system
        if process.wait(DEADLINE_SECONDS):
            raise RuntimeError(f"failed: {' '.join(command)}")
