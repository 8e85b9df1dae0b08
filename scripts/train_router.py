"""Trains the classifier of the smart route and writes `builtin/_router`: weights, scores and the card.

    python scripts/train_router.py             # the same data and seed give the same weights and scores
    python scripts/train_router.py --measure   # besides, times a request and compares with MiniLM embeddings

The prompts are described in `router_prompts.py`. Figures that `--measure` took are kept until it runs again.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from router_prompts import UNKNOWN, Example, held_out_examples, training_examples, word_examples
from safetensors.numpy import save_file

from freehold.gateway.auto.classifier import FOLDER, LABELS, WEIGHTS, Classifier, split_softmax
from freehold.gateway.auto.features import BUCKETS, COUNTS, Features, features
from freehold.gateway.auto.labels import COMPLEXITIES, TASKS
from freehold.gateway.auto.language import guess_language
from freehold.gateway.auto.needs import HIGH_FROM, MEDIUM_FROM, SURE, read_needs

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs/guides/smart-routing.md"
MINILM = FOLDER.parent / "minilm"
BEGIN, END = "<!-- figures of scripts/train_router.py -->", "<!-- end of figures -->"
EPOCHS, BATCH, RATE, DECAY, DROPPED = 8, 128, 0.02, 1e-5, 0.5
MINILM_EPOCHS = 60
REPEATS = 300

Matrix = NDArray[np.float32]


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


# --- evaluation ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a classifier did: rows of a confusion matrix are what is so, columns what was said."""

    labels: tuple[str, ...]
    confusion: list[list[int]]

    @classmethod
    def of(cls, labels: tuple[str, ...], truth: Sequence[int], said: Sequence[int]) -> "Report":
        """From two lists of label numbers."""
        confusion = np.zeros((len(labels), len(labels)), int)
        np.add.at(confusion, (np.array(truth), np.array(said)), 1)
        return cls(labels=labels, confusion=confusion.tolist())

    def accuracy(self) -> float:
        """The share that is right."""
        table = np.array(self.confusion)
        return float(np.trace(table) / table.sum())

    def f1(self) -> dict[str, float]:
        """The harmonic mean of precision and recall, by label."""
        table = np.array(self.confusion)
        sizes = table.sum(axis=0) + table.sum(axis=1)
        return {label: 2 * int(table[i, i]) / max(int(sizes[i]), 1) for i, label in enumerate(self.labels)}

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        f1 = {label: round(value, 3) for label, value in self.f1().items()}
        return {"accuracy": round(self.accuracy(), 3), "f1": f1, "confusion": self.confusion}


Says = Callable[[Example], tuple[int, int]]


def reports(says: Says, examples: Sequence[Example]) -> tuple[Report, Report]:
    """Of tasks and of complexities."""
    said = [says(example) for example in examples]
    return (
        Report.of(TASKS, [example.task for example in examples], [task for task, _ in said]),
        Report.of(COMPLEXITIES, [example.complexity for example in examples], [level for _, level in said]),
    )


def evaluated(says: Says, examples: Sequence[Example]) -> dict[str, Any]:
    """Figures on all languages, and accuracies on English and on the others."""
    tasks, levels = reports(says, examples)
    found: dict[str, Any] = {"task": tasks.plain(), "complexity": levels.plain()}
    for name, part in (("english", True), ("others", False)):
        shares = reports(says, [example for example in examples if (example.language == "en") is part])
        found[name] = {"task": round(shares[0].accuracy(), 3), "complexity": round(shares[1].accuracy(), 3)}
    return found


def levelled(medium: float, high: float) -> int:
    """The complexity as `needs` derives it."""
    difficulty = 0.5 * medium + high
    return int(difficulty >= MEDIUM_FROM) + int(difficulty >= HIGH_FROM)


