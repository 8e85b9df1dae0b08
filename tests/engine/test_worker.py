"""The chat worker as a process on a Unix socket: private, cancellable, drained on request, gone with its parent."""

import stat
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import httpx2 as httpx
import pytest

from tiny_model import SPEC, make_model

pytestmark = pytest.mark.network

CONTEXT_TOKENS = 8192


class WorkerUnderTest:
    """A worker process and a client for its socket."""

    def __init__(self, folder: Path, socket: Path) -> None:
        command = [sys.executable, "-m", "freehold", "worker", "chat", "--model", str(folder), "--name", "tiny"]
        command += ["--socket", str(socket), "--threads", "1", "--exit-with-parent"]
        self.socket = socket
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.http = httpx.Client(transport=httpx.HTTPTransport(uds=str(socket)), base_url="http://worker", timeout=30)

    def health(self) -> dict[str, object]:
        return self.http.get("/worker/health").json()

    def generated_tokens(self) -> float:
        """The engine's own count."""
        lines = self.http.get("/metrics").text.splitlines()
        return float(next(line for line in lines if line.startswith("vllm:generation_tokens_total")).split()[1])

    def wait(self, **expected: object) -> dict[str, object]:
        """Wait until health shows the given values."""
        for _ in range(600):
            try:
                health = self.health()
                if expected.items() <= health.items():
                    return health
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"health never showed {expected}")


@pytest.fixture(scope="module")
def long_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose answers would go on for thousands of tokens."""
    return make_model(tmp_path_factory.mktemp("models") / "long", spec=replace(SPEC, context_length=CONTEXT_TOKENS))


@pytest.fixture
def worker(long_model: Path, tmp_path: Path) -> Generator[WorkerUnderTest]:
    running = WorkerUnderTest(long_model, tmp_path / "worker.sock")
    running.wait(status="ready")
    yield running
    running.process.kill()
    running.process.wait(10)


def body(**fields: object) -> dict[str, object]:
    messages = [{"role": "user", "content": "hello"}]
    return {"model": "tiny", "messages": messages, "ignore_eos": True} | fields


def test_a_hang_up_frees_the_slot_and_drain_waits_for_what_runs(worker: WorkerUnderTest) -> None:
    assert stat.S_IMODE(worker.socket.stat().st_mode) == 0o600
    idle = worker.health()["free_pages"]
    with worker.http.stream("POST", "/v1/chat/completions", json=body(stream=True)) as answer:
        next(answer.iter_lines())
    worker.wait(sequences=0, in_flight=0, free_pages=idle)
    with pytest.raises(httpx.ReadTimeout):
        worker.http.post("/v1/chat/completions", json=body(), timeout=0.02)
    worker.wait(sequences=0, in_flight=0, free_pages=idle)
    assert worker.generated_tokens() < CONTEXT_TOKENS / 2
    assert worker.http.post("/worker/drain").json() == {"status": "draining", "in_flight": 0}
    refused = worker.http.post("/v1/chat/completions", json=body(max_tokens=1))
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "unavailable"


def test_a_worker_ends_with_its_parent(worker: WorkerUnderTest) -> None:
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.process.wait(15) == 0
    assert not worker.socket.exists()


def test_a_model_it_cannot_serve_ends_the_worker_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "lama"}')
    broken = WorkerUnderTest(tmp_path, tmp_path / "worker.sock")
    _, errors = broken.process.communicate(timeout=60)
    assert broken.process.returncode == 1
    last = errors.strip().splitlines()[-1]
    assert last.startswith("freehold worker:")
    assert "tokenizer.json" in last


def test_a_tcp_worker_demands_its_token(model_folder: Path) -> None:
    command = [sys.executable, "-m", "freehold", "worker", "chat", "--model", str(model_folder), "--port", "0"]
    refused = subprocess.run([*command[:-1], "99999"], capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1
    assert "not a port" in refused.stderr
