"""Runs a batch on an executor. The one place where the engine's sequences become flat arrays."""

from freehold.engine.loop.batch import Batch
from freehold.nn import Executor, Float32


class Runner:
    """Hands batches to the executor."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def run(self, batch: Batch) -> Float32:
        """Logits [R, V] at the positions the batch asks for, in order of its slices."""
        return self._executor.forward(batch.flatten())
