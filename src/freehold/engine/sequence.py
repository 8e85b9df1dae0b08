"""One request inside the engine: its tokens, its sampling, its place in the cache. Knows token ids, not text."""

import random
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from freehold.contracts.errors import FreeholdError
from freehold.nn import Int64

FinishReason = Literal["stop", "length", "cancelled", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is chosen. Temperature 0 is greedy; top_k 0 and top_p 1 are off."""

    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repetition_penalty: float = 1.0
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    seed: int | None = None
    stop_token_ids: frozenset[int] = frozenset()
    top_logprobs: int | None = None  # None: no log-probabilities; 0: only the chosen token's
    prompt_logprobs: bool = False

    @property
    def adjusts_logits(self) -> bool:
        """Whether the logits change before sampling."""
        penalised = self.presence_penalty or self.frequency_penalty or self.repetition_penalty != 1.0
        return bool(penalised or self.logit_bias)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprob:
    """A token, its natural log-probability under the model, and the likeliest alternatives."""

    token: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What one step gave one sequence. `prompt` comes once, with the first token, when asked for."""

    token: int | None
    logprob: TokenLogprob | None = None
    finish_reason: FinishReason | None = None
    prompt: tuple[TokenLogprob | None, ...] = ()
    error: FreeholdError | None = None


class Sequence:
    """A prompt being continued. Owned by the scheduler while it runs."""

    def __init__(self, prompt: list[int], sampling: Sampling) -> None:
        self.tokens = list(prompt)
        self.prompt_length = len(prompt)
        self.sampling = sampling
        self.computed = 0  # tokens whose keys and values are in the cache
        self.slots: Int64 = np.empty(0, dtype=np.int64)
        self.generated: Counter[int] = Counter()
        self.prompt_logprobs: list[TokenLogprob | None] = [None]
        seed = sampling.seed if sampling.seed is not None else secrets.randbits(63)
        self.random = random.Random(seed)

    @property
    def longest(self) -> int:
        """Tokens it may grow to."""
        return self.prompt_length + self.sampling.max_tokens

    def append(self, token: int) -> FinishReason | None:
        """Add a sampled token; returns why the sequence ends with it, if it does."""
        self.tokens.append(token)
        self.generated[token] += 1
        if token in self.sampling.stop_token_ids:
            return "stop"
        return "length" if len(self.tokens) >= self.longest else None
