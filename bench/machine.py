"""The machine that measures: its name, its load, what else runs on it, and how fast its memory is."""

import ctypes
import os
import platform
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache/bench"
CORES = os.cpu_count() or 1
THREADS = sorted({1, CORES})
PROBE_BYTES = 1 << 29  # several times what caches hold
PROBE_PASSES = 4


def name() -> str:
    """A file name for this kind of machine."""
    return re.sub(r"[^a-z0-9]+", "-", f"{_processor()} {CORES} cores".lower()).strip("-")


def describe() -> dict[str, Any]:
    """What must be known to compare figures; the commit is marked when there is more in the tree than in it."""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain", "src"], capture_output=True, text=True).stdout.strip()
    facts = {"processor": _processor(), "cores": CORES, "system": platform.platform()}
    return facts | {"python": platform.python_version(), "commit": commit + ("+changes" if changed else "")}


def load() -> float:
    """Processes that want to run, averaged over a minute."""
    return os.getloadavg()[0]


@contextmanager
def foreign_process() -> Generator[None]:
    """A process that keeps the last core busy."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(process.pid))})
        yield
    finally:
        process.kill()
        process.wait(10)


def read_bandwidth(threads: int) -> float:
    """Bytes per second that so many threads read from memory at most."""
    return _probe().read_bandwidth(ctypes.c_size_t(PROBE_BYTES), threads, PROBE_PASSES)


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return found.group(1) if found else platform.machine()


@cache
def _probe() -> ctypes.CDLL:
    source, library = Path(__file__).with_name("bandwidth.c"), CACHE / "bandwidth.so"
    CACHE.mkdir(parents=True, exist_ok=True)
    flags = ["-O3", "-march=native", "-shared", "-fPIC", "-pthread"]
    subprocess.run(["cc", *flags, str(source), "-o", str(library)], check=True)
    found = ctypes.CDLL(str(library))
    found.read_bandwidth.restype = ctypes.c_double
    return found