def sure(classifier: Classifier, examples: Sequence[Example]) -> dict[str, float]:
    """For how many the classifier is sure of the task, and how many of these are right."""
    tasks = [(classifier.scores(example.text).tasks, TASKS[example.task]) for example in examples]
    sure = [(scores, truth) for scores, truth in tasks if max(scores.values()) >= SURE]
    right = sum(max(scores, key=lambda name: scores[name]) == truth for scores, truth in sure)
    return {"share": round(len(sure) / len(tasks), 3), "accuracy": round(right / len(sure), 3)}


def by_features(classifier: Classifier) -> Says:
    """What the shipped classifier says."""

    def says(example: Example) -> tuple[int, int]:
        scores = classifier.scores(example.text)
        task = max(TASKS, key=lambda name: scores.tasks[name])
        return TASKS.index(task), levelled(scores.complexities["medium"], scores.complexities["high"])

    return says


# --- what --measure adds ---------------------------------------------------------------------------------------------


class MiniLm:
    """Logistic regression on the built-in sentence embeddings, for comparison. Needs onnxruntime."""

    def __init__(self, examples: Sequence[Example], seed: int) -> None:
        from freehold.engine.embedding.embedder import Embedder

        self._embedder = Embedder(MINILM, 1)
        vectors, targets, chance = (
            self.embed([e.text for e in examples]),
            one_hot(examples),
            np.random.default_rng(seed),
        )
        told = np.array([example.complexity != UNKNOWN for example in examples], np.float32)
        self._weights, self._bias = (
            np.zeros((vectors.shape[1], len(LABELS)), np.float32),
            np.zeros(len(LABELS), np.float32),
        )
        adam = Adam([self._weights, self._bias])
        for epoch in range(MINILM_EPOCHS):
            order = chance.permutation(len(examples))
            for chosen in np.split(order, range(BATCH, len(order), BATCH)):
                error = (split_softmax(vectors[chosen] @ self._weights + self._bias) - targets[chosen]) / len(chosen)
                error[:, len(TASKS) :] *= told[chosen, None]
                slope = vectors[chosen].T @ error + DECAY * self._weights
                adam.step([slope, error.sum(axis=0)], RATE * (1 - epoch / MINILM_EPOCHS))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """A vector each, of at most 256 tokens."""
        return np.concatenate([self._embedder.embed([self._embedder.encode([text[:900]])[0][:256]]) for text in texts])

    def says(self, example: Example) -> tuple[int, int]:
        """Task and complexity."""
        probabilities = split_softmax(self.embed([example.text]) @ self._weights + self._bias)[0]
        return int(probabilities[: len(TASKS)].argmax()), levelled(*probabilities[-2:].tolist())


