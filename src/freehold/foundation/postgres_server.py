"""The server process of one PostgreSQL cluster: found, launched, stopped. Knows no database inside it.

Refuses to guess: a process counts as the cluster's server only when its command line names the cluster.
"""

import hashlib
import logging
import os
import re
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from freehold.contracts.errors import SetupError
from freehold.foundation.clock import Clock
from freehold.foundation.postgres_programs import PostgresPrograms, PostgresUser, failure, read_from_start

SOCKET_NAME = ".s.PGSQL.5432"
MAX_SOCKET_PATH_BYTES = 107  # sockaddr_un.sun_path without its final zero
START_DEADLINE_SECONDS = 120.0
FAST_STOP_SECONDS = 20.0
IMMEDIATE_STOP_SECONDS = 10.0
LOG_TAIL_BYTES = 20_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """What a server wrote of itself to `postmaster.pid`."""

    pid: int
    socket_folder: Path
    status: str  # "starting", "ready", "stopping"; "" while the file is being written


class PostgresServer:
    """The process of the cluster in `cluster`. The caller keeps other processes out meanwhile."""

    def __init__(self, cluster: Path, *, settings: Mapping[str, str], clock: Clock) -> None:
        self.cluster = cluster
        self._settings = settings
        self._clock = clock
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, programs: PostgresPrograms) -> Path:
        """Join the running server or launch one; returns its socket's folder. Raises `SetupError`."""
        running = self._find_running() or self._launch(programs)
        return running.socket_folder

    def stop(self) -> None:
        """Stop it fast, and past its deadline immediately: committed data is safe either way."""
        for kind, seconds in ((signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS)):
            found = self._read_postmaster()
            if found is None or not self._is_ours(found.pid):
                return
            logger.info("Stopping PostgreSQL in %s …", self.cluster)
            os.kill(found.pid, kind)
            if any(not self._is_ours(found.pid) for _ in ticks(self._clock, seconds)):
                return
        logger.error("PostgreSQL in %s does not stop; it is left running.", self.cluster)

    def log_hint(self) -> str:
        """Where the server tells more."""
        return f"See {self.cluster / 'log'}."

    def _find_running(self) -> Postmaster | None:
        """A server that an earlier or another process of ours left running, once it is ready."""
        for _ in ticks(self._clock, START_DEADLINE_SECONDS):
            found = self._read_postmaster()
            if found is None:
                return None
            if not self._is_ours(found.pid):
                self._forget_stale(found.pid)
                return None
            if found.status == "ready":
                break
        else:
            message = f"The PostgreSQL in {self.cluster} neither starts nor stops."
            raise SetupError(message, hint=self.log_hint())
        if not (found.socket_folder / SOCKET_NAME).exists():
            logger.warning("PostgreSQL runs without its socket in %s; restarting it.", found.socket_folder)
            self.stop()
            return None
        logger.info("Using the PostgreSQL that already runs in %s.", self.cluster)
        return found

    def _launch(self, programs: PostgresPrograms) -> Postmaster:
        socket_folder = self._choose_socket_folder(programs.user)
        # No server of ours runs, and the folder is private: a socket in it is a dead server's.
        for leftover in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (socket_folder / leftover).unlink(missing_ok=True)
        arguments = self._arguments(socket_folder)
        logger.info("Starting PostgreSQL in %s …", self.cluster)
        output = ""
        for _ in ticks(self._clock, START_DEADLINE_SECONDS):
            with tempfile.TemporaryFile() as errors:
                command = programs.command("postgres", *arguments)
                # In a session of its own: Ctrl-C in the terminal must not stop it before us.
                child = programs.user.start(command, stdout=errors, stderr=errors, own_session=True)
                self._child = child
                ready = self._wait_until_ready(child)
                if ready is not None:
                    return ready
                output = read_from_start(errors)
            # The backends of a server that was killed hold its memory for a moment longer.
            if "shared memory block" not in output:
                break
        if "logging collector" in output:
            output = self._latest_log()
        error = failure("PostgreSQL", output)
        error.hint = error.hint or self.log_hint()
        raise error

    def _latest_log(self) -> str:
        """What the server has written to its own log since it was last launched."""
        logs = sorted((self.cluster / "log").glob("*.log"), key=lambda file: file.stat().st_mtime)
        if not logs:
            return ""
        with logs[-1].open("rb") as file:
            file.seek(max(0, logs[-1].stat().st_size - LOG_TAIL_BYTES))
            return file.read().decode(errors="replace").rpartition("starting PostgreSQL")[2]

    def _wait_until_ready(self, child: subprocess.Popen[bytes]) -> Postmaster | None:
        """None when the server ended instead. Recovery after a crash counts as starting."""
        for _ in ticks(self._clock, START_DEADLINE_SECONDS):
            found = self._read_postmaster()
            if found and found.pid == child.pid and found.status == "ready":
                return found
            if child.poll() is not None:
                return None
        hint = f"It goes on recovering; start Freehold again later. {self.log_hint()}"
        raise SetupError(f"PostgreSQL is still not ready after {START_DEADLINE_SECONDS:.0f} s.", hint=hint)

    def _arguments(self, socket_folder: Path) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder),
            "unix_socket_permissions": "0700",
            "logging_collector": "on",
            "log_directory": "log",
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": "0",
            **self._settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return ["-D", str(self.cluster), *options]

    def _choose_socket_folder(self, user: PostgresUser) -> Path:
        """The cluster itself, or a private folder in /tmp where its path is too long or special."""
        path = str(self.cluster / SOCKET_NAME)
        if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES and re.fullmatch(r"[\w./+-]+", path, re.ASCII):
            return self.cluster
        digest = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()
        folder = Path("/tmp") / f"freehold-{digest[:16]}"  # noqa: S108 - short by need; its owner is checked below
        folder.mkdir(mode=0o700, exist_ok=True)
        # /tmp belongs to everybody: a folder that somebody else put there must not be trusted.
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (user.uid, os.geteuid()):
            hint = "Remove it, or choose a data folder with a shorter path."
            raise SetupError(f"{folder} belongs to somebody else.", hint=hint)
        os.chown(folder, user.uid, user.gid)
        folder.chmod(0o700)
        return folder

    def _read_postmaster(self) -> Postmaster | None:
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        if not lines or not lines[0].isdigit():
            return None
        status = lines[7].strip() if len(lines) > 7 else ""
        socket_folder = Path(lines[4] if len(lines) > 4 else "")
        return Postmaster(pid=int(lines[0]), socket_folder=socket_folder, status=status)

    def _is_ours(self, pid: int) -> bool:
        if self._child is not None and self._child.pid == pid and self._child.poll() is not None:
            return False
        return os.fsencode(self.cluster) in _command_line(pid)

    def _forget_stale(self, pid: int) -> None:
        # PostgreSQL takes any living process, and a dead one that nobody has reaped, for its old server.
        # Memory still in use by that server's backends stops the new one even without the file.
        if b"postgres" not in b" ".join(_command_line(pid)):
            logger.info("Removing the stale postmaster.pid of %s.", self.cluster)
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)


def ticks(clock: Clock, seconds: float) -> Iterator[None]:
    """Turns of a waiting loop until the deadline."""
    end = clock.monotonic_seconds() + seconds
    while clock.monotonic_seconds() < end:
        yield
        time.sleep(0.02)


def _command_line(pid: int) -> list[bytes]:
    """The arguments of a process; empty when it is gone or a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []
