"""What `freehold provider`, `route` and `limit` share: the gateway's configuration in the data folder, and their acts.

A running server takes what is changed here within two seconds.
"""

import argparse
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from freehold.api.gateway_items import Changes, shown
from freehold.app import data_folder
from freehold.cli.accounts_visit import print_json, refuse_empty
from freehold.cli.options import add_settings_options
from freehold.contracts.audit import COMMAND_LINE
from freehold.contracts.errors import InvalidRequest, ModelNotFound, NotFound, SetupError
from freehold.contracts.models import Endpoint, ModelInfo
from freehold.foundation.clock import SystemClock
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.settings import Settings
from freehold.foundation.vault import Vault
from freehold.gateway.configuration import SHAPES, Configuration, Item, Kind
from freehold.gateway.ledger.price import shipped_prices
from freehold.gateway.route import Routes
from freehold.gateway.selection import Selection
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.store import GatewayStore
from freehold.operations.audit import AuditLog
from freehold.operations.catalogue.folders import scan
from freehold.operations.database_visit import visit_database

Act = Callable[[argparse.Namespace, Settings], Awaitable[int]]


class ModelsOnDisk:
    """The models of this machine, none of which answers here. Implements `contracts.models.LocalModels`."""

    def __init__(self, data: Path) -> None:
        self._models = [folder.info() for folder in scan(data).values()]

    def models(self) -> Sequence[ModelInfo]:
        """All of them."""
        return self._models

    async def endpoint(self, name: str) -> Endpoint:
        """Raise `ModelNotFound`: only a server starts workers."""
        raise ModelNotFound(f"'{name}' answers only while the server runs.", param="model")


@asynccontextmanager
async def visit_gateway(settings: Settings) -> AsyncGenerator[Configuration]:
    """The configuration as a server on this data folder has it. Raises `SetupError` where that would not start."""
    async with _visit(settings) as (configuration, _, _):
        yield configuration


@asynccontextmanager
async def visit_selection(settings: Settings) -> AsyncGenerator[tuple[Configuration, Selection]]:
    """The same, and the smart route over it, which has measured nothing."""
    async with _visit(settings) as (configuration, _, routes):
        yield configuration, Selection(routes, SystemClock())


@asynccontextmanager
async def visit_changes(settings: Settings) -> AsyncGenerator[tuple[Configuration, Changes]]:
    """The same, to be changed; what is changed is recorded as done by the command line."""
    async with _visit(settings) as (configuration, audit, _):
        yield configuration, Changes(configuration, audit)


