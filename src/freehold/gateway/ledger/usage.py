"""Reads what a provider says that a request consumed, from a whole answer or event by event.

Understands OpenAI's chat completions, completions, embeddings, responses, speech and transcriptions, Anthropic's
messages, the rerank answers of Cohere and Jina, and what engines and vendors add to these; `tests/fixtures/usage` holds
one example each, with its source. A provider may err or lie: what is impossible is passed over, a part is cut down to
its whole, and nothing raises. Knows no prices, and estimates nothing: where there are no numbers, the answer is None.
"""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from freehold.contracts.usage import Usage

MOST = 10**9  # more tokens or seconds than any request can have
NOTHING: Mapping[str, Any] = {}
NO_USAGE_YET = b'"usage":null}'  # as the last key, on every event but the last
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Inner(msgspec.Struct):
    usage: Any = None


class _Body(msgspec.Struct):
    """The keys that may lead to numbers; the decoder skips all others without building them."""

    usage: Any = None
    x_groq: Any = None
    timings: Any = None
    meta: Any = None
    message: _Inner | str | None = None  # Anthropic's message_start
    response: _Inner | str | None = None  # OpenAI's response.completed


_DECODER = msgspec.json.Decoder(_Body)


def read_whole(endpoint: str, body: bytes) -> Usage | None:
    """The usage that a whole answer carries; None where there is none to be believed."""
    try:
        answer = _DECODER.decode(body)
    except UNREADABLE:
        return None
    reported = _reported(answer)
    return (_read_messages if endpoint == "messages" else _read_openai)(reported) if reported else None


class UsageReader:
    """Reads one streamed answer; hand it the data of each server-sent event, in order.

    Usage may stand on any event, also beside choices, and again on each: it is cumulative, so that the last that can
    be believed holds. Anthropic reports input at the start and output at the end: there the largest of each holds, and
    until the end has come the usage is not `complete`.
    """

    __slots__ = ("_is_messages", "_seen", "complete", "usage")

    def __init__(self, endpoint: str) -> None:
        self.usage: Usage | None = None
        self.complete = False
        self._is_messages = endpoint == "messages"
        self._seen: dict[str, Any] = {}

    def feed(self, event_data: bytes) -> None:
        """Take note of one event. Most carry no usage and are passed over undecoded."""
        first = event_data.find(b'"usage"')
        has_usage = first >= 0 and event_data[first:] != NO_USAGE_YET
        if not has_usage and event_data.find(b'"timings"') < 0:
            return
        try:
            event = _DECODER.decode(event_data)
        except UNREADABLE:
            return
        if reported := _reported(event):
            self.usage = self._read(reported) or self.usage
            self.complete = self.usage is not None and not (self._is_messages and b'"message_start"' in event_data)

    def _read(self, reported: Mapping[str, Any]) -> Usage | None:
        if not self._is_messages:
            return _read_openai(reported)
        for name, value in reported.items():
            if isinstance(value, Mapping) or _count(value) >= _count(self._seen.get(name)):
                self._seen[name] = value
        return _read_messages(self._seen)


def _reported(body: _Body) -> Mapping[str, Any]:
    """The object with the numbers, wherever it stands, in the names of OpenAI or of Anthropic."""
    inner = body.message if isinstance(body.message, _Inner) else body.response
    for usage in (body.usage, inner.usage if isinstance(inner, _Inner) else None, _mapping(body.x_groq).get("usage")):
        if found := _mapping(usage):
            return found
    if timings := _mapping(body.timings):
        return _from_llama_cpp(timings)
    meta = _mapping(body.meta)
    return {**_mapping(meta.get("tokens")), **_mapping(meta.get("billed_units"))}


