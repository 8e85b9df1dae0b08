"""Reranking over HTTP, with a tiny cross-encoder."""

from pathlib import Path
from typing import Any

import pytest
import torch

from asgi_client import AsgiClient
from freehold.contracts.errors import InvalidRequest
from freehold.engine.ranking.ranker import Ranker
from freehold.engine.ranking.worker import RankingService
from freehold.foundation.worker_edge import Worker
from tiny_encoder import make_encoder

torch.set_num_threads(1)

DOCUMENTS = ["onions make me cry", "the train leaves at nine", "a train", "does it go at nine"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_encoder(tmp_path / "ranker", "bert", classifies=True)
    return tmp_path / "ranker"


async def rerank(folder: Path, **fields: Any) -> tuple[int, Any]:
    worker = Worker(RankingService(folder, "ranker"))
    app = worker.app()
    async with app.router.lifespan_context(app):
        client = AsgiClient(app)
        while (await client.call("GET", "/worker/health")).json()["status"] == "starting":
            pass
        body = {"model": "ranker", "query": "when does the train go", "documents": DOCUMENTS} | fields
        answer = await client.call("POST", "/v1/rerank", body)
        return answer.status, answer.json()


async def test_documents_come_best_first_with_the_scores_of_the_model(folder: Path) -> None:
    status, body = await rerank(folder)
    assert status == 200
    ranker = Ranker(folder)
    expected = ranker.score(ranker.encode("when does the train go", DOCUMENTS))
    found = {result["index"]: result["relevance_score"] for result in body["results"]}
    assert [found[index] for index in range(4)] == pytest.approx(expected, abs=1e-6)
    scores = [result["relevance_score"] for result in body["results"]]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4
    assert all(result["document"]["text"] == DOCUMENTS[result["index"]] for result in body["results"])
    assert body["usage"]["total_tokens"] == sum(len(document.split()) + 5 + 3 for document in DOCUMENTS)


async def test_top_n_cuts_and_documents_may_be_objects_and_left_out(folder: Path) -> None:
    objects = [{"text": document} for document in DOCUMENTS]
    _, all_of_them = await rerank(folder)
    status, body = await rerank(folder, documents=objects, top_n=2, return_documents=False)
    assert status == 200
    expected = [{k: v for k, v in result.items() if k != "document"} for result in all_of_them["results"][:2]]
    assert body["results"] == expected


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"documents": []}, "invalid_request", "send 1 to"),
        ({"query": ""}, "invalid_request", "'query' is empty"),
        ({"documents": ["a", "train " * 50]}, "context_length_exceeded", "'documents[1]' have 58 tokens"),
        ({"top_n": 0}, "invalid_request", "top_n"),
    ],
)
async def test_what_cannot_be_ranked_is_refused(folder: Path, fields: dict[str, Any], code: str, message: str) -> None:
    status, body = await rerank(folder, **fields)
    assert status == 400
    assert message in body["error"]["message"]
    assert body["error"]["code"] == code


def test_a_classifier_of_several_labels_is_no_reranker(tmp_path: Path) -> None:
    make_encoder(tmp_path, "roberta", classifies=True, num_labels=3)
    with pytest.raises(InvalidRequest, match="gives 3 scores"):
        Ranker(tmp_path)
