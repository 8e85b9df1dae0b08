"""A text as hashed features: n-grams of its bytes, its words and word pairs, and a few counts.

Feature hashing: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009. Everything is
computed on the UTF-8 bytes as whole arrays, so that all scripts are treated alike and 1 KB takes about 0.1 ms.
Knows no labels and no weights.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEAD_BYTES = 768
TAIL_BYTES = 256
BUCKETS = 1 << 16
COUNTS = 6
GRAM_LENGTHS = (2, 3, 4)  # a Chinese or Japanese character has three bytes

_SHIFT = np.uint32(32 - 16)
_LONGEST_WORD = 32  # bytes beyond it do not change a word's hash
# Odd, so that multiplying loses nothing. Weights are bound to these numbers: other numbers need other weights.
_MULTIPLIERS = np.frombuffer(hashlib.shake_128(b"freehold router").digest(4 * 64), "<u4").astype(np.uint32) | np.uint32(
    1
)
_WORD_MULTIPLIERS = _MULTIPLIERS[8:]
_LETTER, _DIGIT, _SYMBOL, _NEWLINE, _SPACE = range(5)


def _byte_classes() -> NDArray[np.uint8]:
    classes = np.full(256, _SYMBOL, np.uint8)
    for byte in range(256):
        if byte >= 128 or chr(byte).isalpha():
            classes[byte] = _LETTER
    classes[list(b"0123456789")] = _DIGIT
    classes[list(b" \t\r")] = _SPACE
    classes[ord("\n")] = _NEWLINE
    return classes


_CLASSES = _byte_classes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """`buckets` [n] of `BUCKETS`, repeats included; `counts` [COUNTS], each within 0 and 1."""

    buckets: NDArray[np.int64]
    counts: NDArray[np.float32]


def excerpt(text: str) -> bytes:
    """The lower-cased text as UTF-8 between line breaks; of a long one the first and the last bytes."""
    if len(text) > HEAD_BYTES + TAIL_BYTES:
        text = f"{text[:HEAD_BYTES]}\n{text[-TAIL_BYTES:]}"
    data = text.lower().encode("utf-8", "replace")
    if len(data) > HEAD_BYTES + TAIL_BYTES:
        data = data[:HEAD_BYTES] + b"\n" + data[-TAIL_BYTES:]
    return b"\n" + data + b"\n"


def features(text: str) -> Features:
    """What `text` is made of."""
    data = excerpt(text)
    bytes_N = np.frombuffer(data, np.uint8)
    classes_N = _CLASSES.take(bytes_N)
    wide_N = bytes_N.astype(np.uint32)
    hashes = [_grams(wide_N, length) for length in GRAM_LENGTHS] + _words(wide_N, classes_N)
    buckets = (np.concatenate(hashes) >> _SHIFT).astype(np.int64)
    return Features(buckets=buckets, counts=_counts(data, classes_N))


def _grams(wide_N: NDArray[np.uint32], length: int) -> NDArray[np.uint32]:
    """A hash for each run of `length` bytes."""
    count = max(len(wide_N) - length + 1, 0)
    total = np.full(count, length, np.uint32)
    for offset in range(length):
        total += wide_N[offset : offset + count] * _MULTIPLIERS[offset]
    return _mixed(total)


def _words(wide_N: NDArray[np.uint32], classes_N: NDArray[np.uint8]) -> list[NDArray[np.uint32]]:
    """A hash for each word, and one for each pair of neighbours."""
    inside = classes_N <= _DIGIT
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts = edges[::2]  # the text begins and ends with a line break
    if not len(starts):
        return []
    place = _places(len(wide_N), starts)
    weighted = wide_N * _WORD_MULTIPLIERS.take(np.minimum(place, _LONGEST_WORD)) * inside
    words = _mixed(np.add.reduceat(weighted, starts).astype(np.uint32))
    pairs = _mixed(words[:-1] * _MULTIPLIERS[60] + words[1:] * _MULTIPLIERS[61])
    return [words, pairs]


def _places(length: int, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each byte its distance to the start of the word it is in, or behind."""
    begin = np.zeros(length, np.intp)
    begin[starts] = starts
    return np.arange(length) - np.maximum.accumulate(begin)


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spread differences to the upper bits (the finish of MurmurHash3)."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    return (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)


def _counts(data: bytes, classes_N: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Length on a log scale, shares of digits, symbols and line breaks, a code fence, a question mark."""
    shares = np.bincount(classes_N, minlength=5) / len(data)
    length = min(np.log2(len(data)) / 11, 1)
    asks = any(mark in data for mark in (b"?", b"?", "؟".encode()))
    return np.array(
        [length, shares[_DIGIT], shares[_SYMBOL], min(10 * shares[_NEWLINE], 1), b"```" in data, asks], np.float32
    )
