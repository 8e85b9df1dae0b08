"""A chat request from a Messages request, for servers that speak OpenAI's wire.

- `max_tokens` keeps its name, for servers that ignore the newer one would write without end (ollama/ollama#7125).
  OpenAI's newest models refuse it: for them the caller asks for `max_completion_tokens`.
- Usage in a stream is not asked for: the gateway asks every provider for it.
- `output_config.effort`, or else a thinking budget's share of `max_tokens`, is `reasoning_effort`. Adaptive and
  disabled thinking leave the choice to the model: most have no switch.
- A `user_id` over 64 characters, which OpenAI refuses, is sent as its SHA-256.
- What only saves tokens (`HINTS`) stays here. What promises something that no OpenAI server keeps is refused.
- Every other key is passed on as it is (`top_k` …), for the server to take or refuse.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.anthropic.bodies import Json, decode_request
from freehold.gateway.wires.anthropic.chat_content import Block, Turn, messages
from freehold.gateway.wires.anthropic.effort import reasoning_effort

WITHOUT_COUNTERPART: Mapping[str, tuple[Any, ...]] = {
    "container": (),
    "mcp_servers": ([],),
    "inference_geo": ("global",),
    "speed": ("standard",),
}
HINTS = frozenset({"cache_control", "context_management", "diagnostics"})
CHOICES: Mapping[str, str] = {"auto": "auto", "any": "required", "none": "none"}
SERVICE_TIERS: Mapping[str, str] = {"auto": "auto", "standard_only": "default"}
LONGEST_USER = 64


class Tool(msgspec.Struct):
    """One entry of `tools`."""

    name: str
    type: str | None = None
    description: str | None = None
    input_schema: Json | None = None
    strict: bool | None = None


class ToolChoice(msgspec.Struct):
    """How tools are to be used."""

    type: str
    name: str = ""
    disable_parallel_tool_use: bool = False


class Metadata(msgspec.Struct):
    """Whom the request is for."""

    user_id: str | None = None


class Thinking(msgspec.Struct):
    """How thinking is configured."""

    type: str
    budget_tokens: int | None = None


class Format(msgspec.Struct):
    """The form of an answer."""

    type: str
    schema: Json | None = None


class OutputConfig(msgspec.Struct):
    """How the answer is to be made."""

    effort: str | None = None
    format: Format | None = None


class MessagesRequest(msgspec.Struct):
    """What is read of a Messages request."""

    model: str
    max_tokens: int
    messages: list[Turn]
    system: str | list[Block] | None = None
    stop_sequences: list[str] | None = None
    temperature: float | None = None
    top_p: float | None = None
    stream: bool | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice | None = None
    metadata: Metadata | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None
    service_tier: str | None = None


def chat_request(body: bytes, *, newer_limit: bool = False) -> bytes:
    """The request for a server of OpenAI's wire. Raises `InvalidRequest` or `UnsupportedParameter`."""
    request = decode_request(body, MessagesRequest)
    given = decode_request(body, dict[str, msgspec.Raw])
    _refuse_without_counterpart(given)
    known = {*MessagesRequest.__struct_fields__, *WITHOUT_COUNTERPART, *HINTS}
    config = request.output_config or OutputConfig()
    budget = request.thinking.budget_tokens if request.thinking else None
    fields: Json = {
        "model": request.model,
        "max_completion_tokens" if newer_limit else "max_tokens": request.max_tokens,
        "messages": messages(request.system, request.messages),
        "stop": request.stop_sequences or None,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stream": request.stream,
        "user": _user(request.metadata),
        "reasoning_effort": reasoning_effort(config.effort, budget, request.max_tokens),
        "response_format": _response_format(config.format),
        "service_tier": SERVICE_TIERS.get(request.service_tier or "", request.service_tier),
        **_tool_fields(request.tools or [], request.tool_choice),
        **{name: value for name, value in given.items() if name not in known},
    }
    return msgspec.json.encode({name: value for name, value in fields.items() if value is not None})


def _refuse_without_counterpart(given: Mapping[str, msgspec.Raw]) -> None:
    for name, harmless in WITHOUT_COUNTERPART.items():
        value: Any = msgspec.json.decode(given[name]) if name in given else None
        if value is not None and value not in harmless:
            raise UnsupportedParameter(f"This model cannot honour '{name}'.", param=name, hint="Leave it out.")


def _user(metadata: Metadata | None) -> str | None:
    identifier = metadata.user_id if metadata else None
    if identifier is not None and len(identifier) > LONGEST_USER:
        return hashlib.sha256(identifier.encode()).hexdigest()
    return identifier


def _response_format(asked: Format | None) -> Json | None:
    if asked is None:
        return None
    if asked.type != "json_schema" or asked.schema is None:
        raise InvalidRequest("A format is a json_schema with its 'schema'.", param="output_config.format")
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": asked.schema, "strict": True}}


def _tool_fields(tools: Sequence[Tool], choice: ToolChoice | None) -> Json:
    if not tools:
        return {}
    fields: Json = {"tools": [_tool(tool, f"tools[{index}]") for index, tool in enumerate(tools)]}
    if choice is None:
        return fields
    if choice.type not in CHOICES and choice.type != "tool":
        raise InvalidRequest(f"There is no tool choice '{choice.type}'.", param="tool_choice.type", hint="Use 'auto'.")
    named = {"type": "function", "function": {"name": choice.name}}
    fields["tool_choice"] = CHOICES.get(choice.type, named)
    return fields | {"parallel_tool_calls": False} if choice.disable_parallel_tool_use else fields


def _tool(tool: Tool, place: str) -> Json:
    if tool.type not in (None, "custom") or tool.input_schema is None:
        hint = "Only Anthropic runs tools of its own; describe yours with 'input_schema'."
        raise UnsupportedParameter(f"This model has no tool '{tool.type}'.", param=f"{place}.type", hint=hint)
    function: Json = {"name": tool.name, "parameters": tool.input_schema}
    extra = {"description": tool.description, "strict": tool.strict or None}
    return {
        "type": "function",
        "function": function | {name: value for name, value in extra.items() if value is not None},
    }
