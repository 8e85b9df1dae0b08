"""The ledger: exactly one row for each admitted request, in the journal before its last byte, in PostgreSQL soon after.

A hold is written before the provider is asked. A process that dies leaves holds without rows: whoever reads its
journal settles them at their worst case, marked `estimated`. Rows are inserted by their own id, so that reading a
journal twice adds nothing. Refuses to be the place where prices are decided: it keeps what it is told.
"""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from freehold.contracts.errors import Unavailable
from freehold.gateway.ledger.journal import HOLD, ROW, Journal, Orphan, Segment, orphans
from freehold.gateway.store import GatewayStore

FLUSH_SECONDS = 0.5
ADOPT_SECONDS = 5.0
REPLAY_ROWS = 1000

logger = logging.getLogger(__name__)


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One row. Money is integer micro-USD, None where no price is known, which is not zero.

    `outcome` is "answered", "refused" (the provider said no), "failed", "cancelled" (the client left) or "crashed".
    """

    id: str
    at: float  # unix seconds of the admission
    request_id: str = ""
    organisation_id: str = ""
    team_id: str = ""
    person_id: str = ""
    key_id: str = ""
    tier: str = ""
    endpoint: str = ""
    model: str = ""  # the public name
    provider: str = ""
    upstream_model: str = ""
    vendor: str = ""
    status: int = 0
    outcome: str = "answered"
    stream: bool = False
    attempts: int = 1
    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    audio_milliseconds: int = 0
    characters: int = 0
    images: int = 0
    machine_microseconds: int = 0
    estimated: bool = False
    cost: int | None = None
    price: str | None = None  # the version of the price, or "machine"
    equivalent: str | None = None  # the vendor's model it stands for
    equivalent_cost: int | None = None
    equivalent_price: str | None = None
    counts_as_saving: bool = False
    first_byte_milliseconds: float | None = None
    total_milliseconds: float = 0.0
    decision: dict[str, Any] | None = None


@dataclass(slots=True)
class OpenEntry:
    """An admitted request whose row is not written yet. `entry` holds the worst case until it is settled."""

    entry: Entry
    segment: Segment
    settled: bool = False


class Ledger:
    """This process's way to the ledger. Open with `open`, then keep `run` running, end with `close`."""

    def __init__(self, store: GatewayStore, root: Path, *, max_bytes: int) -> None:
        self._store = store
        self._root = root
        self._journal = Journal(root / secrets.token_hex(8), max_bytes=max_bytes)
        self._encoder = msgspec.json.Encoder()
        self._flushing = asyncio.Lock()

    def begin(self, entry: Entry) -> OpenEntry:
        """Write down what the request may cost at worst, before anybody is asked. Raises `Unavailable`."""
        return OpenEntry(entry, self._journal.hold(self._encoder.encode(entry)))

    def write(self, opened: OpenEntry) -> bool:
        """Write the row, whose entry now says what happened; False where it was written before."""
        if opened.settled:
            return False
        opened.settled = True
        try:
            self._journal.row(self._encoder.encode(opened.entry))
        except OSError as error:
            # The hold stays in the journal and is settled at its worst case by whoever reads it.
            logger.error("a row could not be written to the journal: %s", error)
            return True
        self._journal.release(opened.segment)
        return True

    async def settle(self, opened: OpenEntry) -> None:
        """Write the row and return once it is on disk."""
        if self.write(opened):
            try:
                await self._journal.sync()
            except OSError as error:
                logger.error("the journal could not be synced: %s", error)

    async def flush(self) -> None:
        """Bring every row of the journal into the database. Raises `Unavailable`."""
        async with self._flushing:
            while (batch := self._journal.read()) is not None:
                if batch.rows:
                    await self._store.insert_rows(batch.rows)
                self._journal.confirm(batch)

    async def adopt(self) -> int:
        """Take over the journals of dead processes; returns how many requests they had left open."""
        left_open = 0
        for orphan in orphans(self._root):
            try:
                left_open += await self._replay(orphan)
            except Unavailable:
                orphan.leave()
                raise
            orphan.remove()
        return left_open

    async def _replay(self, orphan: Orphan) -> int:
        held: dict[str, Entry] = {}
        rows: list[bytes] = []
        for kind, line in orphan.lines():
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except (msgspec.DecodeError, UnicodeDecodeError):
                logger.error("a damaged line of a journal is passed over", extra={"line": line[:200].decode("latin-1")})
                continue
            if kind == HOLD:
                held[entry.id] = entry
            elif kind == ROW:
                held.pop(entry.id, None)
                rows.append(line)
            if len(rows) >= REPLAY_ROWS:
                await self._store.insert_rows(rows)
                rows = []
        for entry in held.values():
            entry.outcome, entry.estimated = "crashed", True
            rows.append(self._encoder.encode(entry))
        await self._store.insert_rows(rows)
        return len(held)

    async def run(self) -> None:
        """Flush twice a second, look for orphans now and then; never returns."""
        turns = 0
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            turns += 1
            try:
                await self.flush()
                if turns % int(ADOPT_SECONDS / FLUSH_SECONDS) == 0 and (left := await self.adopt()):
                    logger.warning("requests of a process that died were settled at their worst case: %d", left)
            except Unavailable as error:
                logger.warning("usage waits in the journal: %s", error.message)

    async def close(self) -> None:
        """Flush what can be flushed; the rest stays in the journal for the next start."""
        try:
            await self.flush()
        except Unavailable as error:
            logger.warning("usage stays in the journal until the next start: %s", error.message)
        self._journal.close()
