"""How much memory this machine, or the container that the process runs in, has and has left."""

from pathlib import Path

import psutil

CONTROL_GROUP = Path("/sys/fs/cgroup")


def total_bytes(group: Path = CONTROL_GROUP) -> int:
    """The machine's memory, or what the container may use of it."""
    total = psutil.virtual_memory().total
    limit = _limit(group)
    return total if limit is None else min(total, limit)


def available_bytes(group: Path = CONTROL_GROUP) -> int:
    """What can be taken without swapping; files kept in memory by the system count as free."""
    free = psutil.virtual_memory().available
    limit = _limit(group)
    if limit is None:
        return free
    used = int((group / "memory.current").read_text()) - _reclaimable(group)
    return max(0, min(free, limit - used))


def resident_bytes() -> int:
    """What this process holds."""
    return psutil.Process().memory_info().rss


def _limit(group: Path) -> int | None:
    try:
        return int((group / "memory.max").read_text())
    except (OSError, ValueError):  # no control groups, or "max"
        return None


def _reclaimable(group: Path) -> int:
    fields = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    return int(fields.get("inactive_file", 0)) + int(fields.get("active_file", 0))
