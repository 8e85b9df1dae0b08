"""Logits to tokens, on numpy. The same seed gives the same draws, whatever else is in the batch.

Legend: R rows of logits, V vocabulary, C candidates for a draw. Order: mask, bans, bias, penalties, temperature, top-k,
typical-p (arXiv 2202.00666), top-p (arXiv 1904.09751), min-p (arXiv 2407.01082), XTC (oobabooga, 2024), then one draw
through the inverse distribution. Never sorts a vocabulary.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import FreeholdError
from freehold.engine.loop.batch import Batch, Slice
from freehold.engine.loop.penalties import History, penalise
from freehold.engine.loop.sequence import Sequence, TokenLogprob
from freehold.engine.requests.sampling import Sampling
from freehold.native.rows import likeliest, log_sum_exp
from freehold.nn import Float32, Int32, Int64

SHORTLIST_TOKENS = 128
SORTED_AT_ONCE = 1024
BLOCK = 512

UInt32 = NDArray[np.uint32]
NEVER = np.float32(-np.inf)
# For each byte of a mask, what its eight tokens' logits may rise to.
CEILINGS = np.where(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little"), -NEVER, NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """A slice's result: the next token when the slice reached the end, and log-probabilities where asked for.

    For a beam, its likeliest continuations with their log-probabilities stand in place of a token.
    """

    token: int | None = None
    logprob: TokenLogprob | None = None
    prompt: tuple[TokenLogprob, ...] = ()
    error: FreeholdError | None = None
    continuations: tuple[tuple[int, float], ...] = ()


def sample(logits_RV: Float32, batch: Batch) -> list[Sampled]:
    """One result per slice of the batch."""
    ends = accumulate(len(part.logit_positions) for part in batch.slices)
    return [
        _sample_slice(logits_RV[end - len(part.logit_positions) : end], part)
        for part, end in zip(batch.slices, ends, strict=True)
    ]


def _sample_slice(logits_RV: Float32, part: Slice) -> Sampled:
    sequence, sampling = part.sequence, part.sequence.sampling
    prompt: tuple[TokenLogprob, ...] = ()
    if part.scores_prompt:
        # The logits at position p score the prompt's token p + 1.
        following = sequence.tokens[part.start + 1 : part.end + 1]
        prompt = tuple(logprobs(logits_RV[: len(following)], following, sampling.prompt_top_logprobs, ranked=True))
    if not part.samples:
        return Sampled(prompt=prompt)
    if sampling.beams is not None:
        adjusted_V = adjust(logits_RV[-1], sequence)
        return Sampled(prompt=prompt, continuations=_continuations(adjusted_V, sampling, sampling.beams.width))
    token = choose(logits_RV[-1], sequence)
    if sequence.grammar is not None:
        sequence.grammar.accept(token)
        if sequence.grammar.error is not None:
            return Sampled(error=sequence.grammar.error)
    if sampling.top_logprobs is None:
        return Sampled(token=token, prompt=prompt)
    (logprob,) = logprobs(logits_RV[-1:], [token], sampling.top_logprobs)
    return Sampled(token=token, logprob=logprob, prompt=prompt)


def choose(logits_V: Float32, sequence: Sequence) -> int:
    """The next token of one sequence."""
    sampling = sequence.sampling
    mask = None if sequence.grammar is None else sequence.grammar.mask()
    adjusts = sampling.adjusts_logits or len(sequence.tokens) - sequence.prompt_length < sampling.min_tokens
    if sampling.greedy and not adjusts:
        best = int(logits_V.argmax())
        if mask is None or allows(mask, best):
            return best
    if adjusts or mask is not None:
        logits_V = adjust(logits_V, sequence, mask)
    if sampling.greedy:
        return int(logits_V.argmax())
    position = len(sequence.tokens)
    tokens, weights_C = candidates(logits_V, sampling)
    if sampling.xtc_probability and uniform(sequence.seed, position, "xtc") < sampling.xtc_probability:
        kept = _without_top_choices(weights_C, sampling.xtc_threshold)
        tokens, weights_C = tokens[kept], weights_C[kept]
    return int(tokens[pick(weights_C, uniform(sequence.seed, position))])


def uniform(seed: int, position: int, purpose: str = "token") -> float:
    """A number in [0, 1) that depends on nothing else, so that a draw can be made again."""
    digest = blake2b(f"{purpose} {seed} {position}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) * 2.0**-53


def pick(weights_C: Float32, uniform: float) -> int:
    """The candidate at `uniform` of the whole weight; never one without weight."""
    blocks = np.add.reduceat(weights_C, np.arange(0, len(weights_C), BLOCK)).cumsum(dtype=np.float64)
    block = _reaching(blocks, uniform * blocks[-1])
    start = block * BLOCK
    inside = weights_C[start : start + BLOCK].cumsum(dtype=np.float64)
    return start + _reaching(inside, uniform * blocks[-1] - (blocks[block - 1] if block else 0.0))


def _reaching(cumulative: NDArray[np.float64], target: float) -> int:
    # Rounding must not carry the target past the last one that has weight.
    return int(cumulative.searchsorted(min(target, np.nextafter(cumulative[-1], 0)), side="right"))


def candidates(logits_V: Float32, sampling: Sampling) -> tuple[Int32 | Int64, Float32]:
    """Token ids that may be drawn and their weights, which need not sum to one."""
    tokens, weights_C, total = _shortlist(logits_V, sampling)
    if sampling.typical_p < 1.0:
        surprise_C = -np.log(np.maximum(weights_C / total, np.finfo(np.float32).tiny))
        entropy = surprise_C @ weights_C / total
        kept = reach(np.abs(surprise_C - entropy), weights_C, sampling.typical_p * total)
        tokens, weights_C = tokens[kept], weights_C[kept]
        total = float(weights_C.sum())
    if sampling.top_p < 1.0:
        kept = reach(-weights_C, weights_C, sampling.top_p * total)
        tokens, weights_C = tokens[kept], weights_C[kept]
    if sampling.min_p > 0.0:
        likely = weights_C >= sampling.min_p * weights_C.max()
        tokens, weights_C = tokens[likely], weights_C[likely]
    return tokens, weights_C


def _shortlist(logits_V: Float32, sampling: Sampling) -> tuple[Int32 | Int64, Float32, float]:
    """Candidates, all that the cuts keep among them; their weights, the largest being 1; the weight of all tokens."""
    temperature = np.float32(max(sampling.temperature, 1e-5))
    count = sampling.top_k
    if 0 < count < len(logits_V):
        few = count <= SORTED_AT_ONCE
        tokens = likeliest(logits_V, count)[0] if few else np.argpartition(logits_V, -count)[-count:]
        weights_C = np.exp((logits_V[tokens] - logits_V[tokens].max()) / temperature)
        return tokens, weights_C, float(weights_C.sum())
    if sampling.top_p < 1.0 and sampling.typical_p >= 1.0:
        tokens, logits_C = likeliest(logits_V, min(SHORTLIST_TOKENS, len(logits_V)))
        weights_C = np.exp((logits_C - logits_C[0]) / temperature)
        total = float(np.exp(log_sum_exp(logits_V / temperature) - logits_C[0] / temperature))
        if weights_C.sum() >= sampling.top_p * total:
            return tokens, weights_C, total
    weights_V = logits_V - logits_V.max()
    weights_V /= temperature
    np.exp(weights_V, out=weights_V)
    total = float(weights_V.sum())
    if sampling.typical_p < 1.0 or (sampling.top_p >= 1.0 and sampling.min_p <= 0.0):
        return _every_token(len(logits_V)), weights_V, total
    # Tokens lighter than this weigh less than 1 - top_p together.
    tokens = np.flatnonzero(weights_V >= max(sampling.min_p, (1.0 - sampling.top_p) * total / len(logits_V)))
    return tokens, weights_V[tokens], total


@lru_cache(maxsize=2)
def _every_token(vocab_size: int) -> Int64:
    return np.arange(vocab_size)


def reach(scores_C: Float32, weights_C: Float32, weight: float) -> Int64:
    """The fewest candidates, lowest scores first, that weigh `weight` together; at least one. Halves, then sorts."""
    pool, kept = np.arange(len(scores_C)), [np.empty(0, np.int64)]
    while len(pool) > SORTED_AT_ONCE:
        half = len(pool) // 2
        pool = pool[np.argpartition(scores_C[pool], half)]
        lower = float(weights_C[pool[:half]].sum())
        if lower >= weight:
            pool = pool[:half]
            continue
        kept.append(pool[:half])
        weight -= lower
        pool = pool[half:]
    pool = pool[np.argsort(scores_C[pool], kind="stable")]
    count = int(weights_C[pool].cumsum(dtype=np.float64).searchsorted(weight)) + 1
    return np.concatenate([*kept, pool[:count]])


def _without_top_choices(weights_C: Float32, threshold: float) -> Int64:
    """All candidates but those above the threshold, of which the least likely stays (XTC)."""
    above = np.flatnonzero(weights_C >= threshold * weights_C.sum())
    excluded = above[np.arange(len(above)) != weights_C[above].argmin()] if len(above) else above
    return np.delete(np.arange(len(weights_C)), excluded)


def adjust(logits_V: Float32, sequence: Sequence, mask: UInt32 | None = None) -> Float32:
    """A copy of the row as its grammar's mask and the sequence's sampling want it.

    Where bans leave nothing of what the mask allows, the mask holds and the bans do not.
    """
    sampling = sequence.sampling
    adjusted_V = logits_V.copy() if mask is None else masked(logits_V, mask)
    adjusted_V = _restrict(adjusted_V, sequence)
    if sampling.logit_bias:
        ids = np.fromiter(sampling.logit_bias, np.int64, len(sampling.logit_bias))
        adjusted_V[ids] += np.fromiter(sampling.logit_bias.values(), np.float32, len(ids))
    if sampling.penalises:
        sequence.history = sequence.history or History(sequence.longest)
        sequence.history.follow(sequence.tokens, sequence.prompt_length)
        penalise(adjusted_V, sequence.history, sampling)
    return adjusted_V


def allows(mask: UInt32, token: int) -> bool:
    """Whether a packed mask has the token's bit."""
    return bool(int(mask[token >> 5]) >> (token & 31) & 1)


