"""Reads what was asked: the prompt as people and judges read it, and the form that the answer was to have.

Fields: OpenAI API reference, chat/completions and completions; Anthropic API reference, messages.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from freehold.rollouts.reading.loose import decoded, items, mapping, word
from freehold.rollouts.reading.shown import shortened, shown_content, shown_message

INSTRUCTING = frozenset({"system", "developer"})
# Characters, so that a prompt has 12,000 and a few at most.
MAX_SYSTEM, MAX_ASKED, MAX_HISTORY, MAX_SINCE, MAX_TURN = 2000, 5000, 3000, 2000, 800
ANY_OBJECT: Mapping[str, Any] = {"type": "object"}


def read_prompt(body: bytes) -> str:
    """The last thing that the user said, whole unless it is long, with the instructions and the turns around it.

    What comes before and after is shortened, the oldest turns first. Empty for what is no request.
    """
    request = mapping(decoded(body))
    if "prompt" in request and "messages" not in request:
        return shortened(_prompt(request["prompt"]), MAX_ASKED)
    messages = [mapping(message) for message in items(request.get("messages"))]
    told = [request.get("system"), *(each.get("content") for each in messages if each.get("role") in INSTRUCTING)]
    turns = [message for message in messages if message.get("role") not in INSTRUCTING]
    asked = next((at for at in reversed(range(len(turns))) if _asks(turns[at])), len(turns))
    sections = {
        "instructions": shortened("\n\n".join(text for each in told if (text := shown_content(each))), MAX_SYSTEM),
        "tools": _tools(request),
        "earlier": _folded(turns[:asked], MAX_HISTORY),
        "user": "".join(shortened(shown_message(turn), MAX_ASKED) for turn in turns[asked : asked + 1]),
        "since then": _folded(turns[asked + 1 :], MAX_SINCE),
    }
    return "\n\n".join(f"[{name}]\n{text}" for name, text in sections.items() if text)


def wanted_schema(body: bytes) -> Mapping[str, Any] | None:
    """The JSON schema that the answer must satisfy; None where any text will do."""
    request = mapping(decoded(body))
    asked = mapping(request.get("response_format"))
    asked = (
        asked or mapping(mapping(request.get("output_config")).get("format")) or mapping(request.get("output_format"))
    )
    if asked.get("type") == "json_object":
        return ANY_OBJECT
    if asked.get("type") != "json_schema":
        return None
    return mapping(mapping(asked.get("json_schema")).get("schema")) or mapping(asked.get("schema"))


def _prompt(value: Any) -> str:
    """A completion's prompt: a text, several, or tokens, which are only counted."""
    texts = [text for each in items(value) if (text := word(each))]
    if texts or not items(value):
        return "\n\n".join(texts) or word(value)
    return f"[{len(items(value))} tokens]"


def _asks(turn: Mapping[str, Any]) -> bool:
    """Whether a user says something; results of tools come in the user's name with Anthropic."""
    parts = items(turn.get("content"))
    return turn.get("role") == "user" and not (
        parts and all(mapping(each).get("type") == "tool_result" for each in parts)
    )


def _tools(request: Mapping[str, Any]) -> str:
    offered = [mapping(tool) for tool in (*items(request.get("tools")), *items(request.get("functions")))]
    names = [word(mapping(tool.get("function")).get("name")) or word(tool.get("name")) for tool in offered]
    return shortened(", ".join(name for name in names if name), MAX_TURN)


def _folded(turns: Sequence[Mapping[str, Any]], most: int) -> str:
    """A few lines for each turn, as many of the latest as there is room for."""
    kept: list[str] = []
    for line in _lines(reversed(turns)):
        most -= len(line)
        if most < 0:
            break
        kept.append(line)
    left = len(turns) - len(kept)
    return "\n".join(([f"({left} more messages)"] if left else []) + kept[::-1])


def _lines(turns: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (f"{word(turn.get('role'))[:20]}: {shortened(shown_message(turn), MAX_TURN)}" for turn in turns)
