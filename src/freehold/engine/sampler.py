"""Logits to tokens, on numpy. The same seed gives the same draws, whatever else is in the batch.

Legend: R rows of logits, V vocabulary. Order: bias and penalties, temperature, top-k, top-p (arXiv 1904.09751),
min-p (arXiv 2407.01082), then one uniform draw from the sequence's own generator through the inverse distribution.
"""

from collections.abc import Sequence as Row
from dataclasses import dataclass

import numpy as np

from freehold.engine.batch import Batch, Slice
from freehold.engine.sequence import Sampling, Sequence, TokenLogprob
from freehold.nn import Float32

SHORTLIST_TOKENS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """A slice's result: the next token when the slice reached the end, and log-probabilities where asked for."""

    token: int | None = None
    logprob: TokenLogprob | None = None
    prompt: tuple[TokenLogprob, ...] = ()


def sample(logits_RV: Float32, batch: Batch) -> list[Sampled]:
    """One result per slice of the batch."""
    results: list[Sampled] = []
    row = 0
    for part in batch.slices:
        count = len(part.logit_positions)
        results.append(_sample_slice(logits_RV[row : row + count], part))
        row += count
    return results


def _sample_slice(logits_RV: Float32, part: Slice) -> Sampled:
    sequence = part.sequence
    prompt: tuple[TokenLogprob, ...] = ()
    if part.scores_prompt:
        # The logits at position p score the prompt's token p + 1.
        following = sequence.tokens[part.start + 1 : part.end + 1]
        scored = zip(logits_RV, following, strict=False)
        prompt = tuple(token_logprob(row, token, sequence.sampling.top_logprobs or 0) for row, token in scored)
    if not part.samples:
        return Sampled(prompt=prompt)
    logits_V = logits_RV[-1]
    token = choose(logits_V, sequence)
    wanted = sequence.sampling.top_logprobs
    logprob = None if wanted is None else token_logprob(logits_V, token, wanted)
    return Sampled(token=token, logprob=logprob, prompt=prompt)


def choose(logits_V: Float32, sequence: Sequence) -> int:
    """The next token of one sequence."""
    sampling = sequence.sampling
    if sampling.adjusts_logits:
        logits_V = adjust(logits_V, sequence)
    if sampling.temperature == 0.0:
        return int(logits_V.argmax())
    tokens, probabilities = candidates(logits_V / np.float32(sampling.temperature), sampling)
    cumulative = probabilities.cumsum()
    draw = sequence.random.random() * cumulative[-1]
    return int(tokens[min(int(cumulative.searchsorted(draw, side="right")), len(tokens) - 1)])


def adjust(logits_V: Float32, sequence: Sequence) -> Float32:
    """Logits after bias and penalties.

    Presence and frequency penalties look at generated tokens (OpenAI); the repetition penalty
    at all of them (arXiv 1909.05858).
    """
    sampling = sequence.sampling
    logits_V = logits_V.copy()
    if sampling.repetition_penalty != 1.0:
        seen = np.unique(sequence.tokens)
        penalty = np.float32(sampling.repetition_penalty)
        logits_V[seen] = np.where(logits_V[seen] > 0, logits_V[seen] / penalty, logits_V[seen] * penalty)
    for token, count in sequence.generated.items():
        logits_V[token] -= sampling.presence_penalty + sampling.frequency_penalty * count
    for token, bias in sampling.logit_bias.items():
        logits_V[token] += bias
    return logits_V


def candidates(logits_V: Float32, sampling: Sampling) -> tuple[np.ndarray, Float32]:
    """Token ids that may be drawn and their weights, likeliest first when anything was cut."""
    if sampling.top_k == 0 and sampling.top_p >= 1.0 and sampling.min_p <= 0.0:
        return np.arange(len(logits_V)), softmax(logits_V)
    if sampling.top_k:
        tokens = likeliest(logits_V, sampling.top_k)
        probabilities = softmax(logits_V[tokens])
    else:
        probabilities_V = softmax(logits_V)
        tokens = _shortlist(logits_V, probabilities_V, sampling)
        probabilities = probabilities_V[tokens]
    if sampling.top_p < 1.0:
        # The token that crosses the threshold stays in, and so does the likeliest when top_p is 0.
        before = probabilities.cumsum() - probabilities
        count = max(1, int((before < sampling.top_p).sum()))
        tokens, probabilities = tokens[:count], probabilities[:count]
    if sampling.min_p > 0.0:
        likely = probabilities >= sampling.min_p * probabilities[0]
        tokens, probabilities = tokens[likely], probabilities[likely]
    return tokens, probabilities


def _shortlist(logits_V: Float32, probabilities_V: Float32, sampling: Sampling) -> np.ndarray:
    """All tokens that min-p and top-p keep and some more, likeliest first; sorting a vocabulary takes milliseconds."""
    if sampling.min_p > 0.0:
        tokens = np.flatnonzero(probabilities_V >= sampling.min_p * probabilities_V.max())
        return tokens[np.argsort(-logits_V[tokens], kind="stable")]
    count = SHORTLIST_TOKENS
    tokens = likeliest(logits_V, count)
    while len(tokens) < len(logits_V) and probabilities_V[tokens].sum() < sampling.top_p:
        count *= 16
        tokens = likeliest(logits_V, count)
    return tokens


def likeliest(logits_V: Float32, count: int) -> np.ndarray:
    """The ids of the `count` largest logits, largest first; of equal ones the smaller id."""
    count = min(count, len(logits_V))
    least = np.partition(logits_V, -count)[-count]
    tokens = np.flatnonzero(logits_V >= least)
    return tokens[np.argsort(-logits_V[tokens], kind="stable")][:count]


def softmax(logits_V: Float32) -> Float32:
    """Probabilities that sum to one."""
    exponentials = np.exp(logits_V - logits_V.max())
    return exponentials / exponentials.sum()


def token_logprob(logits_V: Float32, token: int, top: int) -> TokenLogprob:
    """The model's own log-probability of `token`, before temperature and penalties, and its `top` likeliest tokens."""
    peak = logits_V.max()
    normaliser = peak + np.log(np.exp(logits_V - peak).sum())
    best: Row[int] = likeliest(logits_V, top).tolist() if top else ()
    return TokenLogprob(
        token=token,
        logprob=float(logits_V[token] - normaliser),
        top=tuple((other, float(logits_V[other] - normaliser)) for other in best),
    )
