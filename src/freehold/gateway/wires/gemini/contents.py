"""Chat messages as Gemini's `systemInstruction` and `contents`.

All system messages become the one system instruction, wherever they stood: Gemini has no other place for them.
"""

import mimetypes
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.gateway.wires.gemini.messages import (
    Assistant,
    Audio,
    Developer,
    File,
    Image,
    Media,
    Message,
    Refusal,
    System,
    Text,
    Tool,
    ToolCall,
    User,
)

Part = dict[str, Any]

DATA_URL = re.compile(r"data:(?P<type>[^;,]+)(?:;[^;,]+)*;base64,(?P<data>.*)", re.DOTALL)

# Gemini 3 answers 400 to a function call without the signature it gave. For calls that another model made, Google
# documents this one (https://ai.google.dev/gemini-api/docs/thought-signatures).
UNSIGNED = "skip_thought_signature_validator"

RESOLUTIONS = {"low": "MEDIA_RESOLUTION_LOW", "high": "MEDIA_RESOLUTION_HIGH"}


def contents(messages: Sequence[Message], *, signed: bool) -> tuple[list[Part], list[Part]]:
    """The parts of the system instruction, and the turns. `signed` models want a signature with each step's calls.

    Raises `InvalidRequest` for an answer to a call that nobody made.
    """
    system: list[Part] = []
    turns: list[Part] = []
    names: dict[str, str] = {}
    for message in messages:
        match message:
            case System() | Developer():
                system += _texts(message.content)
            case User():
                _append(turns, "user", _user_parts(message))
            case Assistant():
                names |= {call.id: call.function.name for call in message.tool_calls or []}
                _append(turns, "model", _model_parts(message, signed))
            case Tool():
                _append(turns, "user", [_function_response(message, names)])
    return system, turns


def media_resolution(messages: Iterable[Message]) -> str | None:
    """The one `mediaResolution` of a request. Raises `UnsupportedParameter` when its images ask for different ones."""
    listed = [message.content for message in messages if isinstance(message, User)]
    parts = [part for content in listed if not isinstance(content, str) for part in content]
    details = {part.image_url.detail or "auto" for part in parts if isinstance(part, Image)}
    if details <= {"auto"}:
        return None
    if len(details) > 1 or not details <= set(RESOLUTIONS):
        raise UnsupportedParameter(
            "Gemini reads all images of a request in one detail: low, high or auto.",
            param="messages",
            hint="Give every image the same detail.",
        )
    return RESOLUTIONS[details.pop()]


def _append(turns: list[Part], role: str, parts: list[Part]) -> None:
    # All answers to one step's calls must stand in one turn.
    if turns and turns[-1]["role"] == role:
        turns[-1]["parts"] += parts
    elif parts:
        turns.append({"role": role, "parts": parts})


def _texts(content: str | list[Text]) -> list[Part]:
    texts = [content] if isinstance(content, str) else [part.text for part in content]
    return [{"text": text} for text in texts if text]


def _user_parts(message: User) -> list[Part]:
    if isinstance(message.content, str):
        return [{"text": message.content}]
    return [{"text": part.text} if isinstance(part, Text) else _media(part) for part in message.content]


def _media(part: Media) -> Part:
    match part:
        case Image():
            return _address(part.image_url.url)
        case Audio():
            audio = part.input_audio
            return {"inlineData": {"mimeType": f"audio/{audio.format}", "data": audio.data}}
        case File():
            return _address(part.file.file_data)


def _address(url: str) -> Part:
    """A data URL as inline data; any other address for Google to fetch, its type guessed from its ending."""
    if found := DATA_URL.fullmatch(url):
        return {"inlineData": {"mimeType": found["type"], "data": found["data"]}}
    if not url.startswith(("https://", "http://", "gs://")):
        raise InvalidRequest("An image or file must be a base64 data URL or a web address.", param="messages")
    guessed, _ = mimetypes.guess_type(url.partition("?")[0])
    return {"fileData": {"fileUri": url, **({"mimeType": guessed} if guessed else {})}}


def _model_parts(message: Assistant, signed: bool) -> list[Part]:
    content = message.content or []
    pieces = [Text(text=content)] if isinstance(content, str) else content
    texts = [piece.refusal if isinstance(piece, Refusal) else piece.text for piece in pieces]
    texts.append(message.refusal or "")
    calls = [_function_call(call) for call in message.tool_calls or []]
    if signed and calls:
        calls[0].setdefault("thoughtSignature", UNSIGNED)
    return [{"text": text} for text in texts if text] + calls


def _function_call(call: ToolCall) -> Part:
    part: Part = {"functionCall": {"id": call.id, "name": call.function.name, "args": _arguments(call)}}
    if call.extra_content and call.extra_content.google and call.extra_content.google.thought_signature:
        part["thoughtSignature"] = call.extra_content.google.thought_signature
    return part


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        return msgspec.json.decode(call.function.arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"The arguments of call '{call.id}' are not a JSON object.", param="messages") from error


def _function_response(message: Tool, names: dict[str, str]) -> Part:
    name = names.get(message.tool_call_id)
    if name is None:
        raise InvalidRequest(
            f"A tool message answers the call '{message.tool_call_id}', which no message before it made.",
            param="messages",
            hint="Send the assistant's message with its tool_calls first.",
        )
    text = "".join(part["text"] for part in _texts(message.content))
    return {"functionResponse": {"id": message.tool_call_id, "name": name, "response": {"output": text}}}
