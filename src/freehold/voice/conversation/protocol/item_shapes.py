"""A client's item as it comes: shapes and bounds. Which fields it needs depends on its type, and its parts on its role.

Source: openai 3.52.0, `types/realtime/conversation_item_param.py`. An assistant's sound cannot be given: its
transcript can.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from freehold.voice.conversation.protocol.refusals import Refusal, read

MAX_TEXT = 256 * 1024  # characters
MAX_DATA = 20 * 1024 * 1024  # characters of base64: 15 MiB
MAX_PARTS = 64
IMAGES = ("data:image/png;base64,", "data:image/jpeg;base64,")

Id = Annotated[str, Meta(min_length=1, max_length=128)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Data = Annotated[str, Meta(max_length=MAX_DATA)]

# What a part needs besides its type, and may have; which parts a role may say.
NEEDED = {
    "input_text": ("text", ()),
    "input_audio": ("audio", ("transcript",)),
    "input_image": ("image_url", ("detail",)),
    "output_text": ("text", ()),
    "output_audio": ("transcript", ()),
}
ALLOWED = {
    "user": ("input_text", "input_audio", "input_image"),
    "assistant": ("output_text", "output_audio"),
    "system": ("input_text",),
}
FIELDS = {
    "message": (("role", "content"), ()),
    "function_call": (("name", "arguments"), ("call_id",)),
    "function_call_output": (("call_id", "output"), ()),
}


class PartShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a message's content."""

    type: Literal["input_text", "input_audio", "input_image", "output_text", "output_audio"]
    text: Text | None = None
    transcript: Text | None = None
    audio: Data | None = None
    image_url: Data | None = None
    detail: Literal["auto", "low", "high"] | None = None


class ItemShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any item."""

    type: Literal["message", "function_call", "function_call_output"]
    id: Id | None = None
    object: Literal["realtime.item"] | None = None
    status: Literal["completed", "incomplete", "in_progress"] | None = None
    role: Literal["user", "assistant", "system"] | None = None
    content: Annotated[list[PartShape], Meta(max_length=MAX_PARTS)] | None = None
    call_id: Id | None = None
    name: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    arguments: Text | None = None
    output: Text | None = None


def read_item(given: Mapping[str, Any], param: str) -> ItemShape:
    """The client's item. Raises `Refusal` for what is missing, too long, unknown, or of another type or role."""
    item = read(dict(given), ItemShape, param)
    needed, further = FIELDS[item.type]
    _refuse_wrong_fields(item, needed, (*needed, *further, "type", "id", "object", "status"), param)
    for at, part in enumerate(item.content or []):
        _refuse_part(item.role or "user", part, f"{param}.content[{at}]")
    return item


def _refuse_part(role: str, part: PartShape, param: str) -> None:
    if part.type not in ALLOWED[role]:
        text = f"Invalid '{param}.type': a {role} message has {' or '.join(ALLOWED[role])}, not {part.type}."
        raise Refusal(text, param=f"{param}.type")
    needed, further = NEEDED[part.type]
    _refuse_wrong_fields(part, (needed,), (needed, *further, "type"), param)
    if part.image_url is not None and not part.image_url.startswith(IMAGES):
        raise Refusal("An image is a data URL of PNG or JPEG in base64.", param=f"{param}.image_url")


def _refuse_wrong_fields(
    shape: PartShape | ItemShape, needed: tuple[str, ...], allowed: tuple[str, ...], param: str
) -> None:
    for name in needed:
        if getattr(shape, name) is None:
            text = f"Missing required parameter: '{param}.{name}'."
            raise Refusal(text, code="missing_required_parameter", param=f"{param}.{name}")
    for name in shape.__struct_fields__:
        if name not in allowed and getattr(shape, name) is not None:
            raise Refusal(f"Unknown parameter: '{param}.{name}'.", code="unknown_parameter", param=f"{param}.{name}")
