"""A model folder with random weights, small enough to make in a test: real files, real tokenizer, no meaning."""

import json
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from freehold.models import DecoderSpec
from freehold.nn.torch.decoder import Decoder
from freehold.nn.torch.weights import save

TEXT = ["Hello there, how are you today? The naïve café costs 5 € – 🙂 emoji and 漢字 too."] * 4
SPECIALS = ["<|begin|>", "<|user|>", "<|assistant|>", "<|system|>", "<|end|>"]
TEMPLATE = (
    "<|begin|>{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPEC = DecoderSpec(
    vocab_size=0,
    hidden_size=64,
    layers=2,
    heads=4,
    kv_heads=2,
    head_dim=16,
    intermediate_size=128,
    context_length=256,
    tied_embeddings=False,
)


def make_tokenizer() -> Tokenizer:
    """Byte-level BPE with few merges, so that characters are often split over tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXT, trainer)
    return tokenizer


def make_model(folder: Path, *, spec: DecoderSpec = SPEC, seed: int = 0, scale: float = 40.0) -> Path:
    """Write a whole model folder. `scale` spreads the logits, so that near-ties are rare."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"chat_template": TEMPLATE, "bos_token": "<|begin|>", "eos_token": "<|end|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    decoder = Decoder(replace(spec, vocab_size=tokenizer.get_vocab_size()))
    decoder.initialise(torch.Generator().manual_seed(seed))
    with torch.no_grad():
        for name, parameter in decoder.named_parameters():
            if name.endswith(("q.weight", "k.weight", "v.weight", "o.weight", "down.weight")):
                parameter.mul_(8)  # enough attention that the tokens before matter
        assert decoder.output is not None
        decoder.output.weight.mul_(scale)
    save(decoder, folder, torch.float32)
    return folder
