"""A GGUF file with random weights, small enough to write in a test: any architecture, any format, a real tokenizer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize, quantize

from freehold.models import MODELS, DecoderSpec, Source

SPEC = DecoderSpec(
    vocab_size=0,
    hidden_size=256,
    layers=2,
    heads=4,
    kv_heads=2,
    head_dim=64,
    intermediate_size=512,
    context_length=128,
)
SPECIALS = ("<|begin|>", "<|user|>", "<|assistant|>", "<|end|>")
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
MERGES = ("h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o")
Array = np.ndarray[Any, Any]


def byte_letters() -> list[str]:
    """How byte-level vocabularies write each of the 256 bytes."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in shown]
    letters = {byte: chr(byte) for byte in shown} | {byte: chr(256 + place) for place, byte in enumerate(hidden)}
    return [letters[byte] for byte in range(256)]


def tokenizer_values() -> dict[str, Any]:
    """Key-values of a byte-level tokenizer with a few merges."""
    merged = [merge.replace(" ", "") for merge in MERGES]
    tokens = [*byte_letters(), *merged, *SPECIALS]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [1] * (len(tokens) - len(SPECIALS)) + [3] * len(SPECIALS),
        "tokenizer.ggml.merges": list(MERGES),
        "tokenizer.ggml.bos_token_id": tokens.index("<|begin|>"),
        "tokenizer.ggml.eos_token_id": tokens.index("<|end|>"),
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.chat_template": TEMPLATE,
    }


def llama_values(spec: DecoderSpec) -> dict[str, Any]:
    """Key-values that say what the spec says, for the architecture `llama`."""
    return {
        "llama.block_count": spec.layers,
        "llama.context_length": spec.context_length,
        "llama.embedding_length": spec.hidden_size,
        "llama.feed_forward_length": spec.intermediate_size,
        "llama.attention.head_count": spec.heads,
        "llama.attention.head_count_kv": spec.kv_heads,
        "llama.attention.layer_norm_rms_epsilon": spec.norm_eps,
        "llama.rope.freq_base": spec.rope.theta,
    }


def make_gguf(
    path: Path,
    *,
    spec: DecoderSpec = SPEC,
    format_name: str = "F32",
    architecture: str = "llama",
    values: Mapping[str, Any] | None = None,
    parts: int = 1,
) -> dict[str, Array]:
    """Write the file, or `<stem>-0000n-of-0000m.gguf`; returns every weight by the executor's name, as float32.

    Matrices are in `format_name`, vectors in F32. `values` come on top of the tokenizer's and, for `llama`, the spec's.
    """
    tokenizer = tokenizer_values()
    spec = replace(spec, vocab_size=spec.vocab_size or len(tokenizer["tokenizer.ggml.tokens"]))
    gguf = MODELS[architecture].gguf
    assert gguf is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {"general.file_type": 7} | tokenizer
    written |= (llama_values(spec) if architecture == "llama" else {}) | dict(values or {})
    sources = gguf.sources(spec)
    tensors = _stored(spec, sources, GGMLQuantizationType[format_name])
    names = list(tensors)
    for part in range(parts):
        place = path if parts == 1 else path.with_name(f"{path.stem}-{part + 1:05}-of-{parts:05}.gguf")
        chosen = {name: tensors[name] for name in names[part::parts]}
        _write(place, gguf.architecture, written if part == 0 else {}, chosen)
    return {name: _weight(sources[name], tensors, shape) for name, shape in spec.shapes().items()}


Stored = tuple[Array, GGMLQuantizationType]


def _stored(spec: DecoderSpec, sources: Mapping[str, Source], kind: GGMLQuantizationType) -> dict[str, Stored]:
    """Every tensor of the file with random numbers, as stored."""
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for name, shape in spec.shapes().items():
        source = sources[name]
        last = shape[0] if source.rows is None else 1 + int(np.max(np.arange(1 << 20)[source.rows]))
        rows[source.name] = max(rows.get(source.name, 0), last)
        columns[source.name] = shape[1] if len(shape) > 1 else 0
    random = np.random.default_rng(0)
    return {name: _random(random, rows[name], columns[name], kind) for name in rows}


def _random(random: np.random.Generator, rows: int, columns: int, kind: GGMLQuantizationType) -> Stored:
    if not columns:
        return random.standard_normal(rows, np.float32), GGMLQuantizationType.F32
    numbers = random.standard_normal((rows, columns), np.float32) * np.float32(0.1)
    try:
        return quantize(numbers, kind), kind
    except NotImplementedError:  # formats that the package can only read: any bytes will do, with small scales
        elements, block_bytes = GGML_QUANT_SIZES[kind]
        blocks = random.integers(0, 256, (rows, columns // elements, block_bytes), np.uint8)
        scales = {"Q4_K": (0, 2), "Q6_K": (208,), "Q5_K": (0, 2), "Q3_K": (108,)}[kind.name]
        for place in scales:
            blocks[..., place : place + 2] = np.frombuffer(np.float16(0.001).tobytes(), np.uint8)
        return blocks.reshape(rows, -1), kind


def _weight(source: Source, tensors: Mapping[str, Stored], shape: Sequence[int]) -> Array:
    data, kind = tensors[source.name]
    numbers = dequantize(data, kind)
    chosen = numbers if source.rows is None else numbers[source.rows]
    return chosen.reshape(shape) + np.float32(source.plus)


def _write(path: Path, architecture: str, values: Mapping[str, Any], tensors: Mapping[str, Stored]) -> None:
    writer = GGUFWriter(path, architecture)
    for key, value in values.items():
        _add(writer, key, value)
    for name, (data, kind) in tensors.items():
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add(writer: GGUFWriter, key: str, value: Any) -> None:
    adders = {bool: writer.add_bool, int: writer.add_uint32, float: writer.add_float32, str: writer.add_string}
    adders.get(type(value), writer.add_array)(key, value)
