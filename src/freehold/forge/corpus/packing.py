"""Documents packed into rows of equal length, on disk: three memory maps and an index with a content hash.

Shapes: N rows, T tokens in a row. `tokens.bin` uint16 [N, T]; `positions.bin` uint16 [N, T], 0 where a segment starts;
`learned.bin` uint8 [N, T], 1 for a token that the model learns to predict. Knows token ids, not text.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.chat import Encoded

FILES = {"tokens": np.uint16, "positions": np.uint16, "learned": np.uint8}
OPEN_ROWS = 64


@dataclass(slots=True)
class _Row:
    tokens: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    learned: list[bool] = field(default_factory=list)

    def add(self, piece: Encoded) -> None:
        self.tokens += piece.tokens
        self.positions += piece.positions
        # Nothing in its own segment comes before the first token, so it cannot be predicted.
        self.learned += [False, *piece.learned[1:]]


class Packer:
    """Places each piece in the fullest open row that still holds it (best fit over 64 open rows)."""

    def __init__(self, folder: Path, row_tokens: int, pad: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.row_tokens, self.pad = folder, row_tokens, pad
        self.rows = self.used_tokens = self.learned_tokens = 0
        self._open: list[_Row] = []
        self._files = {name: (folder / f"{name}.bin").open("wb") for name in FILES}
        self._hash = hashlib.blake2b(digest_size=16)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._finish()
        for file in self._files.values():
            file.close()

    def add(self, piece: Encoded) -> None:
        """Place one piece of 2 to T tokens."""
        size = len(piece.tokens)
        if not 2 <= size <= self.row_tokens:
            raise ValueError(f"a piece of {size} tokens does not fit rows of {self.row_tokens}")
        fitting = [row for row in self._open if len(row.tokens) + size <= self.row_tokens]
        row = max(fitting, key=lambda row: len(row.tokens), default=None)
        if row is None:
            if len(self._open) >= OPEN_ROWS:
                self._close(max(self._open, key=lambda row: len(row.tokens)))
            row = _Row()
            self._open.append(row)
        row.add(piece)
        self.used_tokens += size
        if self.row_tokens - len(row.tokens) < 2:
            self._close(row)

    def _close(self, row: _Row) -> None:
        self._open = [other for other in self._open if other is not row]
        missing = self.row_tokens - len(row.tokens)
        columns = {
            "tokens": row.tokens + [self.pad] * missing,
            # Each padding token is a segment of its own.
            "positions": row.positions + [0] * missing,
            "learned": row.learned + [False] * missing,
        }
        for name, values in columns.items():
            block = np.array(values, dtype=FILES[name]).tobytes()
            self._files[name].write(block)
            self._hash.update(block)
        self.rows += 1
        self.learned_tokens += sum(row.learned)

    def _finish(self) -> None:
        while self._open:
            self._close(self._open[0])
        index = {
            "rows": self.rows,
            "row_tokens": self.row_tokens,
            "used_tokens": self.used_tokens,
            "learned_tokens": self.learned_tokens,
            "content_hash": self._hash.hexdigest(),
        }
        (self.folder / "index.json").write_text(json.dumps(index, indent=2) + "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows as the model reads them, int64 [B, T]. A target of -1 is not learned."""

    tokens: NDArray[np.int64]
    targets: NDArray[np.int64]
    positions: NDArray[np.int64]
    segments: NDArray[np.int64]

    @property
    def learned(self) -> int:
        """How many targets count."""
        return int((self.targets >= 0).sum())


class PackedRows:
    """The rows of one packed folder. The place in the endless shuffled stream is one integer, the cursor."""

    def __init__(self, folder: Path) -> None:
        try:
            index = json.loads((folder / "index.json").read_text())
        except OSError as error:
            raise SetupError(f"{folder} holds no packed data.", hint="Run without --resume first.") from error
        self.rows: int = index["rows"]
        self.row_tokens: int = index["row_tokens"]
        self.content_hash: str = index["content_hash"]
        if self.rows == 0:
            raise SetupError(f"{folder} holds no rows.", hint="The mix gave too little text.")
        shape = (self.rows, self.row_tokens)
        self._columns = {
            name: np.memmap(folder / f"{name}.bin", kind, "r", shape=shape) for name, kind in FILES.items()
        }
        self._epoch: tuple[int, int] | None = None
        self._order = np.arange(self.rows)

    def batch(self, rows: NDArray[np.int64]) -> Batch:
        """The named rows; positions and targets never cross a segment."""
        tokens, positions = (self._columns[name][rows].astype(np.int64) for name in ("tokens", "positions"))
        targets = np.full_like(tokens, -1)
        targets[:, :-1] = np.where(self._columns["learned"][rows][:, 1:], tokens[:, 1:], -1)
        return Batch(tokens=tokens, targets=targets, positions=positions, segments=np.cumsum(positions == 0, axis=1))

    def stream(self, seed: int, cursor: int, size: int) -> Iterator[NDArray[np.int64]]:
        """Row numbers from `cursor` on, `size` at a time, for ever: every epoch is a permutation of its own seed."""
        while True:
            yield np.array([self._row(seed, at) for at in range(cursor, cursor + size)])
            cursor += size

    def _row(self, seed: int, at: int) -> int:
        epoch, place = divmod(at, self.rows)
        if self._epoch != (seed, epoch):
            self._epoch = (seed, epoch)
            self._order = np.random.default_rng([seed, epoch]).permutation(self.rows)
        return int(self._order[place])
