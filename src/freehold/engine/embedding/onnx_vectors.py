"""Token ids to unit vectors by ONNX Runtime.

The folder's `model.onnx` turns `input_ids` and `attention_mask` [batch, tokens] into `sentence_embedding`
[batch, width] of unit length.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from freehold.contracts.errors import SetupError


class OnnxVectors:
    """One loaded graph. Calls from several threads are safe."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.weights = folder / "model.onnx"
        self._session = _open_session(self.weights, threads)
        config = json.loads((folder / "config.json").read_bytes())
        self.dimensions = int(config["hidden_size"])
        self.max_tokens = int(config["max_position_embeddings"])
        self.vocab_size = int(config["vocab_size"])

    def embed(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Unit vectors [len(batch), dimensions]; no text is empty."""
        shape = len(batch), max(map(len, batch))
        input_ids, attention_mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, ids in enumerate(batch):
            input_ids[row, : len(ids)] = ids
            attention_mask[row, : len(ids)] = 1
        feeds = {"input_ids": input_ids, "attention_mask": attention_mask}
        return cast(NDArray[np.float32], self._session.run(["sentence_embedding"], feeds)[0])


def _open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin between batches would take cores from the chat worker.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's errors share no narrower class
        raise SetupError(f"{path} is not a model ONNX Runtime can load: {error}", hint="Download it again.") from error
