"""The facts of a chat request's body, by plain rules. Decides nothing and keeps nothing of what it need not know.

Fields: OpenAI API reference, chat/completions; Anthropic API reference, messages (`system`, parts of type `image`).
A field of an unexpected type counts as absent: whether it is an error is the provider's to say.
"""

from dataclasses import dataclass
from typing import TypeVar

import msgspec

# Rough prices of what is not text: OpenAI counts 85 to some 1,500 tokens for an image, by size and detail.
IMAGE_TOKENS = 1000
AUDIO_TOKENS = 1000
MESSAGE_TOKENS = 4
BYTES_PER_TOKEN = 4
INSTRUCTING = frozenset({"system", "developer"})
SEEING = frozenset({"image_url", "input_image", "image"})
HEARING = frozenset({"input_audio"})
# msgspec's own errors are ValueErrors, as are those about UTF-8 and integers of thousands of digits.
UNREADABLE = (ValueError, RecursionError)

T = TypeVar("T")

_ABSENT = msgspec.Raw(b"null")


class _Part(msgspec.Struct):
    type: str = ""
    text: str | None = None


class _Message(msgspec.Struct):
    role: str | None = None
    content: str | list[_Part] | None = None
    tool_calls: msgspec.Raw = _ABSENT


class _Format(msgspec.Struct):
    type: str = ""


class _Body(msgspec.Struct):
    messages: msgspec.Raw = _ABSENT
    system: msgspec.Raw = _ABSENT
    tools: msgspec.Raw = _ABSENT
    functions: msgspec.Raw = _ABSENT
    response_format: msgspec.Raw = _ABSENT
    max_completion_tokens: msgspec.Raw = _ABSENT
    max_tokens: msgspec.Raw = _ABSENT
    reasoning_effort: msgspec.Raw = _ABSENT


_BODY = msgspec.json.Decoder(_Body)
_MESSAGES = msgspec.json.Decoder(list[_Message])
_CONTENT = msgspec.json.Decoder(str | list[_Part])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_FORMAT = msgspec.json.Decoder(_Format)
_NUMBER = msgspec.json.Decoder(int)
_WORD = msgspec.json.Decoder(str)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What stands in a body; tokens are estimates. `asked` is the user's last text, `asked_before` the one before."""

    asked: str
    asked_before: str
    system: str
    images: int
    sounds: int
    tools: int
    json: bool
    input_tokens: int
    output_tokens: int
    effort: str


def read_facts(body: bytes) -> RequestFacts | None:
    """The facts, or None for what is no JSON object."""
    try:
        fields = _BODY.decode(body)
    except UNREADABLE:
        return None
    messages = _as(_MESSAGES, fields.messages, [])
    instructions = _Message(role="system", content=_as(_CONTENT, fields.system, ""))
    asked = _last_texts(messages, "user", 2)
    tools = _as(_LIST, fields.tools, []) + _as(_LIST, fields.functions, [])
    kinds = [part.type for message in messages if isinstance(message.content, list) for part in message.content]
    images, sounds = sum(kind in SEEING for kind in kinds), sum(kind in HEARING for kind in kinds)
    size = sum(map(_bytes_of, messages)) + _bytes_of(instructions) + sum(_size(tool) for tool in tools)
    return RequestFacts(
        asked=asked[0],
        asked_before=asked[1],
        system=_text(instructions) or next((_text(each) for each in messages if each.role in INSTRUCTING), ""),
        images=images,
        sounds=sounds,
        tools=len(tools),
        json=_as(_FORMAT, fields.response_format, _Format()).type.startswith("json"),
        input_tokens=size // BYTES_PER_TOKEN
        + MESSAGE_TOKENS * len(messages)
        + IMAGE_TOKENS * images
        + AUDIO_TOKENS * sounds,
        output_tokens=max(_as(_NUMBER, fields.max_completion_tokens, 0) or _as(_NUMBER, fields.max_tokens, 0), 0),
        effort=_as(_WORD, fields.reasoning_effort, ""),
    )


def _last_texts(messages: list[_Message], role: str, count: int) -> list[str]:
    """The last texts of a role, the latest first; empty ones where there are not as many."""
    found: list[str] = []
    for message in reversed(messages):
        if len(found) == count:
            break
        if message.role == role and (text := _text(message)):
            found.append(text)
    return found + [""] * (count - len(found))


def _text(message: _Message) -> str:
    """A message's text, or the texts among its parts, a line each."""
    if isinstance(message.content, list):
        return "\n".join(part.text for part in message.content if part.text)
    return message.content or ""


def _bytes_of(message: _Message) -> int:
    """Bytes of a message's text and calls."""
    text = _text(message)
    calls = 0 if message.tool_calls == _ABSENT else _size(message.tool_calls)
    return calls + (len(text) if text.isascii() else len(text.encode("utf-8", "replace")))


def _size(raw: msgspec.Raw) -> int:
    return memoryview(raw).nbytes


def _as(decoder: msgspec.json.Decoder[T], raw: msgspec.Raw, otherwise: T) -> T:
    """The value if it is of the decoder's kind."""
    try:
        return decoder.decode(raw)
    except UNREADABLE:
        return otherwise
