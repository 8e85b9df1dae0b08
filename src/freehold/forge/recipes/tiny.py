"""A proof that the forge works end to end: 1M parameters, synthetic text only, under a minute on one core."""

from freehold.forge.recipe import Mix, Recipe, Training
from freehold.models import DecoderSpec


def recipe() -> Recipe:
    """Learns turn-taking and little else."""
    return Recipe(
        name="tiny",
        seed=7,
        description="End-to-end proof; not meant for talking to.",
        model=DecoderSpec(
            vocab_size=1024,
            hidden_size=128,
            layers=4,
            heads=2,
            kv_heads=1,
            head_dim=64,
            intermediate_size=352,
            context_length=512,
            tied_embeddings=True,
        ),
        mix=Mix(total_tokens=300_000, synthetic_share=1.0, copies_at_most=4),
        training=Training(
            row_tokens=128,
            rows_per_step=16,
            micro_rows=16,
            peak_learning_rate=4e-3,
            steps=150,
            validate_every_steps=50,
            validation_rows=32,
            sample_every_steps=150,
            sample_prompts=("Hello!",),
        ),
        tokenizer_sample_bytes=400_000,
    )
