"""Token ids to unit vectors by a BERT-like encoder and a pooling over its hidden states.

Which pooling, `1_Pooling/config.json` says, as sentence-transformers writes it; without the file it is the mean.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import InvalidRequest
from freehold.nn.encoder import Encoder, EncoderInput
from freehold.nn.model_folder import read_json

POOLING = Path("1_Pooling") / "config.json"


class EncoderVectors:
    """One loaded encoder. Calls from several threads are safe."""

    def __init__(self, folder: Path) -> None:
        self.weights = next(iter(sorted(folder.glob("*.safetensors"))), folder / "model.safetensors")
        self._takes_first = _takes_first(folder)
        self._encoder = Encoder(folder)
        spec = self._encoder.spec
        self.dimensions, self.max_tokens, self.vocab_size = spec.hidden_size, spec.context_length, spec.vocab_size

    def embed(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Unit vectors [len(batch), dimensions]; no text is empty."""
        texts = [EncoderInput(tokens=tokens, types=[0] * len(tokens)) for tokens in batch]
        states = self._encoder.hidden(texts)
        vectors = np.stack([each[0] if self._takes_first else each.mean(axis=0) for each in states])
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)


def _takes_first(folder: Path) -> bool:
    """Whether the first token's state is the vector, else the mean is. Raises `InvalidRequest` for other poolings."""
    if not (folder / POOLING).is_file():
        return False
    config = read_json(folder / POOLING)
    chosen = {name for name, value in config.items() if name.startswith("pooling_mode_") and value is True}
    if chosen not in ({"pooling_mode_cls_token"}, {"pooling_mode_mean_tokens"}):
        text = f"{folder / POOLING} asks for {', '.join(sorted(chosen)) or 'no pooling'}."
        raise InvalidRequest(text, hint="Supported: pooling_mode_cls_token or pooling_mode_mean_tokens.")
    return chosen == {"pooling_mode_cls_token"}
