"""Whether the database starts and its data is of a version that this Freehold knows.

Where there is no database yet, one is started in a temporary folder beside it and thrown away.
"""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from freehold.contracts.errors import SetupError, Unavailable
from freehold.foundation.migrations import latest_version
from freehold.operations.checks import Check, Finding, failed, fine
from freehold.operations.database_visit import visit_database
from freehold.operations.machine import Machine, Place, existing

CHOOSE = "`freehold serve --data FOLDER` uses another folder; `FREEHOLD_DATABASE__URL=postgresql://…` another database"


async def look(machine: Machine) -> Finding:
    """Open it and ask for its version."""
    place = machine.place
    newer = _version(place.data) - latest_version()
    if newer > 0:
        return failed(f"{place.data} was written by a newer Freehold.", "`pip install --upgrade freehold`")
    try:
        with _folder(place) as folder:
            version = await _server_version(folder, place)
    except (SetupError, Unavailable) as error:
        return failed(error.message, f"{error.hint} {CHOOSE}".strip())
    except OSError as error:
        return failed(f"The database cannot be tried: {error}.", CHOOSE)
    return fine(f"PostgreSQL {version}" + (" (database.url)" if place.database.url else ", embedded"))


async def _server_version(folder: Path, place: Place) -> str:
    async with visit_database(folder, place.database) as database, database.connect() as connection:
        version = connection.dialect.server_version_info or ()
    return ".".join(str(number) for number in version)


@contextmanager
def _folder(place: Place) -> Generator[Path]:
    if place.database.url or (place.data / "postgres").is_dir():
        yield place.data
        return
    temporary = Path(tempfile.mkdtemp(prefix=".freehold-doctor-", dir=existing(place.data)))
    try:
        temporary.chmod(0o711)  # the database's user must enter
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _version(data: Path) -> int:
    try:
        return int((data / "VERSION").read_text())
    except (OSError, ValueError):
        return 0


CHECK = Check(name="database", look=look)
