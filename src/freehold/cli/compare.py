"""`freehold compare`: two models of a running server on one's own prompts, with a rollout's metrics and gates.

The exit status is for programs: 0 where no gate fails, 1 where one does, 2 where nothing could be compared.
"""

import argparse
import asyncio
import os
import re
import secrets
import sys
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import msgspec

from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.chat import CONTROL
from freehold.cli.compare_asking import Asking
from freehold.cli.compare_pairs import Comparison
from freehold.cli.compare_prompts import read_prompts
from freehold.cli.gateway_visit import print_table
from freehold.cli.options import add_server_options, read_settings
from freehold.cli.server_client import ServerClient
from freehold.cli.server_visit import chosen, connect, given_key
from freehold.contracts.errors import FreeholdError, SetupError
from freehold.foundation.clock import SystemClock
from freehold.foundation.settings import Settings
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.offline.comparison import Report, Subject, default_gates, plan_of
from freehold.rollouts.offline.page import page
from freehold.rollouts.offline.words import HEADER, NONE, outcome, rows
from freehold.rollouts.plan import Gate

EXAMPLES = """\
  freehold compare gpt-4o-mini llama --prompts prompts.jsonl
  freehold compare old new --prompts prompts.jsonl --judge big --embedder minilm --html report.html
  freehold compare old new --prompts prompts.jsonl --gate error_rate=0 --gate quality=0.05 --judge big --strict

A line of prompts.jsonl is {"prompt": "…"} or {"messages": […]}, with any field of chat/completions, and if you like
"id" and "checks": [{"kind": "regex", "value": "…"}] or [{"kind": "json_schema", "value": {…}}].
Exit status: 0 no gate fails, 1 a gate fails, 2 it could not be compared, 130 stopped by Ctrl-C.
The report of what was answered until then is written in any case."""

NOT_COMPARED = 2
INTERRUPTED = 130
PLAIN_EVERY_SECONDS = 30.0
MARGIN = re.compile(r"([a-z_]+)(?:=(\d*\.?\d+))?")

Stopped = FreeholdError | KeyboardInterrupt | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Models, prompts, gates, server and key, and where the report goes."""
    parser.add_argument("control", metavar="A", help="the model as it is")
    parser.add_argument("candidate", metavar="B", help="the model that may replace it")
    parser.add_argument("--prompts", type=Path, required=True, metavar="FILE", help="one JSON object a line")
    text = "a gate, with the worsening that is tolerated, like error_rate=0.01; repeat it for several (default: "
    text += "error_rate, refusal_rate, output_tokens, ttft_seconds, and what --judge, --embedder and checks measure)"
    parser.add_argument("--gate", type=_gate, action="append", default=[], metavar="METRIC[=MARGIN]", help=text)
    parser.add_argument("--strict", action="store_true", help="a gate that is not proven fails, too")
    parser.add_argument("--judge", default="", metavar="MODEL", help="compares both answers, in both orders")
    parser.add_argument("--embedder", default="", metavar="MODEL", help="measures how alike both answers are")
    parser.add_argument("--repeat", type=_positive, default=1, metavar="N", help="ask every prompt so often")
    text = "how many prompts are under way (default: %(default)s)"
    parser.add_argument("--at-once", type=_positive, default=4, metavar="N", help=text)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all of it as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write it as one page, without scripts")
    add_server_options(parser)


def _gate(text: str) -> Gate:
    """For argparse."""
    found = MARGIN.fullmatch(text)
    if found is None or found[1] not in METRICS:
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form METRIC[=MARGIN]; metrics: {', '.join(METRICS)}")
    return Gate(metric=found[1], margin=float(found[2]) if found[2] else None)


def _positive(text: str) -> int:
    """For argparse."""
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 to 9999")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Ask, report, and say by the exit status whether the gates hold."""
    try:
        settings = read_settings(arguments, SCHEMAS)
        comparison = _prepared(arguments, settings)
        stopped = _ask_all(comparison, given_key(arguments, settings), settings)
        report = comparison.report()
        _print(report)
        _write(report, arguments)
        if isinstance(stopped, FreeholdError):
            raise stopped
    except FreeholdError as error:
        sys.stderr.write(f"freehold: {error.public_message()}\n")
        return NOT_COMPARED
    if stopped is not None:
        return INTERRUPTED
    return 0 if report.holds(strict=arguments.strict) else 1


