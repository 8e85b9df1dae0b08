"""`[TOOL_CALLS][{"name": …, "arguments": {…}}, …]`: Mistral's models up to the tokenizer of version 7."""

from freehold.engine.answers.cursor import Cursor, Reading, read_object_call
from freehold.engine.answers.tool_calls import Functions, Mark, ToolFormat, arguments_rule, quoted
from freehold.engine.requests.tool_use import Function

OPENING = "[TOOL_CALLS]"


def read(cursor: Cursor, functions: Functions) -> Reading[bool]:
    """A list of calls, or one without the list."""
    yield from cursor.literal(OPENING)
    yield from cursor.space()
    listed = yield from cursor.literal("[")
    yield from cursor.space()
    made = False
    while (yield from read_object_call(cursor)):
        made = True
        yield from cursor.space()
        if not (listed and (yield from cursor.literal(","))):
            break
        yield from cursor.space()
    if made and listed:
        yield from cursor.literal("]")
    return made


def rule(function: Function, mark: Mark) -> str:
    """As the models were trained to write it."""
    head = f'{{"name": "{function.name}", "arguments": '
    return f"{quoted(head)} {arguments_rule(function)} {quoted('}')}"


FORMAT = ToolFormat(
    detects=lambda template: OPENING in template and "[ARGS]" not in template,
    openings=(OPENING,),
    read=read,
    rule=rule,
    first=("[",),
    between=(", ",),
    last=("]",),
)
