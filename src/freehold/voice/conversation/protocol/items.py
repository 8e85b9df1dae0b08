"""One thing in a conversation: a message, a call of a function, or what it gave back.

The spoken words of an assistant stay whole here. What was heard of them is told by `heard_ms`, and cut where the sound
of a word had ended. Source: openai 3.52.0, `types/realtime/conversation_item.py`. MCP items are refused.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from freehold.voice.conversation.protocol.item_shapes import PartShape, read_item
from freehold.voice.conversation.protocol.refusals import Refusal
from freehold.voice.conversation.stages import SpokenWord

Status = Literal["completed", "incomplete", "in_progress"]
Role = Literal["user", "assistant", "system"]
Kind = Literal["message", "function_call", "function_call_output"]

IMAGE_CHARACTERS = 4000  # about what an image costs in a model's context


@dataclass(slots=True, kw_only=True)
class InputText:
    """What a user or the system wrote."""

    text: str

    def as_json(self, *, with_audio: bool = False) -> dict[str, Any]:
        """OpenAI's shape."""
        return {"type": "input_text", "text": self.text}


@dataclass(slots=True, kw_only=True)
class InputAudio:
    """What a user said. `transcript` is None until it is known; `audio` is base64 in the session's format, if kept."""

    transcript: str | None = None
    audio: str = ""

    def as_json(self, *, with_audio: bool = False) -> dict[str, Any]:
        """OpenAI's shape, the sound only where it is asked for."""
        shown: dict[str, Any] = {"type": "input_audio", "transcript": self.transcript}
        return shown | {"audio": self.audio} if with_audio and self.audio else shown


@dataclass(slots=True, kw_only=True)
class InputImage:
    """What a user shows, as a data URL."""

    image_url: str
    detail: str = "auto"

    def as_json(self, *, with_audio: bool = False) -> dict[str, Any]:
        """OpenAI's shape."""
        return {"type": "input_image", "image_url": self.image_url, "detail": self.detail}


@dataclass(slots=True, kw_only=True)
class OutputText:
    """What the assistant wrote."""

    text: str

    def as_json(self, *, with_audio: bool = False) -> dict[str, Any]:
        """OpenAI's shape."""
        return {"type": "output_text", "text": self.text}


@dataclass(slots=True, kw_only=True)
class OutputAudio:
    """What the assistant said: the whole text, its words placed in it and in the sound, how much sound was made.

    `heard_ms` tells how much of it was heard, None for all. `truncated`: the client has said so, and the rest is then
    not shown either.
    """

    transcript: str = ""
    words: list[SpokenWord] = field(default_factory=list[SpokenWord])
    audio_ms: float = 0.0
    heard_ms: int | None = None
    truncated: bool = False

    @property
    def heard(self) -> str:
        """The text up to the last word whose sound has ended by `heard_ms`, with the marks that follow it directly."""
        return self.transcript if self.heard_ms is None else self.transcript[: self._heard_end(self.heard_ms)]

    @property
    def unheard(self) -> str:
        """The text behind what was heard."""
        return self.transcript[len(self.heard) :]

    def as_json(self, *, with_audio: bool = False) -> dict[str, Any]:
        """OpenAI's shape. The sound is not kept."""
        return {"type": "output_audio", "transcript": self.heard if self.truncated else self.transcript}

    def _heard_end(self, heard_ms: int) -> int:
        if not self.words:
            return self._share_end(heard_ms)
        ends = [word.text_start + word.text_length for word in self.words if int(word.end_ms) <= heard_ms]
        if not ends:
            return 0
        end = max(ends)
        following = [word.text_start for word in self.words if word.text_start >= end]
        limit = min(following, default=len(self.transcript))
        # Punctuation, symbols, and marks that belong to the letter before them.
        while end < limit and unicodedata.category(self.transcript[end])[0] in "PSM":
            end += 1
        return end

    def _share_end(self, heard_ms: int) -> int:
        """Without the times of words: as much of the text as of the sound, back to the end of a word."""
        if heard_ms >= int(self.audio_ms):
            return len(self.transcript) if self.audio_ms else 0
        end = int(len(self.transcript) * heard_ms / self.audio_ms)
        while end > 0 and not self.transcript[end].isspace():
            end -= 1
        return len(self.transcript[:end].rstrip())


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReference:
    """An item that is in the conversation already, named in the input of a response."""

    id: str


