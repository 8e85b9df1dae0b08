"""OpenAI's tools as Gemini's function declarations."""

from typing import Any, Literal

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class FunctionTool(_Strict, frozen=True):
    """A function that the model may call."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(_Strict, frozen=True, tag_field="type", tag="function"):
    """The only kind of tool that both sides know."""

    function: FunctionTool


class Named(_Strict, frozen=True):
    """A function by its name."""

    name: str


class ChosenFunction(_Strict, frozen=True, tag_field="type", tag="function"):
    """This one must be called."""

    function: Named


class Allowed(_Strict, frozen=True):
    """Some of the tools, and whether one of them must be called."""

    mode: Literal["auto", "required"]
    tools: list[ChosenFunction]


class AllowedTools(_Strict, frozen=True, tag_field="type", tag="allowed_tools"):
    """Only these may be called."""

    allowed_tools: Allowed


Choice = Literal["none", "auto", "required"] | ChosenFunction | AllowedTools

MODES = {"none": "NONE", "auto": "AUTO", "required": "ANY"}


def tools(raw_tools: Any, raw_choice: Any) -> dict[str, Any]:
    """The `tools` and `toolConfig` of a request; nothing when it has no tools.

    A strict function makes AUTO into VALIDATED, in which Gemini keeps to the schemas as ANY always does.
    """
    declared = _convert(raw_tools or [], list[Tool], "tools")
    choice = _convert(raw_choice or "auto", Choice, "tool_choice")
    if not declared:
        return {}
    mode, names = _mode(choice)
    if mode == "AUTO" and (names or any(tool.function.strict for tool in declared)):
        mode = "VALIDATED"
    config = {"mode": mode, **({"allowedFunctionNames": names} if names else {})}
    return {
        "tools": [{"functionDeclarations": [_declaration(tool.function) for tool in declared]}],
        "toolConfig": {"functionCallingConfig": config},
    }


def _mode(choice: Choice) -> tuple[str, list[str]]:
    match choice:
        case ChosenFunction():
            return "ANY", [choice.function.name]
        case AllowedTools():
            allowed = choice.allowed_tools
            return MODES[allowed.mode], [tool.function.name for tool in allowed.tools]
        case _:
            return MODES[choice], []


def _declaration(function: FunctionTool) -> dict[str, Any]:
    optional = {"description": function.description, "parametersJsonSchema": function.parameters}
    return {"name": function.name} | {name: value for name, value in optional.items() if value is not None}


def _convert(raw: Any, kind: Any, param: str) -> Any:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        known = not any(words in str(error) for words in ("unknown field", "Invalid value", "Invalid enum value"))
        raised = InvalidRequest if known else UnsupportedParameter
        raise raised(f"{param} is not what Gemini can be sent: {error}.", param=param) from error
