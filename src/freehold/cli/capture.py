"""`freehold capture`: what rollouts have kept of mirrored requests, written as a training set for the forge."""

import argparse
import asyncio
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

from freehold.app import SCHEMAS
from freehold.cli.accounts_visit import print_json
from freehold.cli.gateway_visit import add_act
from freehold.cli.options import read_settings
from freehold.cli.rollout_visit import Visit, visit_rollouts
from freehold.contracts.errors import InvalidRequest
from freehold.foundation.settings import Settings
from freehold.rollouts.captured.training_set import Example, Manifest, Prefer, export, manifest_path

EXAMPLES = """\
  freehold capture export own-chat --to own-chat.jsonl
  freehold capture export own-chat --to vendor.jsonl --prefer control     to learn from the vendor's answers
  freehold capture export own-chat --to own-chat.jsonl --redact"""

PAGE = 200
PAGE_TIMEOUT_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="export")
    act = add_act(acts, "export", _export, "write a rollout's kept answers as JSON Lines, with a manifest beside them")
    act.add_argument("name", metavar="ROLLOUT")
    text = "the file to write, which is replaced as a whole"
    act.add_argument("--to", type=Path, required=True, metavar="FILE.jsonl", help=text)
    text = "whose answers; better is the judge's choice, with the other one as rejected (default: %(default)s)"
    act.add_argument("--prefer", choices=get_args(Prefer), default="better", help=text)
    text = "take out what identifies people, where the plan has not done so already"
    act.add_argument("--redact", action="store_true", help=text)


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


async def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    path: Path = arguments.to.expanduser().absolute()
    async with visit_rollouts(settings) as visit:
        record = await visit.rollouts.get(arguments.name)
        await visit.rollouts.examples.forget_expired()
        if not await visit.rollouts.examples.newest(record.name, 1):
            days = record.plan.capture.retention_days
            hint = f"Plan one with --capture; what is kept goes after {days} days."
            raise InvalidRequest(f"The rollout '{record.name}' has kept no answers.", hint=hint)
        redacted = record.plan.capture.redact or arguments.redact
        with _progress(quiet=arguments.json) as advance:
            examples = _pages(visit, record.name, asyncio.get_running_loop(), advance)
            manifest = await asyncio.to_thread(export, examples, path, arguments.prefer, redacted)
    if arguments.json:
        print_json(manifest)
    else:
        _print(manifest, path)
    return 0


def _pages(
    visit: Visit, rollout: str, loop: asyncio.AbstractEventLoop, advance: Callable[[int], None]
) -> Iterator[Example]:
    """All that is kept, newest first, for a thread beside the loop that reads them page by page."""
    before = 2**62
    while True:
        work = visit.rollouts.examples.newest(rollout, PAGE, before)
        page = asyncio.run_coroutine_threadsafe(work, loop).result(PAGE_TIMEOUT_SECONDS)
        if not page:
            return
        for number, example in page:
            yield example
            before = number
        advance(len(page))


@contextmanager
def _progress(*, quiet: bool) -> Generator[Callable[[int], None]]:
    """A bar on standard error that counts pairs of answers."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("exporting"), BarColumn(), TextColumn("{task.completed:,.0f} pairs"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("exporting", total=None)
        yield lambda count: bar.update(task, advance=count)


def _print(manifest: Manifest, path: Path) -> None:
    print(f"Wrote {manifest.records:,} chats of {manifest.examples:,} kept pairs to {path}.")
    if manifest.pairs:
        print(f"  {manifest.pairs:,} have a chosen and a rejected answer, for training on preferences.")
    if manifest.records < manifest.examples:
        print("  The rest holds pictures, sound, tools or no answer, from which nothing is learned here.")
    print(f"  {manifest_path(path).name} says where they come from, and what may be done with them:")
    print(f"  {manifest.terms}")
