"""The head of a safetensors file: names, types, shapes and places of its tensors. Never reads the weights themselves.

Refuses a file whose length does not fit its header, so a broken download is found without loading it.
Source: the format's description in the safetensors project: eight bytes with the header's length (little-endian),
the header as JSON, then the tensors without gaps.
"""

import math
from pathlib import Path
from typing import Annotated

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.nn.blocks import BlockFormat
from freehold.nn.tensor_place import DAMAGED, TensorPlace

MAX_HEADER_BYTES = 100_000_000
ELEMENT_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1} | {
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U64": 8,
    "U32": 4,
    "U16": 2,
    "U8": 1,
    "BOOL": 1,
}
FORMATS = {
    dtype: BlockFormat(name=dtype.lower(), elements=1, block_bytes=count) for dtype, count in ELEMENT_BYTES.items()
}

Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]


class _Entry(msgspec.Struct):
    dtype: str
    shape: Annotated[tuple[Count, ...], msgspec.Meta(max_length=8)]
    data_offsets: tuple[Count, Count]


def read_safetensors(path: Path) -> dict[str, TensorPlace]:
    """Every tensor of the file by name, also those in types that are no weights' formats.

    Raises `InvalidRequest` naming the file when it is missing, cut off or damaged.
    """
    entries, start = _read_header(path)
    return {
        name: TensorPlace(
            path=path,
            name=name,
            format=FORMATS[entry.dtype],
            shape=entry.shape,
            offset=start + entry.data_offsets[0],
        )
        for name, entry in entries.items()
    }


def _read_header(path: Path) -> tuple[dict[str, _Entry], int]:
    """The header's entries, and where the tensors begin."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            size = path.stat().st_size
            if not 2 <= length <= min(MAX_HEADER_BYTES, size - 8):
                raise InvalidRequest(f"{path} is no safetensors file, or is cut off.", hint=DAMAGED)
            raw = file.read(length)
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}.", hint="A model folder needs it.") from error
    entries = _parse(raw, path)
    _check_bytes(entries, size - 8 - length, path)
    return entries, 8 + length


def _parse(raw: bytes, path: Path) -> dict[str, _Entry]:
    try:
        fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        fields.pop("__metadata__", None)
        return {name: msgspec.json.decode(field, type=_Entry) for name, field in fields.items()}
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors
        raise InvalidRequest(f"{path} has a damaged header: {error}.", hint=DAMAGED) from error


def _check_bytes(entries: dict[str, _Entry], available: int, path: Path) -> None:
    """The tensors follow each other without gaps and fill the file exactly."""
    end = 0
    for name, entry in sorted(entries.items(), key=lambda item: item[1].data_offsets):
        begin, stop = entry.data_offsets
        element = ELEMENT_BYTES.get(entry.dtype)
        if element is None:
            raise InvalidRequest(
                f"{name} in {path} has the unknown type {entry.dtype}.", hint="Use another checkpoint."
            )
        if begin != end or stop - begin != element * math.prod(entry.shape):
            raise InvalidRequest(f"{path} has a damaged header: the place of {name} is wrong.", hint=DAMAGED)
        end = stop
    if end > available:
        missing = end - available
        raise InvalidRequest(f"{path} is cut off: {missing:,} of {end:,} bytes of weights are missing.", hint=DAMAGED)
    if end < available:
        raise InvalidRequest(f"{path} is damaged: {available - end:,} bytes belong to no tensor.", hint=DAMAGED)
