"""`freehold models`: the models on this machine, and bringing in others from a folder, a GGUF file or a hub."""

import argparse
import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import msgspec

from freehold.app import SCHEMAS, data_folder
from freehold.cli.options import add_settings_options, read_settings
from freehold.contracts.errors import SetupError
from freehold.foundation.clock import SystemClock
from freehold.foundation.egress import Egress
from freehold.operations.catalogue.facts import ModelFacts, all_facts, find_facts
from freehold.operations.catalogue.hub import Hub
from freehold.operations.catalogue.importing import Imported, ModelImport
from freehold.operations.catalogue.pull import Pull, Wanted
from freehold.operations.catalogue.shelf import Shelf

EXAMPLES = """\
  freehold models list
  freehold models import ~/models/Llama-3.2-1B-Instruct --name llama
  freehold models import /mnt/models/big --link          link to the files instead of copying them
  freehold models import ~/Downloads/SmolLM2-135M-Instruct-Q4_K_M.gguf
  freehold models pull HuggingFaceTB/SmolLM2-135M-Instruct
  freehold models pull bartowski/SmolLM2-135M-Instruct-GGUF:Q4_K_M
  freehold models pull my-org/my-model@v2 --hub https://hub.example.org --token-file ~/.hub-token
  freehold models remove llama"""

HUB = "https://huggingface.co"
CONNECT_TIMEOUT_SECONDS = 15.0

