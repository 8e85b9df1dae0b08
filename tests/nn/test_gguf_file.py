"""A GGUF file is read whole or refused: nothing in it is trusted, and no damage costs more than the file's size."""

import struct
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from freehold.contracts.errors import InvalidRequest
from freehold.nn.checkpoint import open_checkpoint
from freehold.nn.gguf_file import MAX_ITEMS, MAX_TEXT_BYTES, read_gguf
from freehold.nn.gguf_text import read_gguf_text
from freehold.nn.safetensors_file import read_safetensors
from gguf_model import SPEC, make_gguf
from plain_model import make_plain_model

U32, U64 = "<I", "<Q"
TINY = replace(SPEC, hidden_size=32, heads=2, kv_heads=1, head_dim=16, intermediate_size=32, layers=1)
EXTREMES = (0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)


def text(value: str) -> bytes:
    return struct.pack(U64, len(value.encode())) + value.encode()


def value(key: str, kind: int, raw: bytes) -> bytes:
    return text(key) + struct.pack(U32, kind) + raw


def tensor(name: str, shape: tuple[int, ...], kind: int = 0, offset: int = 0) -> bytes:
    dimensions = b"".join(struct.pack(U64, size) for size in shape)
    return text(name) + struct.pack(U32, len(shape)) + dimensions + struct.pack(U32, kind) + struct.pack(U64, offset)


