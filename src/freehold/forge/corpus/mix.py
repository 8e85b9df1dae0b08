"""The stream of documents a recipe asks for: written dialogues and corpus records, interleaved by token share.

Deterministic for one seed and corpus. Knows shares, not shapes of rows.
"""

import hashlib
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.facts import Facts
from freehold.forge.corpus.overlap import digests
from freehold.forge.corpus.records import Document, Message, records
from freehold.forge.recipe import Mix
from freehold.foundation.registry import Registry

SYNTHETIC = "synthetic"
# So many dialogues in a row that were all written often enough mean that the grammar has no more to say.
EXHAUSTED_AFTER = 2_000
SHUFFLE_BUFFER = 2_000
# The persona chats keep places for names unfilled, as in "[User 1's name]".
UNFILLED = "["

SYSTEM_MESSAGES = (
    "You are a helpful assistant.",
    "You are a helpful, friendly assistant. Keep your answers short.",
    "Answer the user's questions clearly.",
    "You are Freehold's built-in model.",
    "Be concise.",
    "You are an assistant. Be polite and honest.",
)


class Dialogue(Protocol):
    """One family of the grammar in `forge/dialogues/`; `weight` is relative to the other families."""

    @property
    def weight(self) -> float:
        """How often, relative to the other families."""
        ...

    @property
    def generate(self) -> Callable[[random.Random, Facts], list[Message]]:
        """One whole conversation; equal generators and facts give equal words."""
        ...


def dialogue_families(package: str) -> list[Dialogue]:
    """Every family of the folder, in name order; refuses an empty folder."""
    registry: Registry[Dialogue] = Registry(package, "DIALOGUE")
    families = [registry[name] for name in sorted(registry)]
    if not families:
        raise SetupError(f"{package} holds no dialogues.", hint="A recipe needs at least one.")
    return families


def write_dialogues(mix: Mix, facts: Facts, seed: int) -> Iterator[Document]:
    """Dialogues of all families by weight, each kept at most `copies_at_most` times; ends when nothing new comes."""
    families = dialogue_families(mix.dialogues)
    weights = [family.weight for family in families]
    rng = random.Random(seed)
    copies: Counter[bytes] = Counter()
    repeated = 0
    while repeated < EXHAUSTED_AFTER:
        messages = tuple(rng.choices(families, weights)[0].generate(rng, facts))
        digest = hashlib.blake2b(repr(messages).encode(), digest_size=8).digest()
        copies[digest] += 1
        if copies[digest] > mix.copies_at_most:
            repeated += 1
            continue
        repeated = 0
        if messages[0]["role"] != "system" and rng.random() < mix.system_share:
            messages = ({"role": "system", "content": rng.choice(SYSTEM_MESSAGES)}, *messages)
        yield Document(id=f"{SYNTHETIC}/{digest.hex()}", source=SYNTHETIC, licence="CC0-1.0", messages=messages)


def shuffled(documents: Iterable[Document], rng: random.Random) -> Iterator[Document]:
    """The documents in random order, as far as a buffer of 2,000 allows."""
    incoming = iter(documents)
    buffer = list(itertools.islice(incoming, SHUFFLE_BUFFER))
    for document in incoming:
        at = rng.randrange(len(buffer))
        yield buffer[at]
        buffer[at] = document
    rng.shuffle(buffer)
    yield from buffer


def _corpus(path: Path, id_prefix: str, rng: random.Random) -> Iterator[Document]:
    for document in shuffled(records(path, id_prefix), rng):
        if not (document.messages and UNFILLED in document.written()):
            yield document


def without(documents: Iterable[Document], excluded: frozenset[str]) -> Iterator[Document]:
    """The documents in which no turn and no text holds a five-gram of the excluded digests."""
    for document in documents:
        texts = [message["content"] for message in document.messages] or [document.text]
        if not excluded or all(excluded.isdisjoint(digests(text)) for text in texts):
            yield document


def open_streams(
    mix: Mix, corpus: Path | None, facts: Facts, seed: int, excluded: frozenset[str]
) -> list[tuple[float, Iterator[Document]]]:
    """The share and documents of each part of the mix. Raises `SetupError` when it names files and no folder is given.

    `excluded` are digests of five-grams; a document that holds one is dropped, whoever wrote it.
    """
    streams = [(mix.synthetic_share, without(write_dialogues(mix, facts, seed), excluded))]
    if mix.corpus and corpus is None:
        raise SetupError("This recipe reads a corpus.", hint="Name its folder: --data <folder>.")
    for number, part in enumerate(mix.corpus):
        path = Path(corpus or "") / part.file
        documents = _corpus(path, part.id_prefix, random.Random(seed + number + 1))
        streams.append((part.share, without(documents, excluded)))
    return streams


def interleave(
    streams: list[tuple[float, Iterator[Document]]], size: Callable[[Document], int], total: int
) -> Iterator[Document]:
    """Documents until `total` is reached by `size`; next comes always the stream furthest behind its share.

    A stream that ends leaves its share to the others.
    """
    taken = [0.0] * len(streams)
    live = [index for index, (share, _) in enumerate(streams) if share > 0]
    used = 0
    while live and used < total:
        index = min(live, key=lambda index: taken[index] / streams[index][0])
        document = next(streams[index][1], None)
        if document is None:
            live.remove(index)
            continue
        spent = size(document)
        taken[index] += spent
        used += spent
        yield document
