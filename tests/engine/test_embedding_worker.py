"""The embedding worker as a process, asked by OpenAI's own client."""

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np
import openai
import pytest

import freehold

pytestmark = pytest.mark.network

MINILM = Path(freehold.__file__).parent / "builtin" / "minilm"
START_SECONDS = 60.0


@pytest.fixture(scope="module")
def client() -> Generator[openai.OpenAI]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "freehold", "worker", "embedding", "--model", str(MINILM), "--port", str(port)]
    process = subprocess.Popen([*command, "--exit-with-parent"], stdin=subprocess.PIPE)
    with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="unused", timeout=10, max_retries=0) as client:
        _wait(process, client)
        yield client
    assert process.stdin is not None
    process.stdin.close()
    try:
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()


def _wait(process: subprocess.Popen[bytes], client: openai.OpenAI) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            client.models.list()
            return
        except (openai.APIConnectionError, openai.InternalServerError):
            time.sleep(0.1)
    process.kill()
    pytest.fail("The worker did not start.")


def test_openai_s_client_reads_the_vectors_it_asks_for(client: openai.OpenAI) -> None:
    texts = ["The train leaves at nine.", "Departure is at 9 o'clock.", "Onions make me cry."]
    answer = client.embeddings.create(model="minilm", input=texts)
    vectors = np.array([entry.embedding for entry in answer.data])
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0
    plain = client.embeddings.create(model="minilm", input=texts, encoding_format="float")
    np.testing.assert_allclose(np.array([entry.embedding for entry in plain.data]), vectors, atol=1e-6)


def test_openai_s_client_can_ask_for_fewer_dimensions(client: openai.OpenAI) -> None:
    [entry] = client.embeddings.create(model="minilm", input="hello", dimensions=64).data
    assert len(entry.embedding) == 64
    assert np.linalg.norm(entry.embedding) == pytest.approx(1, abs=1e-5)


def test_openai_s_client_raises_its_own_error_for_a_text_that_is_too_long(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="602 tokens") as caught:
        client.embeddings.create(model="minilm", input="word " * 600)
    assert caught.value.code == "context_length_exceeded"