Part = InputText | InputAudio | InputImage | OutputText | OutputAudio


@dataclass(slots=True, kw_only=True)
class Item:
    """A message has a `role` and `content`; a call has `call_id`, `name` and `arguments`; what it gave back has
    `call_id` and `output`. An item of a client without an id has an empty one until the session gives it one.
    """

    type: Kind
    id: str = ""
    status: Status = "completed"
    role: Role = "user"
    content: list[Part] = field(default_factory=list[Part])
    call_id: str = ""
    name: str = ""
    arguments: str = ""
    output: str = ""

    @staticmethod
    def message(role: Role, content: Sequence[Part], *, id: str = "", status: Status = "completed") -> "Item":
        """A message."""
        return Item(type="message", id=id, status=status, role=role, content=list(content))

    @staticmethod
    def call(name: str, arguments: str, call_id: str, *, id: str = "", status: Status = "completed") -> "Item":
        """A call of a function; `arguments` is JSON."""
        return Item(type="function_call", id=id, status=status, name=name, arguments=arguments, call_id=call_id)

    @staticmethod
    def result(call_id: str, output: str, *, id: str = "") -> "Item":
        """What a function gave back."""
        return Item(type="function_call_output", id=id, call_id=call_id, output=output)

    @staticmethod
    def of(given: Mapping[str, Any], param: str = "item") -> "Item":
        """A client's item. Raises `Refusal`, with the path of the field below `param`."""
        shape = read_item(given, param)
        if shape.type != "message":
            return Item(
                type=shape.type,
                id=shape.id or "",
                call_id=shape.call_id or "",
                name=shape.name or "",
                arguments=shape.arguments or "",
                output=shape.output or "",
            )
        content = [_part(part) for part in shape.content or []]
        return Item(type="message", id=shape.id or "", role=shape.role or "user", content=content)

    @property
    def is_assistant(self) -> bool:
        """Whether this is a message of the assistant."""
        return self.type == "message" and self.role == "assistant"

    @property
    def characters(self) -> int:
        """About how much memory its texts, sounds and images take."""
        own = len(self.arguments) + len(self.output)
        return own + sum(_length(part) for part in self.content)

    def spoken(self, content_index: int = 0) -> OutputAudio:
        """The assistant's sound at this place. Raises `Refusal` where there is none."""
        part = self.content[content_index] if 0 <= content_index < len(self.content) else None
        if not isinstance(part, OutputAudio):
            text = "Only model output audio messages can be truncated."
            raise Refusal(text, code="unsupported_content_type", param="content_index")
        return part

    def as_json(self, *, with_audio: bool = False) -> dict[str, Any]:
        """OpenAI's shape; a user's sound only where it is asked for and kept."""
        head: dict[str, Any] = {"id": self.id, "object": "realtime.item", "type": self.type, "status": self.status}
        if self.type == "message":
            return head | {
                "role": self.role,
                "content": [part.as_json(with_audio=with_audio) for part in self.content],
            }
        if self.type == "function_call":
            return head | {"name": self.name, "call_id": self.call_id, "arguments": self.arguments}
        return head | {"call_id": self.call_id, "output": self.output}


def _length(part: Part) -> int:
    if isinstance(part, InputText | OutputText):
        return len(part.text)
    if isinstance(part, InputImage):
        return len(part.image_url)
    if isinstance(part, InputAudio):
        return len(part.transcript or "") + len(part.audio)
    return len(part.transcript)


def _part(shape: PartShape) -> Part:
    if shape.type == "input_text":
        return InputText(text=shape.text or "")
    if shape.type == "input_audio":
        return InputAudio(transcript=shape.transcript, audio=shape.audio or "")
    if shape.type == "input_image":
        return InputImage(image_url=shape.image_url or "", detail=shape.detail or "auto")
    if shape.type == "output_text":
        return OutputText(text=shape.text or "")
    return OutputAudio(transcript=shape.transcript or "")
