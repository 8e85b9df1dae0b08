"""Hand-made Piper and Kokoro voices of a few kilobytes, with random weights, in the layouts that the real ones have.

Their sound is noise of a length that is known: a fixed number of samples for each phoneme, divided by the speed. The
ONNX files are written field by field (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FLOAT, INT64 = 1, 7
PIPER_RATE = 16_000
PIPER_SAMPLES = 64  # for each phoneme id, at a length scale of 1
KOKORO_SAMPLES = 600  # for each token, at a speed of 1
KOKORO_LENGTHS = 510
PHONEMES = " !,.;:?aIWAYOQTbdfhijklmnprstuvwzæðŋɑɔəɛɜɡɪɹʃʊʌʒʔˈˌːθᵊʤʧʣʦeɐɚoyøœʁɾxᵻ"


def _varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _integer(tag: int, number: int) -> bytes:
    return _varint(tag << 3) + _varint(number)


def _bytes(tag: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return _varint(tag << 3 | 2) + _varint(len(data)) + data


@dataclass
class Graph:
    """An ONNX graph as it grows."""

    body: bytes = b""
    names: int = 0
    metadata: dict[str, str] = field(default_factory=dict)

    def constant(self, array: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """The name of an initializer."""
        self.names += 1
        name = f"constant{self.names}"
        dimensions = b"".join(_integer(1, size) for size in array.shape)
        kind = FLOAT if array.dtype == np.float32 else INT64
        self.body += _bytes(5, dimensions + _integer(2, kind) + _bytes(8, name) + _bytes(9, array.tobytes()))
        return name

    def node(self, operator: str, inputs: Sequence[str], output: str = "", **attributes: int) -> str:
        """The name of the node's output."""
        self.names += 1
        output = output or f"value{self.names}"
        content = b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(4, operator)
        for name, value in attributes.items():
            content += _bytes(5, _bytes(1, name) + _integer(3, value) + _integer(20, 2))
        self.body += _bytes(1, content)
        return output

    def input(self, name: str, kind: int, *dimensions: int | str) -> str:
        """An input; a dimension with a name may have any size."""
        self.body += _bytes(11, _value(name, kind, dimensions))
        return name

    def save(self, path: Path, *output_dimensions: int | str) -> None:
        """Write the model, whose output is called "output"."""
        self.save_all(path, {"output": (FLOAT, output_dimensions)})

    def save_all(self, path: Path, outputs: Mapping[str, tuple[int, Sequence[int | str]]]) -> None:
        """Write the model, with the kinds and dimensions of its outputs in their order."""
        graph = self.body + _bytes(2, "tiny")
        for name, (kind, dimensions) in outputs.items():
            graph += _bytes(12, _value(name, kind, dimensions))
        model = _integer(1, 8) + _bytes(7, graph) + _bytes(8, _integer(2, 17))
        for key, value in self.metadata.items():
            model += _bytes(14, _bytes(1, key) + _bytes(2, value))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model)


def _value(name: str, kind: int, dimensions: Sequence[int | str]) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, d) if isinstance(d, str) else _integer(1, d)) for d in dimensions)
    return _bytes(1, name) + _bytes(2, _bytes(1, _integer(1, kind) + _bytes(2, shape)))


def _random(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(len(shape)).normal(0, 0.3, shape).astype(np.float32)


def _spoken(graph: Graph, ids: str, rows: int, samples: int, length: str) -> str:
    """[1, tokens, samples of each], of which the first `length` (int64, [1]) are kept."""
    sound = graph.node("Gather", [graph.constant(_random(rows, samples * 4)), ids], axis=0)
    zero, axis = graph.constant(np.array([0], np.int64)), graph.constant(np.array([2], np.int64))
    return graph.node("Slice", [sound, zero, length, axis])


def write_piper(folder: Path, *, speakers: Sequence[str] = (), name: str = "en_US-tiny-low") -> Path:
    """A Piper voice with these speakers, or with one that has no name. Returns the folder."""
    graph = Graph()
    ids = graph.input("input", INT64, 1, "phonemes")
    graph.input("input_lengths", INT64, 1)
    scales = graph.input("scales", FLOAT, 3)
    scale = graph.node("Gather", [scales, graph.constant(np.array([1], np.int64))], axis=0)
    length = graph.node("Mul", [scale, graph.constant(np.array([PIPER_SAMPLES], np.float32))])
    sound = _spoken(graph, ids, 256, PIPER_SAMPLES, graph.node("Cast", [length], to=INT64))
    if speakers:
        speaker = graph.input("sid", INT64, 1)
        loudness = graph.constant(np.linspace(0.2, 1, len(speakers), dtype=np.float32))
        sound = graph.node("Pow", [graph.node("Abs", [sound]), graph.node("Gather", [loudness, speaker], axis=0)])
    flat = graph.constant(np.array([1, 1, -1], np.int64))
    graph.node("Reshape", [graph.node("Tanh", [sound]), flat], "output")
    graph.save(folder / f"{name}.onnx", 1, 1, "samples")
    config = {
        "audio": {"sample_rate": PIPER_RATE, "quality": "low"},
        "espeak": {"voice": "en-us"},
        "language": {"code": "en_US"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": {letter: [number] for number, letter in enumerate("_^$" + PHONEMES)},
        "num_symbols": 256,
        "num_speakers": max(1, len(speakers)),
        "speaker_id_map": {speaker: number for number, speaker in enumerate(speakers)},
    }
    (folder / f"{name}.onnx.json").write_text(json.dumps(config))
    return folder


def kokoro_vocabulary() -> dict[str, int]:
    """Phonemes and their ids; 0 is the padding."""
    return {"$": 0} | {letter: number for number, letter in enumerate(PHONEMES, 1)}


def write_kokoro(
    folder: Path, *, voices: Sequence[str] = ("af_heart", "am_onyx", "bf_emma"), community: bool = False
) -> Path:
    """A Kokoro model in the layout of kokoro-onnx, or of onnx-community. Returns the folder."""
    graph = Graph()
    ids = graph.input("input_ids" if community else "tokens", INT64, 1, "tokens")
    style = graph.input("style", FLOAT, 1, 256)
    speed = graph.input("speed", FLOAT, 1)
    length = graph.node("Div", [graph.constant(np.array([KOKORO_SAMPLES], np.float32)), speed])
    sound = _spoken(graph, ids, 128, KOKORO_SAMPLES, graph.node("Cast", [length], to=INT64))
    coloured = graph.node("MatMul", [style, graph.constant(_random(256, 1))])
    flat = graph.constant(np.array([-1], np.int64))
    graph.node("Reshape", [graph.node("Tanh", [graph.node("Add", [sound, coloured])]), flat], "output")
    graph.save(folder / ("onnx/model.onnx" if community else "kokoro-v1.0.onnx"), "samples")
    tables = {name: _random(KOKORO_LENGTHS, 1, 256) + np.float32(n) for n, name in enumerate(voices)}
    if community:
        (folder / "voices").mkdir()
        for name, table in tables.items():
            (folder / "voices" / f"{name}.bin").write_bytes(table.astype("<f4").tobytes())
        tokenizer = {"version": "1.0", "model": {"vocab": kokoro_vocabulary()}}
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
        (folder / "config.json").write_text('{"model_type": "style_text_to_speech_2"}')
    else:
        with (folder / "voices-v1.0.bin").open("wb") as file:
            np.savez(file, allow_pickle=False, **tables)
        (folder / "config.json").write_text(json.dumps({"vocab": kokoro_vocabulary()}), "utf-8")
    return folder
