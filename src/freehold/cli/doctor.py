"""`freehold doctor`: looks at this machine and this installation, and names the fix for what is wrong."""

import argparse
import asyncio
from dataclasses import asdict

import msgspec

from freehold.api.settings import ApiSettings
from freehold.api.web.pages import DIST
from freehold.app import SCHEMAS, data_folder
from freehold.cli import provider
from freehold.cli.options import add_settings_options, read_settings
from freehold.contracts.errors import InvalidRequest
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.settings import Settings
from freehold.operations.checks import CHECKS, Finding
from freehold.operations.machine import Machine, Place
from freehold.operations.settings import OperationsSettings

EXAMPLES = """\
  freehold doctor
  freehold doctor --json --data ~/freehold-data
  freehold doctor provider openai --live       one tiny real request, which its vendor may bill"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at."""
    text = "`provider NAME`: look at one provider instead of this machine"
    parser.add_argument("subject", nargs="*", metavar="SUBJECT", help=text)
    parser.add_argument("--live", action="store_true", help="with `provider`: send it one tiny real request")
    parser.add_argument("--host", help="the address the server shall listen on (default: as `freehold serve`)")
    parser.add_argument("--port", type=int, help="the port the server shall listen on (default: as `freehold serve`)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing failed, else 1."""
    if arguments.subject:
        return _look_at_provider(arguments)
    overrides = {"api.host": arguments.host, "api.port": arguments.port}
    machine = Machine.look(_place(read_settings(arguments, SCHEMAS, overrides)))
    findings = asyncio.run(_look(machine, quiet=arguments.json))
    ok = all(finding.status != "failed" for finding in findings.values())
    if arguments.json:
        checks = [{"name": name} | asdict(finding) for name, finding in findings.items()]
        print(msgspec.json.format(msgspec.json.encode({"ok": ok, "checks": checks}), indent=2).decode())
    else:
        print("Freehold can run here." if ok else "Freehold cannot run like this: see the fixes above.")
    return 0 if ok else 1


def _look_at_provider(arguments: argparse.Namespace) -> int:
    match arguments.subject:
        case ["provider", name] if arguments.live:
            command = ["test", name, *(["--json"] if arguments.json else [])]
            command += ["--data", str(arguments.data)] if arguments.data else []
            command += ["--config", arguments.config] if arguments.config else []
            parser = argparse.ArgumentParser()
            provider.add_arguments(parser)
            return provider.run(parser.parse_args(command))
        case ["provider", name]:
            hint = (
                f"`freehold doctor provider {name} --live` sends it one tiny real request, which its vendor may bill."
            )
            raise InvalidRequest("A provider can only be looked at by asking it.", hint=hint)
        case _:
            raise InvalidRequest(f"Nothing is known of '{' '.join(arguments.subject)}'.", hint="Try: provider NAME.")


async def _look(machine: Machine, *, quiet: bool) -> dict[str, Finding]:
    findings: dict[str, Finding] = {}
    width = max(len(check.name) for check in CHECKS.values())
    for check in CHECKS.values():
        finding = findings[check.name] = await check.look(machine)
        if not quiet:
            print(f"{finding.status:8} {check.name:{width}}  {finding.text}", flush=True)
            if finding.fix:
                print(f"{'':8} {'':{width}}  fix: {finding.fix}")
    return findings


def _place(settings: Settings) -> Place:
    api = settings.part(ApiSettings)
    return Place(
        data=data_folder(settings),
        host=api.host,
        port=api.port,
        cache_tokens=settings.part(OperationsSettings).cache_tokens,
        web=DIST,
        database=settings.part(DatabaseSettings),
    )
