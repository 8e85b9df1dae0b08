"""What `freehold rollout` and `freehold capture` share: the rollouts in the data folder, with a server running or not.

A running server takes what is changed here within two seconds. Only a server moves a rollout by itself.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from freehold.api.rollout_items import RolloutChanges
from freehold.app import data_folder
from freehold.cli.accounts_visit import refuse_empty
from freehold.foundation.clock import SystemClock
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.settings import Settings
from freehold.foundation.vault import Vault
from freehold.gateway.settings import GatewaySettings
from freehold.operations.audit import AuditLog
from freehold.operations.database_visit import visit_database
from freehold.rollouts.rollouts import Rollouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The rollouts to read, and to change; what is changed is recorded as done by the command line."""

    rollouts: Rollouts
    changes: RolloutChanges


@asynccontextmanager
async def visit_rollouts(settings: Settings) -> AsyncGenerator[Visit]:
    """The rollouts for the time of one command. Raises `SetupError`."""
    refuse_empty(settings)
    data, secret = data_folder(settings), settings.part(GatewaySettings).secret_key
    async with visit_database(data, settings.part(DatabaseSettings)) as database:
        await database.migrate()
        rollouts = Rollouts(database, Vault.at(data / "secret.key", secret), SystemClock())
        try:
            yield Visit(rollouts=rollouts, changes=RolloutChanges(rollouts, AuditLog(database)))
        finally:
            await rollouts.close()
