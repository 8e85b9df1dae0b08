"""What a request may say about choosing tokens, and how it becomes the engine's `Sampling`.

Names and meanings are OpenAI's and vLLM's; `typical_p` is Hugging Face's, `dry_*` and `xtc_*` are llama.cpp's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeVar

import msgspec
from msgspec import Meta

from freehold.contracts.errors import InvalidRequest
from freehold.engine.requests.sampling import DRY_LONGEST, Beams, Dry, Sampling

MAX_CHOICES = 64
MAX_STOPS = 16
DRY_BREAKERS = ["\n", ":", '"', "*"]

Penalty = Annotated[float, Meta(ge=-2, le=2)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Choices = Annotated[int, Meta(ge=1, le=MAX_CHOICES)]
Top = Annotated[int, Meta(ge=0, le=20)]
Word = Annotated[str, Meta(min_length=1)]


class SamplingDefaults(msgspec.Struct, frozen=True):
    """What a model's own generation_config.json suggests for requests that do not say."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    typical_p: float = 1.0
    repetition_penalty: float = 1.0
    length_penalty: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a model allows: context left for the answer, vocabulary, tokens that end an answer; and its defaults."""

    room: int
    vocab_size: int
    end_token_ids: frozenset[int]
    encode: Callable[[str], list[int]]  # text without special tokens
    defaults: SamplingDefaults = SamplingDefaults()


class SamplingFields(msgspec.Struct, kw_only=True):
    """What chat and text completions share."""

    default_tokens: ClassVar[int | None] = None  # the answer's limit where the request names none

    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Share | None = None
    top_k: Annotated[int, Meta(ge=-1)] | None = None
    min_p: Share | None = None
    typical_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    repetition_penalty: Annotated[float, Meta(gt=0, le=10)] | None = None
    dry_multiplier: Annotated[float, Meta(ge=0, le=10)] | None = None
    dry_base: Annotated[float, Meta(ge=1, le=4)] = 1.75
    dry_allowed_length: Annotated[int, Meta(ge=1, le=DRY_LONGEST)] = 2
    dry_sequence_breakers: list[Word] | None = None
    xtc_probability: Share = 0.0
    xtc_threshold: Share = 0.1
    logit_bias: dict[str, Annotated[float, Meta(ge=-100, le=100)]] | None = None
    allowed_token_ids: Annotated[list[int], Meta(min_length=1)] | None = None
    bad_words: list[Word] | None = None
    seed: int | None = None
    max_tokens: Count | None = None
    min_tokens: Count | None = None
    stop: str | list[str] | None = None
    stop_token_ids: list[int] | None = None
    include_stop_str_in_output: bool = False
    ignore_eos: bool = False
    skip_special_tokens: bool = True
    prompt_logprobs: Top | None = None
    n: Choices | None = None
    best_of: Choices | None = None
    use_beam_search: bool = False
    length_penalty: Annotated[float, Meta(ge=-10, le=10)] | None = None
    early_stopping: bool = False

    @property
    def limit(self) -> int | None:
        """The most tokens to generate, where the request says."""
        return self.max_tokens

    @property
    def wanted_logprobs(self) -> int | None:
        """How many alternatives to report, or None for no log-probabilities."""
        return None

    @property
    def prompt_top(self) -> int | None:
        """How many alternatives to report for each token of the prompt, or None for no scores."""
        return self.prompt_logprobs

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop strings. Raises `InvalidRequest` for an empty one or too many."""
        stops = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        if len(stops) > MAX_STOPS or not all(stops):
            raise InvalidRequest(f"'stop' takes up to {MAX_STOPS} texts, none of them empty.", param="stop")
        return stops

    @property
    def candidates(self) -> int:
        """How many answers compete for the `n` that are returned. Raises `InvalidRequest` when fewer than `n` would."""
        count, kept = self.best_of or self.n or 1, self.n or 1
        if count < kept:
            raise InvalidRequest(f"'best_of' is {count}, fewer than 'n', {kept}.", param="best_of")
        return count


T = TypeVar("T", int, float)


def _or(value: T | None, default: T) -> T:
    return default if value is None else value


