"""The head of a GGUF file: its key-values, and its tensors' names, formats, shapes and places. Never reads the weights.

Trusts nothing: every count and length is held against what is left of the file, so memory stays bounded.
Refuses version 1, big-endian files, arrays of arrays, and tensors that overlap or lie outside the file.
Source: docs/gguf.md of the ggml project; ggml's own reader, gguf.cpp.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from gguf.constants import GGMLQuantizationType
from numpy.typing import NDArray

from freehold.contracts.errors import InvalidRequest
from freehold.nn.blocks import BLOCK_FORMATS, BlockFormat
from freehold.nn.tensor_place import DAMAGED, TensorPlace

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MAX_HEADER_BYTES = 1 << 26
MAX_KEY_VALUES = 1 << 16
MAX_TENSORS = 1 << 18
MAX_NAME_BYTES = 1 << 10
MAX_TEXT_BYTES = 1 << 24
MAX_ITEMS = 1 << 22
MAX_DIMENSIONS = 4
MAX_ALIGNMENT = 1 << 20

# The types of values by their numbers in the file, as NumPy spells them.
NUMBERS = {
    0: "<u1",
    1: "<i1",
    2: "<u2",
    3: "<i2",
    4: "<u4",
    5: "<i4",
    6: "<f4",
    7: "?",
    10: "<u8",
    11: "<i8",
    12: "<f8",
}
TEXT, ARRAY = 8, 9

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufFile:
    """One file. Arrays of numbers are NumPy arrays in `values`, arrays of texts are lists."""

    path: Path
    values: dict[str, Any]
    tensors: dict[str, TensorPlace]


def read_gguf(path: Path, *, size_bytes: int = 0) -> GgufFile:
    """The head of the file. Raises `InvalidRequest` naming the file, the field and the numbers that do not fit.

    `size_bytes`: the size that a file will have of which only the front is there.
    """
    try:
        with path.open("rb", buffering=1 << 20) as file:
            return _Reader(path, file, size_bytes or path.stat().st_size).read()
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from error


class _Reader:
    """Goes through one head from front to back; `_at` says what is being read, for messages."""

    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self._path = path
        self._file = file
        self._size = size
        self._left = min(size, MAX_HEADER_BYTES)  # bytes of the head that may still come
        self._at = "the magic number"

    def read(self) -> GgufFile:
        if self._take(4) != MAGIC:
            self._refuse("there is no GGUF in it")
        self._at = "the version"
        version = self._number("<I")
        if version not in VERSIONS:
            self._refuse(f"it is version {version}, supported are {' and '.join(map(str, VERSIONS))}, little-endian")
        self._at = "the counts"
        tensors = self._count(MAX_TENSORS, 24)
        key_values = self._count(MAX_KEY_VALUES, 13)
        values = self._values(key_values)
        alignment = self._alignment(values)
        return GgufFile(path=self._path, values=values, tensors=self._tensors(tensors, alignment))

    def _values(self, count: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for number in range(count):
            self._at = f"the key of value {number}"
            key = self._text(MAX_NAME_BYTES)
            if not key or key in values:
                self._refuse(f"{key!r} is empty or comes twice")
            self._at = f"the value {key!r}"
            values[key] = self._value(self._number("<I"))
        return values

    def _value(self, kind: int) -> Any:
        if kind == TEXT:
            return self._text(MAX_TEXT_BYTES)
        if kind == ARRAY:
            return self._array()
        return self._numbers(kind, 1)[0].item()

    def _array(self) -> list[str] | Array:
        kind = self._number("<I")
        if kind == TEXT:
            return [self._text(MAX_TEXT_BYTES) for _ in range(self._count(MAX_ITEMS, 8))]
        return self._numbers(kind, self._count(MAX_ITEMS, 1))

    def _numbers(self, kind: int, count: int) -> Array:
        if kind not in NUMBERS:
            self._refuse("it is an array of arrays" if kind == ARRAY else f"{kind} is no type of values")
        dtype = np.dtype(NUMBERS[kind])
        raw = self._take(count * dtype.itemsize)
        return np.frombuffer(raw, "<u1") != 0 if dtype == np.bool_ else np.frombuffer(raw, dtype)

    def _alignment(self, values: dict[str, Any]) -> int:
        alignment = values.get("general.alignment", 32)
        self._at = "the value general.alignment"
        if not isinstance(alignment, int) or not 0 < alignment <= MAX_ALIGNMENT or alignment & (alignment - 1):
            self._refuse(f"{alignment!r} is no power of two up to {MAX_ALIGNMENT}")
        return alignment

    def _tensors(self, count: int, alignment: int) -> dict[str, TensorPlace]:
        """Their places; offsets count from the end of the head, rounded up."""
        heads: dict[str, tuple[tuple[int, ...], BlockFormat, int]] = {}
        for number in range(count):
            self._at = f"the name of tensor {number}"
            name = self._text(MAX_NAME_BYTES)
            if not name or name in heads:
                self._refuse(f"{name!r} is empty or comes twice")
            self._at = f"the tensor {name!r}"
            heads[name] = self._tensor(alignment)
        begin = -(-self._file.tell() // alignment) * alignment
        places = {
            name: TensorPlace(path=self._path, name=name, format=kind, shape=shape, offset=begin + offset)
            for name, (shape, kind, offset) in heads.items()
        }
        self._check_places(places)
        return places

    def _tensor(self, alignment: int) -> tuple[tuple[int, ...], BlockFormat, int]:
        """Shape, format and offset; the file lists dimensions from the fastest to the slowest."""
        dimensions = self._number("<I")
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            self._refuse(f"it has {dimensions} dimensions, supported are 1 to {MAX_DIMENSIONS}")
        shape = tuple(self._number("<Q") for _ in range(dimensions))[::-1]
        if 0 in shape:
            self._refuse(f"its shape is {list(shape)}")
        kind, offset = self._format(self._number("<I")), self._number("<Q")
        row = shape[-1] if dimensions > 1 else 1
        if row % kind.elements:
            self._refuse(
                f"its shape is {list(shape)}, of which no row is whole blocks of {kind.elements} ({kind.name})"
            )
        if offset % alignment:
            self._refuse(f"its offset {offset} is no multiple of {alignment}")
        return shape, kind, offset

    def _format(self, number: int) -> BlockFormat:
        try:
            return BLOCK_FORMATS[GGMLQuantizationType(number).name.lower()]
        except ValueError:
            self._refuse(f"{number} is no known format of weights")

    def _check_places(self, places: dict[str, TensorPlace]) -> None:
        end, before = 0, ""
        for place in sorted(places.values(), key=lambda place: place.offset):
            self._at = f"the tensor {place.name!r}"
            if place.offset < end:
                self._refuse(f"it begins at byte {place.offset}, within {before!r}, which ends at {end}")
            end, before = place.offset + place.bytes, place.name
            if end > self._size:
                self._refuse(f"it ends at byte {end}, but the file has {self._size}: it is cut off")

    def _count(self, most: int, least_bytes: int) -> int:
        """How many items follow, of at least so many bytes each."""
        count = self._number("<Q")
        if count > most or count * least_bytes > self._left:
            self._refuse(f"{count} items do not fit: at most {most}, in the {self._left} bytes that are left")
        return count

    def _text(self, most: int) -> str:
        length = self._number("<Q")
        if length > most:
            self._refuse(f"a text of {length} bytes is too long: at most {most}")
        try:
            return self._take(length).decode()
        except UnicodeDecodeError as error:
            self._refuse(f"a text is no UTF-8 ({error.reason} at byte {error.start})")

    def _number(self, layout: str) -> int:
        return struct.unpack(layout, self._take(struct.calcsize(layout)))[0]

    def _take(self, count: int) -> bytes:
        if count > self._left:
            self._refuse(f"{count} bytes are needed and {self._left} are left: it is cut off, or longer than any head")
        self._left -= count
        raw = self._file.read(count)
        if len(raw) != count:
            self._refuse(f"the file ends {count - len(raw)} bytes early")
        return raw

    def _refuse(self, problem: str) -> NoReturn:
        raise InvalidRequest(f"{self._path} is damaged or no GGUF file, at {self._at}: {problem}.", hint=DAMAGED)
