"""Tells one response to the client, event by event and in OpenAI's order, and keeps its items as they grow.

Nothing is told before `begin` or after `finish`, and `finish` closes all that was opened. Knows no models.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from freehold.contracts.errors import FreeholdError
from freehold.voice.conversation.protocol import server_events as events
from freehold.voice.conversation.protocol.config import Config
from freehold.voice.conversation.protocol.history import History
from freehold.voice.conversation.protocol.items import Item, OutputAudio, OutputText
from freehold.voice.conversation.protocol.names import new_id
from freehold.voice.conversation.protocol.responses import Outcome, response_object, response_usage
from freehold.voice.conversation.protocol.server_events import Place, ServerEvent
from freehold.voice.conversation.stages import SpokenWord, Thought


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a response is told, and how: `config` is its own. Without a `history` it is out of band."""

    tell: Callable[[ServerEvent], None]
    config: Config
    history: History | None
    conversation_id: str | None
    metadata: Mapping[str, str] | None = None


@dataclass(slots=True)
class _Message:
    place: Place
    item: Item
    part: OutputAudio | OutputText


@dataclass(slots=True)
class Telling:
    """One response. `usage` is the model's, in the shape of chat completions."""

    audience: Audience
    response_id: str = field(default_factory=lambda: new_id("resp"))
    usage: Mapping[str, Any] | None = None
    is_done: bool = False
    _output: list[Item] = field(default_factory=list[Item])
    _previous: dict[str, str | None] = field(default_factory=dict[str, str | None])
    _message: _Message | None = None
    _calls: dict[int, tuple[Place, Item]] = field(default_factory=dict[int, tuple[Place, Item]])

    @property
    def has_output(self) -> bool:
        """Whether anything was said."""
        return bool(self._output)

    @property
    def message_id(self) -> str | None:
        """The message that is being said, once it has begun."""
        return self._message.item.id if self._message else None

    def begin(self) -> None:
        """The response is being made."""
        self._tell(events.response_created(self._resource(Outcome())))

    def warn(self, error: FreeholdError) -> None:
        """Something went wrong, and the response goes on."""
        self._tell(events.error(error))

    def text(self, delta: str) -> None:
        """More of the answer."""
        message = self._message or self._open_message()
        if isinstance(message.part, OutputAudio):
            message.part.transcript += delta
            self._tell(events.transcript_delta(message.place, delta))
        else:
            message.part.text += delta
            self._tell(events.text_delta(message.place, delta))

    def sound(self, data: bytes, words: Sequence[SpokenWord], made_ms: float) -> None:
        """More of its sound, in the session's format; `made_ms` is all sound so far, this included."""
        message = self._message or self._open_message()
        if not isinstance(message.part, OutputAudio):
            return
        message.part.words += words
        message.part.audio_ms = made_ms
        if data:
            self._tell(events.audio_delta(message.place, base64.b64encode(data).decode()))

    def call(self, thought: Thought) -> None:
        """More of a function call."""
        assert thought.call_index is not None
        place, item = self._calls.get(thought.call_index) or self._open_call(thought)
        if thought.arguments:
            item.arguments += thought.arguments
            self._tell(events.arguments_delta(place, item.call_id, thought.arguments))

    def finish(self, outcome: Outcome, **own: Any) -> None:
        """The response has ended; told once. `own` is what Freehold says of it beyond OpenAI."""
        if self.is_done:
            return
        for item in self._output:
            item.status = "completed" if outcome.status == "completed" else "incomplete"
        if self._message is not None:
            self._close_message(self._message)
        for place, item in self._calls.values():
            self._tell(events.arguments_done(place, item.call_id, item.name, item.arguments))
            self._close_item(place, item)
        self._tell(events.response_done(self._resource(outcome) | {"freehold": own}))
        self.is_done = True

    def _open_message(self) -> _Message:
        is_spoken = self.audience.config.speaks
        part = OutputAudio() if is_spoken else OutputText(text="")
        item = Item.message("assistant", [], id=new_id("item"), status="in_progress")
        place = self._open_item(item)
        item.content.append(part)
        self._tell(events.content_part_added(place, spoken=is_spoken))
        self._message = _Message(place, item, part)
        return self._message

    def _open_call(self, thought: Thought) -> tuple[Place, Item]:
        call_id = thought.call_id or new_id("call")
        item = Item.call(thought.name, "", call_id, id=new_id("item"), status="in_progress")
        assert thought.call_index is not None
        self._calls[thought.call_index] = opened = (self._open_item(item), item)
        return opened

    def _open_item(self, item: Item) -> Place:
        place = Place(response_id=self.response_id, item_id=item.id, output_index=len(self._output))
        self._output.append(item)
        self._tell(events.output_item_added(self.response_id, place.output_index, item))
        if self.audience.history is not None:
            self._previous[item.id] = self.audience.history.add(item)
            self._tell(events.item_added(item, self._previous[item.id]))
        return place

    def _close_message(self, message: _Message) -> None:
        place = message.place
        if isinstance(message.part, OutputAudio):
            text = message.part.transcript
            self._tell(events.audio_done(place))
            self._tell(events.transcript_done(place, text))
        else:
            text = message.part.text
            self._tell(events.text_done(place, text))
        self._tell(events.content_part_done(place, text, spoken=isinstance(message.part, OutputAudio)))
        self._close_item(place, message.item)

    def _close_item(self, place: Place, item: Item) -> None:
        if self.audience.history is not None:
            self._tell(events.item_done(item, self._previous[item.id]))
        self._tell(events.output_item_done(self.response_id, place.output_index, item))

    def _resource(self, outcome: Outcome) -> dict[str, Any]:
        return response_object(
            self.response_id,
            config=self.audience.config,
            conversation_id=self.audience.conversation_id,
            metadata=self.audience.metadata,
            outcome=outcome,
            output=self._output,
            usage=response_usage(self.usage),
        )

    def _tell(self, event: ServerEvent) -> None:
        if not self.is_done:
            self.audience.tell(event)
