"""The machine that measures: its name, its load, and what its memory and arithmetic allow at most."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[1]


def processor() -> str:
    """The processor's model as the system tells it."""
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found.group(1) if found else platform.machine()


def name() -> str:
    """A file name for this kind of machine."""
    return re.sub(r"[^a-z0-9]+", "-", f"{processor()} {os.cpu_count()} cores".lower()).strip("-")


def describe() -> dict[str, Any]:
    """What must be known to compare figures."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "commit": commit(),
    }


def commit() -> str:
    """The commit of the working tree, marked when there is more in the tree than in it."""
    git = ["git", "-C", str(ROOT)]
    found = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    changed = subprocess.run([*git, "status", "--porcelain", "src"], capture_output=True, text=True).stdout.strip()
    return (found.stdout.strip() or "unknown") + ("+changes" if changed else "")


def load() -> float:
    """Processes that want to run, averaged over a minute."""
    return os.getloadavg()[0]


def read_bandwidth(size_bytes: int) -> float:
    """Bytes per second at which torch reads a buffer of this size again and again, from cache or memory."""
    buffer = torch.ones(size_bytes // 4)
    return buffer.nbytes / _fastest(lambda: buffer.sum(), 20)


def multiply_rate(dtype: torch.dtype) -> float:
    """Multiply-adds per second, times two, of a product of large square matrices."""
    left, right = torch.randn(2, 1024, 1024).to(dtype)
    return 2 * 1024**3 / _fastest(lambda: left @ right, 20)


def _fastest(work: Any, times: int) -> float:
    work()
    seconds: list[float] = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
