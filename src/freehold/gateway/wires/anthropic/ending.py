"""How an answer ends, on both wires: why, and after how many tokens. A cached token is counted once on each.

Anthropic counts beside each other what OpenAI counts within `prompt_tokens`: the whole prompt is `input_tokens` +
`cache_read_input_tokens` + `cache_creation_input_tokens`. In a stream its counts are cumulative, never to be added.
"""

from collections.abc import Mapping

import msgspec

from freehold.contracts.usage import Usage
from freehold.gateway.wires.anthropic.bodies import Json

# A paused turn of Anthropic's own tools has no counterpart; what came so far is an answer that may be continued.
FINISH_REASONS: Mapping[str, str] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}

STOP_REASONS: Mapping[str, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


def finish_reason(stop_reason: str | None) -> str:
    """OpenAI's word; one that Anthropic may add later is an ordinary end."""
    return FINISH_REASONS.get(stop_reason or "", "stop")


def stop_reason(finish_reason: str | None, stopped_by: str | int | None) -> tuple[str, str | None]:
    """Anthropic's word, and the stop sequence where the server names it.

    vLLM puts the matched text, or the id of the token that ended the answer, beside `finish_reason` as `stop_reason`.
    """
    if finish_reason == "stop" and isinstance(stopped_by, str) and stopped_by:
        return "stop_sequence", stopped_by
    return STOP_REASONS.get(finish_reason or "", "end_turn"), None


class OutputDetails(msgspec.Struct):
    """What the output tokens were spent on."""

    thinking_tokens: int = 0


class MessagesUsage(msgspec.Struct):
    """`usage` as Anthropic writes it; a `message_delta` may leave out all but `output_tokens`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None


class PromptDetails(msgspec.Struct):
    """What the prompt's tokens were."""

    cached_tokens: int | None = None
    cache_write_tokens: int | None = None


class CompletionDetails(msgspec.Struct):
    """What the completion's tokens were."""

    reasoning_tokens: int | None = None


class ChatUsage(msgspec.Struct):
    """`usage` as OpenAI writes it."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


def updated(usage: Usage, found: MessagesUsage) -> Usage:
    """The counts so far, with those that Anthropic names now in their place."""
    fresh, read, written = found.input_tokens, found.cache_read_input_tokens, found.cache_creation_input_tokens
    read = usage.cached_tokens if read is None else read
    written = usage.cache_write_tokens if written is None else written
    if fresh is None:
        fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    details = found.output_tokens_details
    return Usage(
        input_tokens=fresh + read + written,
        cached_tokens=read,
        cache_write_tokens=written,
        output_tokens=usage.output_tokens if found.output_tokens is None else found.output_tokens,
        reasoning_tokens=usage.reasoning_tokens if details is None else details.thinking_tokens,
    )


def from_chat(found: ChatUsage) -> Usage:
    """The counts that OpenAI names."""
    prompt = found.prompt_tokens_details or PromptDetails()
    completion = found.completion_tokens_details or CompletionDetails()
    return Usage(
        input_tokens=found.prompt_tokens,
        cached_tokens=prompt.cached_tokens or 0,
        cache_write_tokens=prompt.cache_write_tokens or 0,
        output_tokens=found.completion_tokens,
        reasoning_tokens=completion.reasoning_tokens or 0,
    )


def chat_usage(usage: Usage) -> Json:
    """The counts as OpenAI writes them."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {
            "cached_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
        },
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def messages_usage(usage: Usage) -> Json:
    """The counts as Anthropic writes them."""
    return {
        "input_tokens": max(0, usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens),
        "cache_read_input_tokens": usage.cached_tokens,
        "cache_creation_input_tokens": usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"thinking_tokens": usage.reasoning_tokens},
    }
