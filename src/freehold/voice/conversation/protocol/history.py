"""A conversation's items in their order, and how much of the assistant's speech was heard.

Bounded: beyond 1,000 items, or 64 Mi characters of texts, sounds and images, the oldest leave. What a model is told of
it is in `messages.py`.
"""

import math
from collections.abc import Sequence
from typing import Any

from freehold.voice.conversation.protocol.items import Item, ItemReference, OutputAudio
from freehold.voice.conversation.protocol.messages import chat_messages
from freehold.voice.conversation.protocol.refusals import Refusal

MAX_ITEMS = 1000
MAX_CHARACTERS = 64 * 1024 * 1024
ROOT = "root"


class History:
    """The items of one conversation, oldest first."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._by_id: dict[str, Item] = {}

    @staticmethod
    def of(items: Sequence[Item | ItemReference], base: "History") -> "History":
        """The input of one response; references name items of `base`. Raises `Refusal` for one that is not there."""
        history = History()
        for at, given in enumerate(items):
            item = base._by_id.get(given.id) if isinstance(given, ItemReference) else given
            if item is None:
                text = f"Item with item_id '{given.id}' not found."
                raise Refusal(text, code="item_not_found", param=f"response.input[{at}].id")
            history._take(item, item.id or f"input_{at}", at)
        return history

    def __len__(self) -> int:
        return len(self._items)

    @property
    def items(self) -> Sequence[Item]:
        """All items, oldest first."""
        return self._items

    @property
    def last_id(self) -> str | None:
        """The id of the newest item."""
        return self._items[-1].id if self._items else None

    def add(self, item: Item, after: str | None = None) -> str | None:
        """Put an item behind `after` (None: at the end, "root": first). The id of the item before it, None for none.
        A call without a `call_id` gets one.

        Raises `Refusal` for an unknown `after`, an id that is taken, and the result of a call that was never made.
        """
        if not item.id or item.id in self._by_id:
            text = f"Item with item_id '{item.id}' already exists." if item.id else "An item needs an id."
            raise Refusal(text, code="item_create_duplicate_id", param="item.id")
        if item.type == "function_call_output" and not self._has_call(item.call_id):
            text = f"Tool call ID '{item.call_id}' not found in conversation."
            raise Refusal(text, code="invalid_tool_call_id", param="item.call_id")
        at = self._place(after)
        previous = self._items[at - 1].id if at else None
        self._take(item, item.id, at)
        self._shrink(item)
        return previous

    def get(self, item_id: str) -> Item:
        """The item. Raises `Refusal` where there is none."""
        return self._find(item_id, "retrieve")

    def delete(self, item_id: str) -> None:
        """Take an item away. Raises `Refusal` where there is none."""
        self._remove(self._find(item_id, "delete"))

    def truncate(self, item_id: str, content_index: int, audio_end_ms: int) -> None:
        """The client has played so much of the assistant's sound: the words behind it are gone for the model and the
        client. What it says last holds. Raises `Refusal` for another kind of item, and for more than there is.
        """
        item = self._find(item_id, "truncate")
        if not item.is_assistant:
            text = "Only model output audio messages can be truncated."
            raise Refusal(text, code="unsupported_content_type", param="item_id")
        part = item.spoken(content_index)
        if not 0 <= audio_end_ms <= math.ceil(part.audio_ms):
            text = f"Audio content of {math.ceil(part.audio_ms)}ms is already shorter than {audio_end_ms}ms."
            raise Refusal(text, param="audio_end_ms")
        part.heard_ms, part.truncated = audio_end_ms, True

    def heard(self, item_id: str, audio_ms: float | None) -> None:
        """The server's own estimate of what was heard, None for all of it. It does not count where the
        client has said so itself; an item that is gone is passed over.
        """
        for part in self._spoken(item_id):
            if not part.truncated:
                part.heard_ms = None if audio_ms is None else max(0, int(audio_ms))

    def unheard(self, item_id: str) -> str:
        """The rest of what was to be said, behind what was heard. Empty where all was heard, nothing was spoken,
        or the item is gone.
        """
        return "".join(part.unheard for part in self._spoken(item_id)).strip()

    def messages(self, instructions: str, *, limit_characters: int) -> list[dict[str, Any]]:
        """The messages of a chat completion request, as `messages.chat_messages` makes them."""
        return chat_messages(self._items, instructions, limit_characters=limit_characters)

    def _take(self, item: Item, item_id: str, at: int) -> None:
        if item.type == "function_call" and not item.call_id:
            item.call_id = f"call_{item_id}"
        self._items.insert(at, item)
        self._by_id[item_id] = item

    def _spoken(self, item_id: str) -> list[OutputAudio]:
        item = self._by_id.get(item_id)
        return [part for part in item.content if isinstance(part, OutputAudio)] if item else []

    def _find(self, item_id: str, verb: str) -> Item:
        item = self._by_id.get(item_id)
        if item is None:
            text = f"Item with item_id '{item_id[:128]}' not found."
            raise Refusal(text, code=f"item_{verb}_invalid_item_id", param="item_id")
        return item

    def _place(self, after: str | None) -> int:
        if after is None:
            return len(self._items)
        if after == ROOT:
            return 0
        for at, item in enumerate(self._items):
            if item.id == after:
                return at + 1
        text = f"Previous item with id '{after[:128]}' not found."
        raise Refusal(text, code="item_create_invalid_previous_item_id", param="previous_item_id")

    def _has_call(self, call_id: str) -> bool:
        return any(item.type == "function_call" and item.call_id == call_id for item in self._items)

    def _shrink(self, kept: Item) -> None:
        total = sum(item.characters for item in self._items)
        while len(self._items) > MAX_ITEMS or (total > MAX_CHARACTERS and len(self._items) > 1):
            oldest = next(item for item in self._items if item is not kept)
            total -= oldest.characters
            self._remove(oldest)

    def _remove(self, item: Item) -> None:
        del self._by_id[item.id]
        self._items = [other for other in self._items if other is not item]
