"""One request inside the engine: its tokens, its sampling, its place in the cache. Knows token ids, not text."""

import secrets
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import FreeholdError
from freehold.engine.loop.kv_cache import PageTable
from freehold.engine.loop.penalties import History
from freehold.engine.loop.timeline import Timeline
from freehold.engine.requests.sampling import Sampling
from freehold.engine.requests.terms import Terms

FinishReason = Literal["stop", "length", "cancelled", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprob:
    """A token, its natural log-probability under the model, and the likeliest alternatives."""

    token: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()
    rank: int = 0  # 1 for the likeliest; 0 where nobody asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much of a prompt has been processed, in tokens, those found in the cache included; seconds since arrival."""

    total: int
    cached: int
    processed: int
    seconds: float


class Output(NamedTuple):
    """What one step gave one sequence. `prompt` comes once, with the first token, when asked for.

    Without token and error it is progress only, which comes when asked for; or a beam's likeliest continuations with
    their log-probabilities; or, at the end of a beam search, the outputs of its results, best first.
    """

    token: int | None
    logprob: TokenLogprob | None = None
    finish_reason: FinishReason | None = None
    prompt: tuple[TokenLogprob | None, ...] = ()
    error: FreeholdError | None = None
    progress: Progress | None = None
    continuations: tuple[tuple[int, float], ...] = ()
    beams: tuple[tuple["Output", ...], ...] = ()


class Constraint(Protocol):
    """What an answer must look like. Asked by the sampler before each token and told what was chosen."""

    error: FreeholdError | None  # why it can no longer be followed; ends the sequence

    def mask(self) -> NDArray[np.uint32] | None:
        """A bit for each token that may come next, lowest bits first; None when any may."""
        ...

    def accept(self, token: int) -> None:
        """The token that was chosen."""
        ...


@dataclass(slots=True)
class MachineTime:
    """Compute time so far: of each step, the share of the step's tokens. All members of a beam search have one."""

    seconds: float = 0.0


class Sequence:
    """A prompt being continued. Owned by the scheduler while it runs."""

    def __init__(self, prompt: list[int], sampling: Sampling, terms: Terms | None = None) -> None:
        self.tokens = list(prompt)
        self.prompt_length = len(prompt)
        self.sampling = sampling
        self.terms = terms or Terms()
        self.timeline = Timeline()
        self.machine = MachineTime()
        self.arrival = -1  # how many came before it
        self.computed = 0  # tokens whose keys and values are in the cache
        self.table: PageTable | None = None  # its pages, while it runs
        self.page_keys: list[bytes] = []  # of its full pages, as far as they were needed
        self.prompt_logprobs: list[TokenLogprob | None] = [None]
        self.seed = sampling.seed if sampling.seed is not None else secrets.randbits(63)
        self.grammar: Constraint | None = None
        self.history: History | None = None  # made by the sampler when penalties need it

    @property
    def longest(self) -> int:
        """Tokens it may grow to."""
        return self.prompt_length + self.sampling.max_tokens

    def append(self, token: int) -> FinishReason | None:
        """Add a sampled token; returns why the sequence ends with it, if it does."""
        self.tokens.append(token)
        if token in self.sampling.stop_token_ids:
            return "stop"
        return "length" if len(self.tokens) >= self.longest else None
