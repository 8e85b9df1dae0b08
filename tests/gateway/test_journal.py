"""The journal's promises: group commit, torn lines, full disks, whose journal it is."""

import asyncio
import os
from pathlib import Path

import pytest

from freehold.contracts.errors import Unavailable
from freehold.gateway.ledger import journal as journal_module
from freehold.gateway.ledger.journal import HOLD, ROW, Journal, orphans


def open_journal(root: Path, name: str = "one", max_bytes: int = 10**9) -> Journal:
    return Journal(root / name, max_bytes=max_bytes)


def abandon(journal: Journal) -> None:
    """What kill -9 does: the lock is gone, the files stay."""
    os.close(journal._lock)


async def test_many_that_wait_share_few_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, syncs = open_journal(tmp_path), 0
    real = os.fdatasync

    def counted(file: int) -> None:
        nonlocal syncs
        syncs += 1
        real(file)

    monkeypatch.setattr(os, "fdatasync", counted)

    async def write(number: int) -> None:
        journal.row(b'{"id": "%d"}' % number)
        await journal.sync()

    await asyncio.gather(*(write(number) for number in range(100)))
    assert 1 <= syncs <= 4
    journal.close()


async def test_a_waiter_that_is_cancelled_takes_no_other_down(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.row(b"{}")
    first, second = asyncio.ensure_future(journal.sync()), asyncio.ensure_future(journal.sync())
    await asyncio.sleep(0)
    first.cancel()
    await second
    journal.close()


def test_rows_are_read_until_they_are_confirmed_and_holds_are_not(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    segment = journal.hold(b'{"id": "a"}')
    journal.row(b'{"id": "b"}')
    for _ in range(2):
        batch = journal.read()
        assert batch is not None
        assert batch.rows == [b'{"id": "b"}']
    journal.confirm(batch)
    assert journal.read() is None
    journal.release(segment)
    journal.close()


def test_files_go_when_nothing_in_them_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT_BYTES", 50)
    journal = open_journal(tmp_path)
    held = journal.hold(b'{"id": "long"}')
    for number in range(20):
        journal.row(b'{"id": "%020d"}' % number)
    assert len(list((tmp_path / "one").glob("*.jsonl"))) > 5
    while (batch := journal.read()) is not None:
        journal.confirm(batch)
    left = sorted(path.name for path in (tmp_path / "one").glob("*.jsonl"))
    assert len(left) == 2  # the one with the open hold, and the one being written
    journal.release(held)
    journal.row(b'{"id": "last"}')
    while (batch := journal.read()) is not None:
        journal.confirm(batch)
    assert len(list((tmp_path / "one").glob("*.jsonl"))) == 1
    journal.close()
    assert not (tmp_path / "one").exists()


def test_a_living_process_keeps_its_journal_and_a_dead_ones_is_taken_over_once(tmp_path: Path) -> None:
    living, dead = open_journal(tmp_path, "living"), open_journal(tmp_path, "dead")
    dead.hold(b'{"id": "h"}')
    dead.row(b'{"id": "r"}')
    abandon(dead)
    found = list(orphans(tmp_path))
    assert [orphan.folder.name for orphan in found] == ["dead"]
    assert list(found[0].lines()) == [(HOLD, b'{"id": "h"}'), (ROW, b'{"id": "r"}')]
    assert list(orphans(tmp_path)) == []  # held by the one that took it
    found[0].remove()
    assert not (tmp_path / "dead").exists()
    living.close()


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    dead = open_journal(tmp_path)
    dead.row(b'{"id": "whole"}')
    with next((tmp_path / "one").glob("*.jsonl")).open("ab") as file:
        file.write(b'R{"id": "to')
    abandon(dead)
    (orphan,) = orphans(tmp_path)
    assert list(orphan.lines()) == [(ROW, b'{"id": "whole"}')]
    orphan.leave()


def test_a_full_journal_refuses_requests_and_a_short_write_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal(tmp_path, max_bytes=20)
    journal.hold(b'{"id": "fits in here"}')
    with pytest.raises(Unavailable, match="full"):
        journal.hold(b"{}")
    journal.row(b'{"id": "settlements always may"}')
    before = next((tmp_path / "one").glob("*.jsonl")).read_bytes()
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[: len(data) // 2]))
    with pytest.raises(OSError, match="No space"):
        journal.row(b'{"id": "does not fit"}')
    assert next((tmp_path / "one").glob("*.jsonl")).read_bytes() == before


def test_a_journal_is_locked_before_others_can_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    real = journal_module._take_lock

    def looking(folder: Path) -> int:
        if folder.parent == tmp_path and folder.name.endswith("one"):
            monkeypatch.setattr(journal_module, "_take_lock", real)
            seen.append([orphan.folder.name for orphan in orphans(tmp_path)])
        return real(folder)

    monkeypatch.setattr(journal_module, "_take_lock", looking)
    journal = open_journal(tmp_path)
    assert seen == [[]]
    journal.close()
