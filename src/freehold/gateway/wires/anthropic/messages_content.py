"""The messages of a chat request as Anthropic's system prompt and turns.

System and developer messages move to the front, wherever they stood, as in Anthropic's own compatibility layer
(platform.claude.com/docs/en/api/openai-sdk). Neighbouring turns of one role become one turn, so that the results of
parallel tool calls arrive together. `reasoning_content` is not sent back: Anthropic reads thinking only with its
signature, which `thinking_blocks` keeps. An image's `detail` is a hint that Anthropic does not have.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from freehold.contracts.errors import FreeholdError, InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.anthropic.bodies import Json

ROLES: Mapping[str, str] = {"user": "user", "assistant": "assistant", "tool": "user"}
SYSTEM_ROLES = frozenset({"system", "developer"})
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
PDF = "application/pdf"

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)(?:;[\w-]+=[^;,]*)*;base64,")
_NOT_IN_AN_ID = re.compile(r"[^a-zA-Z0-9_-]")  # tool ids of other vendors, "functions.find:0", are refused otherwise


class ImageUrl(msgspec.Struct):
    """Where an image is."""

    url: str


class File(msgspec.Struct):
    """A file within the request, or the name of one that OpenAI keeps."""

    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None


class Part(msgspec.Struct):
    """One part of a message's content. `cache_control` is Anthropic's, and kept."""

    type: str
    text: str = ""
    refusal: str = ""
    image_url: ImageUrl | None = None
    file: File | None = None
    cache_control: Json | None = None


class FunctionCall(msgspec.Struct):
    """A function's name, and its arguments as JSON text."""

    name: str
    arguments: str = ""


class ToolCall(msgspec.Struct):
    """A call that the model made."""

    id: str
    function: FunctionCall | None = None


class ChatMessage(msgspec.Struct):
    """One message of a chat request."""

    role: str
    content: str | list[Part] | None = None
    name: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    thinking_blocks: list[Json] | None = None
    function_call: Json | None = None
    audio: Json | None = None
    cache_control: Json | None = None

    @property
    def parts(self) -> list[Part]:
        """The content as parts; text that is empty, which Anthropic refuses, is none."""
        given = [Part(type="text", text=self.content)] if isinstance(self.content, str) else self.content or []
        refusal = [Part(type="refusal", refusal=self.refusal)] if self.refusal else []
        return [part for part in (*given, *refusal) if part.type not in ("text", "refusal") or part.text + part.refusal]

    @property
    def thinking(self) -> list[Json]:
        """The blocks of thinking, without the `index` that those put together from a stream still have."""
        blocks = self.thinking_blocks or []
        return [{name: value for name, value in block.items() if name != "index"} for block in blocks]


def conversation(messages: Sequence[ChatMessage]) -> tuple[list[Json], list[Json]]:
    """The blocks of the system prompt, and the turns. Raises `InvalidRequest` or `UnsupportedParameter`."""
    system: list[Json] = []
    turns: list[Json] = []
    for index, message in enumerate(messages):
        place = f"messages[{index}]"
        _refuse_unknown(message, place)
        blocks = _blocks(message, place)
        if message.role in SYSTEM_ROLES:
            system += blocks
        elif blocks and turns and turns[-1]["role"] == ROLES[message.role]:
            turns[-1]["content"] += blocks
        elif blocks:
            turns.append({"role": ROLES[message.role], "content": blocks})
    return system, turns


def _refuse_unknown(message: ChatMessage, place: str) -> None:
    if message.role not in ROLES and message.role not in SYSTEM_ROLES:
        raise InvalidRequest(f"There is no role '{message.role}'.", param=f"{place}.role", hint="Use 'user'.")
    if message.name and message.role != "tool":
        hint = "Write the name into the content."
        raise UnsupportedParameter("Anthropic knows no names of participants.", param=f"{place}.name", hint=hint)
    for name in ("function_call", "audio"):
        if getattr(message, name):
            raise UnsupportedParameter(f"Anthropic has no '{name}'.", param=f"{place}.{name}")
    if message.role in SYSTEM_ROLES and any(part.type != "text" for part in message.parts):
        raise UnsupportedParameter("Anthropic's system prompt is text only.", param=f"{place}.content")


