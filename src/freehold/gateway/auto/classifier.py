"""What a text asks for and how hard it is: multinomial logistic regression on hashed features, 8-bit weights.

The weights are `builtin/_router`, made by `scripts/train_router.py`; the card beside them tells how good they are.
Importing this loads numpy, so `needs` does it on first use.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

import freehold.builtin
from freehold.contracts.errors import SetupError
from freehold.gateway.auto.features import BUCKETS, COUNTS, Features, features

FOLDER = Path(freehold.builtin.__file__).parent / "_router"
WEIGHTS = "router.safetensors"

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Probabilities by label, each group adding up to one."""

    tasks: dict[str, float]
    complexities: dict[str, float]


class Classifier:
    """Two softmaxes over one set of features. Calls from several threads are safe."""

    def __init__(self, tensors: dict[str, NDArray[Any]], tasks: list[str], complexities: list[str]) -> None:
        labels = len(tasks) + len(complexities)
        shapes = {"weights": (BUCKETS, labels), "scales": (labels,), "counts": (COUNTS, labels), "bias": (labels,)}
        for name, shape in shapes.items():
            if name not in tensors or tensors[name].shape != shape:
                raise SetupError(f"The router's weights have no '{name}' of shape {shape}.", hint="Reinstall freehold.")
        self._weights = tensors["weights"]
        self._scales, self._counts, self._bias = (tensors[name] for name in ("scales", "counts", "bias"))
        self._tasks, self._complexities = tasks, complexities

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Classifier":
        """The built-in one, or one of the same make. Raises `SetupError`."""
        try:
            with safe_open(folder / WEIGHTS, "np") as file:
                labels = file.metadata() or {}
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            return cls(tensors, json.loads(labels["tasks"]), json.loads(labels["complexities"]))
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise SetupError(f"{folder / WEIGHTS} cannot be read: {error}.", hint="Reinstall freehold.") from error

    def scores(self, text: str) -> Scores:
        """How likely each task and each complexity is."""
        logits = self._logits(features(text))
        count = len(self._tasks)
        return Scores(
            tasks=dict(zip(self._tasks, softmax(logits[:count]).tolist(), strict=True)),
            complexities=dict(zip(self._complexities, softmax(logits[count:]).tolist(), strict=True)),
        )

    def _logits(self, found: Features) -> Row:
        """Evidence adds up with the square root of the text's length, so a long text is not surer of itself."""
        total = self._weights[found.buckets].sum(axis=0, dtype=np.int32) * self._scales
        return total / np.sqrt(max(len(found.buckets), 1)) + found.counts @ self._counts + self._bias


def softmax(logits: Row) -> Row:
    """Probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)
