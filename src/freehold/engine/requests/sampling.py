"""How one request wants its tokens chosen. Data only: the loop's sampler acts on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

GREEDY_BELOW = 1e-5
DRY_LONGEST = 50  # longer repetitions cost no more, so that base^length stays finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Dry:
    """Don't-repeat-yourself: a token that would lengthen a repetition of n ≥ `allowed_length` tokens loses
    `multiplier` · `base`^(n − `allowed_length`). No repetition reaches across a breaker (oobabooga's design, 2024).
    """

    multiplier: float
    base: float = 1.75
    allowed_length: int = 2
    breakers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beams:
    """Beam search: the `width` likeliest continuations side by side, of which `kept` are returned, best first.

    A continuation's score is its log-probability / tokens^`length_penalty`. With `early_stopping` the search ends
    when `width` have ended, without it when no running one can still beat them (Hugging Face's meaning).
    """

    width: int
    kept: int
    length_penalty: float = 1.0
    early_stopping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is chosen. The defaults change nothing; temperature 0 is greedy, top_k 0 is off."""

    max_tokens: int
    min_tokens: int = 0  # until then no token of `stop_token_ids`
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    typical_p: float = 1.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repetition_penalty: float = 1.0
    dry: Dry | None = None
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    allowed_token_ids: tuple[int, ...] = ()  # (): all
    bad_words: tuple[tuple[int, ...], ...] = ()
    seed: int | None = None
    stop_token_ids: frozenset[int] = frozenset()
    top_logprobs: int | None = None  # None: no log-probabilities; 0: only the chosen token's
    prompt_logprobs: bool = False
    prompt_top_logprobs: int = 0
    beams: Beams | None = None

    @property
    def greedy(self) -> bool:
        """Whether the likeliest token is taken rather than one drawn."""
        return self.temperature < GREEDY_BELOW

    @property
    def penalises(self) -> bool:
        """Whether tokens that occurred weigh less."""
        counts = self.presence_penalty or self.frequency_penalty or self.repetition_penalty != 1.0
        return bool(counts or self.dry)

    @property
    def adjusts_logits(self) -> bool:
        """Whether logits change before the draw."""
        return bool(self.penalises or self.logit_bias or self.allowed_token_ids or self.bad_words)