def median_microseconds(work: Callable[[], object]) -> int:
    """Of one call."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return round(float(np.median(times)) * 1e6)


def measured(
    classifier: Classifier, examples: Sequence[Example], held_out: Sequence[Example], seed: int
) -> dict[str, Any]:
    """What one request takes, and how MiniLM does with the same prompts."""
    text = "\n".join(example.text for example in held_out if example.language == "en")
    bodies = {
        name: json.dumps({"messages": [{"role": "user", "content": (text * 200)[:size]}]}).encode()
        for name, size in (("200_bytes", 200), ("2_kilobytes", 2000), ("1_megabyte", 1_000_000))
    }
    minilm = MiniLm(examples, seed)
    short, long = text[:200], text[:1000]
    return {
        "microseconds": {
            name: median_microseconds(lambda body=body: read_needs(body, classifier)) for name, body in bodies.items()
        },
        "minilm": evaluated(minilm.says, held_out)
        | {
            "microseconds": {
                "200_bytes": median_microseconds(lambda: minilm.embed([short])),
                "1_kilobyte": median_microseconds(lambda: minilm.embed([long])),
            }
        },
    }


# --- card ------------------------------------------------------------------------------------------------------------


def confusion_table(figures: Mapping[str, Any], labels: Sequence[str]) -> str:
    """Rows of Markdown: what is so, down; what was said, across; F1 last."""
    lines = [f"| is ↓, said → | {' | '.join(labels)} | F1 |", f"|---|{'---:|' * (len(labels) + 1)}"]
    for label, row in zip(labels, figures["confusion"], strict=True):
        lines.append(f"| {label} | {' | '.join(map(str, row))} | {figures['f1'][label]:.2f} |")
    return "\n".join(lines)


def f1_row(name: str, figures: Mapping[str, Any]) -> str:
    """The F1 of every label."""
    values = {**figures["task"]["f1"], **figures["complexity"]["f1"]}
    return f"| {name} | {' | '.join(f'{values[label]:.2f}' for label in LABELS)} |"


def figures_text(scores: Mapping[str, Any]) -> str:
    """The part that card and guide share."""
    held, measures = scores["held_out"], scores.get("measured")
    lines = [
        "On {held_out} held-out prompts in ten languages ({held_out_english} English):".format(**scores["data"]),
        "",
        "| | Task | Complexity |",
        "|---|---:|---:|",
        f"| all | {held['task']['accuracy']:.1%} | {held['complexity']['accuracy']:.1%} |",
        f"| English | {held['english']['task']:.1%} | {held['english']['complexity']:.1%} |",
        f"| the other nine | {held['others']['task']:.1%} | {held['others']['complexity']:.1%} |",
        f"| always the commonest | {scores['guess']['task']:.1%} | {scores['guess']['complexity']:.1%} |",
        "",
        confusion_table(held["task"], TASKS),
        "",
        confusion_table(held["complexity"], COMPLEXITIES),
        "",
        f"Of {scores['sure']['share']:.1%} of the prompts it is at least half sure, and gets the task of "
        f"{scores['sure']['accuracy']:.1%} of these right.",
        f"The language is guessed right for {scores['language']:.1%}; what is wrong is mostly `und`, not known.",
    ]
    if measures:
        minilm, times = measures["minilm"], measures["microseconds"]
        own = "{200_bytes} µs for 200 bytes, {2_kilobytes} µs for 2 KB, {1_megabyte} µs for 1 MB".format(**times)
        other = "{200_bytes} µs for 200 bytes, {1_kilobyte} µs for 1 KB".format(**minilm["microseconds"])
        lines += [
            "",
            "| | Task | English | Others | Complexity | One request |",
            "|---|---:|---:|---:|---:|---|",
            f"| hashed n-grams (shipped) | {held['task']['accuracy']:.1%} | {held['english']['task']:.1%} | "
            f"{held['others']['task']:.1%} | {held['complexity']['accuracy']:.1%} | {own} |",
            f"| MiniLM embedding | {minilm['task']['accuracy']:.1%} | {minilm['english']['task']:.1%} | "
            f"{minilm['others']['task']:.1%} | {minilm['complexity']['accuracy']:.1%} | {other} |",
            "",
            f"| F1 | {' | '.join(LABELS)} |",
            f"|---|{'---:|' * len(LABELS)}",
            f1_row("hashed n-grams", held),
            f1_row("MiniLM embedding", minilm),
            "",
            "Times are medians on two cores busy with other work: of reading a whole body in the first row, of the",
            "embedding alone in the second.",
        ]
    return "\n".join(lines)


def card(scores: Mapping[str, Any]) -> str:
    """The README of the folder."""
    data = scores["data"]
    files = "\n".join(f"| `{name}` | `{digest}` |" for name, digest in scores["files"].items())
    return CARD.format(figures=figures_text(scores), files=files, seed=scores["seed"], **data)


CARD = """---
license: apache-2.0
language: [en, de, fr, es, it, pt, ru, zh, ja, ar]
---

# _router: what a request asks for, and how hard it is

The classifier of the smart route `auto`: a text in, probabilities out for five tasks (code, mathematics, creative,
knowledge, plain) and three complexities (low, medium, high). It is no chat or embedding model: the folder has no
`config.json`, and its name begins with an underscore, so that nothing serves it.