def _blocks(message: ChatMessage, place: str) -> list[Json]:
    """A message's content blocks, the last one marked where the message asks for caching."""
    blocks = [_block(part, f"{place}.content[{index}]") for index, part in enumerate(message.parts)]
    if message.role == "tool":
        blocks = [_tool_result(message, blocks, place)]
    if message.role == "assistant":
        calls = [_tool_use(call, f"{place}.tool_calls[{n}]") for n, call in enumerate(message.tool_calls or [])]
        blocks = [*message.thinking, *blocks, *calls]
    if blocks and message.cache_control:
        blocks[-1] = {**blocks[-1], "cache_control": message.cache_control}
    return blocks


def _block(part: Part, place: str) -> Json:
    if part.type not in _READERS:
        raise UnsupportedParameter(f"Anthropic takes no content of type '{part.type}'.", param=f"{place}.type")
    block = _READERS[part.type](part, place)
    return block | {"cache_control": part.cache_control} if part.cache_control else block


def _text(part: Part, place: str) -> Json:
    return {"type": "text", "text": part.text or part.refusal}


def _image(part: Part, place: str) -> Json:
    url = part.image_url.url if part.image_url else ""
    if url.startswith(("https://", "http://")):
        return {"type": "image", "source": {"type": "url", "url": url}}
    found = _DATA_URL.match(url)
    if found is None:
        raise _unreadable("An image", f"{place}.image_url.url", "Send an https:// or a data:…;base64, URL.")
    if found[1] not in IMAGE_TYPES:
        hint = f"It takes {', '.join(sorted(IMAGE_TYPES))}."
        raise UnsupportedParameter(f"Anthropic takes no '{found[1]}'.", param=f"{place}.image_url.url", hint=hint)
    return {"type": "image", "source": {"type": "base64", "media_type": found[1], "data": url[found.end() :]}}


def _file(part: Part, place: str) -> Json:
    file = part.file or File()
    if file.file_id:
        hint = "Send its content as 'file_data'."
        raise UnsupportedParameter("A file kept by OpenAI is unknown to Anthropic.", param=f"{place}.file", hint=hint)
    found = _DATA_URL.match(file.file_data or "")
    if found is None:
        raise _unreadable("A file", f"{place}.file.file_data", "Send a data:application/pdf;base64, URL.")
    if found[1] != PDF:
        raise UnsupportedParameter(f"Anthropic takes no '{found[1]}'.", param=f"{place}.file", hint="It takes PDF.")
    data = (file.file_data or "")[found.end() :]
    block: Json = {"type": "document", "source": {"type": "base64", "media_type": PDF, "data": data}}
    return block | {"title": file.filename} if file.filename else block


_READERS: Mapping[str, Callable[[Part, str], Json]] = {
    "text": _text,
    "refusal": _text,
    "image_url": _image,
    "file": _file,
}


def _unreadable(what: str, param: str, hint: str) -> FreeholdError:
    return InvalidRequest(f"{what} is at no address that can be read.", param=param, hint=hint)


def _tool_use(call: ToolCall, place: str) -> Json:
    if call.function is None:
        raise UnsupportedParameter("Anthropic knows calls of functions only.", param=f"{place}.type")
    arguments = (call.function.arguments.strip() or "{}").encode()
    try:
        msgspec.json.decode(arguments, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = "The arguments of a function are a JSON object."
        raise InvalidRequest(text, param=f"{place}.function.arguments") from error
    return {"type": "tool_use", "id": _id(call.id), "name": call.function.name, "input": msgspec.Raw(arguments)}


def _tool_result(message: ChatMessage, blocks: list[Json], place: str) -> Json:
    if not message.tool_call_id:
        raise InvalidRequest("A tool's message names the call it answers.", param=f"{place}.tool_call_id")
    result: Json = {"type": "tool_result", "tool_use_id": _id(message.tool_call_id)}
    return result | {"content": blocks} if blocks else result


def _id(identifier: str) -> str:
    return _NOT_IN_AN_ID.sub("_", identifier)
