"""Functions that the model may call: read from the client, and as chat completions name them. MCP tools are refused."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta

from freehold.contracts.errors import UnsupportedParameter
from freehold.voice.conversation.protocol.refusals import Refusal, read

MAX_TOOLS = 128
MAX_TOOLS_BYTES = 512 * 1024

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
MODES = ("none", "auto", "required")

Tool = Mapping[str, Any]
ToolChoice = str | Mapping[str, Any]


class _Function(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    name: Name
    description: Annotated[str, Meta(max_length=16 * 1024)] | None = None
    parameters: dict[str, Any] | None = None
    type: Literal["function"] = "function"


class _Chosen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    type: Literal["function"]


def read_tools(given: Sequence[Any], param: str) -> tuple[Tool, ...]:
    """OpenAI's realtime tools. Raises `Refusal`, and `UnsupportedParameter` for MCP: no server here calls them."""
    if len(given) > MAX_TOOLS:
        raise Refusal(f"There are {len(given)} tools; at most {MAX_TOOLS} are taken.", param=param)
    tools: list[Tool] = []
    for at, tool in enumerate(given):
        _refuse_mcp(tool, f"{param}[{at}].type")
        function = read(tool, _Function, f"{param}[{at}]")
        tools.append({"type": "function", **msgspec.to_builtins(function)})
    names = [tool["name"] for tool in tools]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise Refusal(f"Two tools have the name '{name}'.", param=f"{param}[{at}].name")
    if len(msgspec.json.encode(tools)) > MAX_TOOLS_BYTES:
        raise Refusal(f"The tools are longer than {MAX_TOOLS_BYTES} bytes.", param=param)
    return tuple(tools)


def read_tool_choice(given: Any, param: str) -> ToolChoice:
    """none, auto, required or one function. Raises `Refusal` and `UnsupportedParameter` as `read_tools` does."""
    _refuse_mcp(given, f"{param}.type")
    if isinstance(given, Mapping):
        return {"type": "function", "name": read(given, _Chosen, param).name}
    if read(given, str, param) not in MODES:
        raise Refusal(f"Invalid '{param}': it is {', '.join(MODES)} or a function.", param=param)
    return given


def remaining_choice(tools: Sequence[Tool], choice: ToolChoice) -> ToolChoice:
    """The choice, but auto where its function is not among the tools (any more)."""
    gone = isinstance(choice, Mapping) and all(tool["name"] != choice["name"] for tool in tools)
    return "auto" if gone else choice


def refuse_unknown_choice(tools: Sequence[Tool], choice: ToolChoice, param: str) -> None:
    """Raise `Refusal` where the chosen function is not among the tools."""
    if isinstance(choice, Mapping) and remaining_choice(tools, choice) != choice:
        raise Refusal(f"No tool has the name '{choice['name']}'.", param=param)


def chat_tools(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """The tools of a chat completion request."""
    return [
        {"type": "function", "function": {key: value for key, value in tool.items() if key != "type"}} for tool in tools
    ]


def chat_tool_choice(choice: ToolChoice) -> str | dict[str, Any]:
    """The tool_choice of a chat completion request."""
    return choice if isinstance(choice, str) else {"type": "function", "function": {"name": choice["name"]}}


def _refuse_mcp(given: Any, param: str) -> None:
    if isinstance(given, Mapping) and cast(Mapping[str, Any], given).get("type") == "mcp":
        hint = "Call the MCP server in the client, and give its tools as functions."
        raise UnsupportedParameter("MCP tools are not called by this server.", param=param, hint=hint)
