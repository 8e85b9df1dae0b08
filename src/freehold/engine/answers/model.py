"""A loaded model that answers chat and text requests: reads the request, checks lengths, starts the answer."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from freehold.contracts.errors import ContextLengthExceeded, InvalidRequest
from freehold.engine.answers.answer import Answer, Choice, Form
from freehold.engine.answers.text import TokenBytes
from freehold.engine.grammars import Grammar
from freehold.engine.loop.engine import EngineThread
from freehold.engine.loop.sequence import TokenLogprob
from freehold.engine.prompts import Prompts
from freehold.engine.requests.sampling_fields import Bounds, SamplingDefaults, read_sampling
from freehold.engine.requests.terms import Terms
from freehold.engine.requests.wire import AnswerRequest, ChatRequest, CompletionRequest
from freehold.models import DecoderSpec
from freehold.nn.model_folder import gguf_paths


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one answer, and the compute time that it took."""

    prompt_tokens: int
    completion_tokens: int
    machine_seconds: float

    def body(self) -> dict[str, Any]:
        """OpenAI's `usage` object, with Freehold's own besides."""
        total = self.prompt_tokens + self.completion_tokens
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": total,
            "freehold": {"machine_seconds": round(self.machine_seconds, 6)},
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

    def chat_prompt(self, request: ChatRequest) -> list[int]:
        """Token ids of a conversation, ready for its next turn. Raises `InvalidRequest` and its kin."""
        request.refuse_unsupported()
        arguments = dict(request.chat_template_kwargs or {})
        if request.continue_final_message or request.add_generation_prompt is not None:
            arguments["add_generation_prompt"] = bool(request.add_generation_prompt)
        if request.tool_use is not None:
            arguments["tools"] = request.tools
        messages = request.template_messages()
        return self.prompts.encode_chat(messages, arguments, continues=request.continue_final_message)

    def answer_chat(
        self, request: ChatRequest, prompt: list[int], terms: Terms, grammar: Grammar | None, *, shows_marks: bool
    ) -> Answer:
        """Start a conversation's next turn, its marks of calls and thoughts in the text where they must be shown.

        Raises `InvalidRequest` and its kin.
        """
        choices = self._choices(request, prompt, request.echoed)
        return self._start(request, choices, terms, grammar, shows_marks=shows_marks)

    def answer_completion(self, request: CompletionRequest, terms: Terms, grammar: Grammar | None) -> Answer:
        """Start the continuation of one or more texts. Raises `InvalidRequest` and its kin."""
        request.refuse_unsupported()
        prompts = [self._encode(prompt) for prompt in request.prompts]
        choices = [choice for prompt in prompts for choice in self._choices(request, prompt)]
        return self._start(request, choices, terms, grammar)

    def _encode(self, prompt: str | list[int]) -> list[int]:
        if isinstance(prompt, str):
            return self.prompts.encode_text(prompt)
        if max(prompt) >= self.spec.vocab_size or min(prompt) < 0:
            raise InvalidRequest(f"'prompt' has token ids outside 0 to {self.spec.vocab_size - 1}.", param="prompt")
        return prompt

    def _choices(self, request: AnswerRequest, prompt: list[int], echoed: str = "") -> list[Choice]:
        """The choices that one prompt asks for, which differ in their seed only."""
        prompt = self._fitting(request, prompt)
        if isinstance(request, CompletionRequest) and request.echo:
            echoed = self.prompts.tokenizer.decode(prompt, skip_special_tokens=request.skip_special_tokens)
        bounds = Bounds(
            room=self.spec.context_length - len(prompt),
            vocab_size=self.spec.vocab_size,
            end_token_ids=self.prompts.end_token_ids,
            encode=lambda text: self.prompts.tokenizer.encode(text, add_special_tokens=False).ids,
            defaults=self._defaults,
        )
        one = read_sampling(request, bounds)
        count = 1 if one.beams else request.candidates
        seeds = [None if one.seed is None else one.seed + offset for offset in range(count)]
        return [Choice(prompt=prompt, sampling=replace(one, seed=seed), echoed=echoed) for seed in seeds]

    def _fitting(self, request: AnswerRequest, prompt: list[int]) -> list[int]:
        """The prompt, its beginning dropped where the request asks for that. Raises `InvalidRequest` and its kin."""
        context, limit = self.spec.context_length, request.limit
        if request.truncate_prompt_tokens is not None:
            kept = request.truncate_prompt_tokens if request.truncate_prompt_tokens >= 0 else context - (limit or 1)
            prompt = prompt[max(len(prompt) - kept, 0) :]
        if not prompt:
            raise InvalidRequest("The prompt is empty.", param="prompt")
        if len(prompt) + (limit or 1) > context:
            asked = f" and max_tokens asks for {limit} more" if limit else ""
            raise ContextLengthExceeded(
                f"The prompt has {len(prompt)} tokens{asked}; this model's context is {context} tokens.",
                param="messages" if isinstance(request, ChatRequest) else "prompt",
                hint="Shorten the prompt or lower max_tokens.",
            )
        return prompt

    def _start(
        self,
        request: AnswerRequest,
        choices: list[Choice],
        terms: Terms,
        grammar: Grammar | None,
        *,
        shows_marks: bool = False,
    ) -> Answer:
        if grammar is not None:
            choices = [replace(choice, grammar=grammar.copy()) for choice in choices]
        shown = request.n or 1
        form = Form(
            stops=request.stops,
            shows_stop=request.include_stop_str_in_output,
            skips_special_tokens=request.skip_special_tokens and not shows_marks,
            shown=shown,
            candidates=shown if request.use_beam_search else request.candidates,
        )
        answer = Answer(self._engine, self.prompts, choices, form, terms)
        answer.start()
        return answer

    def scores(self, entries: Iterable[TokenLogprob | None]) -> list[dict[str, Any] | None]:
        """vLLM's `prompt_logprobs`: for each token its score and the likeliest, by id; None for the first."""
        return [None if entry is None else self._score(entry) for entry in entries]

    def _score(self, entry: TokenLogprob) -> dict[str, Any]:
        ranked = [(token, logprob, rank) for rank, (token, logprob) in enumerate(entry.top, 1)]
        return {
            str(token): {
                "logprob": logprob,
                "rank": rank,
                "decoded_token": self.token_bytes.of(token).decode(errors="replace"),
            }
            for token, logprob, rank in [(entry.token, entry.logprob, entry.rank), *ranked]
        }


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
    for path in gguf_paths(folder) or sorted(folder.glob("*.safetensors")):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
