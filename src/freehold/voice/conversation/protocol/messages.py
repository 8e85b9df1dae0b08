"""What a model is told of a conversation, as the messages of a chat completion request.

Made for strict chat templates: one system message, first; then user and assistant in turn, beginning with the user;
every call of a function directly followed by its result; a user or a result last. So:
- system messages of the conversation stand behind the instructions, in their order;
- messages of the same kind in a row are one; where nobody spoke, a user who has said nothing is put in;
- a result without its call is left out, a call without a result gets one that says so;
- of the assistant's speech only what was heard is there, and a sentence of the system message tells where it broke off.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from freehold.voice.conversation.protocol.items import IMAGE_CHARACTERS, InputAudio, InputImage, Item, OutputAudio, Part

Message = dict[str, Any]

SILENCE = "(The user has said nothing yet.)"
PENDING = "There is no result yet."
LAST_WORDS = 8


@dataclass(slots=True, kw_only=True)
class _Unit:
    """Messages that are left out together, or not at all."""

    messages: list[Message] = field(default_factory=list[Message])
    role: str

    @property
    def characters(self) -> int:
        return sum(_length(message) for message in self.messages)


def chat_messages(items: Sequence[Item], instructions: str, *, limit_characters: int) -> list[Message]:
    """The conversation, oldest first. Beyond the limit the oldest are left out, but never the newest user message, nor
    the instructions; an image counts as 4,000 characters.
    """
    units = _units(items)
    note = _interruption(items)
    fixed = len(instructions) + len(note)
    kept = _newest(units, limit_characters - fixed)
    added = [unit.messages[0]["content"] for unit in kept if unit.role == "system"]
    system = "\n\n".join(text for text in [instructions, *added, note] if text)
    spoken = _merged([message for unit in kept if unit.role != "system" for message in unit.messages])
    head: list[Message] = [{"role": "system", "content": system}] if system else []
    return head + _alternating(spoken)


def _units(items: Sequence[Item]) -> list[_Unit]:
    results: dict[str, str] = {}
    for item in items:
        if item.type == "function_call_output":
            results.setdefault(item.call_id, item.output)
    units: list[_Unit] = []
    told: set[str] = set()  # ids of the calls that stand in a unit
    calls: _Unit | None = None  # calls that directly follow each other are one message
    for item in items:
        if item.type == "function_call":
            if item.status == "completed" and item.call_id not in told:
                told.add(item.call_id)
                calls = calls or _Unit(role="assistant", messages=[_calling()])
                if not calls.messages[0]["tool_calls"]:
                    units.append(calls)
                _add_call(calls, item, results.get(item.call_id, PENDING))
            continue
        calls = None
        if item.type == "message" and (message := _message(item)) is not None:
            units.append(_Unit(role=item.role, messages=[message]))
    return units


def _calling() -> Message:
    return {"role": "assistant", "content": None, "tool_calls": []}


def _add_call(unit: _Unit, item: Item, result: str) -> None:
    function = {"name": item.name, "arguments": _arguments(item.arguments)}
    unit.messages[0]["tool_calls"].append({"id": item.call_id, "type": "function", "function": function})
    unit.messages.append({"role": "tool", "tool_call_id": item.call_id, "content": result})


def _arguments(given: str) -> str:
    """The arguments, where they are an object: templates read them. Else none."""
    try:
        return given if isinstance(msgspec.json.decode(given), dict) else "{}"
    except (msgspec.DecodeError, RecursionError):
        return "{}"


def _message(item: Item) -> Message | None:
    """A message with something in it, else None."""
    texts = [text for part in item.content if (text := _text(part).strip())]
    text = (" " if item.role == "assistant" else "\n").join(texts)
    images = [part for part in item.content if isinstance(part, InputImage)]
    if not images:
        return {"role": item.role, "content": text} if text else None
    parts: list[Message] = [{"type": "text", "text": text}] if text else []
    for image in images:
        parts.append({"type": "image_url", "image_url": {"url": image.image_url, "detail": image.detail}})
    return {"role": item.role, "content": parts}


def _text(part: Part) -> str:
    if isinstance(part, InputImage):
        return ""
    if isinstance(part, InputAudio):
        return part.transcript or ""
    return part.heard if isinstance(part, OutputAudio) else part.text


def _newest(units: Sequence[_Unit], limit: int) -> list[_Unit]:
    """The newest that fit, in order; the newest user message in any case."""
    users = [at for at, unit in enumerate(units) if unit.role == "user"]
    asked = users[-1] if users else None
    left = limit - (units[asked].characters if asked is not None else 0)
    kept: list[_Unit] = []
    for at in reversed(range(len(units))):
        if at != asked:
            left -= units[at].characters
        if at == asked or left >= 0:
            kept.insert(0, units[at])
    return kept


def _merged(messages: Sequence[Message]) -> list[Message]:
    merged: list[Message] = []
    for message in messages:
        last = merged[-1] if merged else None
        if (
            last is not None
            and message["role"] == last["role"]
            and message["role"] != "tool"
            and "tool_calls" not in last
        ):
            merged[-1] = {**last, **message, "content": _joined(last["content"], message["content"])}
        else:
            merged.append(dict(message))
    return merged


def _joined(first: Any, second: Any) -> Any:
    if first is None or second is None:
        return second if first is None else first
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n{second}"
    return _parts(first) + _parts(second)


def _parts(content: Any) -> list[Message]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def _alternating(messages: list[Message]) -> list[Message]:
    """With a silent user before an assistant that spoke first, and after one that spoke last."""
    silence = {"role": "user", "content": SILENCE}
    first = [] if messages and messages[0]["role"] == "user" else [silence]
    last = [dict(silence)] if messages and messages[-1]["role"] == "assistant" else []
    return [*first, *messages, *last]


def _interruption(items: Sequence[Item]) -> str:
    """The sentence about an answer that was broken off, if the last one was."""
    spoken = [item for item in items if item.is_assistant and (item.status != "in_progress" or _said(item))]
    if not spoken:
        return ""
    parts = [part for part in spoken[-1].content if isinstance(part, OutputAudio)]
    broken = [part for part in parts if part.heard_ms is not None]
    if not any(part.unheard.strip() or spoken[-1].status == "incomplete" for part in broken):
        return ""
    words = " ".join(part.heard for part in parts).split()
    if not words:
        return "Your last answer was interrupted before the user heard any of it."
    ended = " ".join(words[-LAST_WORDS:])
    return f'Your last answer was interrupted, and the user heard it only up to the words "{ended}".'


def _said(item: Item) -> bool:
    return any(_text(part) for part in item.content)


def _length(message: Message) -> int:
    content = message["content"] or ""
    calls = sum(
        len(call["function"]["name"]) + len(call["function"]["arguments"]) for call in message.get("tool_calls", [])
    )
    if isinstance(content, str):
        return len(content) + calls
    return sum(len(part["text"]) if part["type"] == "text" else IMAGE_CHARACTERS for part in content)
