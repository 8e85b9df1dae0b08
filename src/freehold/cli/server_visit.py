"""Which server a command asks, and with which key: a given one, or on the server's own machine a temporary one."""

import argparse
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

from freehold.accounts.identity import Accounts
from freehold.api.settings import GeneralSettings
from freehold.app import data_folder
from freehold.cli.server_client import ServerClient
from freehold.contracts.errors import ModelNotFound, SetupError, Unauthorized
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.settings import Settings, client_key
from freehold.operations.audit import AuditLog
from freehold.operations.database_visit import visit_database

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def given_key(arguments: argparse.Namespace, settings: Settings) -> str:
    """The key that the person gave, by whichever way; empty without one."""
    if arguments.key_file:
        try:
            return arguments.key_file.expanduser().read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(f"{arguments.key_file} cannot be read: {error}.", hint="Check --key-file.") from error
    return arguments.key or client_key() or settings.part(GeneralSettings).admin_key


async def connect(client: ServerClient, settings: Settings, held: AsyncExitStack) -> None:
    """Give the client a key, made for this command where it has none. `held` ends what was begun."""
    held.push_async_callback(client.close)
    if client.key:
        return
    if urlsplit(client.url).hostname not in LOOPBACK:
        hint = "Give one with --key-file or FREEHOLD_KEY; `freehold keys create` on the server makes one."
        raise SetupError(f"{client.url} needs an API key.", hint=hint)
    await client.check_alive()
    client.key = await held.enter_async_context(_temporary_key(settings))


@asynccontextmanager
async def _temporary_key(settings: Settings) -> AsyncGenerator[str]:
    """A key of the first admin that is revoked at the end. Raises `SetupError` where the database is out of reach."""
    data = data_folder(settings)
    hint = "Give a key with --key-file or FREEHOLD_KEY, or name the server's data folder with --data."
    if not settings.part(DatabaseSettings).url and not (data / "postgres").is_dir():
        raise SetupError(f"No key was given, and the server's data is not in {data}.", hint=hint)
    visit = visit_database(data, settings.part(DatabaseSettings))
    async with AsyncExitStack() as held:
        try:
            database = await held.enter_async_context(visit)
        except SetupError as error:
            raise SetupError(f"No key was given, and none can be made: {error.message}", hint=hint) from error
        accounts = Accounts(database, audit=AuditLog(database))
        text, key = await accounts.keys.create((await accounts.first_admin()).id, "freehold, temporary")
        try:
            yield text
        finally:
            await accounts.keys.revoke(key.id)


async def chosen(client: ServerClient, model: str, kind: str = "chat") -> str:
    """The model's name. Raises `ModelNotFound`, and `Unauthorized` with what to do about the key."""
    try:
        known = await client.models(kind)
    except Unauthorized as error:
        hint = "Give another with --key-file, or name the server's data folder with --data so that one can be made."
        raise Unauthorized(f"{client.url} does not accept the key.", hint=hint) from error
    if model not in known:
        raise ModelNotFound(
            f"{client.url} has no {kind} model '{model}'.", hint=f"It has: {', '.join(known) or 'none'}."
        )
    return model
