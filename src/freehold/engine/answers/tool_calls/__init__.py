"""How models write tool calls: one file per format, recognised by the model's chat template."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.engine.answers.cursor import Cursor, Reading
from freehold.engine.requests.structured import json_options
from freehold.engine.requests.tool_use import Function
from freehold.foundation.registry import Registry

Functions = Mapping[str, Function]
# A text that may be a token of its own, as Lark.
Mark = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFormat:
    """A way to write calls.

    `read` starts at one of `openings`, or at the turn's beginning if `bare`, and returns whether it made a call; if
    not, it made nothing. Forced calls are the first opening unless `bare`, then `first` call (`between` call)* `last`.
    """

    detects: Callable[[str], bool]  # given the source of a chat template
    openings: tuple[str, ...]  # the first is the usual one
    read: Callable[[Cursor, Functions], Reading[bool]]
    rule: Callable[[Function, Mark], str]  # one call in Lark
    rules: str = ""  # more Lark, which calls may name
    first: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    bare: bool = False  # a turn may be calls alone, without an opening


TOOL_FORMATS: Registry[ToolFormat] = Registry("freehold.engine.answers.tool_calls", "FORMAT")


def quoted(text: str) -> str:
    """`text` as a literal of Lark."""
    return json.dumps(text, ensure_ascii=False)


def json_rule(schema: Mapping[str, Any], *, strict: bool) -> str:
    """JSON that fits a schema, in Lark."""
    return f"%json {msgspec.json.encode({**schema, 'x-guidance': json_options(strict=strict)}).decode()}"


def arguments_rule(function: Function) -> str:
    """A function's arguments as a JSON object, in Lark."""
    return json_rule(function.schema, strict=bool(function.strict))
