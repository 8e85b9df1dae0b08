"""A hand-made network for speakers in WeSpeaker's layout: a random projection of the size of each band."""

from pathlib import Path

import numpy as np

from tiny_voices import FLOAT, Graph

WIDTH = 16


def write_speaker(folder: Path, *, threshold: float | None = None, bands: int = 80) -> Path:
    """`feats` [B, T, 80] → `embs` [B, 16]. Returns the folder."""
    graph = Graph()
    feats = graph.input("feats", FLOAT, "B", "T", bands)
    projection = np.random.default_rng(11).normal(0, 1, (bands, WIDTH)).astype(np.float32)
    sizes = graph.node("MatMul", [graph.node("Abs", [feats]), graph.constant(projection)])
    graph.node("ReduceSum", [sizes, graph.constant(np.array([1], np.int64))], "embs", keepdims=0)
    folder.mkdir(parents=True, exist_ok=True)
    graph.save_all(folder / "voxceleb_tiny.onnx", {"embs": (FLOAT, ("B", WIDTH))})
    if threshold is not None:
        (folder / "speaker.json").write_text(f'{{"threshold": {threshold}}}')
    return folder
