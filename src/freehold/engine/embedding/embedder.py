"""Texts to vectors, by one model folder. Knows no HTTP. Refuses to cut a text that is too long."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from freehold.contracts.errors import ContextLengthExceeded, InvalidRequest, SetupError
from freehold.engine.embedding.encoder_vectors import EncoderVectors

if TYPE_CHECKING:
    from freehold.engine.embedding.onnx_vectors import OnnxVectors

# Larger batches are no faster per token; smaller ones let others in sooner.
MAX_BATCH_TOKENS = 2048
FOLDER_HINT = "An embedding folder holds config.json, tokenizer.json and model.onnx or *.safetensors."


class Embedder:
    """One loaded model. Its methods block; calls from several threads are safe."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        for name in ("config.json", "tokenizer.json"):
            if not (folder / name).is_file():
                raise SetupError(f"{folder / name} is missing.", hint=FOLDER_HINT)
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        self._vectors = _open_vectors(folder, threads)
        self.dimensions, self.max_tokens = self._vectors.dimensions, self._vectors.max_tokens
        with self._vectors.weights.open("rb") as file:
            self.hash = hashlib.file_digest(file, "sha256").hexdigest()

    def encode(self, inputs: Sequence[str | list[int]], first: int = 0) -> list[list[int]]:
        """Token ids of each input; texts get the model's begin and end tokens, token ids stay as they are.

        `first` is the number of the first input, for messages. Raises `InvalidRequest`, `ContextLengthExceeded`.
        """
        encodings = iter(self._tokenizer.encode_batch([text for text in inputs if isinstance(text, str)]))
        tokens = [next(encodings).ids if isinstance(text, str) else text for text in inputs]
        for index, ids in enumerate(tokens, first):
            self._check(ids, index)
        return tokens

    def _check(self, ids: list[int], index: int) -> None:
        if len(ids) > self.max_tokens:
            raise ContextLengthExceeded(
                f"'input[{index}]' has {len(ids)} tokens; this model reads at most {self.max_tokens}.",
                param="input",
                hint="Split the text and embed the pieces.",
            )
        if min(ids) < 0 or max(ids) >= self._vectors.vocab_size:
            raise InvalidRequest(
                f"'input[{index}]' has token ids outside 0 to {self._vectors.vocab_size - 1}.",
                param="input",
                hint="Token ids must come from this model's own tokenizer; send text instead.",
            )

    def embed(self, batch: Sequence[list[int]]) -> NDArray[np.float32]:
        """Unit vectors [len(batch), dimensions]. Takes what `encode` gave, none of it empty."""
        return self._vectors.embed(batch)


def batches(inputs: Sequence[Sequence[int]]) -> list[list[int]]:
    """Indices of `inputs` in batches of like length, each at most `MAX_BATCH_TOKENS` with padding (or one input)."""
    groups: list[list[int]] = []
    for index in sorted(range(len(inputs)), key=lambda index: len(inputs[index])):
        # Lengths rise, so the newest input is the longest.
        if groups and (len(groups[-1]) + 1) * len(inputs[index]) <= MAX_BATCH_TOKENS:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def shorten(vectors: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    """The first `dimensions` numbers of each vector, at unit length again."""
    cut = vectors[:, :dimensions]
    length = np.maximum(np.linalg.norm(cut, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return cut / length


def _open_vectors(folder: Path, threads: int) -> "EncoderVectors | OnnxVectors":
    if not (folder / "model.onnx").is_file():
        return EncoderVectors(folder)
    # ONNX Runtime is an extra, which models of other formats do not need.
    from freehold.engine.embedding.onnx_vectors import OnnxVectors

    return OnnxVectors(folder, threads)


def _open_tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise SetupError(f"{path} is not a tokenizer: {error}", hint=FOLDER_HINT) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
