"""What repetition costs a token. Touches the logits of tokens that occurred, never the whole vocabulary.

Legend: V vocabulary, T tokens of the sequence.
"""

import numpy as np

from freehold.engine.requests.sampling import DRY_LONGEST, Dry, Sampling
from freehold.nn import Float32, Int32


class History:
    """A sequence's tokens as arrays that grow with it, up to `longest`."""

    def __init__(self, longest: int) -> None:
        self._tokens = np.empty(longest, np.int32)
        self._distinct = np.empty(longest, np.int32)
        self._generated = np.zeros(longest, np.float32)
        self._places: dict[int, int] = {}
        self._length = 0

    def follow(self, tokens: list[int], prompt_length: int) -> None:
        """Take in what came since the last call."""
        for position in range(self._length, len(tokens)):
            token = tokens[position]
            place = self._places.setdefault(token, len(self._places))
            self._tokens[position] = self._distinct[place] = token
            self._generated[place] += position >= prompt_length
        self._length = len(tokens)

    @property
    def tokens(self) -> Int32:
        """Prompt and answer."""
        return self._tokens[: self._length]

    @property
    def distinct(self) -> Int32:
        """Every token that occurs, once."""
        return self._distinct[: len(self._places)]

    @property
    def generated(self) -> Float32:
        """How often each of them occurs in the answer."""
        return self._generated[: len(self._places)]


def penalise(logits_V: Float32, history: History, sampling: Sampling) -> None:
    """Lower, in place, what occurred: the repetition penalty counts prompt and answer (arXiv 1909.05858), presence
    and frequency penalties the answer (OpenAI).
    """
    ids, counts = history.distinct, history.generated
    row = logits_V[ids]
    if sampling.repetition_penalty != 1.0:
        penalty = np.float32(sampling.repetition_penalty)
        row = np.where(row > 0, row / penalty, row * penalty)
    row -= np.float32(sampling.presence_penalty) * (counts > 0) + np.float32(sampling.frequency_penalty) * counts
    logits_V[ids] = row
    if sampling.dry:
        tokens, losses = dry_penalties(history.tokens, sampling.dry)
        logits_V[tokens] -= losses


def dry_penalties(tokens_T: Int32, dry: Dry) -> tuple[Int32, Float32]:
    """Tokens that would lengthen a repetition of the text's end, each once, and what each loses."""
    end = tokens_T[: -DRY_LONGEST - 1 : -1].tolist()
    reach = next((place for place, token in enumerate(end) if token in dry.breakers), len(end))
    places = np.flatnonzero(tokens_T[:-1] == end[0])
    longest: dict[int, int] = {}
    for length in range(1, reach + 1):
        # Each place is the last of `length` tokens that equal the text's last ones.
        if length >= dry.allowed_length:
            longest |= dict.fromkeys(tokens_T[places + 1].tolist(), length)
        places = places[places >= length]
        if length == len(end) or len(places) == 0:
            break
        places = places[tokens_T[places - length] == end[length]]
    ids = [token for token in longest if token not in dry.breakers]
    excess = np.array([longest[token] - dry.allowed_length for token in ids], np.float32)
    return np.array(ids, np.int32), np.float32(dry.multiplier) * np.float32(dry.base) ** excess
