"""BERT-like encoders on numpy: weights from a folder, texts to hidden states. Knows token ids, not text.

Texts of a batch lie one after the other in one row of tokens, so nothing is padded; only attention goes text by text.
Legend: T tokens of all texts, D hidden size, H heads, L tokens of one text, d head dimension.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.registry import UnknownEntry
from freehold.models.encoders import ENCODERS, EncoderArchitecture, EncoderSpec
from freehold.nn.activations import ACTIVATIONS
from freehold.nn.blocks import to_float32
from freehold.nn.model_folder import INDEX, read_json, weight_files
from freehold.nn.safetensors_file import read_safetensors
from freehold.nn.tensor_place import TensorPlace

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderInput:
    """One text: its token ids, and of each the segment it belongs to (0, or 1 in the second half of a pair)."""

    tokens: Sequence[int]
    types: Sequence[int]


class Encoder:
    """A loaded model. Calls from several threads are safe."""

    def __init__(self, folder: Path) -> None:
        """Raises `InvalidRequest` naming the file or weight at fault."""
        architecture, self.spec = read_encoder(folder)
        self._weights = _load(folder, architecture, self.spec)

    def hidden(self, texts: Sequence[EncoderInput]) -> list[Float32]:
        """Hidden states [L, D] of each text."""
        starts = np.cumsum([0, *(len(text.tokens) for text in texts)])
        x_TD = self._embed(texts)
        for layer in range(self.spec.layers):
            x_TD = self._block(f"blocks.{layer}", x_TD, starts)
        return [x_TD[begin:end] for begin, end in pairwise(starts)]

    def scores(self, texts: Sequence[EncoderInput]) -> Float32:
        """What the classification head says of each text, [texts, scores], before any sigmoid or softmax."""
        first = np.stack([states[0] for states in self.hidden(texts)])
        return self._linear("score", np.tanh(self._linear("head", first)))

    def _embed(self, texts: Sequence[EncoderInput]) -> Float32:
        tokens = np.concatenate([np.asarray(text.tokens) for text in texts])
        types = np.concatenate([np.asarray(text.types) for text in texts])
        places = np.concatenate([np.arange(len(text.tokens)) for text in texts]) + self.spec.first_position
        weights = self._weights
        x_TD = weights["tokens.weight"][tokens] + weights["types.weight"][types] + weights["positions.weight"][places]
        return self._norm("norm", x_TD)

    def _block(self, name: str, x_TD: Float32, starts: NDArray[np.int64]) -> Float32:
        attended = self._linear(f"{name}.o", self._attend(name, x_TD, starts))
        x_TD = self._norm(f"{name}.attention_norm", x_TD + attended)
        inner = ACTIVATIONS[self.spec.activation](self._linear(f"{name}.up", x_TD))
        return self._norm(f"{name}.feed_forward_norm", x_TD + self._linear(f"{name}.down", inner))

    def _attend(self, name: str, x_TD: Float32, starts: NDArray[np.int64]) -> Float32:
        heads = self.spec.heads
        shape = len(x_TD), heads, -1
        q_THd, k_THd, v_THd = (self._linear(f"{name}.{part}", x_TD).reshape(shape) for part in "qkv")
        q_THd *= np.float32(q_THd.shape[-1] ** -0.5)
        out_THd = np.empty_like(q_THd)
        for begin, end in pairwise(starts):
            rows = slice(begin, end)
            scores_HLL = q_THd[rows].transpose(1, 0, 2) @ k_THd[rows].transpose(1, 2, 0)
            scores_HLL -= scores_HLL.max(-1, keepdims=True)
            np.exp(scores_HLL, out=scores_HLL)
            scores_HLL /= scores_HLL.sum(-1, keepdims=True)
            out_THd[rows] = (scores_HLL @ v_THd[rows].transpose(1, 0, 2)).transpose(1, 0, 2)
        return out_THd.reshape(len(x_TD), -1)

    def _linear(self, name: str, x: Float32) -> Float32:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, name: str, x: Float32) -> Float32:
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt(np.square(x).mean(-1, keepdims=True) + np.float32(self.spec.norm_eps))
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def read_encoder(folder: Path) -> tuple[EncoderArchitecture, EncoderSpec]:
    """What config.json says the encoder is. Raises `InvalidRequest` for one that is not supported."""
    path = folder / "config.json"
    config = read_json(path)
    kind = str(config.get("model_type"))
    try:
        architecture = ENCODERS[kind.replace("-", "_")]
        return architecture, architecture.spec(config)
    except UnknownEntry as error:
        raise InvalidRequest(f"The encoder '{kind}' in {path} is not supported.", hint=error.hint) from error
    except InvalidRequest as error:
        raise InvalidRequest(f"{path}: {error.message}", hint=error.hint) from error
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"{path} lacks or misstates a value: {error!r}.", hint="Download it again.") from error


def _load(folder: Path, architecture: EncoderArchitecture, spec: EncoderSpec) -> dict[str, Float32]:
    names = {path.name for path in folder.iterdir() if path.is_file()}
    index = read_json(folder / INDEX) if INDEX in names else None
    places: dict[str, TensorPlace] = {}
    for file in weight_files(names, index, str(folder)):
        places |= read_safetensors(folder / file)
    return {name: _read(folder, architecture, places, name, shape) for name, shape in spec.shapes().items()}


def _read(
    folder: Path, architecture: EncoderArchitecture, places: dict[str, TensorPlace], name: str, shape: tuple[int, ...]
) -> Float32:
    wanted = _names(architecture, name)
    place = next((places[candidate] for candidate in wanted if candidate in places), None)
    if place is None:
        raise InvalidRequest(f"{folder} lacks the weight {wanted[0]}.", hint="Download all of its files.")
    if place.shape != shape:
        text = f"{place.name} in {place.path} is {list(place.shape)}, config.json says {list(shape)}."
        raise InvalidRequest(text, hint="The two are not of one model: download both again.")
    return to_float32(place.format.name, place.read()).reshape(shape)


def _names(architecture: EncoderArchitecture, name: str) -> list[str]:
    """What a weight may be called in the files, e.g. "blocks.3.q.weight"."""
    module, _, kind = name.rpartition(".")
    if module in architecture.head:
        return [f"{architecture.head[module]}.{kind}"]
    parts = module.split(".")
    if len(parts) > 1:
        theirs = architecture.modules[f"blocks.{{layer}}.{parts[2]}"].format(layer=parts[1])
    else:
        theirs = architecture.modules[module]
    return [f"{theirs}.{kind}", f"{architecture.prefix}{theirs}.{kind}"]