Advance = Callable[[int], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|import|pull|remove")
    act = _add(acts, "list", _list, "all models")
    act = _add(acts, "show", _show, "one model: files, origin, and what is wrong with it if anything")
    act.add_argument("name", metavar="NAME")
    act = _add(acts, "import", _import, "check a model and copy it into the data folder")
    act.add_argument("path", type=Path, metavar="PATH", help="a folder in Hugging Face layout, or a GGUF file")
    act.add_argument("--name", default="", help="the name requests use (default: the folder's or file's)")
    act.add_argument("--link", action="store_true", help="link to the files instead of copying them")
    act.add_argument("--replace", action="store_true", help="take the place of a model of that name")
    act = _add(acts, "pull", _pull, "download a model from a hub; an interrupted download is resumed")
    act.add_argument("repository", metavar="NAME[@REVISION][:FILE]", help="for instance my-org/my-model@main")
    act.add_argument(
        "--file", default="", metavar="PATTERN", help="of several GGUF files the one so named, for instance Q4_K_M"
    )
    act.add_argument("--name", default="", help="the name requests use (default: FILE's, or the last part of NAME)")
    act.add_argument("--hub", default=HUB, metavar="URL", help="default: %(default)s")
    act.add_argument("--token-file", type=Path, metavar="FILE", help="a file with the hub's access token")
    act.add_argument("--replace", action="store_true", help="take the place of a model of that name")
    act = _add(acts, "remove", _remove, "delete an imported or pulled model")
    act.add_argument("name", metavar="NAME")


def _add(
    acts: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, do: Callable[..., int], text: str
) -> argparse.ArgumentParser:
    act = acts.add_parser(name, help=text)
    act.add_argument("--json", action="store_true", help="print JSON")
    add_settings_options(act)
    act.set_defaults(do=do)
    return act


def run(arguments: argparse.Namespace) -> int:
    """Find the data folder and do it."""
    return arguments.do(arguments, data_folder(read_settings(arguments, SCHEMAS)))


def _list(arguments: argparse.Namespace, data: Path) -> int:
    models, unfinished = all_facts(data), Shelf(data).unfinished()
    if arguments.json:
        _print_json({"data": [asdict(facts) for facts in models], "unfinished": unfinished})
        return 0
    width = max([len(facts.name) for facts in models] + [len("NAME")])
    print(f"{'NAME':{width}}  {'KIND':9}  {'PARAMETERS':>10}  {'CONTEXT':>8}  {'SIZE':>8}  {'FORMAT':7}  LABEL")
    for facts in models:
        numbers = f"{_parameters(facts):>10}  {_or_dash(facts.context_tokens):>8}  {_bytes(facts.size_bytes):>8}"
        numbers += f"  {facts.format or '–':7}"
        label = "not usable: see `freehold models show`" if facts.problem else facts.label
        print(f"{facts.name:{width}}  {facts.kind or '–':9}  {numbers}  {label}".rstrip())
    for name, size in unfinished.items():
        print(f"{name}: unfinished, {_bytes(size)} so far. Pull it again to go on, or remove it.")
    return 0


def _show(arguments: argparse.Namespace, data: Path) -> int:
    facts = find_facts(data, arguments.name)
    if arguments.json:
        _print_json(asdict(facts))
        return 0
    rows = {
        "kind": f"{facts.kind}{', ' + facts.label if facts.label else ''}",
        "architecture": facts.architecture,
        "parameters": _parameters(facts),
        "context": f"{facts.context_tokens} tokens" if facts.context_tokens else "",
        "chat template": ("yes" if facts.chat_template else "no") if facts.kind == "chat" else "",
        "format": facts.format,
        "size": _bytes(facts.size_bytes),
        "folder": facts.path,
        "source": f"{facts.source} {facts.revision}".strip(),
        "problem": facts.problem,
    }
    print(facts.name)
    for label, text in rows.items():
        if text:
            print(f"  {label:13} {text}")
    for name, digest in facts.files.items():
        print(f"  {'sha256':13} {digest}  {name}")
    return 0


def _import(arguments: argparse.Namespace, data: Path) -> int:
    importing = ModelImport(arguments.path, data, name=arguments.name, link=arguments.link, replace=arguments.replace)
    with _progress("linking" if arguments.link else "copying", quiet=arguments.json) as (set_total, advance):
        set_total(importing.total_bytes)
        imported = importing.run(SystemClock(), advance)
    return _report(imported, arguments, data)


def _pull(arguments: argparse.Namespace, data: Path) -> int:
    place, _, file = arguments.repository.partition(":")
    repository, _, revision = place.partition("@")
    wanted = Wanted(
        repository=repository.strip("/"),
        revision=revision or "main",
        file=arguments.file or file,
        name=arguments.name,
        replace=arguments.replace,
    )
    return _report(asyncio.run(_download(arguments, data, wanted)), arguments, data)


async def _download(arguments: argparse.Namespace, data: Path, wanted: Wanted) -> Imported:
    token = _read_token(arguments.token_file) if arguments.token_file else ""
    # An administrator names the hub, so it may be a private address.
    egress = Egress(trusted=True, connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS)
    try:
        hub = Hub(arguments.hub, egress, token=token)
        with _progress("downloading", quiet=arguments.json) as (set_total, advance):
            return await Pull(hub, data, SystemClock(), on_total=set_total, advance=advance).run(wanted)
    finally:
        await egress.close()


def _remove(arguments: argparse.Namespace, data: Path) -> int:
    Shelf(data).remove(arguments.name)
    if arguments.json:
        _print_json({"removed": arguments.name})
    else:
        print(f"Removed {arguments.name}.")
    return 0


def _report(imported: Imported, arguments: argparse.Namespace, data: Path) -> int:
    if arguments.json:
        _print_json(asdict(find_facts(data, imported.name)) | {"warnings": imported.check.warnings})
        return 0
    for warning in imported.check.warnings:
        print(f"Warning: {warning}")
    print(f"{imported.name} is in {imported.path}. A running server offers it from now on; try it with:")
    print(f"  freehold chat --model {imported.name}" if imported.check.kind == "chat" else "  GET /v1/models")
    return 0


def _read_token(path: Path) -> str:
    try:
        return path.expanduser().read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} cannot be read: {error}.", hint="Check --token-file.") from error


@contextmanager
def _progress(what: str, *, quiet: bool) -> Generator[tuple[Advance, Advance]]:
    """A bar on standard error: `set_total` and `advance`, both in bytes."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    rates = (TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, *rates, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda total: bar.update(task, total=total), lambda count: bar.update(task, advance=count)


def _parameters(facts: ModelFacts) -> str:
    if not facts.parameters:
        return "–"
    for unit, size in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if facts.parameters >= size:
            return f"{facts.parameters / size:.1f} {unit}"
    return str(facts.parameters)


def _or_dash(count: int) -> str:
    return str(count) if count else "–"


def _bytes(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"


def _print_json(value: object) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
