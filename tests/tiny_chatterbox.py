"""A hand-made Chatterbox of some hundred kilobytes, with random weights and the graphs' real names.

Each speech token is 40 ms of its own noise, coloured by the speaker. Which tokens are said follows from the text, the
voice and the exaggeration by way of the cache; it stops after some twenty, by the place of the last token, and never
where cache and mask do not fit.
"""

import json
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors

from tiny_voices import FLOAT, INT64, Graph

HIDDEN, HEADS, WIDTH = 8, 2, 4
IDS, SPEECH_TOKENS = 6600, 6563
PROMPT_TOKENS = 3
TOKEN_SAMPLES = 960
STOP = 6562
STOP_PER_PLACE = 2.0


def _random(seed: int, *shape: int, scale: float = 0.3) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, scale, shape).astype(np.float32)


def _ints(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def write_chatterbox(folder: Path, *, multilingual: bool = False, language_model: str = "language_model") -> Path:
    """The layout of onnx-community's export. Returns the folder."""
    onnx = folder / "onnx"
    _write_encoder(onnx / "speech_encoder.onnx")
    _write_embedding(onnx / "embed_tokens.onnx")
    _write_language_model(onnx / f"{language_model}.onnx")
    _write_decoder(onnx / "conditional_decoder.onnx")
    _write_tokenizer(folder / "tokenizer.json", multilingual=multilingual)
    soundfile.write(folder / "default_voice.wav", _random(1, 24_000, scale=0.1), 24_000)
    (folder / "config.json").write_text(json.dumps({"model_type": "chatterbox"}))
    return folder


def _write_encoder(path: Path) -> None:
    graph = Graph()
    audio = graph.input("audio_values", FLOAT, "batch", "samples")
    loudness = graph.node("ReduceMean", [graph.node("Abs", [audio])])  # [1, 1]

    def of_loudness(seed: int, size: int, output: str, *shape: int) -> None:
        row = graph.node("MatMul", [loudness, graph.constant(_random(seed, 1, size, scale=5.0))])
        graph.node("Reshape", [row, graph.constant(_ints(*shape))], output)

    of_loudness(2, 2 * HIDDEN, "audio_features", 1, 2, HIDDEN)
    graph.node("Identity", [graph.constant(_ints(7, 8, 9).reshape(1, PROMPT_TOKENS))], "audio_tokens")
    of_loudness(3, 4, "speaker_embeddings", 1, 4)
    of_loudness(4, 400, "speaker_features", 1, 5, 80)
    graph.save_all(
        path,
        {
            "audio_features": (FLOAT, (1, 2, HIDDEN)),
            "audio_tokens": (INT64, (1, PROMPT_TOKENS)),
            "speaker_embeddings": (FLOAT, (1, 4)),
            "speaker_features": (FLOAT, (1, 5, 80)),
        },
    )


def _write_embedding(path: Path) -> None:
    graph = Graph()
    ids, positions = (graph.input(name, INT64, "batch", "tokens") for name in ("input_ids", "position_ids"))
    lively = graph.input("exaggeration", FLOAT, "batch")
    words, places, moods = _random(5, IDS, HIDDEN), _random(6, 1100, HIDDEN), _random(7, HIDDEN, scale=3.0)
    words[:, 0], places[:, 0], moods[0] = 0, np.arange(1100) / 10, 0
    said = graph.node("Gather", [graph.constant(words), ids], axis=0)
    place = graph.node("Gather", [graph.constant(places), positions], axis=0)
    mood = graph.node("Mul", [graph.constant(moods), lively])
    graph.node("Add", [graph.node("Add", [said, place]), mood], "inputs_embeds")
    graph.save_all(path, {"inputs_embeds": (FLOAT, ("batch", "tokens", HIDDEN))})


def _write_language_model(path: Path) -> None:
    graph = Graph()
    embeds = graph.input("inputs_embeds", FLOAT, "batch", "tokens", HIDDEN)
    mask = graph.input("attention_mask", INT64, "batch", "all tokens")
    outputs: dict[str, tuple[int, tuple[int | str, ...]]] = {"logits": (FLOAT, ("batch", "tokens", SPEECH_TOKENS))}
    heads = graph.node("Reshape", [embeds, graph.constant(_ints(1, -1, HEADS, WIDTH))])
    given = _transposed(graph, heads)
    for layer in range(2):
        for kind in ("key", "value"):
            past = graph.input(f"past_key_values.{layer}.{kind}", FLOAT, "batch", HEADS, "past", WIDTH)
            graph.node("Concat", [past, given], f"present.{layer}.{kind}", axis=2)
            outputs[f"present.{layer}.{kind}"] = (FLOAT, ("batch", HEADS, "all", WIDTH))
    weights = _random(8, HIDDEN, SPEECH_TOKENS, scale=1.0)
    weights[0] = 0
    weights[0, STOP] = 10 * STOP_PER_PLACE
    scores = graph.node("MatMul", [embeds, graph.constant(weights)])
    single = graph.constant(_ints(1))
    remembered = graph.node("Reshape", [graph.node("ReduceMean", ["present.0.key"]), single])
    memory = graph.node("Mul", [remembered, graph.constant(_random(10, SPEECH_TOKENS, scale=10.0))])
    seen = graph.node("Cast", [graph.node("Reshape", [graph.node("ReduceSum", [mask]), single])], to=FLOAT)
    kept = graph.node("Cast", [graph.node("Size", ["present.0.key"])], to=FLOAT)
    tokens = graph.node("Div", [kept, graph.constant(np.array([float(HEADS * WIDTH)], np.float32))])
    never = np.zeros(SPEECH_TOKENS, np.float32)
    never[STOP] = -1000
    misfit = graph.node("Abs", [graph.node("Sub", [seen, tokens])])
    refused = graph.node("Mul", [misfit, graph.constant(never)])
    graph.node("Add", [graph.node("Add", [scores, memory]), refused], "logits")
    graph.save_all(path, outputs)


def _transposed(graph: Graph, heads: str) -> str:
    """[1, S, heads, width] → [1, heads, S, width], head by head: `Transpose` would need a list."""
    parts = [
        graph.node("Reshape", [graph.node("Gather", [heads, graph.constant(_ints(head))], axis=2), shape])
        for shape in [graph.constant(_ints(1, 1, -1, WIDTH))]
        for head in range(HEADS)
    ]
    return graph.node("Concat", parts, axis=1)


def _write_decoder(path: Path) -> None:
    graph = Graph()
    tokens = graph.input("speech_tokens", INT64, "batch", "tokens")
    speaker = graph.input("speaker_embeddings", FLOAT, "batch", 4)
    features = graph.input("speaker_features", FLOAT, "batch", "frames", 80)
    bounds = [graph.constant(_ints(value)) for value in (PROMPT_TOKENS, 100_000, 1)]
    said = graph.node("Slice", [tokens, *bounds])
    sound = graph.node("Gather", [graph.constant(_random(9, SPEECH_TOKENS, TOKEN_SAMPLES // 16)), said], axis=0)
    longer = graph.node("Concat", [sound] * 16, axis=2)
    colour = graph.node("Add", [graph.node("ReduceMean", [speaker]), graph.node("ReduceMean", [features])])
    scaled = graph.node("Mul", [longer, graph.node("Exp", [graph.node("Reshape", [colour, graph.constant(_ints(1))])])])
    graph.node("Reshape", [graph.node("Tanh", [scaled]), graph.constant(_ints(1, -1))], "waveform")
    graph.save_all(path, {"waveform": (FLOAT, ("batch", "samples"))})


def _write_tokenizer(path: Path, *, multilingual: bool) -> None:
    letters = {letter: number for number, letter in enumerate(" abcdefghijklmnopqrstuvwxyz.,!?-'", 300)}
    special = {"[STOP]": 0, "[UNK]": 1, "[START]": 255, "[START_SPEECH]": 6561, "[EXAGGERATION]": 6563}
    tagged = {"[en]": 400, "[fr]": 401, "[zh]": 402} if multilingual else {}
    tokenizer = Tokenizer(models.WordLevel({**special, **letters, **tagged}, unk_token="[UNK]"))
    tokenizer.add_special_tokens([*special, *tagged])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[EXAGGERATION] [START] $A [STOP] [START_SPEECH] [START_SPEECH]",
        special_tokens=[(name, special[name]) for name in ("[EXAGGERATION]", "[START]", "[STOP]", "[START_SPEECH]")],
    )
    tokenizer.save(str(path))
