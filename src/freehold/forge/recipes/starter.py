"""The built-in starter chat model: 5.5M parameters, about ninety minutes on one CPU core."""

from freehold.forge.recipe import CorpusShare, Mix, Recipe, Training
from freehold.models import DecoderSpec


def recipe() -> Recipe:
    """Mostly dialogues that the forge writes itself, some public conversation and short stories for fluency."""
    return Recipe(
        name="starter",
        seed=20_261,
        description="Built-in starter chat model, trained from scratch on one CPU core.",
        model=DecoderSpec(
            vocab_size=4096,
            hidden_size=256,
            layers=6,
            # Fewer, wider heads: attention took a third of the time of eight heads of 32, measured on one core.
            heads=4,
            kv_heads=2,
            head_dim=64,
            intermediate_size=704,
            context_length=1024,
            tied_embeddings=True,
        ),
        mix=Mix(
            total_tokens=36_000_000,
            synthetic_share=0.85,
            corpus=(
                CorpusShare(file="dialogues.jsonl.zst", id_prefix="spc/", share=0.04),
                CorpusShare(file="dialogues.jsonl.zst", id_prefix="sdc/", share=0.06),
                CorpusShare(file="stories.jsonl.zst", id_prefix="", share=0.05),
            ),
            copies_at_most=4,
            system_share=0.08,
            gap_share=0.2,
        ),
        training=Training(
            row_tokens=256,
            rows_per_step=32,
            micro_rows=8,
            peak_learning_rate=3e-3,
            minutes=90.0,
            sample_prompts=("Hello!", "What is Freehold?", "What is 3 plus 4?", "My name is Ana.", "What is a river?"),
        ),
        tokenizer_sample_bytes=16_000_000,
    )
