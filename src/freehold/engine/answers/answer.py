"""An answer being written: outputs of one or more sequences become pieces of text. Knows text, not HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from freehold.contracts.errors import FreeholdError, ProviderTimeout
from freehold.engine.answers.text import Detokeniser, Released, StopStrings
from freehold.engine.loop.engine import EngineThread
from freehold.engine.loop.sequence import Constraint, FinishReason, Output, Progress, Sequence, TokenLogprob
from freehold.engine.prompts import Prompts
from freehold.engine.requests.sampling import Sampling
from freehold.engine.requests.terms import Terms

SILENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One continuation to generate. Its text begins with `echoed`."""

    prompt: list[int]
    sampling: Sampling
    echoed: str = ""
    grammar: Constraint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How tokens become text, and how many of every `candidates` choices are shown, best first."""

    stops: tuple[str, ...] = ()
    shows_stop: bool = False
    skips_special_tokens: bool = True
    shown: int = 1
    candidates: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """New text of one choice, its tokens and their log-probabilities, and the end if this is it."""

    index: int
    text: str = ""
    tokens: tuple[int, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()
    prompt_logprobs: tuple[TokenLogprob | None, ...] = ()
    finish_reason: FinishReason | None = None
    progress: Progress | None = None

    def joins(self, other: "Piece") -> bool:
        """Whether `other`, which came next, may be told together with this one."""
        return self.index == other.index and self.finish_reason is None and self.progress is other.progress is None

    def __add__(self, other: "Piece") -> "Piece":
        """Both in one."""
        return replace(
            self,
            text=self.text + other.text,
            tokens=self.tokens + other.tokens,
            logprobs=self.logprobs + other.logprobs,
            prompt_logprobs=self.prompt_logprobs + other.prompt_logprobs,
            finish_reason=other.finish_reason,
        )


class Answer:
    """Runs choices side by side; leaving `pieces` or calling `cancel` frees their pages within a step.

    Who reads slower than the engine writes gets fewer and longer pieces.
    """

    def __init__(
        self, engine: EngineThread, prompts: Prompts, choices: list[Choice], form: Form, terms: Terms | None = None
    ) -> None:
        self._engine = engine
        self._form = form
        self._outputs: asyncio.Queue[tuple[int, Output]] = asyncio.Queue()
        self._sequences = [Sequence(choice.prompt, choice.sampling, terms) for choice in choices]
        for sequence, choice in zip(self._sequences, choices, strict=True):
            sequence.grammar = choice.grammar
        self._results = choices[0].sampling.beams.kept if choices[0].sampling.beams else 1  # of each sequence
        running = [choice for choice in choices for _ in range(self._results)]
        self._writers = [_Writer(index, prompts, choice, form) for index, choice in enumerate(running)]
        self.choices = [one for place, one in enumerate(running) if place % form.candidates < form.shown]

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
        """Tokens generated so far, over all choices, shown or not, but not any past a stop string."""
        return sum(writer.tokens for writer in self._writers)

    @property
    def machine_seconds(self) -> float:
        """Compute time so far, over all choices."""
        return sum(sequence.machine.seconds for sequence in self._sequences)

    async def pieces(self) -> AsyncIterator[Piece]:
        """Pieces in the order they come, until every choice has ended. Raises what the engine reports.

        Where choices compete, the pieces of those that are shown, once all have ended.
        """
        written: list[Piece] = []
        async for piece in self._written():
            if self._form.candidates == self._form.shown:
                yield piece
            else:
                written.append(piece)
        for piece in self._best(written):
            yield piece

    def _best(self, written: list[Piece]) -> Iterator[Piece]:
        shown, candidates = self._form.shown, self._form.candidates
        for start in range(0, len(self._writers) if written else 0, candidates):
            ranked = sorted(self._writers[start : start + candidates], key=lambda writer: -writer.mean_logprob)
            for rank, writer in enumerate(ranked[:shown]):
                index = start // candidates * shown + rank
                yield from (replace(piece, index=index) for piece in written if piece.index == writer.index)

    async def _written(self) -> AsyncIterator[Piece]:
        running = set(range(len(self._sequences)))
        try:
            while running:
                pieces, error = self._read(await self._ready(), running)
                for piece in pieces:
                    yield piece
                if error is not None:
                    raise error
        finally:
            self.cancel()

    def _read(self, outputs: list[tuple[int, Output]], running: set[int]) -> tuple[list[Piece], FreeholdError | None]:
        """The outputs' pieces, up to an error if there is one; sequences that ended leave `running`."""
        pieces: list[Piece] = []
        for index, output in outputs:
            if index not in running:
                continue  # outputs of the step that was under way when a stop string ended the choice
            if output.error is not None:
                return pieces, output.error
            if output.finish_reason is not None:
                running.discard(index)
            for piece in self._pieces_of(index, output):
                if piece.finish_reason is not None and index in running:
                    running.discard(index)
                    self._engine.cancel(self._sequences[index])
                _append(pieces, piece)
        return pieces, None

    def _pieces_of(self, index: int, output: Output) -> Iterator[Piece]:
        if output.progress is not None:
            yield Piece(index=index, progress=output.progress)
        if output.token is not None:
            piece = self._writers[index].write(output)
            if piece is not None:
                yield piece
        elif output.finish_reason is not None:  # a beam search, which may have found fewer than it was asked for
            for rank, writer in enumerate(self._writers[index * self._results : (index + 1) * self._results]):
                outputs = output.beams[rank] if rank < len(output.beams) else ()
                yield from writer.write_all(outputs, output.prompt)

    async def _ready(self) -> list[tuple[int, Output]]:
        """The next output and whatever came with it."""
        outputs = [await self._next()]
        while not self._outputs.empty():
            outputs.append(self._outputs.get_nowait())
        return outputs

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


