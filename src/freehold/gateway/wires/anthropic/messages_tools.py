"""The tools of a chat request as Anthropic's. Knows functions; Anthropic's own tools are for /v1/messages."""

from collections.abc import Mapping, Sequence

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.anthropic.bodies import Json

CHOICES: Mapping[str, str] = {"auto": "auto", "required": "any", "none": "none"}


class Function(msgspec.Struct):
    """What a function is called, does and takes."""

    name: str
    description: str | None = None
    parameters: Json | None = None
    strict: bool | None = None


class Tool(msgspec.Struct):
    """One entry of `tools`. `cache_control` is Anthropic's, and kept."""

    type: str
    function: Function | None = None
    cache_control: Json | None = None


class FunctionName(msgspec.Struct):
    """The function that must be called."""

    name: str


class NamedTool(msgspec.Struct):
    """A `tool_choice` that is not a word."""

    type: str
    function: FunctionName | None = None


ToolChoice = str | NamedTool | None


def tool_fields(tools: Sequence[Tool], choice: ToolChoice, parallel: bool | None) -> Json:
    """`tools` and `tool_choice` of the Messages request. Raises `InvalidRequest` or `UnsupportedParameter`."""
    if not tools:
        if choice in (None, "auto", "none"):
            return {}
        raise InvalidRequest("'tool_choice' asks for a tool, and there are no 'tools'.", param="tool_choice")
    chosen = _choice(choice)
    if parallel is False and chosen.get("type") != "none":
        chosen = (chosen or {"type": "auto"}) | {"disable_parallel_tool_use": True}
    fields: Json = {"tools": [_tool(tool, f"tools[{index}]") for index, tool in enumerate(tools)]}
    return fields | {"tool_choice": chosen} if chosen else fields


def _tool(tool: Tool, place: str) -> Json:
    if tool.function is None:
        hint = "Anthropic's own tools are reached by /v1/messages."
        raise UnsupportedParameter(f"A tool cannot be of type '{tool.type}'.", param=f"{place}.type", hint=hint)
    found: Json = {
        "name": tool.function.name,
        "input_schema": tool.function.parameters or {"type": "object", "properties": {}},
    }
    extra = {
        "description": tool.function.description,
        "strict": tool.function.strict or None,
        "cache_control": tool.cache_control,
    }
    return found | {name: value for name, value in extra.items() if value is not None}


def _choice(choice: ToolChoice) -> Json:
    if choice is None:
        return {}
    if isinstance(choice, NamedTool):
        if choice.function is None:
            raise UnsupportedParameter(f"Anthropic has no tool choice '{choice.type}'.", param="tool_choice")
        return {"type": "tool", "name": choice.function.name}
    if choice not in CHOICES:
        raise InvalidRequest(f"There is no tool choice '{choice}'.", param="tool_choice", hint="Use 'auto'.")
    return {"type": CHOICES[choice]}
