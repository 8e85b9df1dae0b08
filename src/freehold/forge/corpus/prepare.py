"""From a recipe and a corpus folder to a tokenizer, packed rows, and a record of what they were made of."""

import hashlib
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import Tokenizer

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.chat import PAD, ROLES, encode_document, special_id, with_gap
from freehold.forge.corpus.facts import Facts, read_facts
from freehold.forge.corpus.mix import SYNTHETIC, interleave, open_streams
from freehold.forge.corpus.packing import Packer
from freehold.forge.corpus.records import Document, attributions
from freehold.forge.corpus.tokenizer import load_tokenizer, save_tokenizer, train_tokenizer
from freehold.forge.recipe import Recipe

# One document in so many is set aside for validation, chosen by its content.
VALIDATION_ONE_IN = 250
PREPARED_FILE = "prepared.json"


@dataclass(slots=True)
class _Tally:
    """Documents and tokens by source."""

    documents: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    licences: dict[str, str] = field(default_factory=dict)

    def add(self, document: Document, tokens: int) -> None:
        self.documents[document.source] += 1
        self.tokens[document.source] += tokens
        self.licences[document.source] = document.licence


def _sample_texts(documents: Iterator[Document], most_bytes: int) -> Iterator[str]:
    taken = 0
    for document in documents:
        pieces = [message["content"] for message in document.messages] or [document.text]
        yield from pieces
        taken += sum(len(piece.encode()) for piece in pieces)
        if taken >= most_bytes:
            return


def set_aside(document: Document) -> bool:
    """Whether the document is for validation; equal documents are on the same side."""
    digest = hashlib.blake2b(document.id.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % VALIDATION_ONE_IN == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a recipe is prepared from: the corpus folder and digests of five-grams that no document may hold."""

    corpus: Path | None = None
    excluded: frozenset[str] = frozenset()
    tokenizer_folder: Path | None = None  # use this tokenizer instead of training one


def _documents(recipe: Recipe, inputs: Inputs, facts: Facts) -> Iterator[Document]:
    streams = open_streams(recipe.mix, inputs.corpus, facts, recipe.seed, inputs.excluded)
    # Characters stand in for tokens here: the tokenizer does not exist yet.
    return interleave(streams, lambda document: len(document.written()), 1 << 62)


def _pack(recipe: Recipe, inputs: Inputs, facts: Facts, tokenizer: Tokenizer, folder: Path) -> _Tally:
    """Write `train/` and `validation/`."""
    row_tokens, pad = recipe.training.row_tokens, special_id(tokenizer, PAD)
    user, rng = special_id(tokenizer, ROLES["user"]), random.Random(recipe.seed)
    tally = _Tally()
    with Packer(folder / "train", row_tokens, pad) as train, Packer(folder / "validation", row_tokens, pad) as held:

        def pack(document: Document) -> int:
            pieces = encode_document(tokenizer, document, row_tokens)
            if document.messages and rng.random() < recipe.mix.gap_share:
                pieces = [with_gap(piece, user, recipe.model.context_length, rng) for piece in pieces]
            packer = held if set_aside(document) else train
            for piece in pieces:
                packer.add(piece)
            tokens = sum(len(piece.tokens) for piece in pieces)
            tally.add(document, tokens)
            return tokens

        streams = open_streams(recipe.mix, inputs.corpus, facts, recipe.seed, inputs.excluded)
        # Packing happens while the stream measures each document.
        for _ in interleave(streams, pack, recipe.mix.total_tokens):
            pass
    return tally


def _tokenizer(recipe: Recipe, inputs: Inputs, facts: Facts, report: Callable[[str], None]) -> Tokenizer:
    if inputs.tokenizer_folder is not None:
        return load_tokenizer(inputs.tokenizer_folder)
    report("training the tokenizer")
    texts = _sample_texts(_documents(recipe, inputs, facts), recipe.tokenizer_sample_bytes)
    return train_tokenizer(texts, recipe.model.vocab_size)


def prepared(recipe: Recipe, folder: Path) -> bool:
    """Whether the folder already holds this recipe's rows."""
    try:
        found = json.loads((folder / PREPARED_FILE).read_text())
    except OSError:
        return False
    return found["recipe_digest"] == recipe.data_digest()


def prepare(recipe: Recipe, inputs: Inputs, folder: Path, report: Callable[[str], None]) -> Tokenizer:
    """Tokenizer and packed rows in `folder`, made unless they are there; returns the tokenizer."""
    if prepared(recipe, folder):
        return load_tokenizer(folder)
    facts = read_facts(inputs.corpus)
    tokenizer = _tokenizer(recipe, inputs, facts, report)
    if tokenizer.get_vocab_size() < recipe.model.vocab_size:
        raise SetupError(
            f"The text gives {tokenizer.get_vocab_size()} tokens, the recipe wants {recipe.model.vocab_size}.",
            hint="Add dialogues or lower vocab_size.",
        )
    save_tokenizer(tokenizer, folder, recipe.model.context_length)
    report("writing and packing the text")
    tally = _pack(recipe, inputs, facts, tokenizer, folder)
    _write_record(recipe, inputs, folder, tally)
    report(_summary(tally))
    return tokenizer


def _write_record(recipe: Recipe, inputs: Inputs, folder: Path, tally: _Tally) -> None:
    used = {name: licence for name, licence in tally.licences.items() if name != SYNTHETIC}
    if inputs.corpus is not None:
        # Definitions and places in the dialogues come from these two whatever else the mix reads.
        used |= {"Open English WordNet": "CC-BY-4.0 AND LicenseRef-WordNet", "The World Factbook": "CC0-1.0"}
    record = {
        "recipe_digest": recipe.data_digest(),
        "content_hash": {part: _content_hash(folder / part) for part in ("train", "validation")},
        "sources": {
            name: {"documents": tally.documents[name], "tokens": tokens, "license": tally.licences[name]}
            for name, tokens in tally.tokens.most_common()
        },
        "attributions": attributions(inputs.corpus, used) if inputs.corpus is not None else [],
    }
    (folder / PREPARED_FILE).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def _content_hash(folder: Path) -> str:
    return json.loads((folder / "index.json").read_text())["content_hash"]


def _summary(tally: _Tally) -> str:
    largest = itertools.islice(tally.tokens.most_common(), 6)
    parts: Iterable[str] = (f"{name} {tokens / 1e6:.2f}M" for name, tokens in largest)
    return f"{sum(tally.documents.values()):,} documents, tokens by source: {', '.join(parts)}"
