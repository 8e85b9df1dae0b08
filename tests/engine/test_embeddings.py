"""The embedding worker with the built-in model, in process."""

import asyncio
import base64
import hashlib
import json
import threading
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Message

import freehold
from freehold.contracts.errors import SetupError
from freehold.engine.embedding import worker as embedding_worker
from freehold.engine.embedding.embedder import Embedder, batches
from freehold.engine.embedding.worker import EmbeddingService
from freehold.foundation import compute_thread
from freehold.foundation.edge import EXCEPTION_HANDLERS
from freehold.foundation.worker_edge import Worker

MINILM = Path(freehold.__file__).parent / "builtin" / "minilm"
DEADLINE_SECONDS = 20.0

MIXED = [
    "Yes.",
    "The harbour pilot came aboard at dawn and took the tanker through the narrow channel. " * 12,
    "A recipe for lentil soup with lemon",
    "def area(radius): return 3.14159 * radius ** 2",
    "Why does ice float on water? " * 3,
    "1, 2, 3 – 4!",
]


@pytest.fixture(scope="module")
def client() -> Generator[TestClient]:
    with TestClient(Worker(EmbeddingService(MINILM, "minilm", threads=1)).app()) as client:
        end = time.monotonic() + DEADLINE_SECONDS
        while client.get("/worker/health").status_code != 200 and time.monotonic() < end:
            time.sleep(0.02)
        yield client


