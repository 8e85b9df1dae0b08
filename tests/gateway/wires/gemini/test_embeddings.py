import base64
import json
import math
import struct
from typing import Any

import pytest
from google.genai import types
from openai.types import CreateEmbeddingResponse

from freehold.contracts.errors import InvalidRequest, ProviderFailed, UnsupportedParameter
from freehold.contracts.usage import Usage
from freehold.gateway.wires.gemini.embeddings import embeddings, read_request


def asked(**request: Any) -> Any:
    return read_request(json.dumps({"model": "m", **request}).encode())


def answered(*vectors: list[float], tokens: int | None = None) -> bytes:
    usage = types.UsageMetadata(prompt_token_count=tokens) if tokens else None
    found = types.EmbedContentResponse(
        embeddings=[types.ContentEmbedding(values=vector) for vector in vectors], usage_metadata=usage
    )
    return found.model_dump_json(by_alias=True, exclude_none=True).encode()


def test_each_text_is_a_request_of_its_own_in_order() -> None:
    (batch,) = asked(input=["a", "b"], dimensions=256).batches("models/m")
    requests = json.loads(batch)["requests"]
    assert [types.Content.model_validate(r["content"]).parts for r in requests] == [[types.Part(text=t)] for t in "ab"]
    assert {(r["model"], r["outputDimensionality"]) for r in requests} == {("models/m", 256)}


def test_more_texts_than_a_batch_takes_are_sent_in_several() -> None:
    batches = asked(input=[str(n) for n in range(250)]).batches("models/m")
    sizes = [len(json.loads(batch)["requests"]) for batch in batches]
    assert sizes == [100, 100, 50]


def test_floats_and_base64_are_the_same_vector() -> None:
    vector = [0.5, -0.25, 1.0]
    plain, _ = embeddings(asked(input="a"), "m", [answered(vector, tokens=3)])
    packed, _ = embeddings(asked(input="a", encoding_format="base64"), "m", [answered(vector, tokens=3)])
    assert CreateEmbeddingResponse.model_validate_json(plain).data[0].embedding == vector
    encoded = json.loads(packed)["data"][0]["embedding"]
    assert list(struct.unpack("<3f", base64.b64decode(encoded))) == vector


def test_a_shortened_vector_is_scaled_to_length_one() -> None:
    body, _ = embeddings(asked(input="a", dimensions=2), "m", [answered([3.0, 4.0])])
    found = CreateEmbeddingResponse.model_validate_json(body).data[0].embedding
    assert math.isclose(math.hypot(*found), 1.0)


def test_reported_tokens_are_summed_over_batches() -> None:
    request = asked(input=[str(n) for n in range(101)])
    answers = [answered(*[[1.0]] * 100, tokens=100), answered([1.0], tokens=2)]
    body, used = embeddings(request, "m", answers)
    assert used == Usage(input_tokens=102)
    found = CreateEmbeddingResponse.model_validate_json(body)
    assert found.usage.prompt_tokens == 102
    assert [item.index for item in found.data] == list(range(101))


def test_tokens_that_nobody_counted_are_marked_as_estimated() -> None:
    _, used = embeddings(asked(input="nine char"), "m", [answered([1.0])])
    assert used == Usage(input_tokens=3, estimated=True)


def test_a_missing_vector_is_a_failure() -> None:
    with pytest.raises(ProviderFailed, match="1 vectors for 2 texts"):
        embeddings(asked(input=["a", "b"]), "m", [answered([1.0])])


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"input": [1, 2, 3]}, UnsupportedParameter),
        ({"input": [[1, 2], [3]]}, UnsupportedParameter),
        ({"input": "a", "task": "x"}, UnsupportedParameter),
        ({"input": []}, InvalidRequest),
        ({"input": ["a", 1]}, InvalidRequest),
        ({}, InvalidRequest),
        ({"input": "a", "encoding_format": "int8"}, InvalidRequest),
        ({"input": "a", "dimensions": "many"}, InvalidRequest),
    ],
)
def test_what_gemini_cannot_embed_is_refused(request_: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        asked(**request_)
