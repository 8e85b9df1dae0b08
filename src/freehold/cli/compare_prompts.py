"""The prompts of `freehold compare`: one JSON object a line, all of them checked before the first is sent.

A line has `prompt`, a text, or `messages`, and any other field of chat/completions. Of its own it may have `id`,
`checks` and `extra_body`, whose fields are sent as they are. `model` and `stream` are the command's to set. Anything
else, like a label, is not sent and stands in the report.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.engine.requests.wire import ChatRequest
from freehold.rollouts.plan import Check
from freehold.rollouts.reading.checks import is_runnable, read_schema

# Fields of OpenAI's that the engine of this machine does not read.
OPENAI_ONLY = frozenset(
    {
        "function_call",
        "metadata",
        "prediction",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning_effort",
        "safety_identifier",
        "service_tier",
        "store",
        "user",
        "verbosity",
        "web_search_options",
    }
)
SENT = frozenset(ChatRequest.__struct_fields__) | OPENAI_ONLY
OWN = frozenset({"id", "prompt", "checks", "extra_body", "model", "stream"})
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_TOLD = 5
MAX_ID = 200


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what is asked, without the model; the checks of its answers; and what is only kept."""

    line: int
    id: str
    request: Mapping[str, Any]
    checks: tuple[Check, ...] = ()
    kept: Mapping[str, Any] = {}


def read_prompts(path: Path) -> list[Prompt]:
    """All lines but empty ones. Raises `InvalidRequest` that names the file, the line and what is wrong with it."""
    try:
        content = path.expanduser().read_bytes()
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}.", hint="Check --prompts.") from error
    prompts: dict[str, Prompt] = {}
    wrong: dict[int, InvalidRequest] = {}
    for number, line in enumerate(content.removeprefix(BYTE_ORDER_MARK).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            prompt = _read(line, number)
            _require_new(prompt, prompts)
        except InvalidRequest as error:
            wrong[number] = error
        else:
            prompts[prompt.id] = prompt
    if wrong:
        raise _first(path, wrong)
    if not prompts:
        raise InvalidRequest(f"{path} holds no prompts.", hint='One a line: {"prompt": "What is 2 + 2?"}')
    return list(prompts.values())


def _first(path: Path, wrong: Mapping[int, InvalidRequest]) -> InvalidRequest:
    """The first line that is wrong, and where the others are."""
    (number, error), *others = wrong.items()
    text = f"{path}, line {number}: {error.message}"
    if others:
        more = ", ".join(str(other) for other, _ in others[:MAX_TOLD])
        text += f" Wrong, too: line {more}{' …' if len(others) > MAX_TOLD else ''}."
    return InvalidRequest(text, hint=error.hint)


def _require_new(prompt: Prompt, prompts: Mapping[str, Prompt]) -> None:
    if before := prompts.get(prompt.id):
        text = f"The id '{prompt.id}' is that of line {before.line}, too."
        raise InvalidRequest(text, hint="Without an id, a line's number is its id.")


def _read(line: bytes, number: int) -> Prompt:
    try:
        given = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = 'It begins with { and ends with }, like {"prompt": "What is 2 + 2?"}.'
        raise InvalidRequest(f"This is no JSON object: {error}.", hint=hint) from error
    extra = given.get("extra_body", {})
    if not isinstance(extra, dict):
        raise InvalidRequest("'extra_body' is no object.", hint="Its fields are sent as they are.")
    sent = {name: value for name, value in given.items() if name in SENT and name not in OWN}
    return Prompt(
        line=number,
        id=_id(given.get("id"), number),
        request=sent | {"messages": _messages(given)} | cast("dict[str, Any]", extra),
        checks=_checks(given.get("checks", [])),
        kept={name: value for name, value in given.items() if name not in SENT | OWN},
    )


def _id(given: Any, number: int) -> str:
    """The line's id, or its number."""
    if given is None:
        return str(number)
    if isinstance(given, bool) or not isinstance(given, str | int) or not 1 <= len(str(given)) <= MAX_ID:
        raise InvalidRequest("'id' is no text and no number.", hint=f"{MAX_ID} characters at most.")
    return str(given)


def _messages(given: Mapping[str, Any]) -> list[Any]:
    """What is asked. A prompt is the one turn of a user."""
    if ("prompt" in given) == ("messages" in given):
        raise InvalidRequest("A line has either 'prompt' or 'messages'.", hint='Like {"prompt": "What is 2 + 2?"}.')
    if "prompt" in given:
        text = given["prompt"]
        if not isinstance(text, str) or not text.strip():
            raise InvalidRequest("'prompt' is no text, or an empty one.", hint="Several turns are 'messages'.")
        return [{"role": "user", "content": text}]
    messages = given["messages"]
    if not isinstance(messages, list) or not messages:
        raise InvalidRequest(
            "'messages' is no list, or an empty one.", hint='Like [{"role": "user", "content": "Hi"}].'
        )
    turns = cast("list[Any]", messages)
    for index, turn in enumerate(turns):
        if not isinstance(turn, dict) or not isinstance(cast("dict[str, Any]", turn).get("role"), str):
            raise InvalidRequest(f"'messages[{index}]' has no role.", hint="Like user, assistant, system or tool.")
    return turns


def _checks(given: Any) -> tuple[Check, ...]:
    """The checks, each of which can be run. A schema may stand there as an object, or as text."""
    if not isinstance(given, list):
        raise InvalidRequest("'checks' is no list.", hint='Like [{"kind": "regex", "value": "\\\\bfour\\\\b"}].')
    found: list[Check] = []
    for index, one in enumerate(cast("list[Any]", given)):
        try:
            check = msgspec.convert(_with_text(one), Check)
        except msgspec.ValidationError as error:
            hint = "It has 'kind', regex or json_schema, and 'value'."
            raise InvalidRequest(f"'checks[{index}]' is no check: {error}.", hint=hint) from error
        _require_runnable(check, index)
        found.append(check)
    return tuple(found)


def _with_text(check: Any) -> Any:
    if not isinstance(check, dict):
        return check
    known = cast("dict[str, Any]", check)
    return known | {"value": msgspec.json.encode(known["value"]).decode()} if _holds_schema(known) else known


def _holds_schema(check: Mapping[str, Any]) -> bool:
    return check.get("kind") == "json_schema" and isinstance(check.get("value"), dict)


def _require_runnable(check: Check, index: int) -> None:
    if check.kind == "regex" and not is_runnable(check.value):
        hint = "Look-around and back-references are not known."
        raise InvalidRequest(f"'checks[{index}]' is no regular expression that can be run.", hint=hint)
    if check.kind == "json_schema" and read_schema(check.value) is None:
        raise InvalidRequest(f"'checks[{index}]' is no JSON schema.", hint="A schema is an object.")
