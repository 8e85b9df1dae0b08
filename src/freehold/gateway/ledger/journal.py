"""The journal: usage as lines in local files, on disk before an answer's last byte leaves, read again after a crash.

One folder per process, held by a lock, so that another process can tell a dead one's journal from a live one's and
take it over. Knows lines, not what they mean. A line begins with its kind: `H` for a hold, `R` for a row.
"""

import asyncio
import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from freehold.contracts.errors import Unavailable

HOLD, ROW = b"H", b"R"
SEGMENT_BYTES = 8 * 1024 * 1024
# Waking the journal's thread costs more than the sync itself, so under load more requests share one.
SYNC_EVERY_SECONDS = 0.002
READ_BYTES = 1024 * 1024
LOCK = "lock"

logger = logging.getLogger(__name__)


class Segment:
    """One file. It may go when it is written no more, all its rows are in the database and no hold of it is open."""

    __slots__ = ("file", "open_holds", "path", "read_bytes", "size")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self.size = 0
        self.read_bytes = 0
        self.open_holds = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one segment, their kind cut off, and how far they were read."""

    segment: Segment
    bytes_read: int
    rows: list[bytes]


class Journal:
    """This process's journal. Lines are written at once and synced in groups, one `fdatasync` for all that wait."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        # Under a name that `orphans` passes over, until its lock is held.
        unseen = folder.with_name(f".{folder.name}")
        unseen.mkdir(parents=True, mode=0o700)
        self._lock = _take_lock(unseen)
        unseen.rename(folder)
        self._count = 0
        self._segments = [self._new_segment()]
        self._waiting: list[asyncio.Future[None]] = []
        self._syncing = False
        self._next_sync_at = 0.0
        self._orders: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=_obey, args=(self._orders,), name="journal", daemon=True)
        self._thread.start()

    @property
    def bytes_kept(self) -> int:
        """What lies on disk."""
        return sum(segment.size for segment in self._segments)

    def hold(self, line: bytes) -> Segment:
        """Write a hold; the segment it opened is closed by `release`. Raises `Unavailable` when there is no room.

        What is written outlives this process at once, and the machine from the next sync on.
        """
        if self.bytes_kept >= self._max_bytes:
            text = "Usage cannot be kept: the journal is full, for the database has been away too long."
            raise Unavailable(text, hint="An administrator must look at the database.")
        try:
            segment = self._write(HOLD, line)
        except OSError as error:
            raise Unavailable(f"Usage cannot be kept on disk: {error.strerror}.", hint="Free some space.") from error
        segment.open_holds += 1
        return segment

    def release(self, segment: Segment) -> None:
        """A hold of `segment` has its row."""
        segment.open_holds -= 1

    def row(self, line: bytes) -> None:
        """Write a row. Raises `OSError` when the disk takes no more."""
        self._write(ROW, line)

    async def sync(self) -> None:
        """Return once everything written before is on disk. Raises `OSError`."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        if not self._syncing:
            self._plan_sync()
        await waiter

    def read(self) -> Batch | None:
        """What `confirm` has not confirmed, oldest first, about a megabyte at most; None when there is nothing."""
        for segment in self._segments:
            if segment.read_bytes < segment.size:
                wanted = min(READ_BYTES, segment.size - segment.read_bytes)
                block = os.pread(segment.file, wanted, segment.read_bytes)
                end = block.rfind(b"\n") + 1
                rows = [line[1:] for line in block[:end].split(b"\n") if line[:1] == ROW]
                return Batch(segment, end, rows)
        return None

    def confirm(self, batch: Batch) -> None:
        """The batch is in the database; files without further use go."""
        batch.segment.read_bytes += batch.bytes_read
        for segment in self._segments[:-1]:
            if segment.read_bytes == segment.size and segment.open_holds == 0:
                self._segments.remove(segment)
                # Behind the syncs that may still use it.
                self._orders.put(partial(os.close, segment.file))
                segment.path.unlink()

    def close(self) -> None:
        """Let go. The folder goes with it when nothing in it is needed any more."""
        self._orders.put(None)
        self._thread.join()
        needed = any(segment.read_bytes < segment.size or segment.open_holds for segment in self._segments)
        for segment in self._segments:
            os.close(segment.file)
        if not needed:
            remove(self._folder)
        os.close(self._lock)

    def _write(self, kind: bytes, line: bytes) -> Segment:
        segment = self._segments[-1]
        if segment.size >= SEGMENT_BYTES:
            segment = self._new_segment()
            self._segments.append(segment)
        data = kind + line + b"\n"
        written = os.write(segment.file, data)
        if written != len(data):
            os.ftruncate(segment.file, segment.size)
            raise OSError(28, "No space left on device")
        segment.size += written
        return segment

    def _new_segment(self) -> Segment:
        self._count += 1
        return Segment(self._folder / f"{self._count:08d}.jsonl")

    def _plan_sync(self) -> None:
        """Sync at once, or a moment after the last one began, together with whoever comes until then."""
        self._syncing = True
        loop = asyncio.get_running_loop()
        pause = self._next_sync_at - loop.time()
        if pause > 0:
            loop.call_later(pause, self._start_sync)
        else:
            self._start_sync()

    def _start_sync(self) -> None:
        loop = asyncio.get_running_loop()
        self._next_sync_at = loop.time() + SYNC_EVERY_SECONDS
        served, self._waiting = self._waiting, []
        # A segment before the last one that still has waiters was synced with the first write after it, or is here.
        files = [segment.file for segment in self._segments[-2:]]
        self._orders.put(partial(self._sync_files, files, served, loop))

    def _sync_files(
        self, files: list[int], served: list[asyncio.Future[None]], loop: asyncio.AbstractEventLoop
    ) -> None:
        """On the journal's thread."""
        error = None
        try:
            for file in files:
                os.fdatasync(file)
        except OSError as failure:
            error = failure
        loop.call_soon_threadsafe(self._synced, served, error)

    def _synced(self, served: list[asyncio.Future[None]], error: OSError | None) -> None:
        for waiter in served:
            if not waiter.done():
                waiter.set_exception(error) if error else waiter.set_result(None)
        self._syncing = False
        if self._waiting:
            self._plan_sync()


def _obey(orders: "SimpleQueue[Callable[[], None] | None]") -> None:
    """What the journal's thread does: one order after the other, until there is none."""
    while (order := orders.get()) is not None:
        order()


def _take_lock(folder: Path) -> int:
    """The lock of a journal's folder. Raises `BlockingIOError` where its process lives."""
    lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    return lock


class Orphan:
    """The journal of a process that died, taken over for reading."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder = folder
        self._lock = lock

    def lines(self) -> Iterator[tuple[bytes, bytes]]:
        """(kind, line) in the order of writing. A torn last line, which nobody was promised, is passed over."""
        for path in sorted(self.folder.glob("*.jsonl")):
            with path.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        yield line[:1], line[1:-1]
                    else:
                        logger.warning("a line that was being written at the crash is passed over")

    def remove(self) -> None:
        """Everything in it is in the database."""
        remove(self.folder)
        os.close(self._lock)

    def leave(self) -> None:
        """Let go of it, to be taken over another time."""
        os.close(self._lock)


def orphans(root: Path) -> Iterator[Orphan]:
    """The journals under `root` whose process is gone, each taken over as it is given."""
    for folder in sorted(path for path in root.glob("[!.]*") if path.is_dir()):
        try:
            yield Orphan(folder, _take_lock(folder))
        except (BlockingIOError, FileNotFoundError):
            continue  # its process lives, or another has just finished with it


def remove(folder: Path) -> None:
    """Delete a journal's folder."""
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
