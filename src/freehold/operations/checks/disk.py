"""Whether the disk of the data folder has room."""

from freehold.operations.checks import Check, Finding, failed, fine, warning
from freehold.operations.machine import Machine

LEAST_BYTES = 1 << 30
COMFORTABLE_BYTES = 5 << 30


async def look(machine: Machine) -> Finding:
    """1 GiB for database and logs; models want more."""
    text = f"{machine.free_bytes / 2**30:.1f} GiB free for {machine.place.data}"
    fix = (
        f"`du -xh {machine.place.data.parent} | sort -h | tail` shows what is large; or `freehold serve --data FOLDER`"
    )
    if machine.free_bytes < LEAST_BYTES:
        return failed(f"Only {text}: the database needs 1 GiB.", fix)
    if machine.free_bytes < COMFORTABLE_BYTES:
        return warning(f"Only {text}: little room for models.", fix)
    return fine(text)


CHECK = Check(name="disk", look=look)
