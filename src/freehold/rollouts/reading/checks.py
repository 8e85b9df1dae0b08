"""Tests of an answer's text: regular expressions and JSON schemas.

A pattern of a plan's meets text that a stranger may choose, on the event loop. So it runs on Rust's `regex` engine (by
way of pydantic), whose time grows with the text alone, over the first `MAX_TEXT` characters. That engine has neither
look-around nor back-references, and takes no pattern that would fill some megabytes; what it does not take is not run
at all. `re` would take it, and would never end on some texts, however short.

Of JSON Schema (draft 2020-12) these keywords are checked, at any depth: type, enum, const, required, properties,
additionalProperties (false), items. Others are passed over: a text that satisfies may still be wrong.
"""

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

import msgspec
from pydantic_core import SchemaError, SchemaValidator, core_schema

from freehold.rollouts.reading.loose import UNREADABLE, decoded, items, mapping

MAX_TEXT = 20_000
MAX_DEPTH = 64

logger = logging.getLogger(__name__)


@lru_cache(maxsize=256)
def _engine(pattern: str) -> SchemaValidator | None:
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except (SchemaError, UnicodeError):
        logger.warning(
            "a rollout's pattern is not run: it is too large, or needs look-around", extra={"pattern": pattern}
        )
        return None


def is_runnable(pattern: str) -> bool:
    """Whether the pattern can be run. The first question compiles it, which may take long for large counts."""
    return _engine(pattern) is not None


def matches(pattern: str, text: str) -> bool | None:
    """Whether the pattern matches somewhere in the first `MAX_TEXT` characters; None for one that is not run."""
    engine = _engine(pattern)
    return None if engine is None else engine.isinstance_python(text[:MAX_TEXT])


@lru_cache(maxsize=64)
def read_schema(text: str) -> Mapping[str, Any] | None:
    """A schema as a plan writes it; None for what is no JSON object."""
    found = decoded(text)
    return mapping(found) if isinstance(found, dict) else None


def satisfies(schema: Mapping[str, Any], text: str) -> bool:
    """Whether the text is JSON, and nothing beside it, and keeps to the schema."""
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return False
    return _keeps(schema, value, MAX_DEPTH)


def _keeps(schema: Mapping[str, Any], value: Any, depth: int) -> bool:
    if depth == 0:
        return True
    kinds = schema.get("type")
    names = items(kinds) or ([kinds] if kinds is not None else [])
    if names and not any(_is_of(name, value) for name in names):
        return False
    if "const" in schema and not _equal(schema["const"], value):
        return False
    if isinstance(schema.get("enum"), list) and not any(_equal(one, value) for one in items(schema["enum"])):
        return False
    if isinstance(value, dict):
        return _keeps_object(schema, cast("dict[str, Any]", value), depth)
    inner = mapping(schema.get("items"))
    return not inner or all(_keeps(inner, each, depth - 1) for each in items(value))


def _keeps_object(schema: Mapping[str, Any], value: Mapping[str, Any], depth: int) -> bool:
    if any(isinstance(name, str) and name not in value for name in items(schema.get("required"))):
        return False
    known = mapping(schema.get("properties"))
    closed = schema.get("additionalProperties") is False and not schema.get("patternProperties")
    if closed and any(name not in known for name in value):
        return False
    return all(_keeps(mapping(known.get(name)), each, depth - 1) for name, each in value.items())


def _is_of(name: Any, value: Any) -> bool:
    """Whether a value is of a type; a name that JSON Schema does not know allows all."""
    test = _TYPES.get(name) if isinstance(name, str) else None
    return test is None or test(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _equal(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_integer,
}