def masked(logits_V: Float32, mask: UInt32) -> Float32:
    """A copy in which tokens whose bit is not set are -inf."""
    return np.minimum(logits_V, CEILINGS.take(mask.view(np.uint8), axis=0).reshape(-1)[: len(logits_V)])


def _restrict(logits_V: Float32, sequence: Sequence) -> Float32:
    bans, allowed = banned(sequence), sequence.sampling.allowed_token_ids
    if not bans and not allowed:
        return logits_V
    left_V = np.full_like(logits_V, NEVER) if allowed else logits_V.copy()
    if allowed:
        ids = np.array(allowed)
        left_V[ids] = logits_V[ids]
    left_V[bans] = NEVER
    return left_V if left_V.max() > NEVER else logits_V


def banned(sequence: Sequence) -> list[int]:
    """Tokens that must not come next: ends that come too early, and the last tokens of bad words."""
    sampling, tokens = sequence.sampling, sequence.tokens
    generated = len(tokens) - sequence.prompt_length
    ids = list(sampling.stop_token_ids) if generated < sampling.min_tokens else []
    for *start, last in sampling.bad_words:
        if len(start) <= generated and tokens[len(tokens) - len(start) :] == start:
            ids.append(last)
    return ids


def _continuations(logits_V: Float32, sampling: Sampling, width: int) -> tuple[tuple[int, float], ...]:
    """Enough likely tokens that `width` of them do not end the answer, and for its log-probabilities."""
    count = max(width * max(2, 1 + len(sampling.stop_token_ids)), sampling.top_logprobs or 0)
    tokens, values = likeliest(logits_V, min(count, len(logits_V)))
    possible = int((values > NEVER).sum())
    values = values - log_sum_exp(logits_V)
    return tuple(zip(tokens[:possible].tolist(), values[:possible].tolist(), strict=True))


def logprobs(logits_RV: Float32, tokens: list[int], top: int, *, ranked: bool = False) -> list[TokenLogprob]:
    """The model's own log-probability of each row's token, before all adjustment, and the `top` likeliest ones."""
    totals = log_sum_exp(logits_RV)
    return [
        _logprob(row_V, token, top, total, ranked)
        for row_V, token, total in zip(logits_RV, tokens, totals.tolist(), strict=True)
    ]


def _logprob(logits_V: Float32, token: int, top: int, total: float, ranked: bool) -> TokenLogprob:
    ids, values = likeliest(logits_V, min(top, len(logits_V))) if top else ((), ())
    return TokenLogprob(
        token=token,
        logprob=float(logits_V[token]) - total,
        top=tuple((int(other), float(value) - total) for other, value in zip(ids, values, strict=True)),
        rank=1 + int(np.count_nonzero(logits_V > logits_V[token])) if ranked else 0,
    )
