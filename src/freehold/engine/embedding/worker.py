"""The embedding worker: an OpenAI-compatible server around one embedder. Refuses more requests than it lets wait."""

import base64
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from prometheus_client import Counter, Gauge
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.contracts.errors import InvalidRequest, Unavailable
from freehold.engine.embedding.embedder import Embedder, batches, shorten
from freehold.engine.embedding.wire import EmbeddingRequest
from freehold.foundation.compute_thread import MAX_REQUESTS, ComputeThread, Spent
from freehold.foundation.edge import JsonResponse, decode, read_body, until_disconnect
from freehold.foundation.telemetry import METRICS

MAX_BODY_BYTES = 16 * 1024 * 1024
TEXTS_PER_ENCODING = 64

TOKENS = Counter("freehold_embedding_tokens", "Tokens embedded.", registry=METRICS)
REQUESTS = Gauge("freehold_embedding_requests", "Requests running or waiting.", registry=METRICS)


class EmbeddingService:
    """Serves one model folder, batch by batch on one thread. Implements `worker_edge.Service`."""

    def __init__(self, folder: Path, name: str, threads: int = 0) -> None:
        self._folder = folder
        self._name = name
        self._threads = threads
        self._embedder: Embedder | None = None
        self._thread = ComputeThread("embedder", REQUESTS)
        self.routes = [
            Route("/v1/models", self._models),
            Route("/v1/embeddings", self._embeddings, methods=["POST"]),
        ]

    async def load(self) -> None:
        """Read weights and tokenizer. Raises `SetupError` for a folder without them."""
        self._embedder = await self._thread.compute(partial(Embedder, self._folder, self._threads))

    def health(self) -> Mapping[str, Any]:
        """What is loaded and how busy it is."""
        body: dict[str, Any] = {"kind": "embedding", "model": self._name, "slots": MAX_REQUESTS}
        body["requests"] = self._thread.requests
        if self._embedder is not None:
            body |= {"hash": self._embedder.hash, "context_length": self._embedder.max_tokens}
            body |= {"dimensions": self._embedder.dimensions}
        return body

    async def close(self) -> None:
        """Drop what waits; the batch that runs ends by itself."""
        self._thread.close()

    async def _models(self, request: Request) -> Response:
        entry = {"id": self._name, "object": "model", "created": 0, "owned_by": "freehold"}
        return JsonResponse({"object": "list", "data": [entry]})

    async def _embeddings(self, request: Request) -> Response:
        wanted = decode(await read_body(request, MAX_BODY_BYTES), EmbeddingRequest)
        with self._thread.admitted():
            return JsonResponse(await until_disconnect(request, self._answer(wanted)))

    async def _answer(self, wanted: EmbeddingRequest) -> bytes:
        embedder = self._ready
        dimensions = wanted.dimensions or embedder.dimensions
        if dimensions > embedder.dimensions:
            text = f"'dimensions' is {dimensions}; this model's vectors have {embedder.dimensions} numbers."
            raise InvalidRequest(text, param="dimensions")
        inputs: list[list[int]] = []
        spent = Spent()
        for some in _slices(wanted.inputs, TEXTS_PER_ENCODING):
            inputs += await self._thread.compute(partial(embedder.encode, some, len(inputs)), spent)
        vectors = np.empty((len(inputs), embedder.dimensions), np.float32)
        for batch in batches(inputs):
            work = partial(embedder.embed, [inputs[index] for index in batch])
            vectors[batch] = await self._thread.compute(work, spent)
        tokens = sum(map(len, inputs))
        TOKENS.inc(tokens)
        if dimensions < embedder.dimensions:
            vectors = shorten(vectors, dimensions)
        usage: dict[str, Any] = {"prompt_tokens": tokens, "total_tokens": tokens}
        usage |= {"freehold": {"machine_seconds": round(spent.seconds, 6)}}
        return await self._thread.compute(partial(_body, self._name, vectors, usage, wanted.encoding_format))

    @property
    def _ready(self) -> Embedder:
        if self._embedder is None:
            raise Unavailable("The model is still loading.", hint="Try again shortly.")
        return self._embedder


def _slices(inputs: list[str | list[int]], size: int) -> Iterator[list[str | list[int]]]:
    for start in range(0, len(inputs), size):
        yield inputs[start : start + size]


def _body(model: str, vectors: NDArray[np.float32], usage: dict[str, Any], encoding_format: str) -> bytes:
    """OpenAI's answer as JSON; base64 holds little-endian float32."""
    if encoding_format == "base64":
        rows = [base64.b64encode(row).decode() for row in vectors.astype("<f4")]
    else:
        rows = vectors.tolist()
    data = [{"object": "embedding", "index": index, "embedding": row} for index, row in enumerate(rows)]
    return msgspec.json.encode({"object": "list", "data": data, "model": model, "usage": usage})
