"""The chat worker: an OpenAI-compatible server around one engine and one model. Holds no logic but HTTP's."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.contracts.errors import Unavailable
from freehold.engine.answers.chat_bodies import ChatBodies
from freehold.engine.answers.completion_bodies import CompletionBodies
from freehold.engine.answers.model import Model
from freehold.engine.answers.turn import Turns
from freehold.engine.grammars import Grammar, Grammars
from freehold.engine.loop.engine import Engine, EngineThread
from freehold.engine.loop.scheduler import Limits
from freehold.engine.prompts import Prompts
from freehold.engine.requests.structured import GrammarText
from freehold.engine.requests.terms import Terms, read_terms
from freehold.engine.requests.wire import AnswerRequest, ChatRequest, CompletionRequest
from freehold.foundation.clock import Clock
from freehold.foundation.edge import ByteStream, JsonResponse, decode, read_body, until_disconnect
from freehold.foundation.memory import resident_bytes
from freehold.nn import Executor

MAX_BODY_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOptions:
    """What to serve and within which bounds. `open_executor` loads the weights; it runs on a thread."""

    folder: Path
    name: str
    limits: Limits
    open_executor: Callable[[], Executor]
    tool_format: str = ""  # how the model writes tool calls; empty: as its chat template shows


class ChatService:
    """Serves one model folder. Implements `worker_edge.Service`."""

    def __init__(self, options: ChatOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._model: Model | None = None
        self._engine: EngineThread | None = None
        self._turns: Turns | None = None
        self._grammars: Grammars | None = None
        self.routes = [
            Route("/v1/models", self._models),
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/completions", self._completion, methods=["POST"]),
        ]

    async def load(self) -> None:
        """Read weights and tokenizer, and start the engine. Raises `InvalidRequest` for a folder it cannot serve."""
        prompts, executor = await asyncio.to_thread(self._open)
        engine = Engine(executor, self._options.limits, name=self._options.name, clock=self._clock)
        thread = EngineThread(engine, asyncio.get_running_loop())
        self._turns = Turns(prompts.template or "", prompts.tokenizer, self._options.tool_format)
        vocabulary = (prompts.tokenizer, executor.spec.vocab_size, prompts.end_token_ids)
        self._grammars = await asyncio.to_thread(Grammars, *vocabulary)
        self._model = Model(self._options.folder, executor.spec, prompts, thread)
        self._engine = thread
        thread.start()

    def _open(self) -> tuple[Prompts, Executor]:
        return Prompts(self._options.folder, self._clock), self._options.open_executor()

    def health(self) -> Mapping[str, Any]:
        """What is loaded and how busy it is."""
        body: dict[str, Any] = {"kind": "chat", "model": self._options.name, "slots": self._options.limits.running}
        if self._model is not None and self._engine is not None:
            spec = self._model.spec
            body |= {"hash": self._model.hash, "context_length": spec.context_length, "parameters": spec.parameters}
            body |= {"sequences": self._engine.in_flight, "waiting": self._engine.waiting}
            body |= {"free_pages": self._engine.free_pages, "memory_bytes": resident_bytes()}
        return body

    async def close(self) -> None:
        """Stop the engine's thread."""
        if self._grammars is not None:
            self._grammars.close()
        if self._engine is not None:
            await asyncio.to_thread(self._engine.stop)

    @property
    def _ready(self) -> Model:
        if self._model is None:
            raise Unavailable("The model is still loading.", hint="Try again shortly.")
        return self._model

    async def _models(self, request: Request) -> Response:
        entry = {"id": self._options.name, "object": "model", "created": 0, "owned_by": "freehold"}
        return JsonResponse({"object": "list", "data": [entry]})

    async def _chat(self, request: Request) -> Response:
        wanted = decode(await read_body(request, MAX_BODY_BYTES), ChatRequest)
        model, turns = self._ready, self._turns
        assert turns is not None
        prompt = model.chat_prompt(wanted)
        turn = turns.of(wanted.tool_use, wanted.form, prompt)
        grammar = await self._compile(request, turn.grammar)
        terms = replace(self._terms(request, wanted), reports_progress=wanted.reports_progress)
        answer = model.answer_chat(wanted, prompt, terms, grammar, shows_marks=turn.marks_are_special)
        bodies = ChatBodies(model, wanted, answer, turn, identifier=uuid.uuid4().hex, created=self._now())
        return await _respond(request, bodies, stream=bool(wanted.stream))

    async def _completion(self, request: Request) -> Response:
        wanted = decode(await read_body(request, MAX_BODY_BYTES), CompletionRequest)
        model = self._ready
        grammar = await self._compile(request, wanted.form)
        answer = model.answer_completion(wanted, self._terms(request, wanted), grammar)
        bodies = CompletionBodies(model, wanted, answer, identifier=uuid.uuid4().hex, created=self._now())
        return await _respond(request, bodies, stream=bool(wanted.stream))

    async def _compile(self, request: Request, wanted: GrammarText | None) -> Grammar | None:
        """Compiled before the engine hears of the request, so that a bad grammar is this request's affair alone."""
        assert self._grammars is not None
        return None if wanted is None else await until_disconnect(request, self._grammars.compile(wanted))

    def _terms(self, request: Request, wanted: AnswerRequest) -> Terms:
        # Not vLLM's `priority`: bodies come from clients, who would all be first; headers come from the gateway.
        return replace(read_terms(request.headers, self._clock), cache_salt=wanted.cache_salt)

    def _now(self) -> int:
        return int(self._clock.unix_seconds())


async def _respond(request: Request, bodies: ChatBodies | CompletionBodies, *, stream: bool) -> Response:
    """The answer as a stream, or whole; a client that hangs up ends it and frees its slots."""
    started = time.monotonic()
    if stream:
        return ByteStream(bodies.stream(), close=bodies.close)
    try:
        body = await until_disconnect(request, bodies.whole())
    finally:
        await bodies.close()
    milliseconds = round((time.monotonic() - started) * 1000)
    return JsonResponse(body, headers={"openai-processing-ms": str(milliseconds)})
