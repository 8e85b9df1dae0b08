"""One worker process under watch: started, asked for its health, restarted with growing pauses, drained, stopped.

Holds the worker's standard input open: it closes when this process dies, and the worker ends itself.
"""

import asyncio
import itertools
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from freehold.contracts.errors import FreeholdError, ProviderTimeout, Unavailable
from freehold.contracts.models import Endpoint
from freehold.foundation.clock import Clock
from freehold.foundation.egress import Egress
from freehold.foundation.settings import child_environment
from freehold.operations.settings import OperationsSettings

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.2
STEADY_SECONDS = 60.0  # a worker that lived this long starts again without a pause
HEALTH_TIMEOUT_SECONDS = 5.0
METRICS_TIMEOUT_SECONDS = 2.0
FETCH_TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 4 * 1024 * 1024
EXIT_SECONDS = 5.0

_numbers = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPlace:
    """Folders for sockets and logs, which must exist, and what every worker finds in its environment."""

    sockets: Path
    logs: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


class WorkerProcess:
    """Keeps one `freehold worker …` alive on a Unix socket."""

    def __init__(
        self, name: str, arguments: Sequence[str], place: WorkerPlace, settings: OperationsSettings, clock: Clock
    ) -> None:
        self.name = name
        # Its own socket for each: a replaced model's worker still drains while the next one begins.
        socket_path = place.sockets / f"{next(_numbers)}.sock"
        self.endpoint = Endpoint(url="http://worker/v1", socket_path=socket_path)
        self.restarts = 0
        self._arguments = [*arguments, "--socket", str(self.endpoint.socket_path), "--exit-with-parent"]
        self._environment = place.environment
        self._log = place.logs / f"worker-{name}.log"
        self._settings = settings
        self._clock = clock
        self._ready = asyncio.Event()
        self._gave_up = asyncio.Event()  # the last attempt ended before it was ready
        self._process: subprocess.Popen[bytes] | None = None
        self._failure = ""
        self._egress = Egress(trusted=True, socket_path=self.endpoint.socket_path)

    async def watch(self) -> None:
        """Start the process and start it again whenever it ends; runs until cancelled."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = self._clock.monotonic_seconds()
            process = self._start()
            became_ready = await self._until_ready(process)
            await _exit_of(process)
            if not became_ready:
                self._failure = self._last_words()
                self._gave_up.set()
            self._ready.clear()
            if self._clock.monotonic_seconds() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self.restarts += 1
            fields = {"worker": self.name, "status": process.returncode, "pause_seconds": pause}
            logger.warning("worker ended", extra=fields | {"last_words": self._failure})
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._settings.restart_limit_seconds)

    async def until_ready(self) -> None:
        """Return once the worker answers; a restart is waited for.

        Raises `Unavailable` with the worker's last words when it could not load or takes too long.
        """
        if self._process is not None and self._process.poll() is not None:
            self._ready.clear()  # it died a moment ago and `watch` has not seen it yet
        if self._ready.is_set():
            return
        waits = [asyncio.ensure_future(event.wait()) for event in (self._ready, self._gave_up)]
        timeout_seconds = self._settings.start_timeout_seconds
        await asyncio.wait(waits, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not self._ready.is_set():
            text = f"The worker of '{self.name}' is not ready. {self._failure}"
            raise Unavailable(text.strip(), hint=f"Its log: {self._log}")

    @property
    def status(self) -> str:
        """ "ready" or "starting"."""
        return "ready" if self._ready.is_set() else "starting"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    async def metrics(self) -> str:
        """What it measures, in Prometheus' text format; empty when it does not answer at once."""
        if not self._ready.is_set():
            return ""
        try:
            url, seconds = "http://worker/metrics", METRICS_TIMEOUT_SECONDS
            async with self._egress.open("GET", url, timeout_seconds=seconds) as response:
                return (await response.whole(MAX_ANSWER_BYTES, seconds)).decode()
        except FreeholdError:
            return ""

    async def fetch(self, path_and_query: str) -> tuple[int, str, bytes]:
        """Status, media type and body of a GET. Raises what `Egress.request` and `Answer.whole` raise."""
        url, seconds = f"http://worker{path_and_query}", FETCH_TIMEOUT_SECONDS
        async with self._egress.open("GET", url, timeout_seconds=seconds) as response:
            media_type = response.headers.get("content-type", "application/json")
            return response.status, media_type, await response.whole(MAX_ANSWER_BYTES, seconds)

    async def stop(self) -> None:
        """Drain, then end the process; after the deadline it is killed."""
        process = self._process
        if process is None or process.poll() is not None:
            await self._egress.close()
            return
        try:
            await self._ask("POST", "/worker/drain", self._settings.drain_timeout_seconds)
        except FreeholdError:
            logger.warning("worker did not drain", extra={"worker": self.name})
        process.terminate()
        try:
            async with asyncio.timeout(EXIT_SECONDS):
                await _exit_of(process)
        except TimeoutError:
            process.kill()
            await _exit_of(process)
        await self._egress.close()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "freehold", "worker", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=child_environment(**self._environment),
                # Ctrl-C in the terminal goes to the server, which stops its workers in order.
                start_new_session=True,
            )
        return self._process

    async def _until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Ask until the worker is ready (true) or has ended (false)."""
        while process.poll() is None:
            try:
                health = await self._ask("GET", "/worker/health", HEALTH_TIMEOUT_SECONDS)
            except (Unavailable, ProviderTimeout):
                health = {}
            if health.get("status") == "ready":
                self._gave_up.clear()
                self._ready.set()
                return True
            await asyncio.sleep(0.05)
        return False

    async def _ask(self, method: str, path: str, timeout_seconds: float) -> dict[str, object]:
        async with self._egress.open(method, f"http://worker{path}", timeout_seconds=timeout_seconds) as response:
            return msgspec.json.decode(await response.whole(MAX_ANSWER_BYTES, timeout_seconds))

    def _last_words(self) -> str:
        """The last plain line of the worker's log, which says why it could not start."""
        try:
            lines = self._log.read_bytes()[-4000:].decode(errors="replace").splitlines()
        except OSError:
            return ""
        return next((line for line in reversed(lines) if line.startswith("freehold worker:")), "")


async def _exit_of(process: subprocess.Popen[bytes]) -> None:
    """Wait for the process without holding a thread."""
    while process.poll() is None:
        await asyncio.sleep(0.05)
