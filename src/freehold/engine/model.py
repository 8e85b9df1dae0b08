"""A loaded model that answers chat and text requests: reads the request, checks lengths, starts the answer."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from freehold.contracts.errors import ContextLengthExceeded, InvalidRequest
from freehold.engine.answer import Answer, Choice
from freehold.engine.engine import EngineThread
from freehold.engine.prompts import Prompts
from freehold.engine.text import TokenBytes
from freehold.engine.wire import (
    Bounds,
    ChatRequest,
    CompletionRequest,
    SamplingDefaults,
    SamplingFields,
    sampling,
)
from freehold.models import DecoderSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one answer."""

    prompt_tokens: int
    completion_tokens: int

    def body(self) -> dict[str, int]:
        """OpenAI's `usage` object."""
        total = self.prompt_tokens + self.completion_tokens
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": total,
        }


class Model:
    """Weights being served, with the text side of their folder."""

    def __init__(self, folder: Path, spec: DecoderSpec, prompts: Prompts, engine: EngineThread) -> None:
        self.spec = spec
        self.prompts = prompts
        self.token_bytes = TokenBytes(prompts.tokenizer)
        self.hash = weights_hash(folder)
        self._defaults = read_defaults(folder)
        self._engine = engine

    def answer_chat(self, request: ChatRequest) -> Answer:
        """Start a conversation's next turn. Raises `InvalidRequest` and its kin."""
        request.refuse_unsupported()
        prompt = self.prompts.encode_chat(request.template_messages(), request.chat_template_kwargs)
        limit = request.limit
        return self._start(request, self._choices(request, prompt, limit))

    def answer_completion(self, request: CompletionRequest) -> Answer:
        """Start the continuation of one or more texts. Raises `InvalidRequest` and its kin."""
        request.refuse_unsupported()
        prompts = [self._encode(prompt) for prompt in request.prompts]
        choices = [choice for prompt in prompts for choice in self._choices(request, prompt, request.max_tokens)]
        return self._start(request, choices)

    def _encode(self, prompt: str | list[int]) -> list[int]:
        if isinstance(prompt, str):
            return self.prompts.encode_text(prompt)
        if max(prompt) >= self.spec.vocab_size or min(prompt) < 0:
            raise InvalidRequest(f"'prompt' has token ids outside 0 to {self.spec.vocab_size - 1}.", param="prompt")
        return prompt

    def _choices(self, request: SamplingFields, prompt: list[int], limit: int | None) -> list[Choice]:
        """`n` choices that differ in their seed only."""
        context = self.spec.context_length
        if not prompt:
            raise InvalidRequest("The prompt is empty.", param="prompt")
        if len(prompt) + (limit or 1) > context:
            asked = f" and max_tokens asks for {limit} more" if limit else ""
            raise ContextLengthExceeded(
                f"The prompt has {len(prompt)} tokens{asked}; this model's context is {context} tokens.",
                param="messages" if isinstance(request, ChatRequest) else "prompt",
                hint="Shorten the prompt or lower max_tokens.",
            )
        bounds = Bounds(
            room=context - len(prompt),
            vocab_size=self.spec.vocab_size,
            end_token_ids=self.prompts.end_token_ids,
            defaults=self._defaults,
        )
        one = sampling(request, bounds)
        seeds = [None if one.seed is None else one.seed + offset for offset in range(request.n or 1)]
        return [Choice(prompt=prompt, sampling=replace(one, seed=seed)) for seed in seeds]

    def _start(self, request: SamplingFields, choices: list[Choice]) -> Answer:
        answer = Answer(self._engine, self.prompts, choices, request.stops)
        answer.start()
        return answer


def read_defaults(folder: Path) -> SamplingDefaults:
    """What the folder's generation_config.json suggests. Raises `InvalidRequest` naming the file."""
    path = folder / "generation_config.json"
    if not path.is_file():
        return SamplingDefaults()
    try:
        given = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        said = {name: value for name, value in given.items() if value is not None}
        if said.get("do_sample") is False:
            said["temperature"] = 0.0
        return msgspec.convert(said, SamplingDefaults)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise InvalidRequest(f"{path} cannot be used: {error}", hint="Mend or delete it.") from error


def weights_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of the folder's weight files, as hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
