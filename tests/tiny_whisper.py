"""Whisper models small enough for tests, in CTranslate2's and whisper.cpp's format. Made, not trained.

The encoder's weights are random; the decoder looks at nothing but its position, and recites a script: what is written
on each position is what it says there. So a whole engine runs, and its text is known. Hears nothing.
"""

import json
import struct
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

Weights = Mapping[str, NDArray[np.float32]]

VOCABULARY = 51865  # what both engines take for a multilingual model
END, START, ENGLISH, GERMAN, TRANSCRIBE = 50257, 50258, 50259, 50261, 50359
NO_TIMESTAMPS, FIRST_TIME = 50363, 50364  # times count in steps of 20 ms
WIDTH, HEADS, LAYERS, MELS = 64, 1, 1, 80
AUDIO_POSITIONS, TEXT_POSITIONS = 1500, 448
PROMPT = 3  # start, language, task
WORDS = ("Ġfreehold", "Ġlistens", "Ġto", "Ġyou", "Ġagain")
FIRST_WORD = 256


def time(seconds: float) -> int:
    """The token of a time."""
    return FIRST_TIME + round(seconds / 0.02)


SPEECH = (time(0), *range(FIRST_WORD, FIRST_WORD + 4), time(1.6), END)  # "freehold listens to you"
LOOP = (time(0), *[FIRST_WORD + 4] * 30, time(1.6), END)  # "again again again …"


def write_ct2(folder: Path, script: tuple[int, ...] = SPEECH, *, language: int = GERMAN) -> Path:
    """A folder as faster-whisper reads it. Without a wished language it finds `language`."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = _weights({0: language, **{PROMPT - 1 + at: token for at, token in enumerate(script)}})
    spec = WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    _fill_encoder(spec.encoder, weights)
    _fill_decoder(spec.decoder, weights)
    config: Any = spec.config
    config.suppress_ids, config.suppress_ids_begin = [], [END]
    config.lang_ids, config.alignment_heads = list(range(ENGLISH, ENGLISH + 99)), [(0, 0)]
    spec.register_vocabulary(_tokens())
    spec.validate()
    spec.optimize(quantization="float16")
    spec.save(str(folder))
    _tokenizer().save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": MELS, "sampling_rate": 16000}))
    return folder


def write_ggml(folder: Path, script: tuple[int, ...] = SPEECH, *, crashing: bool = False) -> Path:
    """A folder with `ggml-tiny.bin`. The `crashing` one holds float32 where whisper.cpp wants float16: it is loaded,
    and ends its process when it listens."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = _weights({PROMPT - 1 + at: token for at, token in enumerate(script)})
    sizes = (AUDIO_POSITIONS, WIDTH, HEADS, LAYERS, TEXT_POSITIONS, WIDTH, HEADS, LAYERS, MELS)
    filters = FeatureExtractor(feature_size=MELS).mel_filters
    with (folder / "ggml-tiny.bin").open("wb") as file:
        file.write(struct.pack("<12i", 0x67676D6C, VOCABULARY, *sizes, 0 if crashing else 1))
        file.write(struct.pack("<2i", *filters.shape) + filters.astype("<f4").tobytes())
        texts = [_bytes_of(token) for token in _tokens()[:END]]
        file.write(struct.pack("<i", len(texts)))
        for text in texts:
            file.write(struct.pack("<i", len(text)) + text)
        for name, tensor in weights.items():
            shaped = tensor[:, None] if name.endswith(("conv1.bias", "conv2.bias")) else tensor
            half = shaped.ndim > 1 and shaped.shape[1] > 1 and "positional" not in name and not crashing
            file.write(struct.pack("<3i", shaped.ndim, len(name), int(half)))
            file.write(struct.pack(f"<{shaped.ndim}i", *shaped.shape[::-1]) + name.encode())
            file.write(shaped.astype("<f2" if half else "<f4").tobytes())
    return folder


def _weights(script: Mapping[int, int]) -> dict[str, NDArray[np.float32]]:
    """All tensors, by OpenAI's names. The decoder's position p is where token script[p] points."""
    rng = np.random.default_rng(7)

    def drawn(*shape: int, scale: float = 0.1) -> NDArray[np.float32]:
        return (rng.standard_normal(shape) * scale).astype(np.float32)

    weights = {
        "encoder.positional_embedding": drawn(AUDIO_POSITIONS, WIDTH),
        "encoder.conv1.weight": drawn(WIDTH, MELS, 3),
        "encoder.conv1.bias": drawn(WIDTH),
        "encoder.conv2.weight": drawn(WIDTH, WIDTH, 3),
        "encoder.conv2.bias": drawn(WIDTH),
        **_norm("encoder.ln_post"),
    }
    for part, attentions in (("encoder", ("attn",)), ("decoder", ("attn", "cross_attn"))):
        at = f"{part}.blocks.0"
        for attention in attentions:
            weights |= _norm(f"{at}.{attention}_ln")
            for name in ("query", "key", "value", "out"):
                matrix = drawn(WIDTH, WIDTH)
                weights[f"{at}.{attention}.{name}.weight"] = matrix * (part == "encoder" or name != "out")
                if name != "key":
                    weights[f"{at}.{attention}.{name}.bias"] = np.zeros(WIDTH, np.float32)
        weights |= _norm(f"{at}.mlp_ln")
        weights[f"{at}.mlp.0.weight"], weights[f"{at}.mlp.0.bias"] = drawn(4 * WIDTH, WIDTH), drawn(4 * WIDTH)
        weights[f"{at}.mlp.2.weight"] = drawn(WIDTH, 4 * WIDTH) * (part == "encoder")
        weights[f"{at}.mlp.2.bias"] = np.zeros(WIDTH, np.float32)
    embedding, positions = drawn(VOCABULARY, WIDTH, scale=0.01), drawn(TEXT_POSITIONS, WIDTH, scale=1.0)
    for token in dict.fromkeys(script.values()):
        said_at = [position for position, other in script.items() if other == token]
        positions[said_at] = positions[said_at[0]]
        embedding[token] = 0.5 * (positions[said_at[0]] - positions[said_at[0]].mean())
    weights |= {"decoder.positional_embedding": 100 * positions, "decoder.token_embedding.weight": embedding}
    return weights | _norm("decoder.ln")


