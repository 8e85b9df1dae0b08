"""Trains the classifier of the smart route and writes `builtin/_router`: weights, scores and the card.

    python scripts/train_router.py              # trains, evaluates, writes; the same seed gives the same bytes
    python scripts/train_router.py --minilm     # besides, compares with MiniLM embeddings, and keeps the figures

Reads the labelled prompts that lie in the same folder:

- `train.<language>.txt`, and `train.talk.txt` in all: `[task complexity language]`, then one template a line. `⟦a|b⟧` is one of these, `⟦@name⟧` an
  entry of the list `@name = a || b`, `⟦*⟧` an entry of the line `= a | b` in this group; `\\n` is a line break.
- `words.txt`: `[task language]`, then words of that field. A few of them, drawn at random, make a text without complexity.
- `held_out.txt`: whole prompts in the same groups, never trained on.
"""

import argparse
import hashlib
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from freehold.gateway.auto.classifier import FOLDER, LABELS, WEIGHTS, Classifier, split_softmax
from freehold.gateway.auto.features import BUCKETS, COUNTS, Features, features
from freehold.gateway.auto.labels import COMPLEXITIES, TASKS, Complexity, Task
from freehold.gateway.auto.language import guess_language

UNKNOWN = -1
PLACE = re.compile(r"⟦([^⟦⟧]*)⟧")
DRAWS = {"en": 90}  # prompts a group; other languages DRAWS_ELSEWHERE
DRAWS_ELSEWHERE = 36
WORD_TEXTS = 60  # texts from each line of words.txt
EPOCHS, BATCH, RATE, DECAY, DROPPED = 8, 128, 0.02, 1e-5, 0.5
FOLDS = 5

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A labelled prompt. `template` names the line it was drawn from; `complexity` may be `UNKNOWN`."""

    text: str
    task: int
    complexity: int
    language: str
    template: str


# --- data ------------------------------------------------------------------------------------------------------------


def groups(path: Path) -> Iterator[tuple[list[str], str, str]]:
    """(labels, kind, line) of each line below a `[…]`: kind is "@" for a list, "=" for the group's own, else empty."""
    labels: list[str] = []
    for line in filter(None, path.read_text().splitlines()):
        if line.startswith("["):
            labels = line[1:-1].split()
        elif line.startswith(("@", "= ")):
            yield labels, line[0], line[1:].strip()
        else:
            yield labels, "", line


class Templates:
    """The templates of one file, by group; lists of the English file serve the others, too."""

    def __init__(self, path: Path, lists: dict[str, list[str]]) -> None:
        self.lists = dict(lists)
        self.own: dict[tuple[str, ...], list[str]] = {}
        self.lines: dict[tuple[str, ...], list[str]] = {}
        for labels, kind, line in groups(path):
            if kind == "@":
                name, _, entries = line.partition(" = ")
                self.lists[name] = entries.split(" || ")
            elif kind == "=":
                self.own[tuple(labels)] = line.split(" | ")
            else:
                self.lines.setdefault(tuple(labels), []).append(line)

    def draw(self, group: tuple[str, ...], line: str, chance: random.Random) -> str:
        """The template with each place filled, also those within what fills one."""

        def fill(place: re.Match[str]) -> str:
            inner = place.group(1)
            if inner == "*":
                return chance.choice(self.own[group])
            return chance.choice(self.lists[inner[1:]] if inner.startswith("@") else inner.split("|"))

        while PLACE.search(line):
            line = PLACE.sub(fill, line)
        return unescaped(line)


def unescaped(line: str) -> str:
    """Written line breaks and tabs as such."""
    return line.replace("\\n", "\n").replace("\\t", "\t")


def training_examples(seed: int, folder: Path = FOLDER) -> list[Example]:
    """Every prompt of the templates, each once, in a fixed order."""
    chance, lists, found = random.Random(seed), dict[str, list[str]](), list[Example]()
    for path in sorted(folder.glob("train.*.txt"), key=lambda path: (path.name != "train.en.txt", path.name)):
        templates = Templates(path, lists)
        lists = lists or templates.lists
        for group, lines in templates.lines.items():
            task, complexity, language = group
            wanted, seen = DRAWS.get(language, DRAWS_ELSEWHERE), dict[str, int]()
            for turn in range(3 * wanted):
                if len(seen) < wanted:
                    seen.setdefault(templates.draw(group, lines[turn % len(lines)], chance), turn % len(lines))
            found += [
                Example(
                    text=text,
                    task=TASKS.index(task),
                    complexity=COMPLEXITIES.index(complexity),
                    language=language,
                    template=f"{path.name} {' '.join(group)} {line}",
                )
                for text, line in seen.items()
            ]
    return found


