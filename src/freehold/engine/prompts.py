"""Messages and texts to token ids, by the model's own tokenizer and chat template.

Templates come with models, so they run in Jinja's sandbox. Refuses to guess a template a model does not have.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.exceptions import SecurityError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import Clock
from freehold.nn.gguf_text import ModelText, read_gguf_text
from freehold.nn.model_folder import gguf_paths

Message = Mapping[str, Any]


class Prompts:
    """The text side of one model: a folder with tokenizer.json, else with a GGUF file, or a GGUF file itself."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        gguf = [] if (path / "tokenizer.json").is_file() else gguf_paths(path)
        text = read_gguf_text(gguf[0]) if gguf else _read_folder(path)
        self.tokenizer = text.tokenizer
        self.end_token_ids = text.end_token_ids
        self.template = text.template
        self._specials = text.specials

    def encode_text(self, text: str) -> list[int]:
        """Token ids of a plain text, with the begin token if the tokenizer adds one."""
        return self.tokenizer.encode(text).ids

    def encode_chat(
        self,
        messages: Sequence[Message],
        template_arguments: Mapping[str, Any] | None = None,
        *,
        continues: bool = False,
    ) -> list[int]:
        """Token ids of a conversation, ready for the assistant's turn, or to go on with the last message where it
        `continues`. Raises `InvalidRequest`.
        """
        text = self.render_chat(messages, template_arguments)
        if continues:
            text = _up_to_the_end_of(str(messages[-1]["content"] or ""), text)
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def render_chat(self, messages: Sequence[Message], template_arguments: Mapping[str, Any] | None = None) -> str:
        """The conversation as the text the model was trained on. Raises `InvalidRequest`."""
        if self._template is None:
            raise InvalidRequest(
                "This model has no chat template.", hint="Use /v1/completions, or import a chat model."
            )
        arguments = {"tools": None, "add_generation_prompt": True, **self._specials, **(template_arguments or {})}
        try:
            return self._template.render(messages=messages, **arguments)
        except (TemplateError, SecurityError, TypeError) as error:
            raise InvalidRequest(
                f"The model's chat template refuses these messages: {error}", param="messages"
            ) from error

    @cached_property
    def _template(self) -> Any:
        if self.template is None:
            return None
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
        environment.filters["tojson"] = _to_json
        environment.globals |= {"raise_exception": _raise, "strftime_now": self._strftime_now}
        try:
            return environment.from_string(self.template)
        except TemplateError as error:
            raise InvalidRequest(
                f"The model's chat template is no Jinja: {error}", hint="Mend the template."
            ) from error

    def _strftime_now(self, pattern: str) -> str:
        return datetime.fromtimestamp(self._clock.unix_seconds(), UTC).strftime(pattern)


def _up_to_the_end_of(message: str, text: str) -> str:
    """What a template wrote up to the end of its last message, which it may have stripped."""
    for shown in (message, message.rstrip(), message.strip()):
        start = text.rfind(shown)
        if shown.strip() and start >= 0:
            return text[: start + len(shown)]
    raise InvalidRequest("The last message is empty, or the chat template does not show it.", param="messages")


def _to_json(value: Any, indent: int | None = None) -> str:
    # Jinja's own filter escapes for HTML, which models were not trained on.
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _raise(message: str) -> None:
    raise TemplateError(message)


def _read_folder(folder: Path) -> ModelText:
    config = _load_json(folder / "tokenizer_config.json")
    tokenizer = _load_tokenizer(folder)
    return ModelText(
        tokenizer=tokenizer,
        template=_template_source(config),
        specials={name: _token_text(config.get(name)) for name in ("bos_token", "eos_token", "pad_token")},
        end_token_ids=_end_tokens(folder, config, tokenizer),
    )


def _load_tokenizer(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise InvalidRequest(f"{path} is missing.", hint="A model folder holds tokenizer.json, or a GGUF file.")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise InvalidRequest(f"{path} cannot be read: {error}", hint="Download it again.") from error


def _load_json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text()) if path.is_file() else {}
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path} is not valid JSON: {error}", hint="Download it again.") from error


def _template_source(config: Mapping[str, Any]) -> str | None:
    """The string or the list entry named "default" in tokenizer_config.json."""
    template = config.get("chat_template")
    if isinstance(template, list):
        return next((entry["template"] for entry in template if entry.get("name") == "default"), None)
    return template


def _token_text(token: Any) -> str:
    """A special token is written as text or as an object with `content`."""
    return str(token.get("content", "")) if isinstance(token, dict) else str(token or "")


def _end_tokens(folder: Path, config: Mapping[str, Any], tokenizer: Tokenizer) -> frozenset[int]:
    """Every id that ends an answer: generation_config.json's, config.json's and the tokenizer's end token."""
    found: set[int] = set()
    for name in ("generation_config.json", "config.json"):
        given = _load_json(folder / name).get("eos_token_id")
        found |= set(given if isinstance(given, list) else [given] if given is not None else [])
    by_name = tokenizer.token_to_id(_token_text(config.get("eos_token")))
    return frozenset(found | ({by_name} if by_name is not None else set()))