@asynccontextmanager
async def _visit(settings: Settings) -> AsyncGenerator[tuple[Configuration, AuditLog, Routes]]:
    refuse_empty(settings)
    data, own, clock = data_folder(settings), settings.part(GatewaySettings), SystemClock()
    async with visit_database(data, settings.part(DatabaseSettings)) as database:
        await database.migrate()
        routes = Routes(own, ModelsOnDisk(data), clock)
        try:
            vault = Vault.at(data / "secret.key", own.secret_key)
            configuration = Configuration(own, GatewayStore(database), vault, routes, shipped_prices(), clock)
            await configuration.load()
            yield configuration, AuditLog(database), routes
        finally:
            await routes.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How the objects of a kind look in a table."""

    kind: Kind
    header: tuple[str, ...]
    row: Callable[[Any], Sequence[str]]  # from the settings, what stands between name and origin


def add_common_acts(acts: Any, listing: Listing) -> None:
    """`list`, `show` and `delete` of a kind."""
    kind = listing.kind
    act = add_act(acts, "list", _list_act(listing), f"all {kind}s, those of freehold.toml too")
    act = add_act(acts, "show", _show_act(kind), f"one {kind} with all its settings")
    act.add_argument("name", metavar="NAME")
    act = add_act(acts, "delete", _delete_act(kind), f"remove a stored {kind}")
    act.add_argument("name", metavar="NAME")


def add_act(acts: Any, name: str, do: Act, text: str) -> argparse.ArgumentParser:
    """A sub-command with the options that all have."""
    act: argparse.ArgumentParser = acts.add_parser(name, help=text)
    act.add_argument("--json", action="store_true", help="print JSON")
    add_settings_options(act)
    act.set_defaults(do=do)
    return act


def add_from_option(act: argparse.ArgumentParser, kind: Kind) -> None:
    """--from, for what has no option of its own."""
    text = f"all settings as JSON, as `freehold {kind} show --json` prints them; - is standard input"
    act.add_argument("--from", dest="source", metavar="FILE", help=text)


async def set_item(
    arguments: argparse.Namespace, settings: Settings, kind: Kind, name: str, given: dict[str, Any]
) -> int:
    """Add an object, or change what is `given` of it; the rest stays, or comes from --from."""
    async with visit_changes(settings) as (configuration, changes):
        plain = _from_source(arguments.source) if arguments.source else _as_it_is(configuration, kind, name)
        item = await changes.put(kind, name, converted(kind, plain | given), COMMAND_LINE)
    if arguments.json:
        print_json(shown(item))
    else:
        print(f"The {kind} '{item.name}' is set; a running server follows within two seconds.")
    return 0


def find_item(configuration: Configuration, kind: Kind, name: str) -> Item:
    """One object. Raises `NotFound` with the command that lists them."""
    try:
        return configuration.item(kind, name)
    except NotFound as error:
        raise NotFound(error.message, hint=f"`freehold {kind} list` shows them.") from error


def converted(kind: Kind, plain: dict[str, Any]) -> msgspec.Struct:
    """Settings from words and numbers. Raises `InvalidRequest`."""
    try:
        return msgspec.convert(plain, SHAPES[kind], strict=False)
    except msgspec.ValidationError as error:
        hint = f"`freehold {kind} set --help` shows what it has."
        raise InvalidRequest(f"This is no {kind}: {error}.", hint=hint) from error


def pair(text: str) -> tuple[str, str]:
    """Both sides of the first `=`; for argparse."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form NAME=VALUE")
    return name, value


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Columns as wide as their widest cell; those in `right` are aligned to the right."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = [
            f"{cell:>{width}}" if column in right else f"{cell:{width}}"
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _as_it_is(configuration: Configuration, kind: Kind, name: str) -> dict[str, Any]:
    """The settings of an object that is there, without its key: whether that stays, the configuration decides."""
    found = next((item for item in configuration.items(kind) if item.name == name), None)
    plain: dict[str, Any] = msgspec.to_builtins(found.value) if found else {}
    plain.pop("api_key", None)
    return plain


def _from_source(source: str) -> dict[str, Any]:
    try:
        content = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        given = msgspec.json.decode(content, type=dict[str, Any])
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise SetupError(
            f"{source} cannot be read: {error}.", hint="--from takes a file with a JSON object."
        ) from error
    return given.get("settings", given)


def _list_act(listing: Listing) -> Act:
    async def act(arguments: argparse.Namespace, settings: Settings) -> int:
        async with visit_gateway(settings) as configuration:
            items = configuration.items(listing.kind)
        if arguments.json:
            print_json([shown(item) for item in items])
            return 0
        rows = [[item.name, *listing.row(item.value), item.origin] for item in items]
        print_table(["NAME", *listing.header, "ORIGIN"], rows)
        return 0

    return act


def _show_act(kind: Kind) -> Act:
    async def act(arguments: argparse.Namespace, settings: Settings) -> int:
        async with visit_gateway(settings) as configuration:
            found = shown(find_item(configuration, kind, arguments.name))
        if arguments.json:
            print_json(found)
            return 0
        print(f"{found['name']} ({found['origin']})")
        told = found["settings"] | ({"has_api_key": found["has_api_key"]} if "has_api_key" in found else {})
        for key, value in told.items():
            print(f"  {key:12} {value if isinstance(value, str) else msgspec.json.encode(value).decode()}".rstrip())
        return 0

    return act


def _delete_act(kind: Kind) -> Act:
    async def act(arguments: argparse.Namespace, settings: Settings) -> int:
        async with visit_changes(settings) as (configuration, changes):
            find_item(configuration, kind, arguments.name)
            await changes.delete(kind, arguments.name, COMMAND_LINE)
        if arguments.json:
            print_json({"deleted": arguments.name})
        else:
            print(f"Deleted the {kind} '{arguments.name}'.")
        return 0

    return act
