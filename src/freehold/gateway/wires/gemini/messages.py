"""OpenAI's chat messages, as far as Gemini can be told of them. A field that is not named here is refused.

Source: openai 3.52.0, `types/chat/chat_completion_message_param.py` and its neighbours.
"""

from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Text(_Strict, frozen=True, tag_field="type", tag="text"):
    """Plain text."""

    text: str


class Refusal(_Strict, frozen=True, tag_field="type", tag="refusal"):
    """What an assistant said instead of an answer."""

    refusal: str


class ImageURL(_Strict, frozen=True):
    """An image by its address, or within it as a data URL."""

    url: str
    detail: str | None = None


class Image(_Strict, frozen=True, tag_field="type", tag="image_url"):
    """An image."""

    image_url: ImageURL


class AudioData(_Strict, frozen=True):
    """Audio in base64; `format` is wav or mp3."""

    data: str
    format: str


class Audio(_Strict, frozen=True, tag_field="type", tag="input_audio"):
    """Spoken input."""

    input_audio: AudioData


class FileData(_Strict, frozen=True):
    """A file as a data URL. An id would name a file in OpenAI's store, which Gemini cannot see."""

    file_data: str
    filename: str | None = None
    file_id: None = None


class File(_Strict, frozen=True, tag_field="type", tag="file"):
    """A document."""

    file: FileData


Media = Image | Audio | File


class System(_Strict, frozen=True, tag_field="role", tag="system"):
    """What the operator wants."""

    content: str | list[Text]


class Developer(_Strict, frozen=True, tag_field="role", tag="developer"):
    """The same under OpenAI's later name."""

    content: str | list[Text]


class User(_Strict, frozen=True, tag_field="role", tag="user"):
    """A turn of the user."""

    content: str | list[Text | Image | Audio | File]


class GoogleExtra(msgspec.Struct, frozen=True, kw_only=True):
    """What Gemini wants to see again: its signed thoughts, opaque."""

    thought_signature: str = ""


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """Google's own field in OpenAI's shape (https://ai.google.dev/gemini-api/docs/openai)."""

    google: GoogleExtra | None = None


class Function(_Strict, frozen=True):
    """A function and the JSON text of its arguments."""

    name: str
    arguments: str


class ToolCall(_Strict, frozen=True):
    """A call that the model made earlier."""

    id: str
    function: Function
    type: str = "function"
    index: int | None = None
    extra_content: Extra | None = None


class Assistant(_Strict, frozen=True, tag_field="role", tag="assistant"):
    """A turn of the model. Fields that answers carry and requests need not are read and left."""

    content: str | list[Text | Refusal] | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None
    audio: None = None
    function_call: None = None
    annotations: Any = None
    reasoning_content: str | None = None
    extra_content: Any = None


class Tool(_Strict, frozen=True, tag_field="role", tag="tool"):
    """What a function returned."""

    content: str | list[Text]
    tool_call_id: str
    name: str | None = None


Message = System | Developer | User | Assistant | Tool


def read_messages(raw: object) -> list[Message]:
    """The messages of a request. Raises `InvalidRequest`, or `UnsupportedParameter` for a field not named here."""
    try:
        return msgspec.convert(raw, list[Message])
    except msgspec.ValidationError as error:
        kind = UnsupportedParameter if "unknown field" in str(error) else InvalidRequest
        raise kind(f"The messages are not what Gemini can be sent: {error}.", param="messages") from error
