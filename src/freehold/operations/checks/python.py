"""Whether this Python is new enough."""

from freehold.operations.checks import Check, Finding, failed, fine
from freehold.operations.machine import Machine

OLDEST = (3, 11)


async def look(machine: Machine) -> Finding:
    """3.11 or newer."""
    version = ".".join(str(number) for number in machine.python)
    if machine.python[:2] >= OLDEST:
        return fine(f"Python {version}")
    needed = ".".join(str(number) for number in OLDEST)
    return failed(f"Python {version} is too old: {needed} is needed.", f"`make setup PYTHON=/path/to/python{needed}`")


CHECK = Check(name="Python", look=look)
