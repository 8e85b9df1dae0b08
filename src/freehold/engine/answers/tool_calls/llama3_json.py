"""`{"name": …, "parameters": {…}}` as the whole turn, or behind `<|python_tag|>`: Llama 3.1 to 3.3.

Without the tag only a known function's name makes an object a call, for these models also answer in JSON.
"""

from freehold.engine.answers.cursor import Cursor, Reading, read_object_call
from freehold.engine.answers.tool_calls import Functions, Mark, ToolFormat, arguments_rule, quoted
from freehold.engine.requests.tool_use import Function

OPENING = "<|python_tag|>"


def read(cursor: Cursor, functions: Functions) -> Reading[bool]:
    """Calls, one behind the other or parted by semicolons."""
    yield from cursor.literal(OPENING)
    yield from cursor.space()
    made = False
    while (yield from read_object_call(cursor, frozenset(functions))):
        made = True
        yield from cursor.space()
        yield from cursor.literal(";")
        yield from cursor.space()
    return made


def rule(function: Function, mark: Mark) -> str:
    """As the template asks for it."""
    head = f'{{"name": "{function.name}", "parameters": '
    return f"{quoted(head)} {arguments_rule(function)} {quoted('}')}"


FORMAT = ToolFormat(
    detects=lambda template: OPENING in template or ("ipython" in template and '"parameters"' in template),
    openings=(OPENING,),
    read=read,
    rule=rule,
    between=("; ",),
    bare=True,
)
