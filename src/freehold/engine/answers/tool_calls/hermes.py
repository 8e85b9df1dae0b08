"""`<tool_call>{"name": …, "arguments": {…}}</tool_call>`: Hermes 2 and 3, Qwen 2.5, Qwen 3 and many after them."""

from freehold.engine.answers.cursor import Cursor, Reading, read_object_call
from freehold.engine.answers.tool_calls import Functions, Mark, ToolFormat, arguments_rule, quoted
from freehold.engine.requests.tool_use import Function

OPENING, CLOSING = "<tool_call>", "</tool_call>"


def read(cursor: Cursor, functions: Functions) -> Reading[bool]:
    """One call; its end may be missing."""
    yield from cursor.literal(OPENING)
    yield from cursor.space()
    if not (yield from read_object_call(cursor)):
        return False
    yield from cursor.space()
    yield from cursor.literal(CLOSING)
    return True


def rule(function: Function, mark: Mark) -> str:
    """As the models were trained to write it."""
    head, end = f'\n{{"name": "{function.name}", "arguments": ', "}\n"
    return f"{quoted(head)} {arguments_rule(function)} {quoted(end)} {mark(CLOSING)}"


FORMAT = ToolFormat(
    detects=lambda template: OPENING in template and "<function=" not in template,
    openings=(OPENING,),
    read=read,
    rule=rule,
    between=("\n", OPENING),
)
