"""`[TOOL_CALLS]name[ARGS]{…}`: Mistral's models from the tokenizer of version 11 on."""

from freehold.engine.answers.cursor import Cursor, Reading
from freehold.engine.answers.tool_calls import Functions, Mark, ToolFormat, arguments_rule, quoted
from freehold.engine.requests.tool_use import Function

OPENING, CALL_ID, ARGUMENTS = "[TOOL_CALLS]", "[CALL_ID]", "[ARGS]"


def read(cursor: Cursor, functions: Functions) -> Reading[bool]:
    """One call; the model's own id of it is passed over."""
    yield from cursor.literal(OPENING)
    name = yield from cursor.until(CALL_ID, ARGUMENTS, "{")
    if name is None or not name.strip():
        return False
    if (yield from cursor.literal(CALL_ID)):
        yield from cursor.until(ARGUMENTS, "{")
    yield from cursor.literal(ARGUMENTS)
    yield from cursor.space()
    if (yield from cursor.peek()) != "{":
        return False
    cursor.open_call(name.strip())
    yield from cursor.value(as_arguments=True)
    return True


def rule(function: Function, mark: Mark) -> str:
    """As the models were trained to write it."""
    return f"{quoted(function.name)} {mark(ARGUMENTS)} {arguments_rule(function)}"


FORMAT = ToolFormat(
    detects=lambda template: OPENING in template and ARGUMENTS in template,
    openings=(OPENING,),
    read=read,
    rule=rule,
    between=(OPENING,),
)
