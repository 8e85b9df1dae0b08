"""What the realtime protocol refuses, in OpenAI's words for programs: a code, and the field at fault as `param`."""

import re
from typing import Any, TypeVar

import msgspec

from freehold.contracts.errors import InvalidRequest

T = TypeVar("T")

_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_MISSING = re.compile(r"missing required field `(.*?)`")
_PLACE = re.compile(r" - at `\$(.*?)`$")


class Refusal(InvalidRequest):
    """An event or a part of it that is refused. `event_id` is the client's, where it could be read."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "invalid_value",
        param: str | None = None,
        hint: str = "",
        event_id: str | None = None,
    ) -> None:
        super().__init__(message, param=param, hint=hint)
        self.code = code
        self.event_id = event_id


def read(given: Any, shape: type[T], root: str) -> T:
    """Plain values as a msgspec shape. Raises `Refusal`; `root` is the path of what is given."""
    try:
        return msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise refusal_of(error, root) from error
    except RecursionError as error:
        raise Refusal(f"{root or 'The event'} is nested too deeply.", param=root or None) from error


def refusal_of(error: msgspec.ValidationError, root: str) -> Refusal:
    """What msgspec found, as OpenAI tells it."""
    text = str(error)
    place = _PLACE.search(text)
    path = (root + (place.group(1) if place else "")).lstrip(".")
    said = _PLACE.sub("", text)
    if unknown := _UNKNOWN.search(text):
        param = f"{path}.{unknown.group(1)}".lstrip(".")
        return Refusal(f"Unknown parameter: '{param[:200]}'.", code="unknown_parameter", param=param[:200])
    if missing := _MISSING.search(text):
        param = f"{path}.{missing.group(1)}".lstrip(".")
        return Refusal(f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param)
    code = "invalid_type" if ", got " in said else "invalid_value"
    return Refusal(f"Invalid '{path}': {said[:200]}.", code=code, param=path or None)
