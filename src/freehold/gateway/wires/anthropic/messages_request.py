"""A Messages request from a chat request.

- `max_tokens`, which Anthropic requires, is `DEFAULT_MAX_TOKENS` where the caller sets no limit.
- `temperature` and `top_p` of 1, the default of both vendors, are left out: Claude 4.7 and later refuse any.
  A temperature over 1 is refused, not lowered.
- `response_format` json_schema is `output_config.format`; json_object has no counterpart and is refused.
- A parameter without a counterpart is refused, unless its value asks for nothing. Labels and hints (`LABELS`), which
  change no answer, stay here.
- Every other top-level key goes to Anthropic as it is (`top_k`, `thinking`, `cache_control` …), which refuses what it
  does not know. So a parameter that Anthropic adds needs no new Freehold.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.anthropic.bodies import Json, decode_request
from freehold.gateway.wires.anthropic.effort import thinking_fields
from freehold.gateway.wires.anthropic.messages_content import ChatMessage, conversation
from freehold.gateway.wires.anthropic.messages_tools import Tool, ToolChoice, tool_fields

DEFAULT_MAX_TOKENS = 16_384  # every Claude since 3.7 can write as much

# OpenAI's parameters that Anthropic cannot honour, and the values that ask for nothing.
WITHOUT_COUNTERPART: Mapping[str, tuple[Any, ...]] = {
    "n": (1,),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "logit_bias": ({},),
    "frequency_penalty": (0,),
    "presence_penalty": (0,),
    "seed": (),
    "store": (False,),
    "modalities": (["text"],),
    "audio": (),
    "prediction": (),
    "functions": ([],),
    "function_call": (),
    "web_search_options": (),
    "verbosity": ("medium",),
    "moderation": (),
}
LABELS = frozenset({"metadata", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "stream_options"})
SERVICE_TIERS: Mapping[str, str] = {"auto": "auto", "default": "standard_only", "standard_only": "standard_only"}


class JsonSchema(msgspec.Struct):
    """What an answer must match."""

    schema: Json | None = None


class ResponseFormat(msgspec.Struct):
    """The form of an answer."""

    type: str
    json_schema: JsonSchema | None = None


class ChatRequest(msgspec.Struct):
    """What is read of a chat request."""

    model: str
    messages: list[ChatMessage]
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    temperature: float | None = None
    top_p: float | None = None
    stream: bool | None = None
    user: str | None = None
    safety_identifier: str | None = None
    reasoning_effort: str | None = None
    response_format: ResponseFormat | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice = None
    parallel_tool_calls: bool | None = None
    service_tier: str | None = None
    thinking: Json | None = None
    output_config: Json | None = None

    @property
    def limit(self) -> int:
        """The most tokens to write; the newer name wins."""
        asked = (self.max_completion_tokens, self.max_tokens)
        return next((limit for limit in asked if limit is not None), DEFAULT_MAX_TOKENS)


def messages_request(body: bytes) -> bytes:
    """The request for Anthropic. Raises `InvalidRequest` or `UnsupportedParameter`."""
    request = decode_request(body, ChatRequest)
    given = decode_request(body, dict[str, msgspec.Raw])
    _refuse_without_counterpart(given)
    known = {*ChatRequest.__struct_fields__, *WITHOUT_COUNTERPART, *LABELS}
    system, turns = conversation(request.messages)
    thinking = thinking_fields(request.reasoning_effort, request.model, request.limit)
    identifier = request.safety_identifier or request.user
    fields: Json = {
        "model": request.model,
        "max_tokens": request.limit,
        "system": system or None,
        "messages": turns,
        "stop_sequences": [request.stop] if isinstance(request.stop, str) else request.stop or None,
        "temperature": _temperature(request.temperature),
        "top_p": None if request.top_p == 1 else request.top_p,
        "stream": request.stream,
        "metadata": {"user_id": identifier} if identifier else None,
        "service_tier": _service_tier(request.service_tier),
        "thinking": request.thinking or thinking.get("thinking"),
        "output_config": _output_config(request, thinking.get("effort")),
        **tool_fields(request.tools or [], request.tool_choice, request.parallel_tool_calls),
        **{name: value for name, value in given.items() if name not in known},
    }
    return msgspec.json.encode({name: value for name, value in fields.items() if value is not None})


def _refuse_without_counterpart(given: Mapping[str, msgspec.Raw]) -> None:
    for name, harmless in WITHOUT_COUNTERPART.items():
        value: Any = msgspec.json.decode(given[name]) if name in given else None
        if value is not None and value not in harmless:
            raise UnsupportedParameter(f"Anthropic cannot honour '{name}'.", param=name, hint="Leave it out.")


def _temperature(temperature: float | None) -> float | None:
    if temperature is not None and not 0 <= temperature <= 1:
        hint = "Scale it to that range."
        raise UnsupportedParameter("Anthropic's temperature is from 0 to 1.", param="temperature", hint=hint)
    return None if temperature == 1 else temperature


def _service_tier(tier: str | None) -> str | None:
    if tier is not None and tier not in SERVICE_TIERS:
        hint = f"Use {' or '.join(SERVICE_TIERS)}."
        raise UnsupportedParameter(f"Anthropic has no service tier '{tier}'.", param="service_tier", hint=hint)
    return None if tier is None else SERVICE_TIERS[tier]


def _output_config(request: ChatRequest, effort: str | None) -> Json | None:
    """The caller's own `output_config`, with the effort and the form that were asked for in OpenAI's words."""
    found = dict(request.output_config or {})
    if effort is not None:
        found["effort"] = effort
    if request.response_format is not None and request.response_format.type != "text":
        found["format"] = _format(request.response_format)
    return found or None


def _format(asked: ResponseFormat) -> Json:
    if asked.type == "json_schema" and asked.json_schema is not None and asked.json_schema.schema is not None:
        return {"type": "json_schema", "schema": asked.json_schema.schema}
    if asked.type == "json_schema":
        raise InvalidRequest("A json_schema format has a 'schema'.", param="response_format.json_schema")
    raise UnsupportedParameter(
        f"Anthropic has no response format '{asked.type}'.", param="response_format", hint="Send a json_schema."
    )