def word_examples(seed: int, folder: Path = FOLDER) -> list[Example]:
    """Texts of a few words of one field."""
    chance, found = random.Random(seed), list[Example]()
    for (task, language), _, line in groups(folder / "words.txt"):
        words = line.split(", ")
        for _ in range(WORD_TEXTS):
            text = " ".join(chance.sample(words, chance.randint(1, 6)))
            found.append(
                Example(text=text, task=TASKS.index(task), complexity=UNKNOWN, language=language, template="words")
            )
    return found


def held_out_examples(folder: Path = FOLDER) -> list[Example]:
    """The prompts that are never trained on."""
    return [
        Example(
            text=unescaped(line),
            task=TASKS.index(task),
            complexity=COMPLEXITIES.index(complexity),
            language=language,
            template="held out",
        )
        for (task, complexity, language), _, line in groups(folder / "held_out.txt")
    ]


# --- training --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Features of several texts: each bucket, the row it belongs to and its weight there; counts [rows, COUNTS]."""

    buckets: NDArray[np.int64]
    rows: NDArray[np.int64]
    shares: Matrix
    counts: Matrix

    @classmethod
    def of(cls, found: Sequence[Features], kept: np.random.Generator | None = None) -> "Batch":
        """All buckets, or with `kept` a random part of them."""
        lists = [each.buckets[kept.random(len(each.buckets)) >= DROPPED] if kept else each.buckets for each in found]
        sizes = np.array([len(each) for each in lists])
        return cls(
            buckets=np.concatenate(lists),
            rows=np.repeat(np.arange(len(lists)), sizes),
            shares=np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32),
            counts=np.stack([each.counts for each in found]),
        )


class Adam:
    """Kingma and Ba, "Adam", 2014, arXiv:1412.6980, on some arrays in place."""

    def __init__(self, arrays: Sequence[Matrix]) -> None:
        self._arrays = arrays
        self._means = [np.zeros_like(array) for array in arrays]
        self._squares = [np.zeros_like(array) for array in arrays]
        self._steps = 0

    def step(self, gradients: Sequence[Matrix], rate: float) -> None:
        """Move against the gradients."""
        self._steps += 1
        for array, mean, square, gradient in zip(self._arrays, self._means, self._squares, gradients, strict=True):
            mean += 0.1 * (gradient - mean)
            square += 0.01 * (gradient * gradient - square)
            root = np.sqrt(square / (1 - 0.99**self._steps)) + 1e-8
            array -= rate * (mean / (1 - 0.9**self._steps)) / root


def train(examples: Sequence[Example], seed: int) -> dict[str, Matrix]:
    """Float weights by minibatches; half of each text's features are dropped at random, so that no few carry it all."""
    chance = np.random.default_rng(seed)
    found = [features(example.text) for example in examples]
    targets = one_hot(examples)
    told = np.array([example.complexity != UNKNOWN for example in examples], np.float32)
    weights, counts, bias = (
        np.zeros(shape, np.float32) for shape in ((BUCKETS, len(LABELS)), (COUNTS, len(LABELS)), len(LABELS))
    )
    adam = Adam([weights, counts, bias])
    for epoch in range(EPOCHS):
        order = chance.permutation(len(examples))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            batch = Batch.of([found[index] for index in chosen], chance)
            logits = batch.counts @ counts + bias
            np.add.at(logits, batch.rows, weights[batch.buckets] * batch.shares[:, None])
            error = (split_softmax(logits) - targets[chosen]) / len(chosen)
            error[:, len(TASKS) :] *= told[chosen, None]
            slope = DECAY * weights
            np.add.at(slope, batch.buckets, error[batch.rows] * batch.shares[:, None])
            adam.step([slope, batch.counts.T @ error, error.sum(axis=0)], RATE * (1 - epoch / EPOCHS))
    return {"weights": weights, "counts": counts, "bias": bias}


def one_hot(examples: Sequence[Example]) -> Matrix:
    """Targets [examples, labels]."""
    targets = np.zeros((len(examples), len(LABELS)), np.float32)
    for row, example in enumerate(examples):
        targets[row, example.task] = 1
        if example.complexity != UNKNOWN:
            targets[row, len(TASKS) + example.complexity] = 1
    return targets


def quantised(tensors: dict[str, Matrix]) -> dict[str, NDArray[np.generic]]:
    """Weights as int8 with a scale per label."""
    scales = np.abs(tensors["weights"]).max(axis=0) / 127
    return {**tensors, "weights": np.round(tensors["weights"] / scales).astype(np.int8), "scales": scales}
