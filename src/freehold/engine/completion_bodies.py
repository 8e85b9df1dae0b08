"""Pieces of an answer as OpenAI text completion bodies, whole or as a stream. Source: the `openai` package's types."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from freehold.contracts.errors import FreeholdError
from freehold.contracts.wire import SSE_DONE, sse_event
from freehold.engine.answer import Answer, Piece
from freehold.engine.model import Model, Usage
from freehold.engine.sequence import TokenLogprob
from freehold.engine.wire import CompletionRequest
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
        self._silent = request.max_tokens == 0  # echo alone: score the prompt, generate nothing

    def _usage(self) -> dict[str, int]:
        # The choices of one prompt share it; distinct prompts are all counted.
        choices = self._answer.choices[:: self._request.n or 1]
        completion_tokens = 0 if self._silent else self._answer.completion_tokens
        return Usage(
            prompt_tokens=sum(len(choice.prompt) for choice in choices), completion_tokens=completion_tokens
        ).body()

    async def close(self) -> None:
        """Free the engine's slots, also when nothing of the answer was read."""
        self._answer.cancel()

    async def whole(self) -> dict[str, Any]:
        """The `text_completion` object, once every choice has ended."""
        texts = [self._echo(index) for index in range(len(self._answer.choices))]
        reasons: list[str | None] = [None] * len(texts)
        entries: list[list[TokenLogprob]] = [[] for _ in texts]
        async for piece in self._answer.pieces():
            texts[piece.index] += "" if self._silent else piece.text
            reasons[piece.index] = "length" if self._silent else piece.finish_reason
            entries[piece.index] += self._entries(piece)
        choices = [
            {
                "index": index,
                "text": text,
                "logprobs": None if self._request.logprobs is None else self._logprobs[index].of(entries[index]),
                "finish_reason": reasons[index],
            }
            for index, text in enumerate(texts)
        ]
        return self._head | {"choices": choices, "usage": self._usage()}

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent `text_completion` events. A failure on the way is an event with `error`."""
        echoed: set[int] = set()
        try:
            async for piece in self._answer.pieces():
                text = "" if self._silent else piece.text
                if piece.index not in echoed:
                    echoed.add(piece.index)
                    text = self._echo(piece.index) + text
                yield self._chunk(piece, text)
        except FreeholdError as error:
            yield sse_event(msgspec.json.encode(error_body(error)))
            return
        if self._request.includes_usage:
            yield sse_event(msgspec.json.encode(self._head | {"choices": [], "usage": self._usage()}))
        yield SSE_DONE

    def _chunk(self, piece: Piece, text: str) -> bytes:
        entries = self._entries(piece)
        choice = {
            "index": piece.index,
            "text": text,
            "logprobs": self._logprobs[piece.index].of(entries) if entries else None,
            "finish_reason": "length" if self._silent else piece.finish_reason,
        }
        body: dict[str, Any] = self._head | {"choices": [choice]}
        if self._request.includes_usage:
            body["usage"] = None
        return sse_event(msgspec.json.encode(body))

    def _echo(self, index: int) -> str:
        if not self._request.echo:
            return ""
        return self._model.prompts.tokenizer.decode(self._answer.choices[index].prompt, skip_special_tokens=True)

    def _entries(self, piece: Piece) -> list[TokenLogprob]:
        """The prompt's scored tokens (the first has no score), then the generated ones."""
        prompt = self._answer.choices[piece.index].prompt
        scored = [
            entry or TokenLogprob(token=prompt[position], logprob=float("nan"))
            for position, entry in enumerate(piece.prompt_logprobs)
        ]
        return scored + ([] if self._silent else list(piece.logprobs))
