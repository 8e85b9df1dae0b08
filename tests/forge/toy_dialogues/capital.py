"""Knows capitals and sums."""

import random
from dataclasses import dataclass

from freehold.forge.corpus.facts import Facts


@dataclass(frozen=True)
class Capital:
    weight: float = 2.0

    def generate(self, rng: random.Random, facts: Facts) -> list[dict[str, str]]:
        country, _, capital = rng.choice([place for place in facts.places if place[1] == "capital"])
        left, right = rng.randrange(100), rng.randrange(100)
        return [
            {"role": "user", "content": f"What is the capital of {country}?"},
            {"role": "assistant", "content": f"The capital of {country} is {capital}."},
            {"role": "user", "content": f"What is {left} + {right}?"},
            {"role": "assistant", "content": f"{left} + {right} = {left + right}."},
        ]


DIALOGUE = Capital()
