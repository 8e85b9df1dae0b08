"""One step's work: which tokens of which sequences. Built by the scheduler, laid flat for the executor."""

from dataclasses import dataclass

import numpy as np

from freehold.engine.sequence import Sequence
from freehold.nn import FlatBatch, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
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
        return self.sequence.sampling.prompt_logprobs and self.start < self.sequence.prompt_length

    @property
    def logit_positions(self) -> range:
        """Positions within the sequence whose logits the step must return."""
        if self.scores_prompt:
            return range(self.start, self.end)
        return range(self.end - 1, self.end) if self.samples else range(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Slices of many sequences, decoding and prefilling alike."""

    slices: tuple[Slice, ...]

    def flatten(self) -> FlatBatch:
        """Lay the slices in one row."""
        tokens: list[int] = []
        positions, slots, segments, rows = [], [], [], []
        for part in self.slices:
            offset = len(tokens)
            tokens += part.sequence.tokens[part.start : part.end]
            positions.append(np.arange(part.start, part.end))
            slots.append(part.sequence.slots[part.start : part.end])
            context = part.sequence.slots[: part.end]
            segments.append(Segment(start=offset, end=len(tokens), context_slots=context))
            rows += [offset + position - part.start for position in part.logit_positions]
        return FlatBatch(
            tokens_T=np.array(tokens, dtype=np.int64),
            positions_T=np.concatenate(positions),
            slots_T=np.concatenate(slots),
            segments=tuple(segments),
            logit_rows_R=np.array(rows, dtype=np.int64),
        )
