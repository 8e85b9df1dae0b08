"""The events that a realtime session sends, in OpenAI's shape; `event_id` is added where they leave.

Source: openai 3.52.0, `types/realtime/realtime_server_event.py`. Without those of MCP and of telephone keys.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from freehold.contracts.errors import FreeholdError
from freehold.voice.conversation.protocol.items import Item
from freehold.voice.conversation.protocol.refusals import Refusal

ServerEvent = dict[str, Any]
Logprobs = Sequence[Mapping[str, Any]]
TRANSCRIPTION = "conversation.item.input_audio_transcription"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a response something is."""

    response_id: str
    item_id: str
    output_index: int = 0
    content_index: int = 0

    def of_item(self) -> dict[str, Any]:
        """The item's place."""
        return {"response_id": self.response_id, "item_id": self.item_id, "output_index": self.output_index}

    def of_part(self) -> dict[str, Any]:
        """The content part's place."""
        return self.of_item() | {"content_index": self.content_index}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """What is left of an allowance."""

    name: Literal["requests", "tokens"]
    limit: int
    remaining: int
    reset_seconds: float


def error(failure: FreeholdError, event_id: str | None = None) -> ServerEvent:
    """Something went wrong. `event_id` is the client's event that caused it; a `Refusal` may know it itself."""
    cause = event_id or (failure.event_id if isinstance(failure, Refusal) else None)
    return {"type": "error", "error": _told(failure) | {"event_id": cause}}


def session_created(session: Mapping[str, Any]) -> ServerEvent:
    """The first event. `session` is `Config.as_json`."""
    return {"type": "session.created", "session": session}


def session_updated(session: Mapping[str, Any]) -> ServerEvent:
    """The settings after a change."""
    return {"type": "session.updated", "session": session}


def conversation_created(conversation_id: str) -> ServerEvent:
    """There is a conversation."""
    return {
        "type": "conversation.created",
        "conversation": {"id": conversation_id, "object": "realtime.conversation"},
    }


def item_created(item: Item, previous_item_id: str | None) -> ServerEvent:
    """An item is in the conversation: the name that clients of the beta know."""
    return _item("created", item) | {"previous_item_id": previous_item_id}


def item_added(item: Item, previous_item_id: str | None) -> ServerEvent:
    """An item is in the conversation, perhaps still without its content."""
    return _item("added", item) | {"previous_item_id": previous_item_id}


def item_done(item: Item, previous_item_id: str | None) -> ServerEvent:
    """An item is complete."""
    return _item("done", item) | {"previous_item_id": previous_item_id}


def item_retrieved(item: Item) -> ServerEvent:
    """An item that was asked for, with the sound that is kept."""
    return _item("retrieved", item, with_audio=True)


def item_truncated(item_id: str, content_index: int, audio_end_ms: int) -> ServerEvent:
    """The rest of an assistant's item is forgotten."""
    where = {"item_id": item_id, "content_index": content_index, "audio_end_ms": audio_end_ms}
    return {"type": "conversation.item.truncated", **where}


def item_deleted(item_id: str) -> ServerEvent:
    """An item is gone."""
    return {"type": "conversation.item.deleted", "item_id": item_id}


def transcription_delta(item_id: str, delta: str, *, content_index: int = 0, logprobs: Logprobs = ()) -> ServerEvent:
    """More of what the user said."""
    told = {"item_id": item_id, "content_index": content_index, "delta": delta}
    return {"type": f"{TRANSCRIPTION}.delta", **told, **_logprobs(logprobs)}


def transcription_completed(
    item_id: str, transcript: str, *, seconds: float, content_index: int = 0, logprobs: Logprobs = ()
) -> ServerEvent:
    """All that the user said, in so many seconds of sound."""
    usage = {"type": "duration", "seconds": seconds}
    told = {"item_id": item_id, "content_index": content_index, "transcript": transcript, "usage": usage}
    return {"type": f"{TRANSCRIPTION}.completed", **told, **_logprobs(logprobs)}


def transcription_segment(
    item_id: str, segment_id: str, text: str, *, speaker: str, start: float, end: float, content_index: int = 0
) -> ServerEvent:
    """What one speaker said, from `start` to `end` in seconds."""
    where = {"item_id": item_id, "content_index": content_index, "id": segment_id}
    return {"type": f"{TRANSCRIPTION}.segment", **where, "text": text, "speaker": speaker, "start": start, "end": end}


def transcription_failed(item_id: str, failure: FreeholdError, *, content_index: int = 0) -> ServerEvent:
    """What the user said could not be written down."""
    where = {"item_id": item_id, "content_index": content_index}
    return {"type": f"{TRANSCRIPTION}.failed", **where, "error": _told(failure)}


def committed(item_id: str, previous_item_id: str | None) -> ServerEvent:
    """The sound is an item's now."""
    where = {"item_id": item_id, "previous_item_id": previous_item_id}
    return {"type": "input_audio_buffer.committed", **where}


def cleared() -> ServerEvent:
    """The sound is forgotten."""
    return {"type": "input_audio_buffer.cleared"}


