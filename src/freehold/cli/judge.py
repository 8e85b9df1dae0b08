"""`freehold judge`: how far a model that is to judge answers agrees with people, over pairs that they have labelled."""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.accounts_visit import print_json
from freehold.cli.compare_asking import Asking
from freehold.cli.gateway_visit import print_table
from freehold.cli.options import add_server_options, read_settings
from freehold.cli.server_client import ServerClient
from freehold.cli.server_visit import chosen, connect, given_key
from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import SystemClock
from freehold.foundation.settings import Settings
from freehold.rollouts.judges.pairwise import Agreement, Labelled, agreement

EXAMPLES = """\
  freehold judge gpt-4o --labelled pairs.jsonl
  freehold judge gpt-4o --labelled pairs.jsonl --json | jq .kappa

A line of pairs.jsonl is {"prompt": "…", "a": "…", "b": "…", "label": "a"}; the label is a, b or tie.
Every pair is asked in both orders: a model that prefers a place says tie."""

LABELS = ("a", "b", "tie")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, the labelled pairs, server and key."""
    parser.add_argument("model", metavar="MODEL", help="the model that a plan would name as its judge")
    parser.add_argument("--labelled", type=Path, required=True, metavar="FILE", help="one labelled pair a line")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    add_server_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask, count, print."""
    settings = read_settings(arguments, SCHEMAS)
    labelled = read_labelled(arguments.labelled)
    found = asyncio.run(_judge(arguments, settings, labelled))
    if arguments.json:
        print_json(msgspec.to_builtins(found))
    else:
        _print(found)
    return 0


def read_labelled(path: Path) -> list[Labelled]:
    """All lines but empty ones. Raises `InvalidRequest` with the line's number."""
    try:
        lines = path.expanduser().read_bytes().splitlines()
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}.", hint="Check --labelled.") from error
    found: list[Labelled] = []
    for number, line in enumerate(lines, 1):
        try:
            found += [msgspec.json.decode(line, type=Labelled)] if line.strip() else []
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            hint = 'A line is {"prompt": "…", "a": "…", "b": "…", "label": "a"}.'
            raise InvalidRequest(f"{path}, line {number}: {error}.", hint=hint) from error
    if not found:
        raise InvalidRequest(f"{path} holds no pair.", hint="Write one a line.")
    return found


async def _judge(arguments: argparse.Namespace, settings: Settings, labelled: list[Labelled]) -> Agreement:
    from rich.console import Console
    from rich.progress import track

    url = arguments.url or f"http://127.0.0.1:{settings.part(ApiSettings).port}"
    async with AsyncExitStack() as held:
        client = ServerClient(url, given_key(arguments, settings))
        await connect(client, settings, held)
        await chosen(client, arguments.model)
        asking = Asking(client.url, client.key, SystemClock())
        held.push_async_callback(asking.close)
        shown = track(labelled, description="judging", console=Console(stderr=True), transient=True)
        return await agreement(shown, arguments.model, asking.ask)


def _print(found: Agreement) -> None:
    rows = [[f"people: {label}", *(str(found.counts[label][verdict]) for verdict in LABELS)] for label in LABELS]
    print_table(("", *(f"judge: {verdict}" for verdict in LABELS)), rows)
    told = {
        "judged": str(found.judged),
        "not to be read": str(found.unreadable),
        "agreed": _percent(found.agreed),
        "Cohen's kappa": "-" if found.kappa is None else f"{found.kappa:.2f}",
        "changed with the order": _percent(found.swapped),
    }
    sys.stdout.write("\n" + "".join(f"{name:24}{text}\n" for name, text in told.items()))


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
