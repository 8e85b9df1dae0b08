"""OpenAI's chat and text completion requests as this engine reads them. Ignores what it does not know;
refuses what it knows and cannot do, rather than answer something else.

Source: the types of the `openai` Python package; `top_k`, `min_p`, `repetition_penalty`, `ignore_eos` and
`chat_template_kwargs` are vLLM's extensions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.engine.sequence import Sampling

MAX_CHOICES = 64
MAX_STOPS = 16

Penalty = Annotated[float, Meta(ge=-2, le=2)]
Stop = str | list[str] | None


class StreamOptions(msgspec.Struct):
    """What a stream carries besides the answer."""

    include_usage: bool = False


class Message(msgspec.Struct):
    """One turn of a conversation."""

    role: str
    content: str | list[dict[str, Any]] | None = None
    name: str | None = None


class SamplingFields(msgspec.Struct, kw_only=True):
    """What both kinds of request share."""

    model: str
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    top_k: Annotated[int, Meta(ge=-1)] | None = None
    min_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    repetition_penalty: Annotated[float, Meta(gt=0, le=10)] | None = None
    logit_bias: dict[str, Annotated[float, Meta(ge=-100, le=100)]] | None = None
    seed: int | None = None
    stop: Stop = None
    n: Annotated[int, Meta(ge=1, le=MAX_CHOICES)] | None = None
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    ignore_eos: bool = False
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop strings. Raises `InvalidRequest` for an empty one or too many."""
        stops = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        if len(stops) > MAX_STOPS or not all(stops):
            raise InvalidRequest(f"'stop' takes up to {MAX_STOPS} texts, none of them empty.", param="stop")
        return stops

    @property
    def includes_usage(self) -> bool:
        """Whether a stream ends with a usage chunk."""
        return bool(self.stream_options and self.stream_options.include_usage)


class ChatRequest(SamplingFields, kw_only=True):
    """POST /v1/chat/completions."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None
    audio: dict[str, Any] | None = None
    chat_template_kwargs: dict[str, Any] | None = None

    def refuse_unsupported(self) -> None:
        """Raise `UnsupportedParameter` for what this engine would have to ignore."""
        asked = {
            "tools": bool(self.tools),
            "functions": bool(self.functions),
            "response_format": (self.response_format or {}).get("type", "text") != "text",
            "modalities": self.modalities not in (None, ["text"]),
            "audio": bool(self.audio),
        }
        for parameter, present in asked.items():
            if present:
                raise UnsupportedParameter(f"This model does not support '{parameter}'.", param=parameter)
        if self.top_logprobs is not None and not self.logprobs:
            raise InvalidRequest("'top_logprobs' needs 'logprobs': true.", param="top_logprobs")

    def template_messages(self) -> list[dict[str, Any]]:
        """Messages with their text parts joined. Raises `UnsupportedParameter` for pictures and sound."""
        return [{"role": message.role, "content": _text(message, index)} for index, message in enumerate(self.messages)]

    @property
    def wanted_logprobs(self) -> int | None:
        """How many alternatives to report, or None for no log-probabilities."""
        return (self.top_logprobs or 0) if self.logprobs else None

    @property
    def limit(self) -> int | None:
        """The most tokens to generate; the newer name wins."""
        return self.max_completion_tokens or self.max_tokens


class CompletionRequest(SamplingFields, kw_only=True):
    """POST /v1/completions."""

    prompt: str | list[str | int | list[int]]
    logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    echo: bool | None = None
    suffix: str | None = None
    best_of: int | None = None

    def refuse_unsupported(self) -> None:
        """Raise `UnsupportedParameter` for what this engine would have to ignore."""
        if self.suffix:
            raise UnsupportedParameter("This model does not support 'suffix'.", param="suffix")
        if self.best_of not in (None, self.n or 1):
            raise UnsupportedParameter("'best_of' is supported only when equal to 'n'.", param="best_of")

    @property
    def prompts(self) -> Sequence[str | list[int]]:
        """One entry per prompt. Raises `InvalidRequest` for none or an empty one."""
        if isinstance(self.prompt, str):
            return [self.prompt]
        numbers = [item for item in self.prompt if isinstance(item, int)]
        texts = [item for item in self.prompt if not isinstance(item, int)]
        if numbers and texts:
            raise InvalidRequest("'prompt' mixes token ids with texts.", param="prompt")
        prompts = [numbers] if numbers else texts
        if not prompts or not all(prompts):
            raise InvalidRequest("'prompt' is empty.", param="prompt")
        return prompts


def _text(message: Message, index: int) -> str:
    if message.content is None:
        return ""
    if isinstance(message.content, str):
        return message.content
    texts: list[str] = []
    for part in message.content:
        if part.get("type") != "text":
            raise UnsupportedParameter(
                f"This model reads text only, not '{part.get('type')}'.", param=f"messages[{index}].content"
            )
        texts.append(str(part.get("text", "")))
    return "".join(texts)


class SamplingDefaults(msgspec.Struct, frozen=True):
    """What a model's own generation_config.json suggests for requests that do not say."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a model allows: context left for the answer, vocabulary, tokens that end an answer; and its defaults."""

    room: int
    vocab_size: int
    end_token_ids: frozenset[int]
    defaults: SamplingDefaults = SamplingDefaults()


T = TypeVar("T", int, float)


def _or(value: T | None, default: T) -> T:
    return default if value is None else value


def sampling(request: SamplingFields, bounds: Bounds) -> Sampling:
    """The engine's sampling of a request. Raises `InvalidRequest`."""
    bias = _bias(request.logit_bias or {}, bounds.vocab_size)
    defaults = bounds.defaults
    chat = isinstance(request, ChatRequest)
    limit = request.limit if isinstance(request, ChatRequest) else request.max_tokens
    if limit is None:
        limit = bounds.room if chat else min(bounds.room, 16)  # the legacy endpoint's documented default
    wanted = request.wanted_logprobs if isinstance(request, ChatRequest) else getattr(request, "logprobs", None)
    return Sampling(
        max_tokens=limit,
        temperature=_or(request.temperature, defaults.temperature),
        top_p=_or(request.top_p, defaults.top_p),
        top_k=max(_or(request.top_k, defaults.top_k), 0),
        min_p=_or(request.min_p, defaults.min_p),
        presence_penalty=request.presence_penalty or 0.0,
        frequency_penalty=request.frequency_penalty or 0.0,
        repetition_penalty=_or(request.repetition_penalty, defaults.repetition_penalty),
        logit_bias=bias,
        seed=request.seed,
        stop_token_ids=frozenset() if request.ignore_eos else bounds.end_token_ids,
        top_logprobs=wanted,
        prompt_logprobs=isinstance(request, CompletionRequest) and bool(request.echo) and wanted is not None,
    )


def _bias(given: dict[str, float], vocab_size: int) -> dict[int, float]:
    bias: dict[int, float] = {}
    for key, value in given.items():
        if not key.isdecimal() or int(key) >= vocab_size:
            text = f"'logit_bias' has no token '{key}': ids are numbers below {vocab_size}."
            raise InvalidRequest(text, param="logit_bias")
        bias[int(key)] = value
    return bias
