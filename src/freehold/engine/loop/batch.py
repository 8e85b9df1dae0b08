"""One step's work: which tokens of which sequences. Built by the scheduler, laid flat for the executor."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from freehold.engine.loop.kv_cache import pages_for
from freehold.engine.loop.sequence import Sequence
from freehold.nn import FlatBatch


class Slice(NamedTuple):
    """Tokens `start` to `end` of a sequence."""

    sequence: Sequence
    start: int
    end: int

    @property
    def samples(self) -> bool:
        """Whether the step reaches the sequence's last token, so that the next one can be sampled."""
        return self.end == len(self.sequence.tokens)

    @property
    def scores_prompt(self) -> bool:
        """Whether logits are wanted at every position, for the prompt's log-probabilities."""
        return self.sequence.sampling.prompt_logprobs and len(self.sequence.tokens) == self.sequence.prompt_length

    @property
    def logit_positions(self) -> range:
        """Positions within the sequence whose logits the step must return."""
        if self.scores_prompt:
            return range(self.start, self.end)
        return range(self.end - 1 if self.samples else self.end, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Slices of many sequences, decoding and prefilling alike."""

    slices: tuple[Slice, ...]

    @property
    def tokens(self) -> int:
        """Tokens that the step computes."""
        return sum([part.end - part.start for part in self.slices])

    @property
    def decoding(self) -> int:
        """Sequences that compute a single token."""
        return sum([part.end - part.start == 1 for part in self.slices])

    def charge(self, seconds: float) -> None:
        """Divide the step's time among its sequences, by their tokens."""
        share = seconds / self.tokens if self.slices else 0.0
        for sequence, start, end in self.slices:
            sequence.machine.seconds += share * (end - start)

    def flatten(self) -> FlatBatch:
        """Lay the slices in one row."""
        tokens: list[int] = []
        starts, rows = [0], []
        contexts = [part.end for part in self.slices]
        pages_NP = np.zeros((len(contexts), pages_for(max(contexts))), dtype=np.int32)
        for part, row_P in zip(self.slices, pages_NP, strict=True):
            sequence, start, end = part
            tokens += sequence.tokens[start:end]
            starts.append(len(tokens))
            rows += range(len(tokens) - len(part.logit_positions), len(tokens))
            count = pages_for(end)
            assert sequence.table is not None
            row_P[:count] = sequence.table.pages[:count]
        return FlatBatch(
            tokens_T=np.array(tokens, dtype=np.int32),
            starts_N1=np.array(starts, dtype=np.int32),
            contexts_N=np.array(contexts, dtype=np.int32),
            pages_NP=pages_NP,
            logit_rows_R=np.array(rows, dtype=np.int32),
        )


@dataclass(slots=True, kw_only=True)
class Plan:
    """A step in the making: where each sequence's slice ends, and how many tokens still fit."""

    now: float
    room: int
    ends: dict[Sequence, int] = field(default_factory=dict[Sequence, int])

    def put(self, sequence: Sequence, end: int) -> None:
        """Let a sequence's slice reach to `end`."""
        self.room -= end - self.ends.get(sequence, sequence.computed)
        self.ends[sequence] = end

    def drop(self, sequence: Sequence) -> None:
        """Take a sequence's slice out, if it has one."""
        self.room += self.ends.pop(sequence, sequence.computed) - sequence.computed

    def batch(self) -> Batch:
        """The step as it is now."""
        return Batch(slices=tuple([Slice(one, one.computed, end) for one, end in self.ends.items()]))
