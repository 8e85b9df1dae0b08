"""Vendors' errors in OpenAI's shape."""

from collections.abc import Mapping

import msgspec

from freehold.contracts.errors import ProviderFailed

# An account without money, and a key that is wrong, are nothing a caller can mend.
REFUSED = frozenset({401, 402, 403})

KINDS: Mapping[int, tuple[str, str]] = {
    404: ("invalid_request_error", "model_not_found"),
    413: ("invalid_request_error", "request_too_large"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


class VendorError(msgspec.Struct, frozen=True, kw_only=True):
    """What a vendor said: for people, and its own code for programs."""

    message: str
    code: str = ""


def openai_error(status: int, found: VendorError) -> bytes:
    """The body for a caller. Raises `ProviderFailed` where the vendor refuses the gateway itself."""
    if status in REFUSED:
        words = ", ".join(filter(None, (str(status), found.code)))
        raise ProviderFailed(
            f"The provider refused the gateway's credentials ({words}).",
            hint="An administrator must correct its api_key, or pay the account.",
        )
    otherwise = ("server_error", "provider_failed") if status >= 500 else ("invalid_request_error", "invalid_request")
    kind, code = KINDS.get(status, otherwise)
    message = found.message or f"The provider answered with status {status}."
    return msgspec.json.encode({"error": {"message": message, "type": kind, "param": None, "code": code}})
