"""`freehold config`: every setting with its value, who said so, and what it means. Never shows a secret."""

import argparse
from typing import Any

import msgspec

from freehold.app import SCHEMAS
from freehold.cli.options import add_settings_options, read_settings
from freehold.foundation.settings import PREFIX, Explanation

EXAMPLES = """\
  freehold config list
  freehold config explain gateway.connect_timeout_seconds
  freehold config explain api.port --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|explain")
    show = acts.add_parser("list", help="all settings")
    explain = acts.add_parser("explain", help="one setting: value, source and meaning")
    explain.add_argument("key", metavar="KEY", help="for instance gateway.connect_timeout_seconds")
    for act in (show, explain):
        act.add_argument("--json", action="store_true", help="print JSON")
        add_settings_options(act)


def run(arguments: argparse.Namespace) -> int:
    """Read the settings as the server would, and print."""
    settings = read_settings(arguments, SCHEMAS)
    if arguments.act == "explain":
        explanation = settings.explain(arguments.key)
        print(_json(_plain(explanation)) if arguments.json else _explained(explanation))
        return 0
    all_of_them = [settings.explain(key) for key in settings.keys()]  # noqa: SIM118 - no mapping
    if arguments.json:
        print(_json([_plain(explanation) for explanation in all_of_them]))
        return 0
    width = max(len(explanation.key) for explanation in all_of_them)
    for explanation in all_of_them:
        print(f"{explanation.key:{width}}  {_text(explanation.value)}  ({explanation.source})")
    return 0


def _explained(explanation: Explanation) -> str:
    part, _, name = explanation.key.rpartition(".")
    variable = PREFIX + (f"{part}__{name}" if part else name).upper()
    section = f"in freehold.toml [{part}] {name} = …" if part else f"in freehold.toml {name} = …"
    return (
        f"{explanation.key} = {_text(explanation.value)}\n"
        f"  {explanation.meaning}\n"
        f"  Source: {explanation.source}. To set it: {variable}=…, or {section}"
    )


def _plain(explanation: Explanation) -> dict[str, Any]:
    head = {"key": explanation.key, "value": explanation.value}
    return head | {"source": explanation.source, "meaning": explanation.meaning}


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
