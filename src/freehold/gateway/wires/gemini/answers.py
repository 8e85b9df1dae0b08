"""Gemini's answers, and what of them goes into OpenAI's.

Source: google-genai 3.6.1, `types.GenerateContentResponse` and what it holds.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from freehold.contracts.errors import ProviderFailed

# Every other reason cuts an answer short against the caller's wish, and content_filter is OpenAI's word for that;
# the vendor's own word stands beside it.
FINISHED: Mapping[str, str] = {"STOP": "stop", "MAX_TOKENS": "length", "CONTINUATION": "length"}


class _Camel(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    pass


class FunctionCall(_Camel, frozen=True):
    """A call the model wants made."""

    name: str
    id: str = ""
    args: dict[str, Any] = {}


class Blob(_Camel, frozen=True):
    """Bytes in base64: a picture the model drew."""

    mime_type: str = ""
    data: str = ""


class Part(_Camel, frozen=True):
    """A piece of an answer."""

    text: str = ""
    thought: bool = False
    thought_signature: str = ""
    function_call: FunctionCall | None = None
    inline_data: Blob | None = None


class Content(_Camel, frozen=True):
    """The pieces of an answer, or of one event's share of it."""

    parts: list[Part] = []


class Token(_Camel, frozen=True):
    """A token and its log probability."""

    token: str = ""
    log_probability: float = 0.0


class TopTokens(_Camel, frozen=True):
    """The likeliest tokens of one step."""

    candidates: list[Token] = []


class Logprobs(_Camel, frozen=True):
    """The chosen tokens, and the likeliest ones of the same steps."""

    chosen_candidates: list[Token] = []
    top_candidates: list[TopTokens] = []


class Candidate(_Camel, frozen=True):
    """One of the answers."""

    index: int = 0
    content: Content = Content()
    finish_reason: str = ""
    logprobs_result: Logprobs | None = None


class PromptFeedback(_Camel, frozen=True):
    """Why there is no answer."""

    block_reason: str = ""


class UsageMetadata(_Camel, frozen=True):
    """Tokens. Cached ones are among the prompt's; thoughts are beside the candidates'."""

    prompt_token_count: int = 0
    cached_content_token_count: int = 0
    tool_use_prompt_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0


class ErrorBody(_Camel, frozen=True):
    """Google's error (https://cloud.google.com/apis/design/errors)."""

    code: int = 0
    message: str = ""
    status: str = ""
    details: list[dict[str, Any]] = []


class Answer(_Camel, frozen=True):
    """A whole answer, or one event of a stream."""

    candidates: list[Candidate] = []
    prompt_feedback: PromptFeedback | None = None
    usage_metadata: UsageMetadata | None = None
    model_version: str = ""
    response_id: str = ""
    error: ErrorBody | None = None


A = TypeVar("A")


def read(body: bytes, kind: type[A]) -> A:
    """Decode what Google sent. Raises `ProviderFailed`."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderFailed(f"Gemini's answer cannot be read: {error}.") from error


def usage(found: UsageMetadata) -> dict[str, Any]:
    """OpenAI's `usage`. Thoughts are paid as output, so they count as completion."""
    prompt = found.prompt_token_count + found.tool_use_prompt_token_count
    completion = found.candidates_token_count + found.thoughts_token_count
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": found.cached_content_token_count},
        "completion_tokens_details": {"reasoning_tokens": found.thoughts_token_count},
    }


def finish(reason: str, *, called: bool) -> dict[str, Any]:
    """OpenAI's `finish_reason`, with Gemini's own word where it says more."""
    known = FINISHED.get(reason)
    if known is None:
        return {"finish_reason": "content_filter", "native_finish_reason": reason}
    return {"finish_reason": "tool_calls" if called and known == "stop" else known}


def message(parts: Sequence[Part], answer_id: str, first_call: int = 0) -> dict[str, Any]:
    """What the pieces say, as fields of an OpenAI message or delta; only those that say something.

    `first_call` is how many calls came in earlier events of the same answer.
    """
    said = "".join(part.text for part in parts if not part.thought)
    thought = "".join(part.text for part in parts if part.thought)
    calling = [(part.function_call, part.thought_signature) for part in parts if part.function_call]
    calls = [_tool_call(*pair, answer_id, first_call + at) for at, pair in enumerate(calling)]
    drawn = [_image(part.inline_data) for part in parts if part.inline_data]
    fields = {"content": said, "reasoning_content": thought, "tool_calls": calls, "images": drawn}
    return {name: value for name, value in fields.items() if value}


def logprobs(found: Logprobs | None) -> dict[str, Any] | None:
    """OpenAI's `logprobs` of a choice."""
    if found is None:
        return None
    tops = [[_token(token) for token in step.candidates] for step in found.top_candidates]
    tops += [[] for _ in found.chosen_candidates[len(tops) :]]
    chosen = zip(found.chosen_candidates, tops, strict=False)
    return {"content": [{**_token(token), "top_logprobs": top} for token, top in chosen], "refusal": None}


def _token(token: Token) -> dict[str, Any]:
    return {"token": token.token, "logprob": token.log_probability, "bytes": list(token.token.encode())}


def _tool_call(called: FunctionCall, signature: str, answer_id: str, index: int) -> dict[str, Any]:
    call: dict[str, Any] = {
        "index": index,
        "id": called.id or f"call_{answer_id}_{index}",
        "type": "function",
        "function": {"name": called.name, "arguments": msgspec.json.encode(called.args).decode()},
    }
    if signature:
        call["extra_content"] = {"google": {"thought_signature": signature}}
    return call


def _image(blob: Blob) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:{blob.mime_type};base64,{blob.data}"}}
