"""A data folder with rollouts, as a server on it sees them."""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from freehold.foundation.clock import SystemClock
from freehold.foundation.database import Database, DatabaseSettings
from freehold.foundation.vault import Vault
from freehold.operations.audit import AuditLog
from freehold.operations.store import Filter
from freehold.rollouts.rollouts import Rollouts

T = TypeVar("T")


def as_a_server(options: list[str], do: Callable[[Rollouts], Awaitable[T]]) -> T:
    """What comes of doing something with the rollouts of the folder in `options`."""

    async def visit(database: Database) -> T:
        rollouts = Rollouts(database, Vault.at(Path(options[3]) / "secret.key"), SystemClock())
        try:
            return await do(rollouts)
        finally:
            await rollouts.close()

    return asyncio.run(_with_database(options, visit))


def recorded(options: list[str]) -> list[tuple[str, str, str]]:
    """Action, subject and actor of what the audit log has of rollouts, oldest first."""

    async def visit(database: Database) -> list[tuple[str, str, str]]:
        entries, _ = await AuditLog(database).page(Filter(action="rollout.*"), limit=100)
        return [(entry.action, entry.subject, entry.actor_name) for entry in reversed(entries)]

    return asyncio.run(_with_database(options, visit))


async def _with_database(options: list[str], do: Callable[[Database], Awaitable[T]]) -> T:
    database = await Database.open(Path(options[3]), DatabaseSettings(url=_url(options)))
    try:
        return await do(database)
    finally:
        await database.close()


def _url(options: list[str]) -> str:
    return tomllib.loads(Path(options[1]).read_text())["database"]["url"]