def _append(pieces: list[Piece], piece: Piece) -> None:
    if pieces and pieces[-1].joins(piece):
        pieces[-1] += piece
    else:
        pieces.append(piece)


class _Writer:
    """One choice's text: characters and stop strings held back until they are certain."""

    def __init__(self, index: int, prompts: Prompts, choice: Choice, form: Form) -> None:
        self.index = index
        self.tokens = 0
        self._sampling = choice.sampling
        self._form = form
        self._detokeniser = Detokeniser(prompts.tokenizer, skip_special_tokens=form.skips_special_tokens)
        self._stops = StopStrings(form.stops, included=form.shows_stop)
        self._total_logprob = 0.0
        # What the next piece will hold.
        self._echoed = choice.echoed
        self._tokens: list[int] = []
        self._logprobs: list[TokenLogprob] = []
        self._prompt_logprobs: tuple[TokenLogprob | None, ...] = ()

    @property
    def mean_logprob(self) -> float:
        """Of the tokens so far, where log-probabilities were asked for."""
        return self._total_logprob / max(self.tokens, 1)

    def write(self, output: Output) -> Piece | None:
        """The piece that `output` completes, if any."""
        assert output.token is not None
        self._prompt_logprobs = self._prompt_logprobs or output.prompt
        if self._sampling.max_tokens == 0:  # the prompt was to be scored, nothing to be written
            return self._piece("", "length")
        self.tokens += 1
        self._tokens.append(output.token)
        hidden = output.token in self._sampling.stop_token_ids and not self._form.shows_stop
        if output.logprob is not None:
            self._total_logprob += output.logprob.logprob
            if not hidden:
                self._logprobs.append(output.logprob)
        released = Released("") if hidden else self._read(output.token)
        if released.stopped:
            return self._piece(released.text, "stop")
        if output.finish_reason is not None:
            return self._last(released.text, output.finish_reason)
        return self._piece(released.text, None) if released.text else None

    def write_all(self, outputs: Iterable[Output], prompt: tuple[TokenLogprob | None, ...]) -> Iterator[Piece]:
        """The pieces of a whole choice, at least its end."""
        self._prompt_logprobs = prompt
        pieces = [piece for output in outputs if (piece := self.write(output)) is not None]
        yield from pieces or [self._piece("", "length")]

    def _read(self, token: int) -> Released:
        text = self._detokeniser.feed(token)
        return Released(text) if self.tokens <= self._sampling.min_tokens else self._stops.feed(text)

    def _last(self, text: str, reason: FinishReason) -> Piece:
        released = self._stops.feed(self._detokeniser.finish())
        if released.stopped:
            return self._piece(text + released.text, "stop")
        return self._piece(text + released.text + self._stops.finish(), reason)

    def _piece(self, text: str, reason: FinishReason | None) -> Piece:
        piece = Piece(
            index=self.index,
            text=self._echoed + text,
            tokens=tuple(self._tokens),
            logprobs=tuple(self._logprobs),
            prompt_logprobs=self._prompt_logprobs,
            finish_reason=reason,
        )
        self._echoed, self._prompt_logprobs = "", ()
        self._tokens.clear()
        self._logprobs.clear()
        return piece
