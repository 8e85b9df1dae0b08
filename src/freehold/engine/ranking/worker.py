"""The reranking worker: `/v1/rerank` around one cross-encoder. Refuses more requests than it lets wait."""

import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Gauge
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.contracts.errors import Unavailable
from freehold.engine.embedding.embedder import batches
from freehold.engine.ranking.ranker import Ranker
from freehold.engine.ranking.wire import RerankRequest
from freehold.foundation.compute_thread import MAX_REQUESTS, ComputeThread, Spent
from freehold.foundation.edge import JsonResponse, decode, read_body, until_disconnect
from freehold.foundation.telemetry import METRICS

MAX_BODY_BYTES = 16 * 1024 * 1024

TOKENS = Counter("freehold_rerank_tokens", "Tokens read.", registry=METRICS)
REQUESTS = Gauge("freehold_rerank_requests", "Requests running or waiting.", registry=METRICS)


class RankingService:
    """Serves one model folder, batch by batch on one thread. Implements `worker_edge.Service`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._ranker: Ranker | None = None
        self._thread = ComputeThread("ranker", REQUESTS)
        self.routes = [
            Route("/v1/models", self._models),
            Route("/v1/rerank", self._rerank, methods=["POST"]),
        ]

    async def load(self) -> None:
        """Read weights and tokenizer. Raises `InvalidRequest` for a folder it cannot serve."""
        self._ranker = await self._thread.compute(partial(Ranker, self._folder))

    def health(self) -> Mapping[str, Any]:
        """What is loaded and how busy it is."""
        body: dict[str, Any] = {"kind": "rerank", "model": self._name, "slots": MAX_REQUESTS}
        body["requests"] = self._thread.requests
        if self._ranker is not None:
            body |= {"hash": self._ranker.hash, "context_length": self._ranker.max_tokens}
        return body

    async def close(self) -> None:
        """Drop what waits; the batch that runs ends by itself."""
        self._thread.close()

    async def _models(self, request: Request) -> Response:
        entry = {"id": self._name, "object": "model", "created": 0, "owned_by": "freehold"}
        return JsonResponse({"object": "list", "data": [entry]})

    async def _rerank(self, request: Request) -> Response:
        wanted = decode(await read_body(request, MAX_BODY_BYTES), RerankRequest)
        with self._thread.admitted():
            return JsonResponse(await until_disconnect(request, self._answer(wanted)))

    async def _answer(self, wanted: RerankRequest) -> dict[str, Any]:
        if self._ranker is None:
            raise Unavailable("The model is still loading.", hint="Try again shortly.")
        texts = wanted.texts
        spent = Spent()
        pairs = await self._thread.compute(partial(self._ranker.encode, wanted.query, texts), spent)
        scores = [0.0] * len(pairs)
        for batch in batches([pair.tokens for pair in pairs]):
            work = partial(self._ranker.score, [pairs[index] for index in batch])
            found = await self._thread.compute(work, spent)
            for index, score in zip(batch, found, strict=True):
                scores[index] = score
        tokens = sum(len(pair.tokens) for pair in pairs)
        TOKENS.inc(tokens)
        return {
            "id": f"rerank-{uuid.uuid4().hex}",
            "model": self._name,
            "usage": {
                "prompt_tokens": tokens,
                "total_tokens": tokens,
                "freehold": {"machine_seconds": round(spent.seconds, 6)},
            },
            "results": _results(wanted, texts, scores),
        }


def _results(wanted: RerankRequest, texts: Sequence[str], scores: Sequence[float]) -> list[dict[str, Any]]:
    """The best first; of equal ones the earlier document."""
    order = sorted(range(len(scores)), key=lambda index: -scores[index])[: wanted.top_n]
    results: list[dict[str, Any]] = [{"index": index, "relevance_score": scores[index]} for index in order]
    if wanted.return_documents:
        for result in results:
            result["document"] = {"text": texts[result["index"]]}
    return results