Multinomial logistic regression on hashed features (`gateway/auto/features.py`): byte n-grams of length 2 to 4, words
and word pairs in 65,536 buckets, and six counts. Weights are int8 with a scale per label, half a megabyte.

## Labels

- *plain* is everyday: talk, letters, advice, plans, and work on a given text (translate, summarise, rewrite).
  *knowledge* asks about the world. *mathematics* includes puzzles. *creative* invents.
- *low* is a greeting, a look-up, a line. *medium* is an answer of some paragraphs or a function. *high* needs many
  steps: proofs, systems, plans with constraints, long works.

## Scores

{figures}

Written by the makers of Freehold, the held-out prompts after the training prompts and apart from them: no five words
in a row (ten characters in Chinese and Japanese) are shared. In the nine other languages many prompts say the same
thing, so these count less than their number. A first set of held-out prompts was looked at while features were chosen;
it is now training data (`train.talk.txt`), and the set scored here was scored when the recipe stood.

## Data

{templates} templates make {training} training prompts in ten languages, and {words} texts of loose words. All were
written for this purpose, CC0-1.0; no user's text. Seed {seed}.

| File | SHA-256 |
|---|---|
{files}

## Limits

- It judges by words, not by understanding. A topic it never saw looks plain: that is its commonest mistake.
- Complexity follows phrasing and length. A short question that is hard ("is P = NP?") looks easy.
- Other languages are hardly better than chance unless they share words with the ten.
- Whoever writes a prompt can steer it. It decides quality and cost, never permission.
"""


# --- main ------------------------------------------------------------------------------------------------------------


def scored(classifier: Classifier, training: Sequence[Example], words: Sequence[Example], seed: int) -> dict[str, Any]:
    """Everything the card tells that depends on data and seed alone."""
    held_out = held_out_examples()
    right = [guess_language(example.text) == example.language for example in held_out]
    count = len(held_out)
    tasks, levels = ([getattr(e, name) for e in held_out] for name in ("task", "complexity"))
    return {
        "seed": seed,
        "data": {
            "templates": len({example.template for example in training}),
            "training": len(training),
            "words": len(words),
            "held_out": count,
            "held_out_english": sum(example.language == "en" for example in held_out),
        },
        "held_out": evaluated(by_features(classifier), held_out),
        "sure": sure(classifier, held_out),
        "guess": {
            "task": round(max(np.bincount(tasks)) / count, 3),
            "complexity": round(max(np.bincount(levels)) / count, 3),
        },
        "language": round(sum(right) / count, 3),
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted([*FOLDER.glob("*.txt"), FOLDER / WEIGHTS])
        },
    }


def main() -> None:
    """Train, score, write."""
    parser = argparse.ArgumentParser(description="Trains the classifier of the smart route.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--measure", action="store_true", help="time a request, and compare with MiniLM")
    arguments = parser.parse_args()
    training, words = training_examples(arguments.seed), word_examples(arguments.seed)
    save_file(quantised(train([*training, *words], arguments.seed)), FOLDER / WEIGHTS, {"labels": " ".join(LABELS)})
    classifier = Classifier.load()
    path = FOLDER / "scores.json"
    before = json.loads(path.read_text()) if path.is_file() else {}
    scores = scored(classifier, training, words, arguments.seed)
    if arguments.measure:
        scores["measured"] = measured(classifier, [*training, *words], held_out_examples(), arguments.seed)
    elif "measured" in before:
        scores["measured"] = before["measured"]
    path.write_text(json.dumps(scores, indent=1) + "\n")
    (FOLDER / "README.md").write_text(card(scores))
    if GUIDE.is_file():
        head, rest = GUIDE.read_text().split(BEGIN)
        GUIDE.write_text(f"{head}{BEGIN}\n{figures_text(scores)}\n{END}{rest.split(END)[1]}")
    print(figures_text(scores))


if __name__ == "__main__":
    main()
