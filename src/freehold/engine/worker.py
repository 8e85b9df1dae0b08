"""The chat worker: an OpenAI-compatible server around one engine and one model. Holds no logic but HTTP's."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.contracts.errors import Unavailable
from freehold.engine.chat_bodies import ChatBodies
from freehold.engine.completion_bodies import CompletionBodies
from freehold.engine.engine import Engine, EngineThread
from freehold.engine.model import Model
from freehold.engine.prompts import Prompts
from freehold.engine.scheduler import Limits
from freehold.engine.wire import ChatRequest, CompletionRequest
from freehold.foundation.clock import Clock
from freehold.foundation.edge import ByteStream, JsonResponse, decode, read_body, until_disconnect
from freehold.nn import Executor

MAX_BODY_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOptions:
    """What to serve and within which bounds. `open_executor` loads the weights; it runs on a thread."""

    folder: Path
    name: str
    limits: Limits
    open_executor: Callable[[], Executor]


class ChatService:
    """Serves one model folder. Implements `worker_edge.Service`."""

    def __init__(self, options: ChatOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._model: Model | None = None
        self._engine: EngineThread | None = None
        self.routes = [
            Route("/v1/models", self._models),
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/completions", self._completion, methods=["POST"]),
        ]

    async def load(self) -> None:
        """Read weights and tokenizer, and start the engine. Raises `InvalidRequest` for a folder it cannot serve."""
        prompts, executor = await asyncio.to_thread(self._open)
        engine = EngineThread(Engine(executor, self._options.limits), asyncio.get_running_loop())
        self._model = Model(self._options.folder, executor.spec, prompts, engine)
        self._engine = engine
        engine.start()

    def _open(self) -> tuple[Prompts, Executor]:
        return Prompts(self._options.folder, self._clock), self._options.open_executor()

    def health(self) -> Mapping[str, Any]:
        """What is loaded and how busy it is."""
        body: dict[str, Any] = {"kind": "chat", "model": self._options.name, "slots": self._options.limits.running}
        if self._model is not None and self._engine is not None:
            spec = self._model.spec
            body |= {"hash": self._model.hash, "context_length": spec.context_length, "parameters": spec.parameters}
            body |= {"sequences": self._engine.in_flight, "free_pages": self._engine.free_pages}
        return body

    async def close(self) -> None:
        """Stop the engine's thread."""
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
        answer = self._ready.answer_chat(wanted)
        bodies = ChatBodies(self._ready, wanted, answer, identifier=uuid.uuid4().hex, created=self._now())
        return await _respond(request, bodies, stream=bool(wanted.stream))

    async def _completion(self, request: Request) -> Response:
        wanted = decode(await read_body(request, MAX_BODY_BYTES), CompletionRequest)
        answer = self._ready.answer_completion(wanted)
        bodies = CompletionBodies(self._ready, wanted, answer, identifier=uuid.uuid4().hex, created=self._now())
        return await _respond(request, bodies, stream=bool(wanted.stream))

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
