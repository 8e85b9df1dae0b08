"""What a request asks of its answer's form: JSON, a schema, a regular expression, a choice, a grammar. Knows no tokens.

Sources: OpenAI's `response_format`; vLLM's `structured_outputs` and, before its 0.12, `guided_*`; llama.cpp's
`grammar` and `json_schema`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.engine.requests.sampling_fields import SamplingFields

Kind = Literal["json_schema", "regex", "choice", "grammar", "lark"]
Schema = dict[str, Any]

# Without a bound, models in JSON mode write whitespace until they run out of tokens. llama.cpp's bound.
WHITESPACE = r"( |\n[ \t]{0,20})"
# What may ask for other tokens than a grammar allows, or for none of those.
CONFLICTS = ("use_beam_search", "min_tokens", "ignore_eos", "allowed_token_ids", "bad_words")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrammarText:
    """A grammar to be compiled; errors name `param`, the request's field.

    A `grammar` is GBNF (llama.cpp) or Lark; a `choice` is a JSON list of texts. Of a schema that is not `strict`,
    unknown keywords are passed over. `before` is Lark, in which the rest is called `@answer`.
    """

    kind: Kind
    text: str
    param: str
    strict: bool = True
    before: str = ""


class TextFormat(msgspec.Struct, tag="text"):
    """No form."""


class JsonObjectFormat(msgspec.Struct, tag="json_object"):
    """Any JSON object, or (llama.cpp) one that fits a schema."""

    schema: Schema | None = None


class NamedSchema(msgspec.Struct):
    """A JSON schema under a name that the model does not see."""

    name: str = ""
    description: str | None = None
    schema: Schema | None = None
    strict: bool | None = None


class JsonSchemaFormat(msgspec.Struct, tag="json_schema"):
    """JSON that fits a schema."""

    json_schema: NamedSchema


class StructuredOutputs(msgspec.Struct):
    """One of these, as vLLM names them."""

    json: str | Schema | None = None
    regex: str | None = None
    choice: list[str] | None = None
    grammar: str | None = None
    json_object: bool | None = None
    structural_tag: str | dict[str, Any] | None = None


class StructuredFields(SamplingFields, kw_only=True):
    """What chat and text completion requests may say of the answer's form."""

    response_format: TextFormat | JsonObjectFormat | JsonSchemaFormat | None = None
    structured_outputs: StructuredOutputs | None = None
    guided_json: str | Schema | None = None
    guided_regex: str | None = None
    guided_choice: list[str] | None = None
    guided_grammar: str | None = None
    grammar: str | None = None
    json_schema: Schema | None = None

    @property
    def form(self) -> GrammarText | None:
        """The form asked for. Raises `InvalidRequest` for two of them or one that other parameters contradict."""
        found = [*self._response_format(), *self._named("", self._aliases()), *self._structured_outputs()]
        if len(found) > 1:
            given = " and ".join(f"'{form.param}'" for form in found)
            raise InvalidRequest(f"{given} each say what the answer looks like; give one.", param=found[1].param)
        for form in found:
            self.refuse_conflicts(form.param)
        return found[0] if found else None

    def refuse_conflicts(self, param: str) -> None:
        """Raise `InvalidRequest` for parameters that a grammar, asked for by `param`, leaves no room for."""
        for name in CONFLICTS:
            if getattr(self, name):
                raise InvalidRequest(f"'{name}' and '{param}' exclude each other.", param=name)

    def _response_format(self) -> Iterator[GrammarText]:
        match self.response_format:
            case JsonObjectFormat(schema=schema):
                wanted = {"type": "object"} if schema is None else schema
                yield _schema("response_format", wanted, strict=True)
            case JsonSchemaFormat(json_schema=named):
                if named.schema is None:
                    raise InvalidRequest("The schema is missing.", param="response_format.json_schema.schema")
                yield _schema("response_format", named.schema, strict=bool(named.strict))

    def _structured_outputs(self) -> Iterator[GrammarText]:
        wanted = self.structured_outputs or StructuredOutputs()
        if wanted.structural_tag is not None:
            raise UnsupportedParameter(
                "Structural tags are not supported.",
                param="structured_outputs.structural_tag",
                hint="Give tools, or a grammar.",
            )
        schema = {"type": "object"} if wanted.json_object else wanted.json
        fields = {"json": schema, "regex": wanted.regex, "choice": wanted.choice, "grammar": wanted.grammar}
        yield from self._named("structured_outputs.", fields)

    def _aliases(self) -> Mapping[str, Any]:
        guided = {"guided_json": self.guided_json, "guided_regex": self.guided_regex}
        guided |= {"guided_choice": self.guided_choice, "guided_grammar": self.guided_grammar}
        return guided | {"grammar": self.grammar, "json_schema": self.json_schema}

    def _named(self, place: str, fields: Mapping[str, Any]) -> Iterator[GrammarText]:
        for name, value in fields.items():
            if value is None or value == "":  # llama.cpp's clients send an empty grammar for none
                continue
            param = place + name
            match name.removeprefix("guided_"):
                case "json" | "json_schema":
                    yield _schema(param, value, strict=True)
                case "choice":
                    yield _choice(param, value)
                case "regex":
                    yield GrammarText(kind="regex", text=value, param=param)
                case _:
                    yield GrammarText(kind="grammar", text=value, param=param)


def json_options(*, strict: bool) -> dict[str, Any]:
    """How llguidance reads a schema: its `x-guidance`."""
    return {"whitespace_pattern": WHITESPACE, "lenient": not strict}


def _schema(param: str, schema: str | Schema, *, strict: bool) -> GrammarText:
    text = schema if isinstance(schema, str) else msgspec.json.encode(schema).decode()
    return GrammarText(kind="json_schema", text=text, param=param, strict=strict)


def _choice(param: str, choice: list[str]) -> GrammarText:
    if not choice or not all(choice):
        raise InvalidRequest(f"'{param}' takes one text or more, none of them empty.", param=param)
    return GrammarText(kind="choice", text=msgspec.json.encode(choice).decode(), param=param)
