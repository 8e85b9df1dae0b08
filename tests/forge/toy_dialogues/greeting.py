"""Greets by name."""

import itertools
import random
from dataclasses import dataclass

from freehold.forge.corpus.facts import Facts

NAMES = ("Ana", "Ben", "Cleo", "Dov", "Eli", "Fay", "Gus", "Hal", "Ida", "Jo", "Kim", "Lee", "Mia", "Ned", "Oda")
TIMES = ("morning", "afternoon", "evening", "day")
PAIRS = list(itertools.product(NAMES, TIMES))


@dataclass(frozen=True)
class Greeting:
    weight: float = 1.0

    def generate(self, rng: random.Random, facts: Facts) -> list[dict[str, str]]:
        name, time = rng.choice(PAIRS)
        return [
            {"role": "user", "content": f"Good {time}, my name is {name}."},
            {"role": "assistant", "content": f"Good {time}, {name}! How are you?"},
            {"role": "user", "content": rng.choice(("Fine.", "Very well.", "Tired."))},
            {"role": "assistant", "content": f"Thank you for telling me, {name}."},
        ]


DIALOGUE = Greeting()
