"""Whether Freehold can write its data folder, and the database's own user can enter it."""

import os
from pathlib import Path

from freehold.contracts.errors import SetupError
from freehold.foundation.postgres_programs import PostgresUser
from freehold.operations.checks import Check, Finding, failed, fine
from freehold.operations.machine import Machine, existing


async def look(machine: Machine) -> Finding:
    """The folder, or the nearest parent where it would be made."""
    data, place = machine.place.data, existing(machine.place.data)
    if not place.is_dir():
        return failed(f"{place} is a file, so {data} cannot be used.", "`freehold serve --data FOLDER`")
    if not os.access(place, os.W_OK | os.X_OK):
        return failed(f"{place} cannot be written.", f"`sudo chown $USER {place}`, or `freehold serve --data FOLDER`")
    if not machine.place.database.url and (closed := _closed_to_database(place)):
        text = f"The database's own user cannot enter {closed}."
        return failed(text, f"`chmod o+x {closed}`, or `freehold serve --data FOLDER`")
    return fine(f"{data} is writable" if place == data else f"{data} will be made at the first start")


def _closed_to_database(place: Path) -> Path | None:
    try:
        return PostgresUser.find().first_unreachable(place)
    except SetupError:
        return None  # the check of the database reports it


CHECK = Check(name="data folder", look=look)
