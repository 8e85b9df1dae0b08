"""The models to measure with: the built-in starter, and random weights in the shapes of three well-known models.

Every model is a Hugging Face folder in bfloat16 and, made from it by llama.cpp's own tools, one GGUF file a format, so
that every contender reads the same bytes. Made once, under `.cache/bench/models`.
"""

import json
import math
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench.machine import CACHE, ROOT
from bench.peers.build_llama_cpp import SOURCE, tool
from freehold.models import MODELS

FOLDER = CACHE / "models"
NEEDED_BYTES = 14e9
STARTER = ROOT / "src/freehold/builtin/starter"
FORMATS = ("BF16", "Q8_0", "Q4_0", "Q4_K_M")
LLAMA = {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}
QWEN2 = {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"}
KEYS = (
    *("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim"),
    *("intermediate_size", "vocab_size", "tie_word_embeddings"),
)
SHAPES = {
    "A": LLAMA | dict(zip(KEYS, (576, 30, 9, 3, 64, 1536, 49152, True), strict=True)),  # SmolLM2 135M
    "B": QWEN2 | dict(zip(KEYS, (896, 24, 14, 2, 64, 4864, 151936, True), strict=True)),  # Qwen2.5 0.5B
    "C": LLAMA | dict(zip(KEYS, (2048, 22, 32, 4, 64, 5632, 32000, False), strict=True)),  # TinyLlama 1.1B
}
REST = {"hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10_000.0, "max_position_embeddings": 4096}


def folder(shape: str) -> Path:
    """The Hugging Face folder of a shape, or of the `starter`."""
    if shape == "starter":
        return STARTER
    path = FOLDER / shape
    if not (path / "model.safetensors").is_file():
        path.mkdir(parents=True, exist_ok=True)
        if (free := shutil.disk_usage(path).free) < NEEDED_BYTES:
            raise SystemExit(f"{FOLDER} needs {NEEDED_BYTES / 1e9:.0f} GB; {free / 1e9:.0f} GB are free.")
        (path / "config.json").write_text(json.dumps(SHAPES[shape] | REST, indent=2))
        _write_random(path / "model.safetensors", SHAPES[shape] | REST)
    return path


def gguf(shape: str, format: str) -> Path:
    """The GGUF file of a shape, in BF16 or another format that `llama-quantize` knows."""
    path = FOLDER / f"{shape}-{format}.gguf"
    if path.is_file():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"Making {path.name} …", flush=True)
    quantize, part = tool("llama-quantize"), path.with_suffix(".part")
    command = (
        [str(quantize), str(gguf(shape, "BF16")), str(part), format]
        if format != "BF16"
        else [*(sys.executable, "-m", "bench.peers.convert_to_gguf", str(SOURCE), str(folder(shape)), str(part))]
    )
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if found.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{found.stderr[-2000:]}")
    return part.rename(path)


def vocab_size(shape: str) -> int:
    """How many tokens the shape's model knows."""
    return json.loads((folder(shape) / "config.json").read_text())["vocab_size"]


def prompts(shape: str, count: int, length: int, seed: int = 0) -> list[list[int]]:
    """Token ids for a shape, the same ones for every seed."""
    rng, tokens = random.Random(seed), vocab_size(shape)
    return [[rng.randrange(10, tokens) for _ in range(length)] for _ in range(count)]


def _write_random(path: Path, config: Mapping[str, Any]) -> None:
    """Normal weights of deviation 0.02, norms of one; the same ones every time."""
    architecture = MODELS[config["model_type"]]
    spec = architecture.spec(config)
    sources, end = architecture.sources(spec), 0
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    shapes = {sources[name].name: shape for name, shape in spec.shapes().items()}
    for name, shape in shapes.items():
        start, end = end, end + 2 * math.prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": (start, end)}
    block = np.random.default_rng(0).normal(0.0, 0.02, 1 << 24).astype(np.float32).view(np.uint32)
    block, ones = (block >> 16).astype(np.uint16), np.full(1, 0x3F80, np.uint16)  # bfloat16, and 1.0 in it
    with (part := path.with_suffix(".part")).open("wb") as file:
        text = json.dumps(header).encode()
        file.write(len(text).to_bytes(8, "little") + text)
        for number, (name, shape) in enumerate(shapes.items()):
            file.write(np.resize(ones if "norm" in name else block[7919 * number :], math.prod(shape)).tobytes())
    part.rename(path)
