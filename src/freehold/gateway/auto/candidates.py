"""A model that may answer: what its operator says of it, and what was measured. Data only."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from freehold.gateway.auto.labels import Task

Quality = Annotated[int, msgspec.Meta(ge=1, le=5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One public model name, as it stands for one request.

    `quality` is the operator's judgement from 1 to 5. An empty `good_at` or `languages` means no speciality: all alike.
    A `context_length` of 0 is unknown. None is not known yet, and never taken for zero: `cost_micro_usd` is estimated
    for this request, `ttft_seconds` (to the first token) and `tokens_per_second` are measured.
    """

    name: str
    good_at: frozenset[Task] = frozenset()
    quality: int = 3
    context_length: int = 0
    vision: bool = False
    audio: bool = False
    tools: bool = True
    json: bool = True
    languages: frozenset[str] = frozenset()
    cost_micro_usd: int | None = None
    ttft_seconds: float | None = None
    tokens_per_second: float | None = None
    available: bool = True
    local: bool = False


class ModelFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator says of one model, one `[gateway.auto.models.<name>]` table. See `Candidate`.

    Tools and JSON are taken for granted, images and sound are not: most models of today are so.
    """

    good_at: tuple[Task, ...] = ()
    quality: Quality = 3
    context_length: Annotated[int, msgspec.Meta(ge=0)] = 0
    vision: bool = False
    audio: bool = False
    tools: bool = True
    json: bool = True
    languages: tuple[str, ...] = ()

    def candidate(self, name: str) -> Candidate:
        """The candidate of that name; what is measured is for `dataclasses.replace` to add."""
        return Candidate(
            name=name,
            good_at=frozenset(self.good_at),
            quality=self.quality,
            context_length=self.context_length,
            vision=self.vision,
            audio=self.audio,
            tools=self.tools,
            json=self.json,
            languages=frozenset(self.languages),
        )