def _prepared(arguments: argparse.Namespace, settings: Settings) -> Comparison:
    """All that can be wrong before anything is sent. Raises `InvalidRequest` or `SetupError`."""
    prompts = read_prompts(arguments.prompts)
    for file in (arguments.json, arguments.html):
        if file is not None and not file.expanduser().absolute().parent.is_dir():
            raise SetupError(f"There is no folder for {file}.", hint="Make it, or name another file.")
    subject = Subject(
        control=arguments.control,
        candidate=arguments.candidate,
        url=arguments.url or f"http://127.0.0.1:{settings.part(ApiSettings).port}",
        judge=arguments.judge,
        embedder=arguments.embedder,
        at=SystemClock().unix_seconds(),
        prompts=len(prompts),
        asked=len(prompts) * arguments.repeat,
    )
    has_checks = any(prompt.checks for prompt in prompts)
    gates = arguments.gate or default_gates(subject, checks=has_checks)
    plan = plan_of(subject, gates, checks=has_checks)
    if kept := sorted({name for prompt in prompts for name in prompt.kept}):
        sys.stderr.write(f"Kept for the report, and not sent: {', '.join(kept)}.\n".translate(CONTROL))
    return Comparison(subject=subject, plan=plan, prompts=prompts, repeats=arguments.repeat, at_once=arguments.at_once)


def _ask_all(comparison: Comparison, key: str, settings: Settings) -> Stopped:
    """Ask until all is answered; what has stopped it, if anything. Raises what is wrong before the first question."""
    with asyncio.Runner() as runner:
        held = AsyncExitStack()
        try:
            asking = runner.run(_connected(comparison.subject, key, settings, held))
            with _progress(comparison) as advance:
                try:
                    runner.run(comparison.ask(asking, advance))
                except (FreeholdError, KeyboardInterrupt) as error:
                    return error
        finally:
            runner.run(held.aclose())
    return None


async def _connected(subject: Subject, key: str, settings: Settings, held: AsyncExitStack) -> Asking:
    """The server, which has all models that are named.

    Raises `SetupError`, `Unauthorized`, `ModelNotFound`, or `ProviderFailed` for an embedder that does not answer.
    """
    client = ServerClient(subject.url, key)
    await connect(client, settings, held)
    for model in filter(None, (subject.control, subject.candidate, subject.judge)):
        await chosen(client, model)
    asking = Asking(client.url, client.key, SystemClock())
    held.push_async_callback(asking.close)
    if subject.embedder:  # which kind of model embeds, not every server's list says
        body = msgspec.json.encode({"model": subject.embedder, "input": ["ready"]})
        await asking.ask("embeddings", subject.embedder, body)
    return asking


@contextmanager
def _progress(comparison: Comparison) -> Generator[Callable[[], None]]:
    """A bar with a rate on standard error; where that is no terminal, a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console, clock = Console(stderr=True), SystemClock()
    total, began = comparison.subject.asked, clock.monotonic_seconds()
    said_at = began
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(TextColumn("pairs"), *columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total, rate="")

        def advance() -> None:
            nonlocal said_at
            now, done = clock.monotonic_seconds(), len(comparison.pairs)
            rate = f"{done / max(now - began, 0.001):.2f} a second"
            bar.update(task, completed=done, rate=rate)
            if not console.is_terminal and now - said_at >= PLAIN_EVERY_SECONDS:
                said_at = now
                sys.stderr.write(f"{done} of {total} pairs, {rate}\n")

        yield advance


def _write(report: Report, arguments: argparse.Namespace) -> None:
    """The files that are asked for. Raises `SetupError`."""
    if arguments.json is not None:
        plain = msgspec.to_builtins(report) | {"holds": report.holds(strict=arguments.strict)}
        _replace(arguments.json, msgspec.json.format(msgspec.json.encode(plain), indent=2) + b"\n")
    if arguments.html is not None:
        _replace(arguments.html, page(report).encode())


def _replace(file: Path, content: bytes) -> None:
    """Write a file as a whole or not at all; what is no file, like /dev/stdout, is written to. Raises `SetupError`."""
    target = file.expanduser().resolve()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        try:
            with beside.open("xb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}.", hint="Name another file.") from error
    sys.stderr.write(f"Written to {file}.\n")


def _print(report: Report) -> None:
    """The table, the notes, and the sentence."""
    subject = report.subject
    lines = [
        f"A is {subject.control}, B is {subject.candidate}: {len(report.pairs)} pairs of {subject.prompts} prompts."
    ]
    print("\n".join(lines).translate(CONTROL))
    cells = [
        [row.metric, row.control, row.candidate, row.difference, row.interval, row.tolerated, row.result or NONE]
        for row in rows(report)
    ]
    print_table(HEADER, cells, right=(1, 2))
    for note in report.notes:
        print(note.translate(CONTROL))
    print(outcome(report))
