"""A real `freehold serve` in a process of its own, for tests that use it as a person would."""

import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
from openai import OpenAI

from freehold.foundation.settings import child_environment

KEY = "test-key-0123456789abcdef"
START_SECONDS = 90


@dataclass
class LiveServer:
    """A running server: its address, its admin key and how to hurt it."""

    process: subprocess.Popen[str]
    address: str
    data: Path

    @classmethod
    def start(cls, data: Path, *options: str, **environment: str) -> "LiveServer":
        """Start on a free port and wait until every built-in answers."""
        command = [sys.executable, "-m", "freehold", "serve", "--port", "0", "--data", str(data), *options]
        given = child_environment(FREEHOLD_ADMIN_KEY=KEY, **environment)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=given)
        server = cls(process, _read_address(process), data)
        server.wait_ready()
        return server

    def wait_ready(self) -> None:
        """Wait until /health says ready."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.health().get("ready"):
                return
            time.sleep(0.1)
        raise AssertionError(f"the server is not ready: {self.health()}")

    def health(self) -> dict[str, Any]:
        """The body of /health."""
        return httpx.get(f"{self.address}/health", timeout=10).json()

    def client(self, key: str = KEY) -> OpenAI:
        """The official client, without its own retries."""
        return OpenAI(base_url=f"{self.address}/v1", api_key=key, max_retries=0, timeout=60)

    def http(self, key: str | None = KEY) -> httpx.Client:
        """A plain HTTP client with the key."""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and wait for the end; returns the exit status."""
        self.process.send_signal(how)
        return self.process.wait(30)


def _read_address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"web +(http://\S+)", line):
            return found.group(1)
    raise AssertionError("the server did not start:\n" + "".join(lines))
