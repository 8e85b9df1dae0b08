"""`<tool_call><function=name><parameter=key>value</parameter></function></tool_call>`: Qwen3-Coder and its kin.

Values are bare text; a parameter's schema says whether one is a text or JSON.
"""

import json
from collections.abc import Mapping
from typing import Any

from freehold.engine.answers.cursor import Cursor, Reading
from freehold.engine.answers.tool_calls import Functions, Mark, ToolFormat, json_rule, quoted
from freehold.engine.requests.tool_use import Function

OPENING, CLOSING = "<tool_call>", "</tool_call>"
FUNCTION, FUNCTION_END = "<function=", "</function>"
PARAMETER, PARAMETER_END = "<parameter=", "</parameter>"
VALUE_END = f"\n{PARAMETER_END}\n"


def read(cursor: Cursor, functions: Functions) -> Reading[bool]:
    """One call; models leave the outer opening out at times, and the last ends."""
    yield from cursor.literal(OPENING)
    yield from cursor.space()
    if not (yield from cursor.literal(FUNCTION)):
        return False
    name = yield from cursor.until(">")
    if not name:
        return False
    yield from cursor.literal(">")
    cursor.open_call(name.strip())
    yield from _parameters(cursor, functions.get(name.strip()))
    for end in (FUNCTION_END, CLOSING):
        yield from cursor.space()
        yield from cursor.literal(end)
    return True


def _parameters(cursor: Cursor, function: Function | None) -> Reading[None]:
    properties = function.schema.get("properties", {}) if function else {}
    written = "{"
    yield from cursor.space()
    while (yield from cursor.literal(PARAMETER)):
        key = ((yield from cursor.until(">")) or "").strip()
        yield from cursor.literal(">")
        value = yield from cursor.until(PARAMETER_END, FUNCTION_END, PARAMETER)
        cursor.arguments(f"{written}{json.dumps(key, ensure_ascii=False)}: ")
        if value is None:  # the turn was cut off here
            cursor.arguments(json.dumps(cursor.rest().removeprefix("\n"), ensure_ascii=False)[:-1])
            return
        yield from cursor.literal(PARAMETER_END)
        cursor.arguments(_value(value.removeprefix("\n").removesuffix("\n"), properties.get(key)))
        written = ", "
        yield from cursor.space()
    cursor.arguments("{}" if written == "{" else "}")


def _value(text: str, schema: Any) -> str:
    """A value as JSON."""
    try:
        if not _is_text(schema):
            return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        pass  # not the JSON it should be: handed on as the text it is
    return json.dumps(text, ensure_ascii=False)


def _is_text(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "string"


def rule(function: Function, mark: Mark) -> str:
    """Parameters in the schema's order, those not required optional."""
    required = function.schema.get("required", ())
    parts = [quoted(f"\n{FUNCTION}{function.name}>\n")]
    for key, schema in function.schema.get("properties", {}).items():
        value = "text_value" if _is_text(schema) else f"{_json(schema, function)} {quoted(VALUE_END)}"
        head = f"{PARAMETER}{key}>\n"
        parameter = f"{quoted(head)} {value}"
        parts.append(parameter if key in required else f"({parameter})?")
    return " ".join([*parts, quoted(f"{FUNCTION_END}\n"), mark(CLOSING)])


def _json(schema: Any, function: Function) -> str:
    shared = {name: function.schema[name] for name in ("$defs", "definitions") if name in function.schema}
    return json_rule({**schema, **shared}, strict=bool(function.strict))


FORMAT = ToolFormat(
    detects=lambda template: FUNCTION in template and PARAMETER in template,
    openings=(OPENING, FUNCTION),
    read=read,
    rule=rule,
    rules=f"text_value[lazy]: /(.|\\n)*/ {quoted(VALUE_END)}",
    between=("\n", OPENING),
)