def post(client: TestClient, given: Any, **options: Any) -> dict[str, Any]:
    answer = client.post("/v1/embeddings", json={"model": "minilm", "input": given} | options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def vectors(client: TestClient, given: Any, **options: Any) -> NDArray[np.float32]:
    data = post(client, given, **options)["data"]
    assert [entry["index"] for entry in data] == list(range(len(data)))
    return np.array([entry["embedding"] for entry in data], np.float32)


def refusal(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/embeddings", json={"model": "minilm"} | body)
    assert answer.status_code == 400
    return answer.json()["error"]


def test_the_answer_has_openai_s_shape(client: TestClient) -> None:
    body = post(client, "hello world", user="somebody")
    assert (body["object"], body["model"]) == ("list", "minilm")
    assert body["data"][0]["object"] == "embedding"
    assert len(body["data"][0]["embedding"]) == 384
    assert body["usage"].pop("freehold")["machine_seconds"] > 0
    assert body["usage"] == {"prompt_tokens": 4, "total_tokens": 4}


def test_mixed_lengths_keep_their_order_and_equal_each_text_alone(client: TestClient) -> None:
    together = vectors(client, MIXED * 8)
    alone = np.concatenate([vectors(client, text) for text in MIXED])
    np.testing.assert_allclose(together, np.tile(alone, (8, 1)), atol=1e-5)


def test_vectors_have_unit_length(client: TestClient) -> None:
    np.testing.assert_allclose(np.linalg.norm(vectors(client, MIXED), axis=1), 1, atol=1e-5)


def test_base64_holds_the_same_numbers_as_float(client: TestClient) -> None:
    data = post(client, MIXED, encoding_format="base64")["data"]
    decoded = [np.frombuffer(base64.b64decode(entry["embedding"]), "<f4") for entry in data]
    np.testing.assert_array_equal(np.array(decoded), vectors(client, MIXED))


def test_dimensions_are_the_first_numbers_at_unit_length(client: TestClient) -> None:
    full, cut = vectors(client, MIXED), vectors(client, MIXED, dimensions=64)
    expected = full[:, :64] / np.linalg.norm(full[:, :64], axis=1, keepdims=True)
    np.testing.assert_allclose(cut, expected, atol=1e-6)


def test_more_dimensions_than_the_model_has_are_refused_with_both_numbers(client: TestClient) -> None:
    error = refusal(client, input="hello", dimensions=385)
    assert error["param"] == "dimensions"
    assert "385" in error["message"]
    assert "384" in error["message"]
    assert refusal(client, input="hello", dimensions=0)["param"] == "dimensions"


@pytest.mark.parametrize(
    ("text", "same", "different"),
    [
        ("How do I reset my password?", "I forgot my login credentials", "The cat sleeps on the warm roof"),
        ("A man is playing a guitar", "Someone plays a musical instrument", "Interest rates rose again in May"),
        ("Heavy rain flooded the town", "The streets were under water after the storm", "She bakes sourdough bread"),
    ],
)
def test_texts_that_mean_the_same_lie_closer(client: TestClient, text: str, same: str, different: str) -> None:
    first, near, far = vectors(client, [text, same, different])
    assert first @ near > first @ far + 0.2


def test_vectors_stay_those_of_the_published_model(client: TestClient) -> None:
    """The float32 model's cosines for these pairs, within what 8 bits cost."""
    pairs = {("The weather is lovely today.", "It's so sunny outside!"): 0.6660}
    pairs[("The weather is lovely today.", "He drove to the stadium.")] = 0.1046
    for pair, expected in pairs.items():
        first, second = vectors(client, list(pair))
        assert first @ second == pytest.approx(expected, abs=0.02)


def test_token_ids_give_the_vector_of_their_text(client: TestClient) -> None:
    ids = Embedder(MINILM, threads=1).encode(["hello world", "a much longer sentence about ships"])
    expected = vectors(client, ["hello world", "a much longer sentence about ships"])
    np.testing.assert_allclose(vectors(client, ids), expected, atol=1e-5)
    np.testing.assert_allclose(vectors(client, ids[0]), expected[:1], atol=1e-5)


def test_a_text_at_the_limit_is_read_and_one_token_more_is_refused_by_name(client: TestClient) -> None:
    assert post(client, "word " * 510)["usage"]["prompt_tokens"] == 512
    error = refusal(client, input=["short", "word " * 511])
    assert (error["code"], error["param"]) == ("context_length_exceeded", "input")
    for named in ("input[1]", "513", "512"):
        assert named in error["message"]


def test_the_end_of_a_long_text_changes_its_vector(client: TestClient) -> None:
    start = "The report covers the harbour and its ships. " * 40
    first, second = vectors(client, [start, start + "It also covers football."])
    assert np.abs(first - second).max() > 1e-3


@pytest.mark.parametrize("given", ["", [], ["fine", ""], [[]], [[1], []], [1, "a"], [30522], [-1], 7, None, [1.5]])
def test_input_that_is_no_text_is_refused(client: TestClient, given: Any) -> None:
    assert refusal(client, input=given)["param"].startswith("input")


def test_more_than_2048_inputs_are_refused(client: TestClient) -> None:
    assert "2049" in refusal(client, input=["a"] * 2049)["message"]


def test_an_unknown_encoding_is_refused(client: TestClient) -> None:
    assert refusal(client, input="a", encoding_format="hex")["param"] == "encoding_format"


def test_health_and_models_name_the_model(client: TestClient) -> None:
    health = client.get("/worker/health").json()
    assert {"kind": "embedding", "dimensions": 384, "context_length": 512, "requests": 0}.items() <= health.items()
    assert client.get("/v1/models").json()["data"][0]["id"] == "minilm"


@pytest.mark.parametrize("lengths", [[512] * 9, [3, 500, 4, 2, 90, 511], [1], list(range(1, 300))])
def test_batches_hold_every_input_once_and_stay_within_their_bound(lengths: Sequence[int]) -> None:
    groups = batches([[0] * length for length in lengths])
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    assert all(len(group) * max(lengths[index] for index in group) <= 2048 for group in groups)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"config\.json is missing"):
        Embedder(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_the_built_in_s_files_are_those_its_attribution_names(name: str) -> None:
    digest = hashlib.sha256((MINILM / name).read_bytes()).hexdigest()
    lines = [line.split() for line in (MINILM / "ATTRIBUTION").read_text().splitlines()]
    assert [name, "SHA-256", digest] in lines


class HeldEmbedder(Embedder):
    """Computes a batch only when released."""

    def __init__(self) -> None:
        super().__init__(MINILM, threads=1)
        self.begun, self.release = threading.Event(), threading.Event()
        self.batches = 0

    def embed(self, batch: Sequence[list[int]]) -> NDArray[np.float32]:
        self.begun.set()
        assert self.release.wait(DEADLINE_SECONDS)
        self.batches += 1
        return super().embed(batch)


@asynccontextmanager
async def held_service(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[tuple[EmbeddingService, HeldEmbedder]]:
    held = HeldEmbedder()
    monkeypatch.setattr(embedding_worker, "Embedder", lambda folder, threads: held)
    service = EmbeddingService(MINILM, "minilm")
    await service.load()
    try:
        yield service, held
    finally:
        held.release.set()
        await service.close()


async def call(service: EmbeddingService, texts: list[str], gone: asyncio.Event) -> int:
    """The status of one request over plain ASGI, whose client hangs up when `gone` is set."""
    app = Starlette(routes=[*service.routes], exception_handlers=EXCEPTION_HANDLERS)
    body = json.dumps({"model": "minilm", "input": texts}).encode()
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    statuses: list[int] = []

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": "/v1/embeddings", "query_string": b"", "headers": []}
    async with asyncio.timeout(DEADLINE_SECONDS):
        await app(scope, receive, send)
    return statuses[0]


async def begun(held: HeldEmbedder) -> None:
    assert await asyncio.to_thread(held.begun.wait, DEADLINE_SECONDS)


async def test_a_client_that_hangs_up_gets_no_further_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    async with held_service(monkeypatch) as (service, held), asyncio.TaskGroup() as group:
        gone = asyncio.Event()
        left = group.create_task(call(service, ["word " * 500] * 24, gone))
        await begun(held)
        gone.set()
        assert await left == 499
        assert service.health()["requests"] == 0
        held.release.set()
        assert await call(service, ["hello"], asyncio.Event()) == 200
        assert held.batches == 2


async def test_a_short_request_passes_between_the_batches_of_a_long_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with held_service(monkeypatch) as (service, held), asyncio.TaskGroup() as group:
        long = group.create_task(call(service, ["word " * 500] * 24, asyncio.Event()))
        await begun(held)
        short = group.create_task(call(service, ["hello"], asyncio.Event()))
        held.release.set()
        assert await short == 200
        assert not long.done()
        assert await long == 200


async def test_a_full_queue_refuses_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute_thread, "MAX_REQUESTS", 1)
    async with held_service(monkeypatch) as (service, held), asyncio.TaskGroup() as group:
        first = group.create_task(call(service, ["hello"], asyncio.Event()))
        await begun(held)
        assert await call(service, ["hello"], asyncio.Event()) == 429
        held.release.set()
        assert await first == 200
        assert await call(service, ["hello"], asyncio.Event()) == 200
