"""What a sampler asks of rows of logits, by the library, or where there is none by numpy with the same answers.

Legend: V vocabulary; a leading `...` is any number of rows. Logits are float32 and C-contiguous.
"""

import numpy as np

from freehold.native.library import Library, load_library
from freehold.nn import Float32, Int32


def likeliest(logits: Float32, count: int, library: Library | None = None) -> tuple[Int32, Float32]:
    """Ids and logits of the `count` largest, in order, of equals the smaller id first: [..., V] -> [..., count]."""
    shape = (*logits.shape[:-1], count)
    ids, values = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.float32)
    native, rows = library or load_library(), _rows(logits)
    if not 1 <= count <= rows.shape[1]:
        raise ValueError(f"{count} of {rows.shape[1]} logits cannot be chosen.")
    if native:
        native.call("likeliest", rows.ctypes.data, *rows.shape, count, ids.ctypes.data, values.ctypes.data)
        return ids, values
    for row, row_ids, row_values in zip(rows, ids.reshape(-1, count), values.reshape(-1, count), strict=True):
        least = np.partition(row, -count)[-count]
        candidates = np.flatnonzero(row >= least)
        row_ids[:] = candidates[np.argsort(-row[candidates], kind="stable")][:count]
        row_values[:] = row[row_ids]
    return ids, values


def log_sum_exp(logits: Float32, library: Library | None = None) -> Float32:
    """log(sum(exp(logits))) of each row, within 1e-6 of its size: [..., V] -> [...]."""
    native, rows = library or load_library(), _rows(logits)
    sums = np.empty(logits.shape[:-1], dtype=np.float32)
    if native:
        native.call("log_sum_exp", rows.ctypes.data, *rows.shape, sums.ctypes.data)
        return sums
    peaks = rows.max(axis=1, keepdims=True)
    return (np.log(np.exp(rows - peaks).sum(axis=1)) + peaks[:, 0]).reshape(sums.shape)


def _rows(logits: Float32) -> Float32:
    if logits.dtype != np.float32 or not logits.flags.c_contiguous:
        raise ValueError("Logits must be float32 and C-contiguous.")
    return logits.reshape(-1, logits.shape[-1])
