"""The text side of a GGUF file: tokenizer, chat template, and the tokens that begin and end texts and answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from freehold.contracts.errors import InvalidRequest
from freehold.nn.gguf_file import read_gguf
from freehold.nn.gguf_tokenizer import END_TEXTS, build_tokenizer, token_id, token_texts

ENDS = ("eos", "eot", "eom")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelText:
    """What prompts need of a model. `specials` maps a template's names to texts, e.g. "bos_token" to "<s>" or ""."""

    tokenizer: Tokenizer
    template: str | None
    specials: Mapping[str, str]
    end_token_ids: frozenset[int]


def read_gguf_text(path: Path) -> ModelText:
    """The text side of the file, of a split model the first part. Raises `InvalidRequest` naming the value at fault."""
    values = read_gguf(path).values
    try:
        tokenizer, texts = build_tokenizer(values), token_texts(values)
        names = {"bos_token": "bos", "eos_token": "eos", "pad_token": "padding"}
        ids = {name: token_id(values, key) for name, key in names.items()}
        given = {number for name in ENDS if (number := token_id(values, name)) is not None}
    except InvalidRequest as error:
        raise InvalidRequest(f"{path}: {error.message}", hint=error.hint) from error
    template = values.get("tokenizer.chat_template")
    return ModelText(
        tokenizer=tokenizer,
        template=template if isinstance(template, str) else None,
        specials={name: "" if number is None else texts[number] for name, number in ids.items()},
        end_token_ids=frozenset(given | {number for number, text in enumerate(texts) if text in END_TEXTS}),
    )
