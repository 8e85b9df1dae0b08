"""The workers of this machine: one process per model, built-ins for text at start-up, others when first asked for."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from freehold.contracts.errors import ModelNotFound
from freehold.contracts.models import Endpoint, ModelInfo
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.operations.catalogue.folders import TEXT_KINDS, ModelFolder, scan
from freehold.operations.settings import OperationsSettings
from freehold.operations.worker_process import WorkerPlace, WorkerProcess

SCAN_SECONDS = 1.0


class LocalWorkers:
    """Starts and keeps workers. Implements `contracts.models.LocalModels`."""

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
        self._place = WorkerPlace(
            sockets=Path(tempfile.mkdtemp(prefix="freehold-")),
            logs=logs,
            environment={"FREEHOLD_WATERMARK_KEY": watermark_key.hex()},
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
        return [folder.info() for folder in self._folders().values()]

    async def start_builtin(self) -> None:
        """Start the workers of built-ins for text without waiting for them. Those for sound wait until asked for."""
        for folder in self._folders().values():
            if folder.starts_early:
                self._process(folder)

    async def endpoint(self, name: str) -> Endpoint:
        """Where the model answers, once it does."""
        folder = self._folders().get(name)
        if folder is None:
            raise ModelNotFound(f"The model '{name}' does not exist.", param="model")
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
        if folder.kind not in TEXT_KINDS:
            arguments += ["--engines", str(self._settings.sound_engines)]
        if folder.kind == "speech":
            arguments += ["--phrase-cache-mib", str(self._settings.phrase_cache_mib)]
        if folder.kind == "chat":
            arguments += ["--weights", self._settings.weights, "--cache", self._settings.cache]
            arguments += ["--cache-tokens", str(self._settings.cache_tokens), "--running", str(self._settings.running)]
        return arguments
