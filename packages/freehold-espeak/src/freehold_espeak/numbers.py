"""A request's fields, read with care: wrong types are refused, numbers out of range moved to the nearest bound."""

import math
from collections.abc import Mapping
from typing import Any

from freehold_espeak.protocol import BadRequest


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """The text of a field. Raises `BadRequest` where it is missing or something else."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"'{name}' must be a text.")
    return value


def number_of(fields: Mapping[str, Any], name: str, usual: float, bounds: tuple[float, float]) -> float:
    """The number of a field within `bounds`; `usual` where it is missing. Raises `BadRequest` for no number."""
    value = fields.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise BadRequest(f"'{name}' must be a number.")
    return min(max(value, bounds[0]), bounds[1])