def read_sampling(request: SamplingFields, bounds: Bounds) -> Sampling:
    """The engine's sampling of a request. Raises `InvalidRequest`."""
    defaults = bounds.defaults
    limit = _or(request.limit, min(bounds.room, _or(request.default_tokens, bounds.room)))
    if _or(request.min_tokens, 0) > limit:
        message = f"'min_tokens' is {request.min_tokens}, more than the {limit} tokens the answer may have."
        raise InvalidRequest(message, param="min_tokens")
    compares = not request.use_beam_search and request.candidates > (request.n or 1)
    return Sampling(
        max_tokens=limit,
        min_tokens=request.min_tokens or 0,
        temperature=_or(request.temperature, defaults.temperature),
        top_k=max(_or(request.top_k, defaults.top_k), 0),
        top_p=_or(request.top_p, defaults.top_p),
        min_p=_or(request.min_p, defaults.min_p),
        typical_p=_or(request.typical_p, defaults.typical_p),
        xtc_probability=request.xtc_probability,
        xtc_threshold=request.xtc_threshold,
        presence_penalty=request.presence_penalty or 0.0,
        frequency_penalty=request.frequency_penalty or 0.0,
        repetition_penalty=_or(request.repetition_penalty, defaults.repetition_penalty),
        dry=_dry(request, bounds) if request.dry_multiplier else None,
        logit_bias=_bias(request.logit_bias or {}, bounds.vocab_size),
        allowed_token_ids=_ids("allowed_token_ids", request.allowed_token_ids or (), bounds.vocab_size),
        bad_words=_bad_words(request.bad_words or (), bounds),
        seed=request.seed,
        stop_token_ids=_stop_token_ids(request, bounds),
        top_logprobs=0 if compares and request.wanted_logprobs is None else request.wanted_logprobs,
        prompt_logprobs=request.prompt_top is not None,
        prompt_top_logprobs=request.prompt_top or 0,
        beams=_beams(request, defaults) if request.use_beam_search else None,
    )


def _stop_token_ids(request: SamplingFields, bounds: Bounds) -> frozenset[int]:
    asked = frozenset(_ids("stop_token_ids", request.stop_token_ids or (), bounds.vocab_size))
    return asked if request.ignore_eos else asked | bounds.end_token_ids


def _beams(request: SamplingFields, defaults: SamplingDefaults) -> Beams:
    return Beams(
        width=request.candidates,
        kept=request.n or 1,
        length_penalty=_or(request.length_penalty, defaults.length_penalty),
        early_stopping=request.early_stopping,
    )


def _dry(request: SamplingFields, bounds: Bounds) -> Dry:
    breakers = DRY_BREAKERS if request.dry_sequence_breakers is None else request.dry_sequence_breakers
    return Dry(
        multiplier=request.dry_multiplier or 0.0,
        base=request.dry_base,
        allowed_length=request.dry_allowed_length,
        # A breaker is the last token of its text, written after a letter so that no space or start is added.
        breakers=frozenset(bounds.encode(f"a{breaker}")[-1] for breaker in breakers),
    )


def _bad_words(words: Iterable[str], bounds: Bounds) -> tuple[tuple[int, ...], ...]:
    """Each word's tokens, at the start of a text and after a space."""
    spellings = {tuple(bounds.encode(spelling)) for word in words for spelling in (word, f" {word.lstrip()}")}
    return tuple(sorted(tokens for tokens in spellings if tokens))


def _ids(parameter: str, ids: Iterable[int], vocab_size: int) -> tuple[int, ...]:
    checked = tuple(ids)
    wrong = [token for token in checked if not 0 <= token < vocab_size]
    if wrong:
        message = f"'{parameter}' has no token {wrong[0]}: ids are numbers from 0 to {vocab_size - 1}."
        raise InvalidRequest(message, param=parameter)
    return checked


def _bias(given: dict[str, float], vocab_size: int) -> dict[int, float]:
    wrong = [key for key in given if not key.isdecimal()]
    if wrong:
        raise InvalidRequest(f"'logit_bias' has no token '{wrong[0]}': ids are numbers.", param="logit_bias")
    return dict(zip(_ids("logit_bias", map(int, given), vocab_size), given.values(), strict=True))
