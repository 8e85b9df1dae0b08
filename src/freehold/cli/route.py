"""`freehold route`: public model names with several targets, in the data folder, whether the server runs or not."""

import argparse
import asyncio
import sys
from typing import Any

import msgspec

from freehold.app import SCHEMAS
from freehold.cli.accounts_visit import print_json
from freehold.cli.gateway_visit import (
    Listing,
    add_act,
    add_common_acts,
    add_from_option,
    set_item,
    visit_selection,
)
from freehold.cli.options import read_settings
from freehold.contracts.errors import InvalidRequest
from freehold.foundation.settings import Settings
from freehold.gateway.settings import RouteSettings, TargetSettings

EXAMPLES = """\
  freehold route set fast --target openai/gpt-4o-mini --target local/starter,priority=1
  freehold route set chat --target vllm/llama,weight=9,equivalent=openai/gpt-4o --target openai/gpt-4o,weight=1
  freehold route set chat --strategy cheapest
  freehold route list
  freehold route show chat --json | jq '.settings.sticky = true' | freehold route set chat --from -
  freehold route explain "Prove that there are infinitely many primes." --tier pro
  freehold route delete fast"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|set|delete|explain")
    add_common_acts(acts, Listing(kind="route", header=("STRATEGY", "TARGETS"), row=_row))
    act = add_act(acts, "set", _set, "add a route, or change what is given of it")
    act.add_argument("name", metavar="NAME", help="the model name that requests use")
    text = (
        "a model of a provider, or local/MODEL; options behind commas: weight, priority (0 is asked first),"
        " overflow_per_minute, equivalent. Repeat it: together they replace all targets"
    )
    act.add_argument("--target", type=_target, action="append", metavar="PROVIDER/MODEL[,OPTION=VALUE…]", help=text)
    act.add_argument("--strategy", help="how targets of one priority are ordered (default: weighted)")
    act.add_argument("--sticky", action=argparse.BooleanOptionalAction, help="a conversation stays with its target")
    act.add_argument("--degrade-to", metavar="MODEL", help="the smaller model that answers when no target can")
    add_from_option(act, "route")
    act = add_act(acts, "explain", _explain, "say which model the route auto would choose for a prompt, and why")
    act.add_argument("prompt", metavar="PROMPT", help="what a person would ask; - reads it from standard input")
    act.add_argument("--tier", default="", help="the plan of the person who asks (default: gateway.default_tier)")


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


def _target(text: str) -> dict[str, Any]:
    """A target of a route; what its options mean is checked with the route."""
    place, *options = text.split(",")
    provider, slash, model = place.partition("/")
    pairs = [option.partition("=") for option in options]
    if not provider or not slash or not model or not all(equals for _, equals, _ in pairs):
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form PROVIDER/MODEL,OPTION=VALUE")
    return {"provider": provider, "model": model} | {name: value for name, _, value in pairs}


async def _set(arguments: argparse.Namespace, settings: Settings) -> int:
    options = {
        "targets": arguments.target,
        "strategy": arguments.strategy,
        "sticky": arguments.sticky,
        "degrade_to": arguments.degrade_to,
    }
    given = {key: value for key, value in options.items() if value is not None}
    if not given and not arguments.source:
        raise InvalidRequest("Nothing is set.", hint="Give --target, another option, or --from.")
    return await set_item(arguments, settings, "route", arguments.name, given)


async def _explain(arguments: argparse.Namespace, settings: Settings) -> int:
    prompt = sys.stdin.read() if arguments.prompt == "-" else arguments.prompt
    body = msgspec.json.encode({"model": "auto", "messages": [{"role": "user", "content": prompt}]})
    async with visit_selection(settings) as (configuration, selection):
        current = configuration.current
        tier = arguments.tier or current.default_tier
        if tier and tier not in current.tiers:
            hint = f"Known: {', '.join(current.tiers) or 'none is configured'}."
            raise InvalidRequest(f"There is no tier '{tier}'.", hint=hint)
        decision = selection.decide(body, tier, current)
    if arguments.json:
        print_json(decision.record())
    else:
        print(decision.text())
        print("  (a running server knows measured speeds besides: POST /admin/v1/explain asks it)")
    return 0


def _row(route: RouteSettings) -> tuple[str, str]:
    strategy = f"{route.strategy}, sticky" if route.sticky else route.strategy
    told = [_told(target) for target in sorted(route.targets, key=lambda target: target.priority)]
    degrade = [f"else {route.degrade_to}"] if route.degrade_to else []
    return strategy, "; ".join(told + degrade)


def _told(target: TargetSettings) -> str:
    notes = [
        f"weight {target.weight:g}" if target.weight != 1 else "",
        f"priority {target.priority}" if target.priority else "",
        f"for {target.equivalent}" if target.equivalent else "",
    ]
    told = ", ".join(filter(None, notes))
    return f"{target.provider}/{target.model}" + (f" ({told})" if told else "")