def _read_openai(usage: Mapping[str, Any]) -> Usage | None:
    """Cached tokens are among the input here, and reasoning among the output.

    Where the total exceeds the sum of both, the rest is reasoning that the vendor left out of the output but bills as
    output: xAI and Gemini's OpenAI endpoint count so.
    """
    input_tokens = _whole(usage, "prompt_tokens", "input_tokens")
    output_tokens = _whole(usage, "completion_tokens", "output_tokens")
    total = _whole(usage, "total_tokens")
    if input_tokens is None or output_tokens is None or total is None:
        return None
    if "prompt_tokens" not in usage and "input_tokens" not in usage:
        input_tokens = max(total - output_tokens, 0)
    reading = _mapping(usage.get("prompt_tokens_details") or usage.get("input_tokens_details"))
    writing = _mapping(usage.get("completion_tokens_details") or usage.get("output_tokens_details"))
    own = _mapping(usage.get("freehold"))  # what our own workers count besides
    return _within(
        Usage(
            input_tokens=input_tokens,
            cached_tokens=_count(
                reading.get("cached_tokens") or usage.get("prompt_cache_hit_tokens") or usage.get("cached_tokens")
            ),
            cache_write_tokens=_count(reading.get("cache_write_tokens")),
            output_tokens=max(output_tokens, total - input_tokens),
            reasoning_tokens=_count(writing.get("reasoning_tokens") or usage.get("reasoning_tokens")),
            audio_seconds=_seconds(
                usage.get("seconds") or usage.get("prompt_audio_seconds") or own.get("audio_seconds")
            ),
            characters=_whole(own, "characters") or 0,
            machine_seconds=_seconds(own.get("machine_seconds")),
        )
    )


def _read_messages(usage: Mapping[str, Any]) -> Usage | None:
    """Anthropic counts cached and written tokens beside `input_tokens`; here they are among the input."""
    fresh = _whole(usage, "input_tokens")
    output_tokens = _whole(usage, "output_tokens")
    if fresh is None or output_tokens is None:
        return None
    cached = _count(usage.get("cache_read_input_tokens"))
    written = _count(usage.get("cache_creation_input_tokens"))
    return _within(
        Usage(
            input_tokens=fresh + cached + written,
            cached_tokens=cached,
            cache_write_tokens=written,
            output_tokens=output_tokens,
            reasoning_tokens=_count(_mapping(usage.get("output_tokens_details")).get("thinking_tokens")),
            machine_seconds=_seconds(_mapping(usage.get("freehold")).get("machine_seconds")),
        )
    )


def _from_llama_cpp(timings: Mapping[str, Any]) -> Mapping[str, Any]:
    """llama.cpp's `timings` in OpenAI's names: its `prompt_n` leaves out what the cache held."""
    cached = _count(timings.get("cache_n"))
    return {
        "prompt_tokens": _count(timings.get("prompt_n")) + cached,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens": timings.get("predicted_n"),
    }


def _within(told: Usage) -> Usage | None:
    """Parts within their wholes. None for a request that read nothing, or more than can be."""
    if told.input_tokens > MOST or not (told.input_tokens or told.audio_seconds or told.characters):
        return None
    cached = min(told.cached_tokens, told.input_tokens)
    return msgspec.structs.replace(
        told,
        cached_tokens=cached,
        cache_write_tokens=min(told.cache_write_tokens, told.input_tokens - cached),
        reasoning_tokens=min(told.reasoning_tokens, told.output_tokens),
    )


def _whole(usage: Mapping[str, Any], *names: str) -> int | None:
    """The first of these counts that is given, 0 where none is; None for one that cannot be."""
    for name in names:
        value = usage.get(name)
        if value is not None:
            if isinstance(value, float) and value.is_integer():
                value = int(value)  # some servers write 12.0
            return value if type(value) is int and 0 <= value <= MOST else None
    return 0


def _count(value: Any) -> int:
    """A part's count; what is no count is none, and what is too large is cut down to its whole later."""
    return max(value, 0) if type(value) is int else 0


def _seconds(value: Any) -> float:
    return float(value) if type(value) in (int, float) and 0 <= value <= MOST else 0.0


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else NOTHING
