"""The model to measure with: the built-in starter, or random weights of its shape where it is not there."""

import random
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

import freehold.builtin
from freehold.models import DecoderSpec
from freehold.nn.torch.decoder import Decoder
from freehold.nn.torch.weights import save

STARTER = Path(freehold.builtin.__file__).parent / "starter"
SHAPE = DecoderSpec(
    vocab_size=4096,
    hidden_size=256,
    layers=6,
    heads=4,
    kv_heads=2,
    head_dim=64,
    intermediate_size=704,
    context_length=1024,
    tied_embeddings=True,
)


def model_folder(scratch: Path) -> Path:
    """A folder in Hugging Face layout."""
    if (STARTER / "config.json").is_file():
        return STARTER
    folder = scratch / "random"
    if not folder.exists():
        torch.manual_seed(0)
        decoder = Decoder(SHAPE)
        decoder.initialise(torch.Generator().manual_seed(0))
        save(decoder, folder, torch.float32)
        _tokenizer(SHAPE.vocab_size).save(str(folder / "tokenizer.json"))
    return folder


def prompts(count: int, length: int, vocab_size: int) -> list[list[int]]:
    """Token ids, the same ones every time."""
    rng = random.Random(0)
    return [[rng.randrange(10, vocab_size) for _ in range(length)] for _ in range(count)]


def _tokenizer(size: int) -> Tokenizer:
    """Byte-level BPE with exactly `size` entries, learned from invented words."""
    rng = random.Random(0)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(2, 9))) for _ in range(8 * size)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator([" ".join(words)], trainer)
    return tokenizer
