"""The database for the time of one command, besides the server or without it. Leaves no server running behind it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from freehold.foundation.database import Database, DatabaseSettings


@asynccontextmanager
async def visit_database(folder: Path, settings: DatabaseSettings) -> AsyncGenerator[Database]:
    """Open, and close however the command ends. Raises `SetupError`."""
    database = await Database.open(folder, settings)
    try:
        yield database
    finally:
        await database.close()
