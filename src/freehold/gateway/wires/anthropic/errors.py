"""Errors of both wires.

Source: platform.claude.com/docs/en/api/errors; `anthropic.types.shared.ErrorResponse` of the Python package 2.14.0.
"""

from collections.abc import Mapping

import msgspec

from freehold.gateway.wires.anthropic.bodies import Json

TYPES: Mapping[int, str] = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}

# Anthropic's type → OpenAI's type and our code.
CHAT_TYPES: Mapping[str, tuple[str, str]] = {
    "invalid_request_error": ("invalid_request_error", "invalid_request"),
    "not_found_error": ("invalid_request_error", "not_found"),
    "request_too_large": ("invalid_request_error", "request_too_large"),
    "rate_limit_error": ("rate_limit_error", "rate_limit_exceeded"),
    "overloaded_error": ("server_error", "unavailable"),
    "timeout_error": ("server_error", "provider_timeout"),
}

TOO_LONG = ("prompt is too long", "exceed context limit")
OVERLOADED = 529  # known to Anthropic alone


class Details(msgspec.Struct):
    """What Anthropic adds to some errors."""

    error_code: str | None = None


class Found(msgspec.Struct):
    """An error of either wire."""

    message: str | None = None
    type: str | None = None
    details: Details | None = None


class Body(msgspec.Struct):
    """What carries it, as an answer or as an event."""

    error: Found


def error_type(status: int) -> str:
    """Anthropic's type of an HTTP status."""
    return TYPES.get(status, "invalid_request_error" if 400 <= status < 499 else "api_error")


def messages_error(status: int, message: str, request_id: str | None = None) -> Json:
    """An error as Anthropic writes it."""
    return {"type": "error", "error": {"type": error_type(status), "message": message}, "request_id": request_id}


def messages_error_from_chat(content: bytes, status: int, request_id: str | None = None) -> Json:
    """An OpenAI error as Anthropic writes it; one in a shape of its own becomes a sentence."""
    return messages_error(status, _read(content, status).message or _unexplained(status), request_id)


def chat_error(content: bytes, status: int) -> Json:
    """An Anthropic error as OpenAI writes it, be it a body or an `error` event of a stream."""
    found = _read(content, status)
    message = found.message or _unexplained(status)
    kind, code = CHAT_TYPES.get(found.type or error_type(status), ("server_error", "provider_failed"))
    if any(phrase in message for phrase in TOO_LONG):
        code = "context_length_exceeded"
    if is_spent(content):
        kind = code = "insufficient_quota"
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def chat_status(status: int) -> int:
    """The status for clients of OpenAI's."""
    return 503 if status == OVERLOADED else status


def is_spent(content: bytes) -> bool:
    """Whether the vendor's spend limit is reached: a 429 where waiting does not help."""
    details = _read(content, 0).details
    return details is not None and (details.error_code or "").endswith("spend_limit_reached")


def _read(content: bytes, status: int) -> Found:
    try:
        return msgspec.json.decode(content, type=Body).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Found(type=error_type(status))


def _unexplained(status: int) -> str:
    return f"The provider answered {status} without saying why."
