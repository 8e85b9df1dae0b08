"""A checkpoint of random weights under the executor's own names, and batches for it."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from freehold.models import MODELS, DecoderSpec, Source
from freehold.nn import FlatBatch
from freehold.nn.checkpoint import Checkpoint
from freehold.nn.safetensors_file import read_safetensors
from native.plain_decoder import random_weights


def make_checkpoint(folder: Path, spec: DecoderSpec, seed: int = 0) -> Checkpoint:
    """Weights in float32, on disk."""
    path = folder / "model.safetensors"
    save_file(random_weights(spec, seed), path)
    shapes = spec.shapes()
    return Checkpoint(
        architecture=MODELS["llama"],
        spec=spec,
        label="F32",
        shapes=shapes,
        sources={name: Source(name=name) for name in shapes},
        places=read_safetensors(path),
    )


def make_batch(chunks: list[tuple[list[int], int, list[int]]], *, logits: str = "all") -> FlatBatch:
    """A batch of (tokens, tokens before them, pages) a sequence; logits of "all" tokens, the "last" or "none"."""
    starts = np.cumsum([0] + [len(tokens) for tokens, _, _ in chunks], dtype=np.int32)
    pages = np.zeros((len(chunks), max(len(pages) for _, _, pages in chunks)), dtype=np.int32)
    for row, (_, _, own) in zip(pages, chunks, strict=True):
        row[: len(own)] = own
    rows = {"all": np.arange(starts[-1]), "last": starts[1:] - 1, "none": np.arange(0)}[logits]
    return FlatBatch(
        tokens_T=np.array([token for tokens, _, _ in chunks for token in tokens], dtype=np.int32),
        starts_N1=starts,
        contexts_N=np.array([before + len(tokens) for tokens, before, _ in chunks], dtype=np.int32),
        pages_NP=pages,
        logit_rows_R=rows.astype(np.int32),
    )
