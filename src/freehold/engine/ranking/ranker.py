"""A question and a document to a relevance score, by one cross-encoder folder. Knows no HTTP.

A cross-encoder reads both texts together (arXiv 1901.04085). Refuses a pair that is longer than its context.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from freehold.contracts.errors import ContextLengthExceeded, InvalidRequest
from freehold.nn.encoder import Encoder, EncoderInput


class Ranker:
    """One loaded model. Its methods block; calls from several threads are safe."""

    def __init__(self, folder: Path) -> None:
        self._encoder = Encoder(folder)
        if self._encoder.spec.scores != 1:
            text = f"{folder} gives {self._encoder.spec.scores} scores a text; a reranker gives one."
            raise InvalidRequest(text, hint="Import a cross-encoder with num_labels 1.")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.max_tokens = self._encoder.spec.context_length
        digest = hashlib.sha256()
        for path in sorted(folder.glob("*.safetensors")):
            digest.update(path.read_bytes())
        self.hash = digest.hexdigest()

    def encode(self, query: str, documents: Sequence[str]) -> list[EncoderInput]:
        """Token ids of each pair. Raises `ContextLengthExceeded` naming the document."""
        pairs = self._tokenizer.encode_batch([(query, document) for document in documents])
        for index, pair in enumerate(pairs):
            if len(pair.ids) > self.max_tokens:
                raise ContextLengthExceeded(
                    f"'query' and 'documents[{index}]' have {len(pair.ids)} tokens together; "
                    f"this model reads at most {self.max_tokens}.",
                    param="documents",
                    hint="Split the document and rank the pieces.",
                )
        last = self._encoder.spec.token_types - 1
        return [EncoderInput(tokens=pair.ids, types=[min(kind, last) for kind in pair.type_ids]) for pair in pairs]

    def score(self, batch: Sequence[EncoderInput]) -> list[float]:
        """The relevance of each pair between 0 and 1: the sigmoid of the model's score."""
        raw = self._encoder.scores(batch)[:, 0].astype(np.float64)
        return (1 / (1 + np.exp(-np.clip(raw, -700, 700)))).tolist()
