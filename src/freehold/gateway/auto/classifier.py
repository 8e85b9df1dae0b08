"""What a text asks for and how hard it is: multinomial logistic regression on hashed features, 8-bit weights.

The weights are `builtin/_router`, made by `scripts/train_router.py`; the card beside them tells how good they are.
Importing this loads numpy, so `needs` does it on first use.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

import freehold.builtin
from freehold.contracts.errors import SetupError
from freehold.gateway.auto.features import BUCKETS, COUNTS, Features, features
from freehold.gateway.auto.labels import COMPLEXITIES, TASKS, Complexity, Task

FOLDER = Path(freehold.builtin.__file__).parent / "_router"
WEIGHTS = "router.safetensors"
LABELS = (*TASKS, *COMPLEXITIES)
SHAPES = {"weights": (BUCKETS, len(LABELS)), "scales": (len(LABELS),), "counts": (COUNTS, len(LABELS)),
          "bias": (len(LABELS),)}  # fmt: skip
FIX = "Reinstall freehold, or run scripts/train_router.py."

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Probabilities by label, each group adding up to one."""

    tasks: dict[Task, float]
    complexities: dict[Complexity, float]


class Classifier:
    """Two softmaxes over one set of features. Calls from several threads are safe."""

    def __init__(self, tensors: dict[str, NDArray[Any]]) -> None:
        for name, shape in SHAPES.items():
            if name not in tensors or tensors[name].shape != shape:
                raise SetupError(f"The router's weights have no '{name}' of shape {shape}.", hint=FIX)
        self._weights: Matrix = tensors["weights"].astype(np.float32) * tensors["scales"]
        self._counts: Matrix = tensors["counts"]
        self._bias: Matrix = tensors["bias"]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Classifier":
        """The built-in one, or one of the same make. Raises `SetupError`."""
        path = folder / WEIGHTS
        try:
            opened: Any = safe_open(path, "np")
            with opened as file:
                metadata: dict[str, str] = file.metadata() or {}
                tensors = {name: file.get_tensor(name) for name in SHAPES}
        except (OSError, SafetensorError) as error:
            raise SetupError(f"{path} cannot be read: {error}.", hint=FIX) from error
        if (labels := metadata.get("labels", "")) != " ".join(LABELS):
            raise SetupError(f"{path} sorts into '{labels}', not '{' '.join(LABELS)}'.", hint=FIX)
        return cls(tensors)

    def scores(self, text: str) -> Scores:
        """How likely each task and each complexity is."""
        probabilities = split_softmax(self._logits(features(text))).tolist()
        return Scores(
            tasks=dict(zip(TASKS, probabilities[: len(TASKS)], strict=True)),
            complexities=dict(zip(COMPLEXITIES, probabilities[len(TASKS) :], strict=True)),
        )

    def _logits(self, found: Features) -> Matrix:
        """Evidence adds up with the square root of the text's length, so a long text is not surer of itself."""
        share = np.full(len(found.buckets), max(len(found.buckets), 1) ** -0.5, np.float32)
        return np.add(share @ self._weights.take(found.buckets, axis=0), found.counts @ self._counts + self._bias)


def split_softmax(logits: Matrix) -> Matrix:
    """The probabilities of tasks and of complexities, side by side along the last axis."""
    return np.concatenate([_softmax(logits[..., : len(TASKS)]), _softmax(logits[..., len(TASKS) :])], axis=-1)


def _softmax(logits: Matrix) -> Matrix:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)
