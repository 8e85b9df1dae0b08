"""Pieces of an answer as OpenAI chat completion bodies, whole or as a stream. Source: the `openai` package's types."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from freehold.contracts.errors import FreeholdError
from freehold.contracts.wire import SSE_DONE, sse_event
from freehold.engine.answer import Answer, Piece
from freehold.engine.model import Model, Usage
from freehold.engine.sequence import TokenLogprob
from freehold.engine.wire import ChatRequest
from freehold.foundation.edge import error_body


class ChatBodies:
    """Writes one chat answer."""

    def __init__(self, model: Model, request: ChatRequest, answer: Answer, *, identifier: str, created: int) -> None:
        self._model, self._request, self._answer = model, request, answer
        self._head = {"id": f"chatcmpl-{identifier}", "created": created, "model": request.model}
        self._head["system_fingerprint"] = f"fp_{model.hash[:12]}"

    def _usage(self) -> dict[str, int]:
        # All choices share one prompt, which is counted once.
        prompt_tokens = len(self._answer.choices[0].prompt)
        return Usage(prompt_tokens=prompt_tokens, completion_tokens=self._answer.completion_tokens).body()

    async def close(self) -> None:
        """Free the engine's slots, also when nothing of the answer was read."""
        self._answer.cancel()

    async def whole(self) -> dict[str, Any]:
        """The `chat.completion` object, once every choice has ended."""
        texts = [""] * len(self._answer.choices)
        reasons: list[str | None] = [None] * len(texts)
        logprobs: list[list[dict[str, Any]]] = [[] for _ in texts]
        async for piece in self._answer.pieces():
            texts[piece.index] += piece.text
            reasons[piece.index] = piece.finish_reason
            logprobs[piece.index] += self._logprobs(piece)
        choices = [
            {
                "index": index,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "logprobs": {"content": logprobs[index], "refusal": None} if self._request.logprobs else None,
                "finish_reason": reasons[index],
            }
            for index, text in enumerate(texts)
        ]
        return self._head | {"object": "chat.completion", "choices": choices, "usage": self._usage()}

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent `chat.completion.chunk` events. A failure on the way is an event with `error`."""
        try:
            for index in range(len(self._answer.choices)):
                yield self._chunk(index, {"role": "assistant", "content": "", "refusal": None})
            async for piece in self._answer.pieces():
                if piece.text or piece.logprobs:
                    yield self._chunk(piece.index, {"content": piece.text}, logprobs=self._logprobs(piece))
                if piece.finish_reason:
                    yield self._chunk(piece.index, {}, finish_reason=piece.finish_reason)
        except FreeholdError as error:
            yield sse_event(msgspec.json.encode(error_body(error)))
            return
        if self._request.includes_usage:
            usage = {"object": "chat.completion.chunk", "choices": [], "usage": self._usage()}
            yield sse_event(msgspec.json.encode(self._head | usage))
        yield SSE_DONE

    def _chunk(
        self,
        index: int,
        delta: dict[str, Any],
        *,
        logprobs: list[dict[str, Any]] | None = None,
        finish_reason: str | None = None,
    ) -> bytes:
        choice = {"index": index, "delta": delta, "finish_reason": finish_reason}
        choice["logprobs"] = {"content": logprobs, "refusal": None} if logprobs else None
        body: dict[str, Any] = self._head | {"object": "chat.completion.chunk", "choices": [choice]}
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
