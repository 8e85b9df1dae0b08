"""Rows as CSV (RFC 4180), for spreadsheets and programs: a header that never changes, text that starts no formula."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from freehold.foundation.edge import ByteStream
from freehold.gateway.ledger.price import usd

# What spreadsheets read as a formula's beginning (OWASP, CSV injection), full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | bool | Decimal | None


def csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Lines of CSV. Nothing stands for what is unknown; a text that would start a formula gets an apostrophe."""
    written = io.StringIO()
    csv.writer(written).writerows([_plain(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return str(cell)


def iso_time(unix_seconds: float) -> str:
    """A moment in UTC, for people and spreadsheets."""
    return datetime.fromtimestamp(unix_seconds, UTC).isoformat().replace("+00:00", "Z")


def decimal_usd(micro: int) -> str:
    """US dollars as a decimal number, exact."""
    return usd(micro).replace("$", "", 1)


def money_columns(name: str) -> list[str]:
    """The two columns of an amount."""
    return [f"{name}_micro_usd", f"{name}_usd"]


def money_cells(micro: int | None) -> list[Cell]:
    """An amount in both of its columns; nothing where no price is known."""
    return [None, None] if micro is None else [micro, Decimal(decimal_usd(micro))]


async def csv_answer(name: str, pages: AsyncIterator[bytes]) -> ByteStream:
    """A file that is sent page by page. What fails on the first page fails before the answer begins."""
    first = await anext(pages)

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for page in pages:
            yield page

    headers = {"content-disposition": f'attachment; filename="freehold-{name}.csv"'}
    return ByteStream(body(), media_type="text/csv", headers=headers)
