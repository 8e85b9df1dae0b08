"""The workers of this machine: one process per model, built-ins for text at start-up, others when first asked for."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from freehold.contracts.errors import ModelNotFound, Unavailable
from freehold.contracts.models import Endpoint, ModelInfo
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.operations.catalogue.folders import TEXT_KINDS, ModelFolder, scan
from freehold.operations.settings import OperationsSettings
from freehold.operations.worker_process import WorkerPlace, WorkerProcess

SCAN_SECONDS = 1.0
SPEAKER = "speaker"  # the kind of a model that the sound worker asks, and nobody else
CONVERSATION = "conversation"  # the kind of the worker that holds realtime sessions; it serves no model of its own
# The session of a client secret travels in a header; the library would refuse one of over 8 KiB.
HEADER_LINE_BYTES = 128 * 1024


class LocalWorkers:
    """Starts and keeps workers. Implements `contracts.models.LocalPages` and `LocalSessions`."""

    def __init__(self, data: Path, settings: OperationsSettings, clock: Clock, *, watermark_key: bytes) -> None:
        self._data = data
        self._settings = settings
        self._clock = clock
        self._tasks = TaskSupervisor()
        self._processes: dict[str, WorkerProcess] = {}
        self._served: dict[str, ModelFolder] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}
        # A socket's path may have 107 bytes at most, so sockets do not lie in the data folder.
        logs = data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        sockets = Path(tempfile.mkdtemp(prefix="freehold-"))
        self.gateway_socket = sockets / "gateway.sock"  # where the server answers its own workers
        self._place = WorkerPlace(
            sockets=sockets,
            logs=logs,
            environment={
                "FREEHOLD_WATERMARK_KEY": watermark_key.hex(),
                "FREEHOLD_GATEWAY_SOCKET": str(self.gateway_socket),
                "WEBSOCKETS_MAX_LINE_LENGTH": str(HEADER_LINE_BYTES),
            },
        )
        self._scanned: dict[str, ModelFolder] = {}
        self._scanned_at = -SCAN_SECONDS

    def _folders(self) -> dict[str, ModelFolder]:
        """The model folders, looked at again once a second, so that an import shows at once."""
        now = self._clock.monotonic_seconds()
        if now - self._scanned_at >= SCAN_SECONDS:
            self._scanned, self._scanned_at = scan(self._data), now
            for name, folder in list(self._served.items()):
                if self._scanned.get(name) != folder:
                    self._retire(name)
        return self._scanned

    def _retire(self, name: str) -> None:
        """Let a worker go whose model was replaced or removed; what it is answering may finish."""
        self._watches.pop(name).cancel()
        del self._served[name]
        self._tasks.start(f"retire {name}", self._processes.pop(name).stop())

    def models(self) -> Sequence[ModelInfo]:
        """Every model on this machine."""
        return [folder.info() for folder in self._folders().values() if folder.kind not in (CONVERSATION, SPEAKER)]

    async def start_builtin(self) -> None:
        """Start the workers of built-ins for text without waiting for them. Those for sound wait until asked for."""
        for folder in self._folders().values():
            if folder.starts_early:
                self._process(folder)

    async def endpoint(self, name: str) -> Endpoint:
        """Where the model answers, once it does."""
        folder = self._folders().get(name)
        if folder is None or folder.kind in (CONVERSATION, SPEAKER):
            raise ModelNotFound(f"The model '{name}' does not exist.", param="model")
        return await self._ready(folder)

    async def conversations(self) -> Endpoint:
        """Where realtime sessions are held, once they can be."""
        folder = next((one for one in self._folders().values() if one.kind == CONVERSATION), None)
        if folder is None:
            text = "Realtime sessions cannot be held: a model of this machine has taken the name 'conversation'."
            raise Unavailable(text, hint="Give that model another name.")
        return await self._ready(folder)

    def begin(self, name: str) -> None:
        """Start a model's worker, if there is such a model, and wait for nothing."""
        folder = self._folders().get(name)
        if folder is not None:
            self._process(folder)

    async def _ready(self, folder: ModelFolder) -> Endpoint:
        process = self._process(folder)
        await process.until_ready()
        return process.endpoint

    async def fetch(self, name: str, path_and_query: str) -> tuple[int, str, bytes]:
        """What the model's worker answers to a GET, as `contracts.models.LocalPages` says."""
        await self.endpoint(name)
        process = self._processes.get(name)
        if process is None:  # its model was removed while it was waited for
            raise ModelNotFound(f"The model '{name}' does not exist.", param="model")
        return await process.fetch(path_and_query)

    def health(self) -> dict[str, Any]:
        """Each running worker's state."""
        return {
            name: {
                "status": process.status,
                "pid": process.pid,
                "restarts": process.restarts,
                "on_demand": not self._served[name].starts_early,
            }
            for name, process in self._processes.items()
        }

    async def metrics(self) -> dict[str, str]:
        """What each worker measures, in Prometheus' text format, by its name."""
        processes = dict(self._processes)
        texts = await asyncio.gather(*(process.metrics() for process in processes.values()))
        return dict(zip(processes, texts, strict=True))

    async def close(self) -> None:
        """Drain and stop every worker."""
        await self._tasks.close()
        async with asyncio.TaskGroup() as group:
            for process in self._processes.values():
                group.create_task(process.stop())
        shutil.rmtree(self._place.sockets, ignore_errors=True)

    def _process(self, folder: ModelFolder) -> WorkerProcess:
        if folder.name not in self._processes:
            process = WorkerProcess(folder.name, self._arguments(folder), self._place, self._settings, self._clock)
            self._processes[folder.name] = process
            self._served[folder.name] = folder
            self._watches[folder.name] = self._tasks.start(f"worker {folder.name}", process.watch())
        return self._processes[folder.name]

    def _arguments(self, folder: ModelFolder) -> list[str]:
        arguments = [folder.kind, "--model", str(folder.path), "--name", folder.name]
        arguments += ["--threads", str(self._settings.worker_threads)]
        if folder.kind not in TEXT_KINDS and folder.kind != CONVERSATION:
            arguments += ["--engines", str(self._settings.sound_engines)]
        speaker = next((one for one in self._scanned.values() if one.kind == SPEAKER), None)
        if folder.kind == "sound" and speaker is not None:
            arguments += ["--speaker-model", str(speaker.path)]
        if folder.kind == "speech":
            arguments += ["--phrase-cache-mib", str(self._settings.phrase_cache_mib)]
        if folder.kind == "chat":
            arguments += ["--weights", self._settings.weights, "--cache", self._settings.cache]
            arguments += ["--cache-tokens", str(self._settings.cache_tokens), "--running", str(self._settings.running)]
        return arguments
