"""Random JSON schemas for tests."""

import random
from collections.abc import Callable
from typing import Any


def random_schema(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    """A schema with bounded texts and lists, so that senseless answers end."""
    kinds: list[Callable[[], dict[str, Any]]] = [
        lambda: {"type": "integer", "minimum": rng.randrange(-50, 0), "maximum": rng.randrange(1, 5000)},
        lambda: {"type": "number", "minimum": 0, "maximum": 10},
        lambda: {"type": "boolean"},
        lambda: {"type": "null"},
        lambda: {"enum": rng.sample(["red", "grün", 3, None, True, 'a "b"'], 3)},
        lambda: {"const": rng.choice(["x", 1, False])},
        lambda: {"type": "string", "minLength": rng.randrange(3), "maxLength": rng.randrange(3, 12)},
        lambda: {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{1,3}$"},
        lambda: {"type": "string", "format": rng.choice(["date", "ipv4", "uuid"])},
    ]
    if depth < 3:
        kinds += [
            lambda: {"type": "array", "items": random_schema(rng, depth + 1), "minItems": 1, "maxItems": 3},
            lambda: {"anyOf": [random_schema(rng, depth + 1), random_schema(rng, depth + 1)]},
            lambda: random_object(rng, depth),
        ]
    return rng.choice(kinds)()


def random_object(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    properties = {name: random_schema(rng, depth + 1) for name in rng.sample("abcdefg", rng.randrange(1, 5))}
    required = [name for name in properties if rng.random() < 0.8]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
