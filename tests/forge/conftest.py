"""A recipe small enough for a test: two layers, two toy families of dialogue, no corpus."""

import dataclasses
import sys
from pathlib import Path

import pytest
import torch

from freehold.forge.recipe import RECIPES, Mix, Recipe
from freehold.models import DecoderSpec

# The registry imports the toy families by name.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def recipe() -> Recipe:
    tiny = RECIPES["tiny"]()
    spec = DecoderSpec(
        vocab_size=400,
        hidden_size=32,
        layers=2,
        heads=2,
        kv_heads=1,
        head_dim=16,
        intermediate_size=64,
        context_length=256,
        tied_embeddings=True,
    )
    training = dataclasses.replace(
        tiny.training,
        row_tokens=96,
        rows_per_step=8,
        micro_rows=4,
        steps=8,
        validate_every_steps=4,
        validation_rows=4,
        sample_every_steps=100,
        sample_prompts=(),
    )
    mix = Mix(
        total_tokens=30_000,
        synthetic_share=1.0,
        copies_at_most=3,
        system_share=0.2,
        gap_share=0.3,
        dialogues="toy_dialogues",
    )
    return dataclasses.replace(tiny, model=spec, mix=mix, training=training, tokenizer_sample_bytes=60_000)
