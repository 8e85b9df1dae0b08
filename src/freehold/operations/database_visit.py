"""The database for the time of one command, besides the server or without it. Leaves no server running behind it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from freehold.contracts.errors import SetupError
from freehold.foundation.database import Database, DatabaseSettings


@asynccontextmanager
async def visit_database(folder: Path, settings: DatabaseSettings) -> AsyncGenerator[Database]:
    """Open, and close however the command ends, Ctrl-C while it opens included. Raises `SetupError`."""
    opening = asyncio.ensure_future(Database.open(folder, settings))
    try:
        database = await asyncio.shield(opening)
    except asyncio.CancelledError:
        # The thread that starts PostgreSQL cannot be stopped, so what it starts is stopped afterwards.
        with suppress(SetupError):
            await (await opening).close()
        raise
    try:
        yield database
    finally:
        await database.close()
