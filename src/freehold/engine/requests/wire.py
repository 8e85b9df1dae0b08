"""OpenAI's chat and text completion requests as this engine reads them. Ignores what it does not know;
refuses what it knows and cannot do, rather than answer something else.

Source: the types of the `openai` Python package; `chat_template_kwargs`, `add_generation_prompt`,
`continue_final_message`, `truncate_prompt_tokens`, `return_token_ids` and `cache_salt` are vLLM's extensions,
`return_progress` is llama.cpp's.
"""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from freehold.contracts.errors import InvalidRequest, UnsupportedParameter
from freehold.engine.requests.sampling_fields import Top
from freehold.engine.requests.structured import StructuredFields
from freehold.engine.requests.tool_use import NamedTool, ToolUse, past_calls, read_tool_use


class StreamOptions(msgspec.Struct):
    """What a stream carries besides the answer."""

    include_usage: bool = False


class Message(msgspec.Struct):
    """One turn of a conversation."""

    role: str
    content: str | list[dict[str, Any]] | None = None
    name: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None


class AnswerRequest(StructuredFields, kw_only=True):
    """What both kinds of request share."""

    model: str
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    echo: bool | None = None
    truncate_prompt_tokens: Annotated[int, Meta(ge=-1)] | None = None  # keep the last ones; -1: what there is room for
    return_token_ids: bool = False
    cache_salt: str = ""

    @property
    def includes_usage(self) -> bool:
        """Whether a stream ends with a usage chunk."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def refuse_unsupported(self) -> None:
        """Raise `InvalidRequest` for parameters that exclude each other."""
        refused = {
            "use_beam_search": ("stream", self.use_beam_search and self.stream),
            "best_of": ("stream", self.candidates > (self.n or 1) and self.stream),
            "prompt_logprobs": ("stream", self.prompt_logprobs is not None and self.stream),
            "stop": ("use_beam_search", self.use_beam_search and self.stops),
        }
        for parameter, (other, both) in refused.items():
            if both:
                raise UnsupportedParameter(f"'{parameter}' cannot be combined with '{other}'.", param=parameter)


class ChatRequest(AnswerRequest, kw_only=True):
    """POST /v1/chat/completions."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    logprobs: bool | None = None
    top_logprobs: Top | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | NamedTool | None = None
    parallel_tool_calls: bool | None = None
    functions: list[Any] | None = None
    modalities: list[str] | None = None
    audio: dict[str, Any] | None = None
    chat_template_kwargs: dict[str, Any] | None = None
    add_generation_prompt: bool | None = None
    continue_final_message: bool = False
    return_progress: bool = False

    def refuse_unsupported(self) -> None:
        """Raise `InvalidRequest` for what this engine would have to ignore or that makes no sense together."""
        super().refuse_unsupported()
        asked = {
            "functions": bool(self.functions),
            "modalities": self.modalities not in (None, ["text"]),
            "audio": bool(self.audio),
        }
        for parameter, present in asked.items():
            if present:
                raise UnsupportedParameter(f"This model does not support '{parameter}'.", param=parameter)
        if self.top_logprobs is not None and not self.logprobs:
            raise InvalidRequest("'top_logprobs' needs 'logprobs': true.", param="top_logprobs")
        if self.continue_final_message and self.add_generation_prompt:
            raise InvalidRequest(
                "'continue_final_message' leaves no room for 'add_generation_prompt'.", param="continue_final_message"
            )

    def template_messages(self) -> list[dict[str, Any]]:
        """Messages with their text parts joined. Raises `UnsupportedParameter` for pictures and sound."""
        return [
            {"role": message.role, "content": _text(message, index)} | _more(message)
            for index, message in enumerate(self.messages)
        ]

    @property
    def tool_use(self) -> ToolUse | None:
        """How tools may be used; None for not at all. Raises `InvalidRequest`."""
        use = read_tool_use(self.tools or (), self.tool_choice, parallel=self.parallel_tool_calls is not False)
        if use is not None and (use.forced or use.strict):
            self.refuse_conflicts("tools")
        return use

    @property
    def reports_progress(self) -> bool:
        """Whether a stream says how much of the prompt has been processed."""
        return bool(self.return_progress and self.stream)

    @property
    def wanted_logprobs(self) -> int | None:
        """How many alternatives to report, or None for no log-probabilities."""
        return (self.top_logprobs or 0) if self.logprobs else None

    @property
    def limit(self) -> int | None:
        """The most tokens to generate; the newer name wins."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def echoed(self) -> str:
        """What the answer begins with: the message that it continues, where that is asked for."""
        last = self.messages[-1]
        wanted = self.echo and last.role == "assistant"
        return _text(last, len(self.messages) - 1) if wanted else ""


class CompletionRequest(AnswerRequest, kw_only=True):
    """POST /v1/completions."""

    default_tokens: ClassVar[int | None] = 16  # as OpenAI documents it

    prompt: str | list[str | int | list[int]]
    logprobs: Top | None = None
    suffix: str | None = None

    def refuse_unsupported(self) -> None:
        """Raise `InvalidRequest` for what this engine would have to ignore or that makes no sense together."""
        super().refuse_unsupported()
        if self.suffix:
            raise UnsupportedParameter("This model does not support 'suffix'.", param="suffix")

    @property
    def wanted_logprobs(self) -> int | None:
        """How many alternatives to report, or None for no log-probabilities."""
        return self.logprobs

    @property
    def prompt_top(self) -> int | None:
        """How many alternatives to report for each token of the prompt, or None for no scores."""
        wanted = (self.prompt_logprobs, self.logprobs if self.echo else None)
        return max((top for top in wanted if top is not None), default=None)

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


def _more(message: Message) -> dict[str, Any]:
    """What templates look for only in some messages."""
    more: dict[str, Any] = {
        "name": message.name,
        "reasoning_content": message.reasoning_content,
        "tool_call_id": message.tool_call_id,
    }
    if message.tool_calls:
        more["tool_calls"] = past_calls(message.tool_calls)
    return {name: value for name, value in more.items() if value is not None}


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
