"""The worker of realtime sessions: no model, so on no list, and started when the first session is opened."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from freehold.contracts.errors import InvalidRequest, ModelNotFound, Unavailable
from freehold.contracts.realtime import MAX_SESSION_BYTES, Opening, model_of
from freehold.foundation.clock import SystemClock
from freehold.foundation.egress import Egress
from freehold.foundation.settings import gateway_socket
from freehold.operations.settings import OperationsSettings
from freehold.operations.workers import HEADER_LINE_BYTES, LocalWorkers

SECONDS = 20


@pytest.fixture
async def workers(tmp_path: Path) -> AsyncGenerator[LocalWorkers]:
    opened = LocalWorkers(tmp_path, OperationsSettings(), SystemClock(), watermark_key=bytes(32))
    yield opened
    await opened.close()


@pytest.mark.network
async def test_the_first_session_starts_the_worker_and_the_next_finds_it(workers: LocalWorkers) -> None:
    assert workers.health() == {}
    endpoint = await workers.conversations()
    egress = Egress(trusted=True, socket_path=endpoint.socket_path)
    async with egress.open("GET", "http://worker/worker/health", timeout_seconds=SECONDS) as answer:
        health = json.loads(await answer.whole(10_000, SECONDS))
    await egress.close()
    assert (health["status"], health["kind"]) == ("ready", "conversation")
    assert await workers.conversations() == endpoint
    [(name, shown)] = workers.health().items()
    assert (name, shown["on_demand"]) == ("conversation", True)
    environment = _environment_of(shown["pid"])
    assert f"FREEHOLD_GATEWAY_SOCKET={workers.gateway_socket}" in environment


def _environment_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")


async def test_it_is_no_model(workers: LocalWorkers) -> None:
    assert "conversation" not in {info.id for info in workers.models()}
    with pytest.raises(ModelNotFound):
        await workers.endpoint("conversation")
    with pytest.raises(ModelNotFound):
        await workers.fetch("conversation", "/v1/models")


async def test_a_model_that_took_its_name_is_told_of(workers: LocalWorkers, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "conversation"
    folder.mkdir(parents=True)
    (folder / "sound.json").write_text("{}")
    with pytest.raises(Unavailable, match="has taken the name 'conversation'"):
        await workers.conversations()
    assert "conversation" in {info.id for info in workers.models()}


def test_a_worker_reads_where_its_server_answers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FREEHOLD_GATEWAY_SOCKET", raising=False)
    assert gateway_socket() is None
    monkeypatch.setenv("FREEHOLD_GATEWAY_SOCKET", "/run/gateway.sock")
    assert gateway_socket() == Path("/run/gateway.sock")


def test_an_opening_passes_through_its_header_and_shows_no_token() -> None:
    longest = {"type": "realtime", "instructions": "é" * ((MAX_SESSION_BYTES - 50) // 2)}
    opening = Opening(model="small", token="ek_secret", session=longest, id="sess_1")
    header = opening.to_header()
    assert header.isascii()
    assert len(header) < HEADER_LINE_BYTES - 100
    assert Opening.from_header(header) == opening
    assert "ek_secret" not in repr(opening)


@pytest.mark.parametrize("header", ["", "%", "e30=", "bm90aGluZw=="])
def test_what_is_no_opening_is_refused(header: str) -> None:
    with pytest.raises(InvalidRequest):
        Opening.from_header(header)


@pytest.mark.parametrize(
    ("session", "model"),
    [
        ({}, ""),
        ({"type": "realtime", "model": "small"}, "small"),
        ({"type": "realtime", "audio": {"input": {"transcription": {"model": "ears"}}}}, ""),
        ({"type": "transcription", "model": "small"}, ""),
        ({"type": "transcription", "audio": {"input": {"transcription": {"model": "ears"}}}}, "ears"),
        ({"type": "transcription", "audio": {"input": {"transcription": None}}}, ""),
        ({"type": "transcription", "audio": [1]}, ""),
    ],
)
def test_a_configuration_names_the_model_of_its_type(session: dict[str, object], model: str) -> None:
    assert model_of(session) == model
