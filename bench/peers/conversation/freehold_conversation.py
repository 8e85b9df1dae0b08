"""Ours: `freehold serve` as it is installed, with its built-in models, and a scripted vendor beside them."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import psutil

from bench.peers.gateways.process import Running, Usage, free_port, running
from bench.peers.gateways.upstream import responds

KEY = "bench-key-0123456789abcdef"
TALKER, WORDS = "talker", "whisper-constant"  # the vendor's models: a long answer, and words for any sound
SETTINGS = """
[api]
realtime_sessions_per_caller = 500

[gateway.providers.vendor]
url = "{url}"
api_key = "sk-up"
models = {{ "{talker}" = "gpt-4o-mini", "{words}" = "whisper-1" }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: where it is called, and what its processes take."""

    url: str
    headers: Mapping[str, str]
    running: Running

    def gateway_usage(self) -> Usage:
        """Of the process that callers are connected to, which passes frames on and is the gateway, too."""
        return _usage(psutil.Process(self.running.process.pid))

    def worker_usage(self) -> Usage:
        """Of the conversation worker, which the first call starts."""
        return _usage(self._worker())

    async def open_sessions(self) -> int:
        """How many the conversation worker holds."""
        line = self._worker().cmdline()
        connector = aiohttp.UnixConnector(path=line[line.index("--socket") + 1])
        async with (
            aiohttp.ClientSession(connector=connector) as client,
            client.get("http://worker/worker/health") as answer,
        ):
            return int((await answer.json())["running"])

    def _worker(self) -> psutil.Process:
        for child in psutil.Process(self.running.process.pid).children():
            if child.cmdline()[3:5] == ["worker", "conversation"]:
                return child
        raise RuntimeError("The conversation worker does not run.")


@contextmanager
def start(folder: Path, vendor_url: str) -> Generator[Server]:
    """A server that is ready; its workers for sound start with the first call."""
    port = free_port()
    folder.mkdir(parents=True)
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS.format(url=vendor_url, talker=TALKER, words=WORDS))
    command = [sys.executable, "-m", "freehold", "serve", "--port", str(port)]
    command += ["--config", str(settings), "--data", str(folder / "data")]
    ready = partial(responds, f"http://127.0.0.1:{port}/health/ready")
    with running(command, folder, ready, {"FREEHOLD_ADMIN_KEY": KEY}) as process:
        url, headers = f"ws://127.0.0.1:{port}/v1/realtime", {"authorization": f"Bearer {KEY}"}
        yield Server(url=url, headers=headers, running=process)


def _usage(process: psutil.Process) -> Usage:
    times = process.cpu_times()
    return Usage(cpu_seconds=times.user + times.system, resident_bytes=process.memory_info().rss)
