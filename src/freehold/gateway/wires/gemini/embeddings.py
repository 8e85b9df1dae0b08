"""OpenAI's embeddings as Gemini's `batchEmbedContents`, and back.

Gemini shortens vectors without scaling them (https://ai.google.dev/gemini-api/docs/embeddings), OpenAI's are of
length 1 at any `dimensions`: shortened ones are scaled here.
"""

import base64
import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from freehold.contracts.errors import InvalidRequest, ProviderFailed, UnsupportedParameter
from freehold.contracts.usage import Usage
from freehold.gateway.wires.gemini.answers import UsageMetadata, read
from freehold.gateway.wires.gemini.requests import decode_object

BATCH_INPUTS = 100  # what one batchEmbedContents takes
CHARACTERS_PER_TOKEN = 4  # Google's own rule of thumb, for models that report no usage

KNOWN = frozenset({"model", "input", "dimensions", "encoding_format", "user"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingRequest:
    """What a caller wants embedded."""

    texts: Sequence[str]
    dimensions: int | None
    base64: bool

    def batches(self, resource: str) -> list[bytes]:
        """The bodies of as many `batchEmbedContents` as are needed; `resource` is models/<name>."""
        more = {} if self.dimensions is None else {"outputDimensionality": self.dimensions}
        requests = [{"model": resource, "content": {"parts": [{"text": text}]}, **more} for text in self.texts]
        starts = range(0, len(requests), BATCH_INPUTS)
        return [msgspec.json.encode({"requests": requests[at : at + BATCH_INPUTS]}) for at in starts]


def read_request(body: bytes) -> EmbeddingRequest:
    """The request of a caller. Raises `InvalidRequest`, or `UnsupportedParameter` for token ids."""
    request = decode_object(body)
    if unknown := sorted(set(request) - KNOWN):
        raise UnsupportedParameter(f"Gemini has no parameter '{unknown[0]}' for embeddings.", param=unknown[0])
    encoding, dimensions = request.get("encoding_format", "float"), request.get("dimensions")
    if encoding not in ("float", "base64"):
        raise InvalidRequest("encoding_format must be float or base64.", param="encoding_format")
    if dimensions is not None and not isinstance(dimensions, int):
        raise InvalidRequest("dimensions must be a whole number.", param="dimensions")
    return EmbeddingRequest(texts=_texts(request.get("input")), dimensions=dimensions, base64=encoding == "base64")


def _texts(given: Any) -> list[str]:
    found = cast("list[Any]", given) if isinstance(given, list) else [given]
    if found and all(isinstance(text, str) for text in found):
        return found
    if found and all(isinstance(item, int | list) for item in found):
        raise UnsupportedParameter(
            "Gemini cannot read another vendor's token ids.", param="input", hint="Send the input as text."
        )
    raise InvalidRequest("input must be a text or a list of texts.", param="input")


class _Embedding(msgspec.Struct, frozen=True):
    values: list[float] = []


class _Batch(msgspec.Struct, frozen=True, rename="camel"):
    embeddings: list[_Embedding] = []
    usage_metadata: UsageMetadata | None = None


def embeddings(request: EmbeddingRequest, model: str, answers: Iterable[bytes]) -> tuple[bytes, Usage]:
    """OpenAI's answer, and what was used. Raises `ProviderFailed` when vectors are missing."""
    batches = [read(answer, _Batch) for answer in answers]
    vectors = [embedding.values for batch in batches for embedding in batch.embeddings]
    if len(vectors) != len(request.texts):
        raise ProviderFailed(f"Gemini sent {len(vectors)} vectors for {len(request.texts)} texts.")
    used = _usage(request, [batch.usage_metadata for batch in batches])
    body = {
        "object": "list",
        "model": model,
        "data": [
            {"object": "embedding", "index": index, "embedding": _encode(vector, request)}
            for index, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": used.input_tokens, "total_tokens": used.input_tokens},
    }
    return msgspec.json.encode(body), used


def _usage(request: EmbeddingRequest, reported: Sequence[UsageMetadata | None]) -> Usage:
    counted = [found.prompt_token_count for found in reported if found and found.prompt_token_count]
    if len(counted) == len(reported):
        return Usage(input_tokens=sum(counted))
    characters = sum(len(text) for text in request.texts)
    return Usage(input_tokens=math.ceil(characters / CHARACTERS_PER_TOKEN), estimated=True)


def _encode(vector: list[float], request: EmbeddingRequest) -> list[float] | str:
    length = math.hypot(*vector)
    if request.dimensions is not None and length:
        vector = [value / length for value in vector]
    if not request.base64:
        return vector
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
