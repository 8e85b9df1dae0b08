"""`freehold limit`: limits and budgets in the data folder, whether the server runs or not."""

import argparse
import asyncio
import uuid
from typing import get_args

from freehold.app import SCHEMAS
from freehold.cli.gateway_visit import Listing, add_act, add_common_acts, add_from_option, set_item
from freehold.cli.options import read_settings
from freehold.contracts.errors import InvalidRequest
from freehold.foundation.settings import Settings
from freehold.gateway.limits import UNITS
from freehold.gateway.settings import LimitSettings, Meter, Subject, Window

EXAMPLES = """\
  freehold limit set --meter usd --amount 50 --window month --subject person
  freehold limit set burst --meter requests --amount 60 --subject key
  freehold limit set gpu --meter parallel --amount 4 --subject all --model llama
  freehold limit set burst --amount 120 --shadow
  freehold limit list
  freehold limit delete burst"""
OPTIONS = ("meter", "amount", "window", "subject", "which", "model", "shadow")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|set|delete")
    add_common_acts(acts, Listing(kind="limit", header=("LIMIT",), row=_row))
    act = add_act(acts, "set", _set, "add a limit, or change what is given of it")
    act.add_argument("name", nargs="?", default="", metavar="NAME", help="its name (default: one is made)")
    act.add_argument("--meter", choices=get_args(Meter), help="what is counted")
    act.add_argument("--amount", metavar="N", help="how much of it; US dollars for usd")
    act.add_argument("--window", choices=get_args(Window), help="within which time (default: minute)")
    act.add_argument("--subject", choices=get_args(Subject), help="for each of these by itself (default: key)")
    act.add_argument("--which", metavar="ID", help="only this one, or the name of a tier; * is each")
    act.add_argument("--model", metavar="M", help="a public name; * is all together, 'each' every one by itself")
    act.add_argument("--shadow", action=argparse.BooleanOptionalAction, help="only count what it would refuse")
    add_from_option(act, "limit")


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


async def _set(arguments: argparse.Namespace, settings: Settings) -> int:
    given = {key: value for key in OPTIONS if (value := getattr(arguments, key)) is not None}
    if not given and not arguments.source:
        raise InvalidRequest("Nothing is set.", hint="Give --meter and --amount, another option, or --from.")
    name = arguments.name or f"limit-{uuid.uuid4().hex[:8]}"
    return await set_item(arguments, settings, "limit", name, given)


def _row(limit: LimitSettings) -> tuple[str]:
    unit = UNITS.get(limit.meter, limit.meter.replace("_", " "))
    amount = f"{limit.amount:g} {unit}" + ("" if limit.meter == "parallel" else f" per {limit.window}")
    whose = "in all" if limit.subject == "all" else f"for each {limit.subject}"
    if limit.which != "*":
        whose = f"for the {limit.subject} {limit.which}"
    models = {"*": "", "each": ", each model by itself"}.get(limit.model, f", of the model {limit.model}")
    return (f"{amount} {whose}{models}{' (shadow)' if limit.shadow else ''}",)
