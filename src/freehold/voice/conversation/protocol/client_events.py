"""The eleven events that a client of OpenAI's Realtime API sends, read and checked; no audio is decoded.

Source: openai 3.52.0, `types/realtime/realtime_client_event_param.py`. Unknown types and fields are refused, as are
events that are too long or nested too deeply.
"""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta

from freehold.contracts.errors import InvalidRequest
from freehold.voice.conversation.protocol.items import Item
from freehold.voice.conversation.protocol.refusals import Refusal, refusal_of
from freehold.voice.conversation.protocol.response_wish import ResponseWish

MAX_AUDIO = 20 * 1024 * 1024  # characters of base64: 15 MiB
MAX_EVENT = MAX_AUDIO + 1024 * 1024  # characters or bytes
MAX_EVENT_ID = 512
MAX_DEPTH = 64
MAX_VALUES = 100_000

EventId = Annotated[str, Meta(max_length=MAX_EVENT_ID)]
ItemId = Annotated[str, Meta(min_length=1, max_length=128)]
Count = Annotated[int, Meta(ge=0, le=2**31)]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    """Any event. `event_id` is the client's own."""

    event_id: EventId | None = None


class SessionUpdate(Event, frozen=True, kw_only=True, tag="session.update"):
    """Change the session's settings: `Config.updated` reads `session`."""

    session: dict[str, Any]


class AudioAppend(Event, frozen=True, kw_only=True, tag="input_audio_buffer.append"):
    """More sound, in base64."""

    audio: Annotated[str, Meta(max_length=MAX_AUDIO)]

    def sound(self) -> bytes:
        """The sound in the session's format. Raises `Refusal` for what is not base64."""
        try:
            return binascii.a2b_base64(self.audio, strict_mode=True)
        except (binascii.Error, ValueError) as error:
            raise Refusal("The audio is not valid base64.", param="audio", event_id=self.event_id) from error


class AudioCommit(Event, frozen=True, kw_only=True, tag="input_audio_buffer.commit"):
    """What was appended is what the user said."""


class AudioClear(Event, frozen=True, kw_only=True, tag="input_audio_buffer.clear"):
    """Forget what was appended."""


class ItemRetrieve(Event, frozen=True, kw_only=True, tag="conversation.item.retrieve"):
    """Send an item."""

    item_id: ItemId


class ItemDelete(Event, frozen=True, kw_only=True, tag="conversation.item.delete"):
    """Take an item out of the conversation."""

    item_id: ItemId


class ItemTruncate(Event, frozen=True, kw_only=True, tag="conversation.item.truncate"):
    """The user heard so much of an assistant's item."""

    item_id: ItemId
    content_index: Count
    audio_end_ms: Count


class ResponseCancel(Event, frozen=True, kw_only=True, tag="response.cancel"):
    """Stop answering."""

    response_id: ItemId | None = None


class OutputClear(Event, frozen=True, kw_only=True, tag="output_audio_buffer.clear"):
    """Stop playing, where the server plays."""


class _RawItemCreate(Event, frozen=True, kw_only=True, tag="conversation.item.create"):
    item: dict[str, Any]
    previous_item_id: ItemId | None = None


class _RawResponseCreate(Event, frozen=True, kw_only=True, tag="response.create"):
    response: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCreate:
    """Put an item into the conversation. Its id is empty where the client gives none."""

    item: Item
    previous_item_id: str | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCreate:
    """Answer."""

    response: ResponseWish
    event_id: str | None = None


_Plain = (
    SessionUpdate
    | AudioAppend
    | AudioCommit
    | AudioClear
    | ItemRetrieve
    | ItemDelete
    | ItemTruncate
    | ResponseCancel
    | OutputClear
)
ClientEvent = _Plain | ItemCreate | ResponseCreate


class _Head(msgspec.Struct):
    """What can be told of an event that is broken elsewhere."""

    type: Any = None
    event_id: Any = None


_EVENTS = msgspec.json.Decoder(_Plain | _RawItemCreate | _RawResponseCreate)
_HEADS = msgspec.json.Decoder(_Head)
_TYPES = sorted(str(event.__struct_config__.tag) for event in (*_Plain.__args__, _RawItemCreate, _RawResponseCreate))


def read_event(text: str | bytes) -> ClientEvent:
    """A client's event. Raises `Refusal` with the field as `param`, and the event's id where that could be read."""
    if len(text) > MAX_EVENT:
        raise Refusal(f"An event has at most {MAX_EVENT} bytes.", code="invalid_event", hint="Send smaller pieces.")
    try:
        event = _EVENTS.decode(text)
    except msgspec.ValidationError as error:
        raise _refusal(text, error) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refusal(f"The event is not valid JSON: {str(error)[:200]}.", code="invalid_event") from error
    try:
        return _checked(event)
    except InvalidRequest as error:
        raise _named(error, event.event_id) from error


def _checked(event: _Plain | _RawItemCreate | _RawResponseCreate) -> ClientEvent:
    if isinstance(event, _RawItemCreate):
        _refuse_depth(event.item, "item")
        item = Item.of(event.item)
        return ItemCreate(item=item, previous_item_id=event.previous_item_id, event_id=event.event_id)
    if isinstance(event, _RawResponseCreate):
        given = event.response or {}
        _refuse_depth(given, "response")
        return ResponseCreate(response=ResponseWish.of(given), event_id=event.event_id)
    if isinstance(event, SessionUpdate):
        _refuse_depth(event.session, "session")
    return event


def _refuse_depth(given: Mapping[str, Any], param: str) -> None:
    level: list[Any] = [given]
    values = 0
    for _ in range(MAX_DEPTH):
        values += len(level)
        if values > MAX_VALUES:
            raise Refusal(f"{param} has more than {MAX_VALUES} values.", code="invalid_event", param=param)
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise Refusal(f"{param} is nested more than {MAX_DEPTH} deep.", code="invalid_event", param=param)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(cast(Mapping[str, Any], value).values())
    return cast(list[Any], value) if isinstance(value, list) else []


def _refusal(text: str | bytes, error: msgspec.ValidationError) -> Refusal:
    """An event that is JSON, but none of ours."""
    try:
        head = _HEADS.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Refusal("An event is a JSON object.", code="invalid_event")
    event_id = head.event_id if isinstance(head.event_id, str) and len(head.event_id) <= MAX_EVENT_ID else None
    if isinstance(head.type, str) and head.type not in _TYPES:
        known = f"Known are {', '.join(_TYPES)}."
        named = f"There is no event '{head.type[:100]}'."
        return Refusal(named, code="unknown_event_type", param="type", hint=known, event_id=event_id)
    return _named(refusal_of(error, ""), event_id)


def _named(error: InvalidRequest, event_id: str | None) -> Refusal:
    return Refusal(error.message, code=error.code, param=error.param, hint=error.hint, event_id=event_id)
