"""What a worker tells of itself, asked for by the server: within bounds, and of models that are there."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from aiohttp import web

from freehold.contracts.errors import ModelNotFound, ProviderFailed, ProviderTimeout, Unavailable
from freehold.foundation.clock import SystemClock
from freehold.operations import worker_process
from freehold.operations.settings import OperationsSettings
from freehold.operations.worker_process import MAX_ANSWER_BYTES, WorkerPlace, WorkerProcess
from freehold.operations.workers import LocalWorkers
from vendor_server import Planned, Vendor

pytestmark = pytest.mark.network


@pytest.fixture
def process(tmp_path: Path) -> WorkerProcess:
    place = WorkerPlace(sockets=tmp_path, logs=tmp_path)
    return WorkerProcess("w", ["speech"], place, OperationsSettings(), SystemClock())


@pytest.fixture
async def worker(process: WorkerProcess) -> AsyncGenerator[Vendor]:
    """Stands where the process would listen."""
    vendor = Vendor()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", vendor.handle)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.UnixSite(runner, str(process.endpoint.socket_path)).start()
    yield vendor
    await process.stop()
    await runner.cleanup()


async def test_a_page_comes_with_its_status_and_media_type(process: WorkerProcess, worker: Vendor) -> None:
    worker.answers('{"data": []}', status=418, content_type="application/x-tea")
    page = await process.fetch("/v1/audio/voices?q=a%20b&limit=2")
    assert page == (418, "application/x-tea", b'{"data": []}')
    (sent,) = worker.sent
    assert (sent.path, sent.query) == ("/v1/audio/voices", [("q", "a b"), ("limit", "2")])


async def test_a_page_may_be_so_long_and_no_longer(process: WorkerProcess, worker: Vendor) -> None:
    worker.answers(bytes(MAX_ANSWER_BYTES))
    worker.answers(bytes(MAX_ANSWER_BYTES), b"x")
    assert len((await process.fetch("/"))[2]) == MAX_ANSWER_BYTES
    with pytest.raises(ProviderFailed, match=str(MAX_ANSWER_BYTES)):
        await process.fetch("/")


async def test_a_page_that_does_not_go_on_is_given_up(
    process: WorkerProcess, worker: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "FETCH_TIMEOUT_SECONDS", 0.1)
    worker.plan.append(Planned(pieces=(b"{",), hangs=True))
    with pytest.raises(ProviderTimeout):
        await process.fetch("/")
    async with asyncio.timeout(10):
        await worker.hung_up.wait()


async def test_a_worker_that_is_not_there_is_unavailable(process: WorkerProcess) -> None:
    with pytest.raises(Unavailable):
        await process.fetch("/")


async def test_a_page_of_a_model_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    workers = LocalWorkers(tmp_path, OperationsSettings(), SystemClock(), watermark_key=bytes(32))
    with pytest.raises(ModelNotFound):
        await workers.fetch("nobody", "/v1/audio/voices")
    assert workers.health() == {}
    await workers.close()
