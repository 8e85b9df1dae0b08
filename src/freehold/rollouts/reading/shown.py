"""Messages as people and judges read them: texts whole or shortened, everything else by its name."""

from collections.abc import Mapping
from typing import Any

from freehold.rollouts.reading.loose import items, mapping, word, written

NAMES: Mapping[str, str] = {
    "image_url": "image",
    "input_image": "image",
    "input_audio": "audio",
    "audio_url": "audio",
    "video_url": "video",
    "input_file": "file",
    "document": "file",
}
TEXTS = frozenset({"text", "input_text", "output_text"})
LEFT_OUT = frozenset({"thinking", "redacted_thinking"})
MAX_NAME = 60


def shortened(text: str, most: int) -> str:
    """The text, without its middle where it has more than `most` characters; says how many are left out."""
    if len(text) <= most:
        return text
    head = most * 2 // 3
    tail = len(text) - (most - head)
    return f"{text[:head]}\n[… {tail - head} characters left out …]\n{text[tail:]}"


def shown_call(name: str, arguments: str) -> str:
    """A tool's call in one line."""
    return f"[calls {name}({arguments})]"


def shown_content(content: Any) -> str:
    """A message's content, or one of its parts, as text; pictures, sounds and files by their kind and name."""
    if isinstance(content, str):
        return content
    return "\n".join(text for part in items(content) if (text := _shown_part(mapping(part)) or word(part)))


def shown_message(message: Mapping[str, Any]) -> str:
    """A message's content, and the tools that it calls."""
    functions = [mapping(mapping(call).get("function")) for call in items(message.get("tool_calls"))]
    calls = [shown_call(word(each.get("name")), _arguments(each.get("arguments"))) for each in functions]
    return "\n".join(text for text in (shown_content(message.get("content")), *calls) if text)


def _shown_part(part: Mapping[str, Any]) -> str:
    kind = word(part.get("type"))
    if kind in TEXTS:
        return word(part.get("text"))
    if kind in LEFT_OUT or not part:
        return ""
    if kind == "tool_use":
        return shown_call(word(part.get("name")), written(part.get("input", {})))
    if kind == "tool_result":
        return f"[tool's result] {_shown_result(part.get('content'))}"
    name = word(part.get("title")) or word(mapping(part.get("file")).get("filename")) or word(part.get("filename"))
    return f"[{NAMES.get(kind, kind[:MAX_NAME]) or 'part'}{': ' if name else ''}{name[:MAX_NAME]}]"


def _shown_result(content: Any) -> str:
    """A result's texts; parts within it are not opened any further."""
    if isinstance(content, str):
        return content
    parts = [mapping(part) for part in items(content)]
    return "\n".join(word(part.get("text")) or f"[{word(part.get('type'))[:MAX_NAME]}]" for part in parts)


def _arguments(value: Any) -> str:
    return value if isinstance(value, str) else written(value)