def gguf(values: list[bytes], tensors: list[bytes], data_bytes: int = 0, version: int = 3) -> bytes:
    head = b"GGUF" + struct.pack(U32, version) + struct.pack(U64, len(tensors)) + struct.pack(U64, len(values))
    head += b"".join(values) + b"".join(tensors)
    return head + bytes(-len(head) % 32) + bytes(data_bytes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tiny.gguf"


def refusal(path: Path, raw: bytes) -> str:
    path.write_bytes(raw)
    with pytest.raises(InvalidRequest) as caught:
        read_gguf(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value.message


def test_values_of_every_type_are_read(path: Path) -> None:
    array = struct.pack(U32, 4) + struct.pack(U64, 2) + struct.pack("<II", 7, 8)
    texts = struct.pack(U32, 8) + struct.pack(U64, 2) + text("a") + text("ü")
    values = [
        value("byte", 0, b"\xff"),
        value("small", 1, b"\xff"),
        value("half", 3, struct.pack("<h", -3)),
        value("float", 6, struct.pack("<f", 1.5)),
        value("flag", 7, b"\x01"),
        value("text", 8, text("hello")),
        value("array", 9, array),
        value("texts", 9, texts),
        value("long", 11, struct.pack("<q", -5)),
        value("double", 12, struct.pack("<d", 0.25)),
    ]
    path.write_bytes(gguf(values, [tensor("t", (8, 2))], 64))
    found = read_gguf(path)
    assert found.values.pop("array").tolist() == [7, 8]
    assert found.values == {
        "byte": 255,
        "small": -1,
        "half": -3,
        "float": 1.5,
        "flag": True,
        "text": "hello",
        "texts": ["a", "ü"],
        "long": -5,
        "double": 0.25,
    }
    assert found.tensors["t"].shape == (2, 8)


def test_version_2_is_read_alike(path: Path) -> None:
    path.write_bytes(gguf([value("a", 0, b"\x01")], [], version=2))
    assert read_gguf(path).values == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "the magic number"),
        (b"GGUG" + bytes(60), "no GGUF"),
        (gguf([], [], version=1), "version 1"),
        (b"GGUF" + struct.pack(">I", 3) + bytes(16), "version 50331648"),
        (b"GGUF" + struct.pack(U32, 3) + struct.pack(U64, 2**60) + bytes(8), f"{2**60} items do not fit"),
        (b"GGUF" + struct.pack(U32, 3) + bytes(8) + struct.pack(U64, 2**64 - 1), "items do not fit"),
        (gguf([struct.pack(U64, 2**63) + bytes(8)], []), f"a text of {2**63} bytes"),
        (gguf([value("a", 0, b"\x01")] * 2, []), "'a' is empty or comes twice"),
        (gguf([value("", 0, b"\x01")], []), "empty"),
        (gguf([value("a", 13, b"")], []), "13 is no type of values"),
        (gguf([value("a", 8, struct.pack(U64, 1) + b"\xff")], []), "no UTF-8"),
        (gguf([value("a", 9, struct.pack(U32, 9) + struct.pack(U64, 1))], []), "array of arrays"),
        (gguf([value("a", 9, struct.pack(U32, 4) + struct.pack(U64, MAX_ITEMS + 1))], []), "items do not fit"),
        (gguf([value("a", 9, struct.pack(U32, 4) + struct.pack(U64, 1000))], []), "items do not fit"),
        (gguf([value("general.alignment", 4, struct.pack(U32, 24))], []), "24 is no power of two"),
        (gguf([value("general.alignment", 4, struct.pack(U32, 0))], []), "0 is no power of two"),
        (gguf([value("general.alignment", 8, text("x"))], []), "'x' is no power of two"),
        (gguf([], [tensor("t", ())]), "0 dimensions"),
        (gguf([], [tensor("t", (1,) * 5)]), "5 dimensions"),
        (gguf([], [tensor("t", (0, 4))]), "its shape is [4, 0]"),
        (gguf([], [tensor("t", (2**63, 2**63))]), "the file has"),
        (gguf([], [tensor("t", (32, 2), kind=99)]), "99 is no known format"),
        (gguf([], [tensor("t", (33, 2), kind=8)]), "no row is whole blocks of 32 (q8_0)"),
        (gguf([], [tensor("t", (32,), kind=8)]), "no row is whole blocks of 32 (q8_0)"),
        (gguf([], [tensor("t", (8,), offset=8)], 64), "offset 8 is no multiple of 32"),
        (gguf([], [tensor("t", (8,), offset=2**64 - 32)], 64), "it is cut off"),
        (gguf([], [tensor("t", (8,)), tensor("t", (8,), offset=32)], 64), "'t' is empty or comes twice"),
        (gguf([], [tensor("a", (16,)), tensor("b", (8,), offset=32)], 64), "within 'a'"),
        (gguf([], [tensor("a", (16,))], 63), "it is cut off"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_does_not_fit_is_refused_with_its_numbers(path: Path, raw: bytes, told: str) -> None:
    assert told in refusal(path, raw)


def test_a_text_may_not_be_longer_than_any_real_one(path: Path) -> None:
    raw = gguf([value("a", 8, struct.pack(U64, MAX_TEXT_BYTES + 1))], [], MAX_TEXT_BYTES + 64)
    assert "is too long" in refusal(path, raw)


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"tiny\.gguf cannot be read"):
        read_gguf(path)


def flipped(raw: bytearray, random: Random, head: int) -> bytes:
    for _ in range(random.randint(1, 4)):
        raw[random.randrange(head)] ^= 1 << random.randrange(8)
    return bytes(raw)


def shortened(raw: bytearray, random: Random, head: int) -> bytes:
    return bytes(raw[: random.randrange(random.choice((head, len(raw))))])


def stretched(raw: bytearray, random: Random, head: int) -> bytes:
    """Some four or eight bytes, likely a count or length, become an extreme number."""
    width, layout = random.choice(((4, U32), (8, U64)))
    place = random.randrange(head - width)
    raw[place : place + width] = struct.pack(layout, random.choice(EXTREMES) % 2 ** (8 * width))
    return bytes(raw)


def moved(raw: bytearray, random: Random, head: int) -> bytes:
    begin, length, target = random.randrange(head), random.randint(1, 64), random.randrange(head)
    raw[target : target + length] = raw[begin : begin + length]
    return bytes(raw)


MUTATIONS: tuple[Callable[[bytearray, Random, int], bytes], ...] = (flipped, shortened, stretched, moved)


def read_everything(path: Path) -> None:
    checkpoint = open_checkpoint(path)
    for name in checkpoint.shapes:
        checkpoint.weight(name).float32()
    read_gguf_text(path).tokenizer.encode("hello wörld <|end|>")


@pytest.mark.parametrize("mutate", MUTATIONS)
def test_a_damaged_gguf_file_is_refused_or_read_and_memory_stays_bounded(
    path: Path, mutate: Callable[[bytearray, Random, int], bytes]
) -> None:
    make_gguf(path, spec=TINY, format_name="Q8_0")
    whole = path.read_bytes()
    head = min(place.offset for place in read_gguf(path).tensors.values())
    read_everything(path)
    tracemalloc.start()
    read_everything(path)
    usual = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    refused = 0
    for seed in range(150):
        path.write_bytes(mutate(bytearray(whole), Random(seed), head))
        try:
            read_everything(path)
        except InvalidRequest:
            refused += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused > 15
    assert peak < 4 * usual + 64 * len(whole)


@pytest.mark.parametrize("mutate", MUTATIONS)
def test_a_damaged_safetensors_file_is_refused_or_read(
    tmp_path: Path, mutate: Callable[[bytearray, Random, int], bytes]
) -> None:
    path = make_plain_model(tmp_path / "tiny") / "model.safetensors"
    whole = path.read_bytes()
    head = 8 + int.from_bytes(whole[:8], "little")
    refused = 0
    for seed in range(300):
        path.write_bytes(mutate(bytearray(whole), Random(seed), head))
        try:
            checkpoint = open_checkpoint(path.parent)
            for name in checkpoint.shapes:
                checkpoint.weight(name).float32()
        except InvalidRequest:
            refused += 1
    assert refused > 30


@pytest.mark.parametrize(
    "header",
    [
        b'{"a":' + b"[" * 100_000,
        b'{"a":{"dtype":"F32","shape":' + b"[" * 50_000 + b"]" * 50_000 + b',"data_offsets":[0,4]}}',
        b'{"a":{"dtype":"F32","shape":[' + b"9223372036854775807," * 50_000 + b'1],"data_offsets":[0,4]}}',
        b'{"a":{"dtype":"F32","shape":[' + b"9" * 50_000 + b'],"data_offsets":[0,4]}}',
        b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}',
        b'{"a":' + b"\xff" * 20 + b"}",
    ],
)
def test_a_hostile_safetensors_header_is_refused(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "hostile.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    with pytest.raises(InvalidRequest, match=r"hostile\.safetensors"):
        read_safetensors(path)


def test_numbers_that_are_not_finite_are_read_as_they_are(path: Path) -> None:
    make_gguf(path, spec=TINY, format_name="Q8_0")
    place = open_checkpoint(path).places["blk.0.ffn_up.weight"]
    raw = bytearray(path.read_bytes())
    raw[place.offset : place.offset + 2] = np.float16("inf").tobytes()
    path.write_bytes(raw)
    assert not np.isfinite(open_checkpoint(path).weight("blocks.0.up.weight").float32()).all()
