"""An answer being written: outputs of one or more sequences become pieces of text. Knows text, not HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from freehold.contracts.errors import FreeholdError, ProviderTimeout
from freehold.engine.engine import EngineThread
from freehold.engine.prompts import Prompts
from freehold.engine.sequence import FinishReason, Output, Sampling, Sequence, TokenLogprob
from freehold.engine.text import Detokeniser, StopStrings

SILENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One continuation to generate."""

    prompt: list[int]
    sampling: Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """New text of one choice, the log-probabilities of its tokens, and the end if this is it."""

    index: int
    text: str
    logprobs: tuple[TokenLogprob, ...] = ()
    prompt_logprobs: tuple[TokenLogprob | None, ...] = ()
    finish_reason: FinishReason | None = None


class Answer:
    """Runs choices side by side; leaving `pieces` or calling `cancel` frees their slots within a step."""

    def __init__(self, engine: EngineThread, prompts: Prompts, choices: list[Choice], stops: tuple[str, ...]) -> None:
        self._engine = engine
        self._outputs: asyncio.Queue[tuple[int, Output]] = asyncio.Queue()
        self._sequences = [Sequence(choice.prompt, choice.sampling) for choice in choices]
        self._writers = [_Writer(index, prompts, stops) for index in range(len(choices))]
        self.choices = choices

    def start(self) -> None:
        """Submit every choice. Raises `RateLimited` or `Unavailable`; then none of them runs."""
        try:
            for index, sequence in enumerate(self._sequences):
                self._engine.submit(sequence, partial(self._receive, index))
        except FreeholdError:
            self.cancel()
            raise

    def _receive(self, index: int, output: Output) -> None:
        self._outputs.put_nowait((index, output))

    @property
    def completion_tokens(self) -> int:
        """Tokens generated so far, over all choices, not counting any past a stop string."""
        return sum(writer.tokens for writer in self._writers)

    async def pieces(self) -> AsyncIterator[Piece]:
        """Pieces in the order they come, until every choice has ended. Raises what the engine reports."""
        running = set(range(len(self._sequences)))
        try:
            while running:
                index, output = await self._next()
                if index not in running:
                    continue  # outputs of the step that was under way when a stop string ended the choice
                if output.error is not None:
                    raise output.error
                piece = self._writers[index].write(output)
                if piece is None:
                    continue
                if piece.finish_reason is not None:
                    running.discard(index)
                    self._engine.cancel(self._sequences[index])
                yield piece
        finally:
            self.cancel()

    async def _next(self) -> tuple[int, Output]:
        try:
            # Not wait_for: on Python 3.11 it may swallow a cancellation that comes together with an output.
            async with asyncio.timeout(SILENCE_SECONDS):
                return await self._outputs.get()
        except TimeoutError:
            raise ProviderTimeout(f"The engine gave no token for {SILENCE_SECONDS:g} s.") from None

    def cancel(self) -> None:
        """Drop every choice that still runs."""
        for sequence in self._sequences:
            self._engine.cancel(sequence)


class _Writer:
    """One choice's text: characters and stop strings held back until they are certain."""

    def __init__(self, index: int, prompts: Prompts, stops: tuple[str, ...]) -> None:
        self._index = index
        self._detokeniser = Detokeniser(prompts.tokenizer)
        self._stops = StopStrings(stops)
        self._logprobs: list[TokenLogprob] = []
        self._prompt_logprobs: tuple[TokenLogprob | None, ...] = ()
        self.tokens = 0

    def write(self, output: Output) -> Piece | None:
        """The piece that `output` completes, if any."""
        assert output.token is not None
        self.tokens += 1
        self._prompt_logprobs = self._prompt_logprobs or output.prompt
        if output.finish_reason == "stop":  # the end token has no text
            return self._last("", "stop")
        if output.logprob is not None:
            self._logprobs.append(output.logprob)
        released = self._stops.feed(self._detokeniser.feed(output.token))
        if released.stopped:
            return self._piece(released.text, "stop")
        if output.finish_reason is not None:
            return self._last(released.text, output.finish_reason)
        return self._piece(released.text, None) if released.text else None

    def _last(self, text: str, reason: FinishReason) -> Piece:
        released = self._stops.feed(self._detokeniser.finish())
        if released.stopped:
            return self._piece(text + released.text, "stop")
        return self._piece(text + released.text + self._stops.finish(), reason)

    def _piece(self, text: str, reason: FinishReason | None) -> Piece:
        logprobs, self._logprobs = tuple(self._logprobs), []
        prompt, self._prompt_logprobs = self._prompt_logprobs, ()
        return Piece(index=self._index, text=text, logprobs=logprobs, prompt_logprobs=prompt, finish_reason=reason)
