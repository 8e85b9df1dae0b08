"""A `freehold serve` of its own, with one model more than the built-in ones."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY = "bench-key-0123456789abcdef"
MODEL = "measured"
START_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where it answers, and to which key."""

    address: str
    key: str = KEY
    model: str = MODEL


@contextmanager
def serving(model: Path, scratch: Path, *, threads: int) -> Generator[Server]:
    """A ready server whose workers use so many threads; stopped on the way out."""
    data = scratch / "data"
    shutil.copytree(model, data / "models" / MODEL)
    options = {"FREEHOLD_ADMIN_KEY": KEY, "FREEHOLD_OPERATIONS__WORKER_THREADS": str(threads)}
    process = subprocess.Popen(
        [sys.executable, "-m", "freehold", "serve", "--port", "0", "--data", str(data)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | options,
    )
    try:
        address = _address(process)
        _wait_ready(address)
        yield Server(address=address)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"web +(http://\S+)", line):
            return found.group(1)
    raise RuntimeError("the server did not start")


def _wait_ready(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=5):
                return
        except urllib.error.HTTPError:
            time.sleep(0.2)
    raise RuntimeError(f"the server was not ready within {START_SECONDS:g} s")
