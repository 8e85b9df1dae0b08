"""The model to measure with: the built-in starter, and prompts of token ids for it."""

import random

from freehold.operations.catalogue.folders import BUILTIN

STARTER = BUILTIN / "starter"


def prompts(count: int, length: int, vocab_size: int) -> list[list[int]]:
    """Token ids, the same ones every time."""
    rng = random.Random(0)
    return [[rng.randrange(10, vocab_size) for _ in range(length)] for _ in range(count)]
