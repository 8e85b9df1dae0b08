"""What a training run is made of: one frozen recipe, printed whole and saved beside the weights. Torch-free.

A recipe is a Python function in `forge/recipes/`; flags on the command line change only how long it runs.
"""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from freehold.foundation.registry import Registry
from freehold.models import DecoderSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusShare:
    """Records of one corpus file whose id begins with `id_prefix`; `share` of all tokens at most."""

    file: str
    id_prefix: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What the model reads. Shares count tokens and are relative to each other."""

    total_tokens: int
    synthetic_share: float
    corpus: tuple[CorpusShare, ...] = ()
    # A dialogue that the grammar writes again is kept at most this often.
    copies_at_most: int = 1
    # Share of chats that begin with a general system message.
    system_share: float = 0.0
    # Share of chats trained with positions skipped between two turns, for contexts longer than a row.
    gap_share: float = 0.0
    dialogues: str = "freehold.forge.dialogues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How the weights move. One step is `rows_per_step` rows of `row_tokens` tokens, `micro_rows` at a time."""

    row_tokens: int
    rows_per_step: int
    micro_rows: int
    peak_learning_rate: float
    schedule: str = "wsd"
    warmup_share: float = 0.02
    decay_share: float = 0.3
    floor_ratio: float = 0.02
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    clip_norm: float = 1.0
    # A run ends at whichever limit comes first; both are shares of the schedule.
    steps: int | None = None
    minutes: float | None = None
    validate_every_steps: int = 250
    validation_rows: int = 128
    sample_every_steps: int = 500
    checkpoint_minutes: float = 5.0
    sample_prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Model, text and training of one run; equal recipes on one machine give equal weights when `steps` ends it."""

    name: str
    seed: int
    model: DecoderSpec
    mix: Mix
    training: Training
    tokenizer_sample_bytes: int
    description: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, the form of `config.json` and `recipe.json`."""
        return json.loads(json.dumps(dataclasses.asdict(self)))

    def data_digest(self) -> str:
        """Changes when anything that shapes the packed tokens does."""
        sizes = [self.model.vocab_size, self.model.context_length, self.training.row_tokens]
        shaping = [self.seed, self.tokenizer_sample_bytes, *sizes]
        text = json.dumps([shaping, dataclasses.asdict(self.mix)])
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


RECIPES: Registry[Callable[[], Recipe]] = Registry("freehold.forge.recipes", "recipe")
