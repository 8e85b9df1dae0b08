"""What `freehold keys` and `freehold people` share: the accounts in the data folder, found by id or by name."""

import argparse
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from freehold.accounts.identity import Accounts
from freehold.accounts.records import DEFAULT_ORGANISATION, ApiKey, Organisation, Page, Person, Team, Wanted
from freehold.app import data_folder
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.settings import Settings
from freehold.operations.audit import AuditLog
from freehold.operations.database_visit import visit_database

PAGE = 100
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Listed = TypeVar("Listed", Person, Team, Organisation, ApiKey)
Lister = Callable[[Wanted], Awaitable[Page[Listed]]]


@asynccontextmanager
async def visit_accounts(settings: Settings) -> AsyncGenerator[Accounts]:
    """The accounts for the time of one command; what it changes is recorded as done by the command line."""
    async with visit_database(data_folder(settings), settings.part(DatabaseSettings)) as database:
        await database.migrate()
        yield Accounts(database, audit=AuditLog(database))


def refuse_empty(settings: Settings) -> None:
    """Raise `SetupError` rather than make a database only to find nothing in it."""
    data = data_folder(settings)
    if not settings.part(DatabaseSettings).url and not (data / "postgres").is_dir():
        hint = "Start the server once with `freehold serve`, or name the folder with --data."
        raise SetupError(f"There is no Freehold data in {data}.", hint=hint)


async def ensure_admin(accounts: Accounts) -> Person:
    """The first admin, made here when the server has not been started yet."""
    try:
        return await accounts.first_admin()
    except NotFound:
        return await accounts.add_person("Admin", "admin")


async def find_person(accounts: Accounts, text: str) -> Person:
    """The person or service with this id or name. Raises `NotFound`."""
    try:
        return await accounts.people.get(text)
    except NotFound:
        return await _named(
            accounts.people.page, Wanted(limit=2, name=text), "`freehold people list` shows who there is."
        )


async def find_team(accounts: Accounts, organisation_id: str, text: str) -> Team:
    """The organisation's team with this id or name. Raises `NotFound`."""
    every_team = every(accounts.teams.page, Wanted(limit=PAGE, organisation_id=organisation_id))
    found = [team async for team in every_team if text in (team.id, team.name)]
    if not found:
        raise NotFound(f"There is no team '{text}'.", hint="`freehold people teams` shows them.")
    return found[0]


async def find_organisation(accounts: Accounts, text: str | None) -> Organisation:
    """The organisation with this id or name; the first one when none is named. Raises `NotFound`."""
    try:
        return await accounts.organisations.get(DEFAULT_ORGANISATION if text is None else text)
    except NotFound:
        return await _named(accounts.organisations.page, Wanted(limit=2, name=text), "It needs an id or a whole name.")


async def every(page: "Lister[Listed]", wanted: Wanted) -> AsyncGenerator[Listed]:
    """All of a list, page by page."""
    has_more = True
    while has_more:
        found = await page(wanted)
        for one in found.data:
            yield one
            wanted = replace(wanted, before=one.id)
        has_more = found.has_more


async def _named(page: "Lister[Listed]", wanted: Wanted, hint: str) -> Listed:
    found = (await page(wanted)).data
    if len(found) > 1:
        raise InvalidRequest(f"Several have the name '{wanted.name}'.", hint="Give the id instead.")
    if not found:
        raise NotFound(f"There is nothing called '{wanted.name}'.", hint=hint)
    return found[0]


def duration(text: str) -> float:
    """Seconds of `90d`, `24h`, `30m` or `45s`; for argparse."""
    found = re.fullmatch(r"(\d{1,9})([smhd])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a time like 90d, 24h, 30m or 45s")
    return float(int(found[1]) * UNIT_SECONDS[found[2]])


def names(text: str) -> tuple[str, ...]:
    """What stands between commas; for argparse. An empty text names nothing."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def day(unix_seconds: float | None) -> str:
    """The date, or `never`."""
    return f"{datetime.fromtimestamp(unix_seconds, UTC):%Y-%m-%d}" if unix_seconds else "never"


def print_json(value: Any) -> None:
    """Indented, with a line's end."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
