"""Pieces of an answer as OpenAI text completion bodies, whole or as a stream. Source: the `openai` package's types."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from freehold.contracts.errors import FreeholdError
from freehold.contracts.wire import SSE_DONE, sse_event
from freehold.engine.answers.answer import Answer, Piece
from freehold.engine.answers.model import Model, Usage
from freehold.engine.loop.sequence import TokenLogprob
from freehold.engine.requests.wire import CompletionRequest
from freehold.foundation.edge import error_body


class _Logprobs:
    """The legacy log-probability lists of one choice, with running text offsets."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._offset = 0

    def of(self, entries: list[TokenLogprob]) -> dict[str, Any]:
        """Lists for the given tokens, continuing where the last call ended."""
        tokens = [self._text(entry.token) for entry in entries]
        offsets: list[int] = []
        for token in tokens:
            offsets.append(self._offset)
            self._offset += len(token)
        top = [{self._text(token): logprob for token, logprob in entry.top} or None for entry in entries]
        logprobs = [None if entry.logprob != entry.logprob else entry.logprob for entry in entries]
        return {"tokens": tokens, "token_logprobs": logprobs, "top_logprobs": top, "text_offset": offsets}

    def _text(self, token: int) -> str:
        return self._model.token_bytes.of(token).decode(errors="replace")


class CompletionBodies:
    """Writes one answer to a text completion request."""

    def __init__(
        self, model: Model, request: CompletionRequest, answer: Answer, *, identifier: str, created: int
    ) -> None:
        self._model, self._request, self._answer = model, request, answer
        self._head = {"id": f"cmpl-{identifier}", "object": "text_completion", "created": created}
        self._head |= {"model": request.model, "system_fingerprint": f"fp_{model.hash[:12]}"}
        self._logprobs = [_Logprobs(model) for _ in answer.choices]
        self._begun: set[int] = set()

    def _usage(self) -> dict[str, Any]:
        # The choices of one prompt share it; distinct prompts are all counted.
        choices = self._answer.choices[:: self._request.n or 1]
        prompt_tokens = sum(len(choice.prompt) for choice in choices)
        return Usage(
            prompt_tokens=prompt_tokens,
            completion_tokens=self._answer.completion_tokens,
            machine_seconds=self._answer.machine_seconds,
        ).body()

    async def close(self) -> None:
        """Free the engine's slots, also when nothing of the answer was read."""
        self._answer.cancel()

    async def whole(self) -> dict[str, Any]:
        """The `text_completion` object, once every choice has ended."""
        pieces: list[list[Piece]] = [[] for _ in self._answer.choices]
        async for piece in self._answer.pieces():
            pieces[piece.index].append(piece)
        choices = [self._choice(index, found) for index, found in enumerate(pieces)]
        return self._head | {"choices": choices, "usage": self._usage()}

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent `text_completion` events. A failure on the way is an event with `error`."""
        try:
            async for piece in self._answer.pieces():
                body = self._head | {"choices": [self._choice(piece.index, [piece])]}
                if self._request.includes_usage:
                    body["usage"] = None
                yield sse_event(msgspec.json.encode(body))
        except FreeholdError as error:
            yield sse_event(msgspec.json.encode(error_body(error)))
            return
        if self._request.includes_usage:
            yield sse_event(msgspec.json.encode(self._head | {"choices": [], "usage": self._usage()}))
        yield SSE_DONE

    def _choice(self, index: int, pieces: list[Piece]) -> dict[str, Any]:
        """A choice that consists of these pieces, or that part of it."""
        entries = [entry for piece in pieces for entry in self._entries(piece)]
        shows_logprobs = self._request.logprobs is not None and (entries or not self._request.stream)
        choice: dict[str, Any] = {
            "index": index,
            "text": "".join(piece.text for piece in pieces),
            "logprobs": self._logprobs[index].of(entries) if shows_logprobs else None,
            "finish_reason": next((piece.finish_reason for piece in pieces if piece.finish_reason), None),
        }
        if self._request.prompt_logprobs is not None:
            choice["prompt_logprobs"] = self._model.scores(one for piece in pieces for one in piece.prompt_logprobs)
        if self._request.return_token_ids:
            choice["token_ids"] = [token for piece in pieces for token in piece.tokens]
            choice["prompt_token_ids"] = None if index in self._begun else self._answer.choices[index].prompt
            self._begun.add(index)
        return choice

    def _entries(self, piece: Piece) -> list[TokenLogprob]:
        """The prompt's scored tokens (the first has no score) where they are echoed, then the generated ones."""
        prompt = self._answer.choices[piece.index].prompt
        scored = [
            entry or TokenLogprob(token=prompt[position], logprob=float("nan"))
            for position, entry in enumerate(piece.prompt_logprobs if self._request.echo else ())
        ]
        return [*scored, *piece.logprobs]
