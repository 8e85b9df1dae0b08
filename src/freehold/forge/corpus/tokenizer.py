"""Byte-level BPE, trained on the mix. Every byte string has an encoding, so nothing is ever unknown."""

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.chat import BEGIN, CHAT_TEMPLATE, END, PAD, SPECIAL_TOKENS, special_id


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """A tokenizer of exactly `vocab_size` ids, special tokens first; each digit is a token of its own."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(  # pyright: ignore[reportAttributeAccessIssue]
        [
            pre_tokenizers.Split(Regex(r"\p{N}"), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()  # pyright: ignore[reportAttributeAccessIssue]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        show_progress=False,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() > vocab_size:
        raise SetupError(f"A vocabulary of {vocab_size} cannot hold the 256 bytes.", hint="Use 512 or more.")
    return tokenizer


def bytes_per_token(tokenizer: Tokenizer) -> list[int]:
    """UTF-8 bytes that each id stands for; 0 for special tokens."""
    special = {special_id(tokenizer, token) for token in SPECIAL_TOKENS}
    # In byte-level BPE each character of a token's name stands for one byte.
    names = (tokenizer.id_to_token(id) for id in range(tokenizer.get_vocab_size()))
    return [0 if id in special else len(name or "") for id, name in enumerate(names)]


def save_tokenizer(tokenizer: Tokenizer, folder: Path, context_length: int) -> None:
    """Write tokenizer.json and tokenizer_config.json with the chat template, as Hugging Face readers expect."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BEGIN,
        "eos_token": END,
        "pad_token": PAD,
        "additional_special_tokens": list(SPECIAL_TOKENS[3:]),
        "add_bos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": context_length,
        "chat_template": CHAT_TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a model or run folder."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise SetupError(f"{path} is missing.", hint="Name a folder that the forge wrote.")
    return Tokenizer.from_file(str(path))
