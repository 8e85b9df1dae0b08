"""A server of its own process: started, waited for, counted with everything it started, stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

START_SECONDS = 120.0
STOP_SECONDS = 30.0
OWN_SETTINGS = "FREEHOLD_"  # those of the shell are not the measured server's


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a server took of the machine since its start."""

    cpu_seconds: float
    resident_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started server. Programs it detached, such as a database, are known by `folder` in their command line."""

    process: "subprocess.Popen[bytes]"
    folder: Path

    def usage(self) -> Usage:
        """Of all its processes. Shared pages count in each that touched them."""
        cpu, resident = 0.0, 0
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                cpu += times.user + times.system
                resident += process.memory_info().rss
        return Usage(cpu_seconds=cpu, resident_bytes=resident)

    def main_resident_bytes(self) -> int:
        """Of the process that was started alone."""
        return psutil.Process(self.process.pid).memory_info().rss

    def _processes(self) -> set[psutil.Process]:
        roots = {psutil.Process(self.process.pid)}
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if any(str(self.folder) in part for part in process.cmdline()):
                    roots.add(process)
        found = set(roots)
        for root in roots:
            with suppress(psutil.NoSuchProcess):
                found.update(root.children(recursive=True))
        return found


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Generator[Running]:
    """The command, once `ready` says so; what it prints goes to `log` in its folder.

    Raises `RuntimeError` with the log's end where it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            list(command), stdout=log, stderr=log, cwd=folder, env=inherited | dict(environment or {})
        )
    try:
        _wait(process, folder, ready)
        yield Running(process=process, folder=folder)
    finally:
        process.send_signal(stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def _wait(process: "subprocess.Popen[bytes]", folder: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            end = (folder / "log").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{folder.name} did not start:\n{end}")
        time.sleep(0.2)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
