"""JSON read with the right blame: a caller's mistake is `InvalidRequest`, a provider's is `ProviderFailed`."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias, TypeVar

import msgspec

from freehold.contracts.errors import InvalidRequest, ProviderFailed
from freehold.gateway.events import Events, data_of, whole_events

T = TypeVar("T")
Json: TypeAlias = dict[str, Any]

MAX_ANSWER_BYTES = 64 * 2**20
MAX_EVENT_BYTES = 16 * 2**20


def decode_request(body: bytes, schema: type[T]) -> T:
    """What a caller sent. Raises `InvalidRequest` with the place of the mistake."""
    try:
        return msgspec.json.decode(body, type=schema)
    except msgspec.ValidationError as error:
        _, _, path = str(error).partition(" - at `$")
        raise InvalidRequest(f"The request is not valid: {error}.", param=path.strip(".`") or None) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"The request body is not valid JSON: {error}.") from error
    except RecursionError as error:
        raise InvalidRequest("The request body is nested too deeply.") from error


def decode_answer(body: bytes, schema: type[T]) -> T:
    """What a provider sent. Raises `ProviderFailed`."""
    try:
        return msgspec.json.decode(body, type=schema)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderFailed(f"The provider's answer cannot be read: {error}.") from error


def named_event(event: Json) -> bytes:
    """A server-sent event under the name that its `type` gives, as Anthropic writes them."""
    return b"event: " + str(event["type"]).encode() + b"\ndata: " + msgspec.json.encode(event) + b"\n\n"


async def event_data(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The data of each server-sent event, in whatever pieces it comes. Raises `ProviderFailed` for an endless one."""
    async for piece in Events(body, MAX_EVENT_BYTES):
        for event in whole_events(piece):
            if data := data_of(event):
                yield data
