"""What the gateway reads of a request's body, and how it changes one. Every other byte is the provider's business."""

from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.contracts.wire import Call

MAX_CHOICES = 1024


class _Body(msgspec.Struct):
    """Of any type, for a body's mistakes are the provider's to refuse."""

    max_tokens: Any = None
    max_completion_tokens: Any = None
    max_output_tokens: Any = None
    n: Any = None
    best_of: Any = None
    stream_options: Any = None
    prompt_cache_key: Any = None
    user: Any = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The body's part in limits and routing."""

    max_output_tokens: int | None  # per choice, as the client said
    choices: int
    has_stream_options: bool
    includes_usage: bool  # whether the client asked for usage in its stream
    conversation: str


_DECODER = msgspec.json.Decoder(_Body)
_NOTHING = Facts(max_output_tokens=None, choices=1, has_stream_options=False, includes_usage=False, conversation="")


def read_facts(call: Call) -> Facts:
    """The facts of a call. Never raises: what is no JSON object has none."""
    if call.media_type != "application/json":
        return _NOTHING
    try:
        body = _DECODER.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _NOTHING
    limits = (body.max_completion_tokens, body.max_tokens, body.max_output_tokens)
    given = [count for one in limits if one is not None and (count := _count(one)) is not None]
    options: Any = body.stream_options
    asked = isinstance(options, dict) and options.get("include_usage") is True  # pyright: ignore[reportUnknownMemberType]
    names = (call.conversation, body.prompt_cache_key, body.user)
    return Facts(
        max_output_tokens=max(given) if given else None,
        choices=_choices(body) if body.n is not None or body.best_of is not None else 1,
        has_stream_options=options is not None,
        includes_usage=asked,
        conversation=next((name for name in names if isinstance(name, str) and name), ""),
    )


def _choices(body: _Body) -> int:
    return min(MAX_CHOICES, max(_count(body.n) or 1, _count(body.best_of) or 1))


def _count(value: Any) -> int | None:
    """A whole number that is not negative, else None."""
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value and value >= 0
    return int(min(value, 10**9)) if whole else None


def edited(body: bytes, changes: Mapping[str, Any]) -> bytes:
    """The body with these top-level keys set; the bytes of all other values are kept."""
    if not changes:
        return body
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return msgspec.json.encode(
        fields | {key: msgspec.Raw(msgspec.json.encode(value)) for key, value in changes.items()}
    )


def appended(body: bytes, key: str, value: bytes) -> bytes:
    """The body with a top-level key that it does not have; cheaper than `edited`."""
    end = body.rfind(b"}")
    separator = b"" if body[:end].rstrip().endswith(b"{") else b","
    return body[:end] + separator + b'"' + key.encode() + b'":' + value + body[end:]