def _norm(name: str) -> dict[str, NDArray[np.float32]]:
    return {f"{name}.weight": np.ones(WIDTH, np.float32), f"{name}.bias": np.zeros(WIDTH, np.float32)}


def _fill_encoder(spec: Any, weights: Weights) -> None:
    for name in ("conv1", "conv2"):
        conv = getattr(spec, name)
        conv.weight, conv.bias = weights[f"encoder.{name}.weight"], weights[f"encoder.{name}.bias"]
    spec.position_encodings.encodings = weights["encoder.positional_embedding"]
    _fill_norm(spec.layer_norm, weights, "encoder.ln_post")
    _fill_layer(spec.layer[0], weights, "encoder.blocks.0")


def _fill_decoder(spec: Any, weights: Weights) -> None:
    spec.embeddings.weight = spec.projection.weight = weights["decoder.token_embedding.weight"]
    spec.position_encodings.encodings = weights["decoder.positional_embedding"]
    _fill_norm(spec.layer_norm, weights, "decoder.ln")
    layer = spec.layer[0]
    _fill_layer(layer, weights, "decoder.blocks.0")
    at = "decoder.blocks.0.cross_attn"
    _fill_norm(layer.attention.layer_norm, weights, f"{at}_ln")
    query, keys_and_values, out = layer.attention.linear
    _fill_linear(query, weights, f"{at}.query")
    _fill_joined(keys_and_values, weights, at, ("key", "value"))
    _fill_linear(out, weights, f"{at}.out")


def _fill_layer(layer: Any, weights: Weights, at: str) -> None:
    _fill_norm(layer.self_attention.layer_norm, weights, f"{at}.attn_ln")
    _fill_joined(layer.self_attention.linear[0], weights, f"{at}.attn", ("query", "key", "value"))
    _fill_linear(layer.self_attention.linear[1], weights, f"{at}.attn.out")
    _fill_norm(layer.ffn.layer_norm, weights, f"{at}.mlp_ln")
    _fill_linear(layer.ffn.linear_0, weights, f"{at}.mlp.0")
    _fill_linear(layer.ffn.linear_1, weights, f"{at}.mlp.2")


def _fill_norm(norm: Any, weights: Weights, name: str) -> None:
    norm.gamma, norm.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _fill_linear(linear: Any, weights: Weights, name: str) -> None:
    linear.weight, linear.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _fill_joined(linear: Any, weights: Weights, at: str, names: tuple[str, ...]) -> None:
    nothing = np.zeros(WIDTH, np.float32)  # keys have no bias
    linear.weight = np.concatenate([weights[f"{at}.{name}.weight"] for name in names])
    linear.bias = np.concatenate([weights.get(f"{at}.{name}.bias", nothing) for name in names])


@cache
def _tokens() -> list[str]:
    """The vocabulary in the order of ids: bytes, words, fillers, and Whisper's own tokens."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    fillers = [f"Ġw{index}" for index in range(END - len(letters) - len(WORDS))]
    return [*letters, *WORDS, *fillers, *_own_tokens()]


def _own_tokens() -> list[str]:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    first = ["en", "zh", "de"]  # in whisper's order; that of the others does not matter here
    codes = first + [code for code in _LANGUAGE_CODES if code not in (*first, "yue")]
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    times = [f"{step * 0.02:.2f}" for step in range(VOCABULARY - FIRST_TIME)]
    return [f"<|{name}|>" for name in ("endoftext", "startoftranscript", *codes, *tasks, *times)]


@cache
def _tokenizer() -> Tokenizer:
    tokens = _tokens()
    tokenizer = Tokenizer(models.BPE({token: index for index, token in enumerate(tokens[:END])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # pyright: ignore[reportAttributeAccessIssue]
    tokenizer.decoder = decoders.ByteLevel()  # pyright: ignore[reportAttributeAccessIssue]
    tokenizer.add_special_tokens(tokens[END:])
    return tokenizer


def _bytes_of(token: str) -> bytes:
    return _tokenizer().decoder.decode([token]).encode() or b"?"
