"""What changes a sound. A file in `effects/` defines `EFFECT`: an `Effect`. Knows no files and no HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from freehold.voice.sound import Sound

P = TypeVar("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Generic[P]):
    """One effect.

    `parameters` is a msgspec struct with defaults, units in its docstring, and bounds that its `__post_init__` holds
    (raises `ValueError`). `apply` takes a whole sound and returns another, whose rate and length may differ.
    """

    summary: str
    parameters: type[P]
    apply: Callable[[Sound, P], Sound]


AnyEffect = Effect[Any]
