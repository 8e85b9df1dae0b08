"""OpenAI's chat request as the body of Gemini's `generateContent`.

A parameter that Gemini cannot honour is refused by name, never dropped. Those in `HINTS` change no answer.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.gemini.contents import contents, media_resolution
from freehold.gateway.wires.gemini.messages import read_messages
from freehold.gateway.wires.gemini.thinking import generation, thinking_config
from freehold.gateway.wires.gemini.tools import tools

RENAMED: Mapping[str, str] = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "n": "candidateCount",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
}

# Read by other functions here, or by the gateway itself.
ELSEWHERE = frozenset({"model", "messages", "stream", "stream_options", "tools", "tool_choice"})

HINTS = frozenset({"user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "metadata"})

# What these values ask for is what Gemini does anyway; any other is refused.
FIXED: Mapping[str, tuple[Any, ...]] = {
    "parallel_tool_calls": (True,),
    "store": (False,),
    "modalities": (["text"],),
    "service_tier": ("auto", "default"),
    "logit_bias": ({},),
    "verbosity": ("medium",),
}


def decode_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a request, without its nulls. Raises `InvalidRequest`."""
    try:
        found = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidRequest(f"The request body is not a JSON object: {error}.") from error
    return {name: value for name, value in found.items() if value is not None}


def generate_content(body: bytes, model: str) -> bytes:
    """The body of `generateContent` for a chat request. Raises `InvalidRequest` or `UnsupportedParameter`."""
    request = decode_object(body)
    config = _generation_config(request, model)
    messages = read_messages(request.get("messages"))
    system, turns = contents(messages, signed=generation(model) >= (3, 0))
    if resolution := media_resolution(messages):
        config["mediaResolution"] = resolution
    translated: dict[str, Any] = {"contents": turns, **tools(request.get("tools"), request.get("tool_choice"))}
    if system:
        translated["systemInstruction"] = {"parts": system}
    if config:
        translated["generationConfig"] = config
    return msgspec.json.encode(translated)


def _generation_config(request: Mapping[str, Any], model: str) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name, value in request.items():
        if name in RENAMED:
            config[RENAMED[name]] = value
        elif name in TRANSLATED:
            config |= TRANSLATED[name](value, model)
        elif name in FIXED:
            _expect(name, value)
        elif name not in ELSEWHERE and name not in HINTS:
            raise UnsupportedParameter(f"Gemini has no parameter '{name}'.", param=name, hint=f"Leave {name} out.")
    return config


def _expect(name: str, value: Any) -> None:
    if value not in FIXED[name]:
        accepted = " or ".join(msgspec.json.encode(known).decode() for known in FIXED[name])
        raise UnsupportedParameter(f"Gemini cannot honour this {name}.", param=name, hint=f"Send {accepted}, or none.")


def _stop(value: Any, _model: str) -> dict[str, Any]:
    return {"stopSequences": [value] if isinstance(value, str) else value}


def _response_format(value: Any, _model: str) -> dict[str, Any]:
    match value:
        case {"type": "text"}:
            return {}
        case {"type": "json_object"}:
            return {"responseMimeType": "application/json"}
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            return {"responseMimeType": "application/json", "responseJsonSchema": schema}
        case _:
            raise UnsupportedParameter("Gemini answers as text, json_object or json_schema.", param="response_format")


def _reasoning_effort(value: Any, model: str) -> dict[str, Any]:
    return {"thinkingConfig": thinking_config(value, model)}


TRANSLATED: Mapping[str, Callable[[Any, str], dict[str, Any]]] = {
    "stop": _stop,
    "response_format": _response_format,
    "reasoning_effort": _reasoning_effort,
}
