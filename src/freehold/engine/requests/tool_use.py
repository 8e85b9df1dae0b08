"""What a chat request says of tools, and past calls in its messages. Source: the `openai` package's types."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter

MAX_TOOLS = 128


class Function(msgspec.Struct, frozen=True):
    """A function that may be called. `parameters` is a JSON schema, held to as far as it is known unless `strict`."""

    name: Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_.-]{1,64}$")]
    parameters: dict[str, Any] | None = None
    strict: bool | None = None

    @property
    def schema(self) -> dict[str, Any]:
        """The arguments as an object."""
        return {"type": "object", **(self.parameters or {})}


class Tool(msgspec.Struct):
    """One entry of `tools`."""

    type: Literal["function"]
    function: Function


class NamedFunction(msgspec.Struct):
    """A function's name."""

    name: str


class NamedTool(msgspec.Struct):
    """The function that must be called."""

    type: Literal["function"]
    function: NamedFunction


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """What may be called, whether something must be, and whether several calls may be made in one turn."""

    functions: Mapping[str, Function]
    forced: bool
    parallel: bool

    @property
    def strict(self) -> bool:
        """Whether a function's arguments must fit its schema."""
        return any(function.strict for function in self.functions.values())


def read_tool_use(
    tools: Sequence[Mapping[str, Any]], choice: str | NamedTool | None, *, parallel: bool
) -> ToolUse | None:
    """How tools may be used; None for not at all. Raises `InvalidRequest` and `UnsupportedParameter`."""
    forced = isinstance(choice, NamedTool) or choice == "required"
    if forced and not tools:
        raise InvalidRequest("'tool_choice' asks for a call, but there are no tools.", param="tool_choice")
    if not tools or choice == "none":
        return None
    functions = _functions(tools)
    if isinstance(choice, NamedTool):
        name = choice.function.name
        if name not in functions:
            raise InvalidRequest(f"'tool_choice' names '{name}', which is not among the tools.", param="tool_choice")
        return ToolUse(functions={name: functions[name]}, forced=True, parallel=False)
    if choice not in (None, "auto", "required"):
        raise UnsupportedParameter(
            f"'tool_choice' is '{choice}'; it may be auto, none, required or one function.", param="tool_choice"
        )
    return ToolUse(functions=functions, forced=forced, parallel=parallel)


def _functions(tools: Sequence[Mapping[str, Any]]) -> dict[str, Function]:
    if len(tools) > MAX_TOOLS:
        raise InvalidRequest(f"There are {len(tools)} tools; {MAX_TOOLS} are allowed.", param="tools")
    try:
        given = [tool.function for tool in msgspec.convert(tools, list[Tool])]
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$")
        raise InvalidRequest(f"The tools are not valid: {what}.", param=f"tools{place.strip('`')}") from error
    return {function.name: function for function in given}


def past_calls(calls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """An assistant's calls as chat templates expect them: arguments as objects where the text is one."""
    return [dict(call) | {"function": _with_object(call.get("function") or {})} for call in calls]


def _with_object(function: Mapping[str, Any]) -> dict[str, Any]:
    arguments = function.get("arguments")
    try:
        read = json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        read = arguments
    return dict(function) | {"arguments": read if isinstance(read, dict) else arguments or {}}
