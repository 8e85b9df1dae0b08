"""Pieces of an answer as OpenAI chat completion bodies, whole or as a stream. Source: the `openai` package's types;
`reasoning_content` is DeepSeek's and vLLM's, `prompt_progress` llama.cpp's.
"""

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from freehold.contracts.errors import FreeholdError
from freehold.contracts.wire import SSE_DONE, sse_event
from freehold.engine.answers.answer import Answer, Piece
from freehold.engine.answers.cursor import Delta
from freehold.engine.answers.model import Model, Usage
from freehold.engine.answers.turn import Turn
from freehold.engine.loop.sequence import Progress, TokenLogprob
from freehold.engine.requests.wire import ChatRequest
from freehold.foundation.edge import error_body


@dataclass(slots=True)
class _Message:
    """One choice's message so far."""

    content: str = ""
    reasoning: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    finish_reason: str | None = None

    def add(self, delta: Delta) -> None:
        """More of it."""
        self.content += delta.content
        self.reasoning += delta.reasoning
        if delta.name is not None:
            self.calls.append(_call(delta.name))
        elif delta.call is not None:
            self.calls[delta.call]["function"]["arguments"] += delta.arguments

    def body(self) -> dict[str, Any]:
        """OpenAI's message object."""
        content = None if self.calls and not self.content else self.content
        body: dict[str, Any] = {"role": "assistant", "content": content, "refusal": None}
        if self.reasoning:
            body["reasoning_content"] = self.reasoning
        if self.calls:
            body["tool_calls"] = self.calls
        return body


class ChatBodies:
    """Writes one chat answer."""

    def __init__(
        self, model: Model, request: ChatRequest, answer: Answer, turn: Turn, *, identifier: str, created: int
    ) -> None:
        self._model, self._request, self._answer = model, request, answer
        self._readers = [turn.reader() for _ in answer.choices]
        self._head = {"id": f"chatcmpl-{identifier}", "created": created, "model": request.model}
        self._head["system_fingerprint"] = f"fp_{model.hash[:12]}"

    def _usage(self) -> dict[str, Any]:
        # All choices share one prompt, which is counted once.
        prompt_tokens = len(self._answer.choices[0].prompt)
        return Usage(
            prompt_tokens=prompt_tokens,
            completion_tokens=self._answer.completion_tokens,
            machine_seconds=self._answer.machine_seconds,
        ).body()

    async def close(self) -> None:
        """Free the engine's slots, also when nothing of the answer was read."""
        self._answer.cancel()

    def _read(self, piece: Piece) -> tuple[list[Delta], str | None]:
        """What the piece adds to its turn, and why the turn ends with it, if it does."""
        reader = self._readers[piece.index]
        deltas = reader.feed(piece.text, last=piece.finish_reason is not None)
        made_calls = piece.finish_reason == "stop" and reader.calls
        return deltas, "tool_calls" if made_calls else piece.finish_reason

    async def whole(self) -> dict[str, Any]:
        """The `chat.completion` object, once every choice has ended."""
        messages = [_Message() for _ in self._answer.choices]
        async for piece in self._answer.pieces():
            message = messages[piece.index]
            deltas, message.finish_reason = self._read(piece)
            message.pieces.append(piece)
            for delta in deltas:
                message.add(delta)
        body = self._head | {"object": "chat.completion", "usage": self._usage()}
        body["choices"] = [self._choice(index, message) for index, message in enumerate(messages)]
        prompt_logprobs = [one for piece in messages[0].pieces for one in piece.prompt_logprobs]
        if self._request.prompt_logprobs is not None:
            body["prompt_logprobs"] = self._model.scores(prompt_logprobs)
        if self._request.return_token_ids:
            body["prompt_token_ids"] = self._answer.choices[0].prompt
        return body

    def _choice(self, index: int, message: _Message) -> dict[str, Any]:
        logprobs = [entry for piece in message.pieces for entry in self._logprobs(piece)]
        choice: dict[str, Any] = {"index": index, "message": message.body(), "finish_reason": message.finish_reason}
        choice["logprobs"] = {"content": logprobs, "refusal": None} if self._request.logprobs else None
        if self._request.return_token_ids:
            choice["token_ids"] = [token for piece in message.pieces for token in piece.tokens]
        return choice

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent `chat.completion.chunk` events. A failure on the way is an event with `error`."""
        try:
            for index in range(len(self._answer.choices)):
                yield self._chunk(index, {"role": "assistant", "content": "", "refusal": None})
            async for piece in self._answer.pieces():
                for event in self._events(piece):
                    yield event
        except FreeholdError as error:
            yield sse_event(msgspec.json.encode(error_body(error)))
            return
        if self._request.includes_usage:
            usage = {"object": "chat.completion.chunk", "choices": [], "usage": self._usage()}
            yield sse_event(msgspec.json.encode(self._head | usage))
        yield SSE_DONE

    def _events(self, piece: Piece) -> Iterator[bytes]:
        if piece.progress is not None:
            yield self._chunk(piece.index, {}, prompt_progress=_progress(piece.progress))
        read, reason = self._read(piece)
        deltas = [_delta(delta) for delta in read]
        more: dict[str, Any] = {}
        if piece.logprobs:
            more["logprobs"] = {"content": self._logprobs(piece), "refusal": None}
        if self._request.return_token_ids and piece.tokens:
            more["token_ids"] = piece.tokens
        if more and not deltas:
            deltas = [{"content": ""}]
        for delta in deltas:
            yield self._chunk(piece.index, delta, more)
            more = {}
        if reason is not None:
            yield self._chunk(piece.index, {}, {"finish_reason": reason})

    def _chunk(
        self, index: int, delta: dict[str, Any], more: dict[str, Any] | None = None, **fields: dict[str, Any]
    ) -> bytes:
        choice = {"index": index, "delta": delta, "finish_reason": None, "logprobs": None} | (more or {})
        body: dict[str, Any] = self._head | {"object": "chat.completion.chunk", "choices": [choice]} | fields
        if self._request.includes_usage:
            body["usage"] = None
        return sse_event(msgspec.json.encode(body))

    def _logprobs(self, piece: Piece) -> list[dict[str, Any]]:
        return [self._logprob(entry) for entry in piece.logprobs]

    def _logprob(self, entry: TokenLogprob) -> dict[str, Any]:
        top = [self._token(token, logprob) for token, logprob in entry.top]
        return self._token(entry.token, entry.logprob) | {"top_logprobs": top}

    def _token(self, token: int, logprob: float) -> dict[str, Any]:
        raw = self._model.token_bytes.of(token)
        return {"token": raw.decode(errors="replace"), "logprob": logprob, "bytes": list(raw)}


def _call(name: str) -> dict[str, Any]:
    return {"id": f"call_{uuid.uuid4().hex[:24]}", "type": "function", "function": {"name": name, "arguments": ""}}


def _delta(delta: Delta) -> dict[str, Any]:
    """OpenAI's delta: a call's id, type and name come first, then fragments of its arguments."""
    if delta.name is not None:
        return {"tool_calls": [{"index": delta.call} | _call(delta.name)]}
    if delta.call is not None:
        return {"tool_calls": [{"index": delta.call, "function": {"arguments": delta.arguments}}]}
    return {"reasoning_content": delta.reasoning} if delta.reasoning else {"content": delta.content}


def _progress(progress: Progress) -> dict[str, int]:
    """llama.cpp's `prompt_progress`."""
    return {
        "total": progress.total,
        "cache": progress.cached,
        "processed": progress.processed,
        "time_ms": round(progress.seconds * 1000),
    }
