"""Texts to vectors, by one ONNX model folder. Knows no HTTP. Refuses to cut a text that is too long.

A folder holds `model.onnx` (`input_ids` and `attention_mask` [batch, tokens] to `sentence_embedding` [batch, width],
unit length), `tokenizer.json` and `config.json`.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from freehold.contracts.errors import ContextLengthExceeded, InvalidRequest, SetupError

# Larger batches are no faster per token; smaller ones let others in sooner.
MAX_BATCH_TOKENS = 2048
FOLDER_HINT = "An embedding folder holds model.onnx, tokenizer.json and config.json."


class Embedder:
    """One loaded model. Its methods block; calls from several threads are safe."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._session = _open_session(folder / "model.onnx", threads)
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        config = json.loads(_existing(folder / "config.json").read_bytes())
        self.dimensions = int(config["hidden_size"])
        self.max_tokens = int(config["max_position_embeddings"])
        self.vocab_size = int(config["vocab_size"])
        with (folder / "model.onnx").open("rb") as file:
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
        if min(ids) < 0 or max(ids) >= self.vocab_size:
            raise InvalidRequest(
                f"'input[{index}]' has token ids outside 0 to {self.vocab_size - 1}.",
                param="input",
                hint="Token ids must come from this model's own tokenizer; send text instead.",
            )

    def embed(self, batch: Sequence[list[int]]) -> NDArray[np.float32]:
        """Unit vectors [len(batch), dimensions]. Takes what `encode` gave, none of it empty."""
        shape = len(batch), max(map(len, batch))
        input_ids, attention_mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, ids in enumerate(batch):
            input_ids[row, : len(ids)] = ids
            attention_mask[row, : len(ids)] = 1
        feeds = {"input_ids": input_ids, "attention_mask": attention_mask}
        return cast(NDArray[np.float32], self._session.run(["sentence_embedding"], feeds)[0])


def batches(inputs: Sequence[list[int]]) -> list[list[int]]:
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


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise SetupError(f"{path} is missing.", hint=FOLDER_HINT)
    return path


def _open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    model = str(_existing(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin between batches would take cores from the chat worker.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's errors share no narrower class
        raise SetupError(f"{path} is not a model ONNX Runtime can load: {error}", hint=FOLDER_HINT) from error


def _open_tokenizer(path: Path) -> Tokenizer:
    file = str(_existing(path))
    try:
        tokenizer = Tokenizer.from_file(file)
    except Exception as error:  # the library raises bare Exception
        raise SetupError(f"{path} is not a tokenizer: {error}", hint=FOLDER_HINT) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