def speech_started(item_id: str, audio_start_ms: int) -> ServerEvent:
    """Somebody speaks, since so many milliseconds of all sound."""
    return {"type": "input_audio_buffer.speech_started", "item_id": item_id, "audio_start_ms": audio_start_ms}


def speech_stopped(item_id: str, audio_end_ms: int) -> ServerEvent:
    """Nobody speaks any more."""
    return {"type": "input_audio_buffer.speech_stopped", "item_id": item_id, "audio_end_ms": audio_end_ms}


def timeout_triggered(item_id: str, audio_start_ms: int, audio_end_ms: int) -> ServerEvent:
    """Nobody has spoken for the session's idle timeout."""
    span = {"audio_start_ms": audio_start_ms, "audio_end_ms": audio_end_ms}
    return {"type": "input_audio_buffer.timeout_triggered", "item_id": item_id, **span}


def response_created(response: Mapping[str, Any]) -> ServerEvent:
    """An answer begins. `response` is `responses.response_object`."""
    return {"type": "response.created", "response": response}


def response_done(response: Mapping[str, Any]) -> ServerEvent:
    """An answer has ended, in whatever way."""
    return {"type": "response.done", "response": response}


def output_item_added(response_id: str, output_index: int, item: Item) -> ServerEvent:
    """An item of an answer begins."""
    where = {"response_id": response_id, "output_index": output_index}
    return {"type": "response.output_item.added", **where, "item": item.as_json()}


def output_item_done(response_id: str, output_index: int, item: Item) -> ServerEvent:
    """An item of an answer is complete."""
    where = {"response_id": response_id, "output_index": output_index}
    return {"type": "response.output_item.done", **where, "item": item.as_json()}


def content_part_added(place: Place, *, spoken: bool) -> ServerEvent:
    """A part of a message begins, empty."""
    return {"type": "response.content_part.added", **place.of_part(), "part": _part("", spoken=spoken)}


def content_part_done(place: Place, text: str, *, spoken: bool) -> ServerEvent:
    """A part of a message is complete; `text` is its transcript, where it is spoken."""
    return {"type": "response.content_part.done", **place.of_part(), "part": _part(text, spoken=spoken)}


def text_delta(place: Place, delta: str) -> ServerEvent:
    """More text."""
    return {"type": "response.output_text.delta", **place.of_part(), "delta": delta}


def text_done(place: Place, text: str) -> ServerEvent:
    """All the text."""
    return {"type": "response.output_text.done", **place.of_part(), "text": text}


def audio_delta(place: Place, delta_base64: str) -> ServerEvent:
    """More sound, in the session's format."""
    return {"type": "response.output_audio.delta", **place.of_part(), "delta": delta_base64}


def audio_done(place: Place) -> ServerEvent:
    """No more sound."""
    return {"type": "response.output_audio.done", **place.of_part()}


def transcript_delta(place: Place, delta: str) -> ServerEvent:
    """More of what is spoken."""
    return {"type": "response.output_audio_transcript.delta", **place.of_part(), "delta": delta}


def transcript_done(place: Place, transcript: str) -> ServerEvent:
    """All that is spoken."""
    return {"type": "response.output_audio_transcript.done", **place.of_part(), "transcript": transcript}


def arguments_delta(place: Place, call_id: str, delta: str) -> ServerEvent:
    """More of a call's arguments."""
    return {"type": "response.function_call_arguments.delta", **place.of_item(), "call_id": call_id, "delta": delta}


def arguments_done(place: Place, call_id: str, name: str, arguments: str) -> ServerEvent:
    """A call's arguments, as JSON."""
    call = {"call_id": call_id, "name": name, "arguments": arguments}
    return {"type": "response.function_call_arguments.done", **place.of_item(), **call}


def output_started(response_id: str) -> ServerEvent:
    """The server begins to play an answer (WebRTC)."""
    return {"type": "output_audio_buffer.started", "response_id": response_id}


def output_stopped(response_id: str) -> ServerEvent:
    """All of an answer was played (WebRTC)."""
    return {"type": "output_audio_buffer.stopped", "response_id": response_id}


def output_cleared(response_id: str) -> ServerEvent:
    """The rest of an answer is not played (WebRTC)."""
    return {"type": "output_audio_buffer.cleared", "response_id": response_id}


def rate_limits_updated(limits: Iterable[RateLimit]) -> ServerEvent:
    """What is left of the caller's allowances."""
    shown = [
        {"name": one.name, "limit": one.limit, "remaining": one.remaining, "reset_seconds": one.reset_seconds}
        for one in limits
    ]
    return {"type": "rate_limits.updated", "rate_limits": shown}


def _item(verb: str, item: Item, *, with_audio: bool = False) -> ServerEvent:
    return {"type": f"conversation.item.{verb}", "item": item.as_json(with_audio=with_audio)}


def _part(text: str, *, spoken: bool) -> dict[str, Any]:
    return {"type": "audio", "transcript": text} if spoken else {"type": "text", "text": text}


def _logprobs(logprobs: Logprobs) -> dict[str, Any]:
    return {"logprobs": [dict(one) for one in logprobs]} if logprobs else {}


def _told(failure: FreeholdError) -> dict[str, Any]:
    message = failure.public_message()
    return {"type": failure.type, "code": failure.code, "message": message, "param": failure.param}
