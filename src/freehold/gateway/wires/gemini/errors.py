"""Google's errors as OpenAI's.

Source: https://ai.google.dev/gemini-api/docs/troubleshooting and google/rpc/error_details.proto (ErrorInfo, RetryInfo).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.gateway.wires.gemini.answers import ErrorBody

KINDS: Mapping[int, tuple[str, str]] = {
    404: ("invalid_request_error", "model_not_found"),
    413: ("invalid_request_error", "request_too_large"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}

# How Google says that a prompt is too long; it has no code for it.
TOO_LONG = "exceeds the maximum number of tokens"


class _Failure(msgspec.Struct, frozen=True):
    error: ErrorBody = ErrorBody()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error in OpenAI's shape, and the seconds after which Google invites another try."""

    body: bytes
    retry_after_seconds: int | None


def refusal(status: int, body: bytes) -> Refusal:
    """OpenAI's error for Google's. Raises `ProviderFailed` for what only an administrator can mend.

    A wrong API key comes as 400, not 401; so does an account that may not use the API where it is.
    """
    error = _error(body)
    reasons = {str(detail.get("reason", "")) for detail in error.details}
    if status in (401, 403) or "API_KEY_INVALID" in reasons or error.status == "FAILED_PRECONDITION":
        raise ProviderFailed(
            f"The provider refused the gateway's credentials ({status} {error.status}).",
            hint="An administrator must correct its api_key.",
        )
    kind, code = _kind(status, error)
    message = error.message or f"Gemini answered with status {status}."
    answer = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return Refusal(body=msgspec.json.encode(answer), retry_after_seconds=_retry_after(error.details))


def _error(body: bytes) -> ErrorBody:
    # A stream that fails at once answers with a list of one error. A proxy on the way may answer without JSON.
    try:
        listed = body if body.lstrip().startswith(b"[") else b"[" + body + b"]"
        failures = msgspec.json.decode(listed, type=list[_Failure])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ErrorBody()
    return failures[0].error if failures else ErrorBody()


def _kind(status: int, error: ErrorBody) -> tuple[str, str]:
    if TOO_LONG in error.message:
        return "invalid_request_error", "context_length_exceeded"
    if status >= 500:
        return "server_error", error.status.lower() or "provider_failed"
    return KINDS.get(status, ("invalid_request_error", "invalid_request"))


def _retry_after(details: list[dict[str, Any]]) -> int | None:
    """Seconds, rounded up, of a RetryInfo: a protobuf Duration such as "34.07s"."""
    for detail in details:
        delay = detail.get("retryDelay")
        if isinstance(delay, str) and delay.removesuffix("s").replace(".", "", 1).isdecimal():
            return math.ceil(float(delay.removesuffix("s")))
    return None
