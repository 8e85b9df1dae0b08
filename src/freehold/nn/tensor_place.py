"""Where a tensor stands in a file, and its rows read from there: nothing is mapped, so memory holds only what is asked.

Refuses a file that has become shorter since its header was read.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import InvalidRequest
from freehold.nn.blocks import BlockFormat, Bytes

DAMAGED = "Download it again."

Rows = slice | NDArray[np.int64] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorPlace:
    """One tensor: `rows` rows of blocks from `offset` on, a byte position in the file.

    Of [E, rows, columns] there are E·rows rows; of a vector each element is a row.
    """

    path: Path
    name: str
    format: BlockFormat
    shape: tuple[int, ...]
    offset: int

    @property
    def columns(self) -> int:
        """Elements of a row."""
        return self.shape[-1] if len(self.shape) > 1 else 1

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return math.prod(self.shape[:-1]) if len(self.shape) > 1 else math.prod(self.shape)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row; whole blocks."""
        return self.columns // self.format.elements * self.format.block_bytes

    @property
    def bytes(self) -> int:
        """Bytes of all rows."""
        return self.rows * self.row_bytes

    def chosen(self, rows: Rows) -> int:
        """How many rows `rows` chooses. Raises `IndexError` for one that is not there."""
        if rows is None:
            return self.rows
        if isinstance(rows, slice):
            begin, end = rows.start or 0, self.rows if rows.stop is None else rows.stop
            if rows.step not in (None, 1) or not 0 <= begin <= end <= self.rows:
                raise IndexError(f"rows {begin} to {end} of {self.rows}")
            return end - begin
        if len(rows) and not 0 <= rows.min() <= rows.max() < self.rows:
            raise IndexError(f"rows {rows.min()} to {rows.max()} of {self.rows}")
        return len(rows)

    def read(self, rows: Rows = None) -> Bytes:
        """The blocks of the chosen rows, [rows, bytes of a row]. Raises `InvalidRequest` for an unreadable file."""
        if rows is None or isinstance(rows, slice):
            begin, end, _ = (rows or slice(None)).indices(self.rows)
            return self._read_span(begin, end)
        if not len(rows):
            return self._read_span(0, 0)
        begin = int(rows.min())
        return self._read_span(begin, int(rows.max()) + 1)[rows - begin]

    def _read_span(self, begin: int, end: int) -> Bytes:
        span = np.empty((end - begin, self.row_bytes), np.uint8)
        rest = span.data.cast("B") if span.size else memoryview(b"")
        try:
            with self.path.open("rb", buffering=0) as file:
                file.seek(self.offset + begin * self.row_bytes)
                while rest:
                    count = file.readinto(rest)
                    if not count:
                        raise InvalidRequest(f"{self.path} is cut off within {self.name}.", hint=DAMAGED)
                    rest = rest[count:]
        except OSError as error:
            raise InvalidRequest(f"{self.path} cannot be read: {error.strerror}.", hint="Check the disk.") from error
        return span
