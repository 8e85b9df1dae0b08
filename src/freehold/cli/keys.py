"""`freehold keys`: API keys, made and ended directly in the data folder, whether the server runs or not."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.accounts.identity import Accounts
from freehold.accounts.people import ApiKey, Person
from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS, data_folder
from freehold.cli.options import add_settings_options, read_settings
from freehold.contracts.errors import NotFound, SetupError
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.settings import Settings
from freehold.operations.database_visit import visit_database

EXAMPLES = """\
  freehold keys create --name laptop
  KEY=$(freehold keys create --name nightly-job)
  freehold keys list --json
  freehold keys revoke key_0123456789abcdef"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="create|list|revoke")
    create = acts.add_parser("create", help="make a key; its text is shown once")
    create.add_argument("--name", default="command line", help="what it is for (default: %(default)s)")
    create.set_defaults(do=_create)
    show = acts.add_parser("list", help="the keys that are live, without their text")
    show.add_argument("--all", action="store_true", help="revoked ones, too")
    show.set_defaults(do=_list)
    revoke = acts.add_parser("revoke", help="end a key; a running server follows within a second")
    revoke.add_argument("id", metavar="ID", help="the id that `freehold keys list` shows")
    revoke.set_defaults(do=_revoke)
    for act in (create, show, revoke):
        act.add_argument("--json", action="store_true", help="print JSON")
        add_settings_options(act)


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


async def _create(arguments: argparse.Namespace, settings: Settings) -> int:
    async with _accounts(settings) as accounts:
        admin = await _first_admin(accounts)
        text, key = await accounts.keys.create(admin.id, arguments.name)
    if arguments.json:
        _print_json(_plain(key) | {"key": text})
        return 0
    # Only the key goes to standard output, so that a script can catch it.
    print(text, flush=True)
    port = settings.part(ApiSettings).port
    sys.stderr.write(
        f"{key.id} '{key.name}'. The key is shown this once: keep it. To use it with any OpenAI client:\n"
        f"  export OPENAI_BASE_URL=http://127.0.0.1:{port}/v1\n"
        f"  export OPENAI_API_KEY={text}\n"
        "Or paste it into the web app's sign-in page.\n"
    )
    return 0


async def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    _refuse_empty(settings)
    async with _accounts(settings) as accounts:
        every = await accounts.keys.list((await accounts.first_admin()).id)
    keys = [key for key in every if arguments.all or key.revoked_at is None]
    if arguments.json:
        _print_json([_plain(key) for key in keys])
        return 0
    print(f"{'ID':36}  {'BEGINS':10}  {'MADE':10}  {'LAST USED':10}  {'STATE':8}  NAME")
    for key in keys:
        state = "revoked" if key.revoked_at else "live"
        times = f"{_day(key.created_at):10}  {_day(key.last_used_at):10}"
        print(f"{key.id:36}  {key.prefix + '…':10}  {times}  {state:8}  {key.name}")
    return 0


async def _revoke(arguments: argparse.Namespace, settings: Settings) -> int:
    _refuse_empty(settings)
    async with _accounts(settings) as accounts:
        try:
            await accounts.keys.revoke(arguments.id)
        except NotFound as error:
            text = f"There is no key '{arguments.id}'."
            raise NotFound(text, hint="`freehold keys list` shows their ids.") from error
        key = await accounts.keys.get(arguments.id)
    if arguments.json:
        _print_json(_plain(key))
    else:
        print(f"Revoked {key.id} '{key.name}'.")
    return 0


@asynccontextmanager
async def _accounts(settings: Settings) -> AsyncGenerator[Accounts]:
    async with visit_database(data_folder(settings), settings.part(DatabaseSettings)) as database:
        await database.migrate()
        yield Accounts(database)


async def _first_admin(accounts: Accounts) -> Person:
    """The first admin, made here when the server has not been started yet."""
    try:
        return await accounts.first_admin()
    except NotFound:
        return await accounts.add_person("Admin", "admin")


def _refuse_empty(settings: Settings) -> None:
    """Raise `SetupError` rather than make a database only to find nothing in it."""
    data = data_folder(settings)
    if not settings.part(DatabaseSettings).url and not (data / "postgres").is_dir():
        hint = "Start the server once with `freehold serve`, or name the folder with --data."
        raise SetupError(f"There is no Freehold data in {data}.", hint=hint)


def _plain(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }


def _day(unix_seconds: float | None) -> str:
    return f"{datetime.fromtimestamp(unix_seconds, UTC):%Y-%m-%d}" if unix_seconds else "never"


def _print_json(value: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
