"""How weights are stored: numbers in blocks that run along rows, quantised or not. Knows no files.

Block sizes and the way back to float32 are those of the `gguf` package (ggml's formats). A number that is not
quantised is a block of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Float32 = NDArray[np.float32]

# What executors compute with as it stands; everything else becomes f32 when it is read.
KEPT = frozenset({"f32", "f16", "bf16", "q8_0", "q4_0", "q4_k", "q6_k"})
# Indices, what kernels make of activations, and q1_0, which nothing here can turn into numbers.
NO_WEIGHTS = frozenset({"i8", "i16", "i32", "i64", "q8_1", "q8_k", "q1_0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFormat:
    """One way to store numbers: `elements` of a row take `block_bytes`."""

    name: str
    elements: int
    block_bytes: int


BLOCK_FORMATS: Mapping[str, BlockFormat] = {
    kind.name.lower(): BlockFormat(name=kind.name.lower(), elements=elements, block_bytes=block_bytes)
    for kind, (elements, block_bytes) in GGML_QUANT_SIZES.items()
}
READABLE = BLOCK_FORMATS.keys() - NO_WEIGHTS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTensor:
    """A weight as it is stored: `data` holds its rows' blocks, one row after the other, without gaps."""

    format: str
    shape: tuple[int, ...]
    data: Bytes  # [bytes]

    def float32(self) -> Float32:
        """The weight's numbers, in `shape`."""
        return to_float32(self.format, self.data.reshape(self.shape[0], -1)).reshape(self.shape)


def to_float32(name: str, rows: Bytes) -> Float32:
    """The numbers of rows of blocks, in a `READABLE` format: [rows, bytes] -> [rows, elements]."""
    with np.errstate(all="ignore"):  # numbers may be infinite; that is the checkpoint's business
        match name:
            case "f32":
                return rows.view(np.float32)
            case "f16":
                return rows.view(np.float16).astype(np.float32)
            case "bf16":
                # The upper half of a float32.
                return (rows.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
            case "f64":
                return rows.view(np.float64).astype(np.float32)
            case _:
                return dequantize(rows, GGMLQuantizationType[name.upper()])
