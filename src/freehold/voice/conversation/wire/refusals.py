"""A server's error as the error that it was: status, type, code, parameter and message are kept."""

from collections.abc import Mapping

import msgspec

from freehold.contracts.errors import (
    BudgetExceeded,
    Cancelled,
    ContextLengthExceeded,
    Forbidden,
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    NotFound,
    ProviderFailed,
    ProviderTimeout,
    RateLimited,
    RequestTooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedParameter,
)

# By code first, else the first one of a status.
KINDS: tuple[type[FreeholdError], ...] = (
    InvalidRequest,
    ContextLengthExceeded,
    UnsupportedParameter,
    Unauthorized,
    Forbidden,
    NotFound,
    ModelNotFound,
    RequestTooLarge,
    RateLimited,
    BudgetExceeded,
    Cancelled,
    FreeholdError,
    ProviderFailed,
    Unavailable,
    ProviderTimeout,
)
MAX_SAID_CHARACTERS = 2000


class Said(msgspec.Struct):
    """OpenAI's error object; some servers write numbers as codes."""

    message: str = ""
    type: str | None = None
    param: str | None = None
    code: str | int | None = None


class _Body(msgspec.Struct):
    error: Said | str | None = None


def refusal(status: int, body: bytes, headers: Mapping[str, str]) -> FreeholdError:
    """The error in an answer that is one, whatever its body. `headers` have lower-case names."""
    try:
        said = msgspec.json.decode(body, type=_Body).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = None
    error = failure(said or f"The server answers {status}.", status)
    retry_after = headers.get("retry-after", "")
    if isinstance(error, RateLimited) and retry_after.isascii() and retry_after.isdigit():
        error.retry_after_seconds = int(retry_after)
    if "x-should-retry" in headers:
        error.retryable = headers["x-should-retry"] == "true"
    return error


def failure(said: Said | str, status: int | None = None) -> FreeholdError:
    """What an error object says; one in the middle of a stream has no status of its own."""
    if isinstance(said, str):
        said = Said(message=said)
    code = None if said.code is None else str(said.code)
    known = [kind for kind in KINDS if kind.code == code or kind.status == status]
    by_code = [kind for kind in known if kind.code == code and status in (None, kind.status)]
    kind = (by_code or known or [InvalidRequest if status is not None and status < 500 else ProviderFailed])[0]
    error = kind((said.message or "The provider failed.")[:MAX_SAID_CHARACTERS], param=said.param)
    error.status = kind.status if status is None else status
    error.type, error.code = said.type or kind.type, code or kind.code
    return error
