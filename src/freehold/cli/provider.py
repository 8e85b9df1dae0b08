"""`freehold provider`: servers that answer requests, in the data folder, whether the server runs or not.

A credential is read from standard input or the environment, never from an argument that `ps` shows.
"""

import argparse
import asyncio
import getpass
import sys
from typing import Any, cast

from freehold.api.gateway_items import is_secret
from freehold.app import SCHEMAS
from freehold.cli.accounts_visit import print_json
from freehold.cli.gateway_visit import (
    Listing,
    add_act,
    add_common_acts,
    add_from_option,
    find_item,
    pair,
    set_item,
    visit_gateway,
)
from freehold.cli.options import read_settings
from freehold.cli.provider_check import Check, check_provider
from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.foundation.clock import SystemClock
from freehold.foundation.settings import Settings, child_environment
from freehold.gateway.settings import GatewaySettings, ProviderSettings

EXAMPLES = """\
  freehold provider set openai --url https://api.openai.com/v1 --vendor openai --api-key-env OPENAI_API_KEY \\
      --model gpt-4o=gpt-4o --model small=gpt-4o-mini
  freehold provider set vllm --url http://10.0.0.7:8000/v1 --model llama=meta-llama/Llama-3.1-8B-Instruct
  freehold provider set claude --kind anthropic --url https://api.anthropic.com/v1 --vendor anthropic --api-key-stdin
  freehold provider test openai
  freehold provider list
  freehold provider delete vllm"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|set|delete|test")
    add_common_acts(acts, Listing(kind="provider", header=("KIND", "URL", "VENDOR", "KEY", "MODELS"), row=_row))
    _add_set(add_act(acts, "set", _set, "add a provider, or change what is given of it"))
    act = add_act(acts, "test", _test, "send one tiny request, which the vendor may bill and the ledger does not have")
    act.add_argument("name", metavar="NAME")
    act.add_argument("--model", metavar="M", help="the provider's name of a model (default: its first one)")
    act.add_argument("--endpoint", metavar="E", help="like chat/completions, embeddings or audio/speech")


def _add_set(act: argparse.ArgumentParser) -> None:
    act.add_argument("name", metavar="NAME")
    act.add_argument("--url", help="its base URL, which ends in /v1 where the API's paths do")
    act.add_argument("--kind", help="what it speaks: `freehold list providers` shows them (default: openai)")
    act.add_argument("--vendor", help="whose price list counts, like openai; '' for servers of your own")
    secret = act.add_mutually_exclusive_group()
    secret.add_argument("--api-key-stdin", action="store_true", help="read its credential from standard input")
    secret.add_argument("--api-key-env", metavar="VAR", help="read its credential from this environment variable")
    text = "a public model name and the provider's name of it; repeat it: together they replace all models"
    act.add_argument("--model", type=pair, action="append", metavar="PUBLIC=UPSTREAM", help=text)
    text = "a header of every request; repeat it: together they replace all headers"
    act.add_argument("--header", type=pair, action="append", metavar="NAME=VALUE", help=text)
    text = "a header whose value is a secret, from this environment variable"
    act.add_argument("--header-env", type=pair, action="append", metavar="NAME=VAR", help=text)
    text = "a parameter of every URL, as Azure's api-version; repeat it: together they replace all"
    act.add_argument("--query", type=pair, action="append", metavar="NAME=VALUE", help=text)
    add_from_option(act, "provider")


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


async def _set(arguments: argparse.Namespace, settings: Settings) -> int:
    given: dict[str, Any] = {key: getattr(arguments, key) for key in ("url", "kind", "vendor")}
    given |= {"models": _named(arguments.model), "query": _named(arguments.query, "--query")}
    given |= {"headers": _headers(arguments), "api_key": _api_key(arguments)}
    given = {key: value for key, value in given.items() if value is not None}
    if not given and not arguments.source:
        raise InvalidRequest("Nothing is set.", hint="Give --url, another option, or --from.")
    return await set_item(arguments, settings, "provider", arguments.name, given)


def _named(pairs: list[tuple[str, str]] | None, option: str = "") -> dict[str, str] | None:
    """Pairs as a mapping. Raises `InvalidRequest` for a secret among the arguments."""
    for name, _ in pairs or []:
        if option and is_secret(name):
            hint = (
                "Use --header-env NAME=VAR."
                if option == "--header"
                else "Use --from with a file that only you can read."
            )
            raise InvalidRequest(f"'{name}' is a secret, which other people of this machine would see.", hint=hint)
    return None if pairs is None else dict(pairs)


def _headers(arguments: argparse.Namespace) -> dict[str, str] | None:
    plain = _named(arguments.header, "--header")
    if arguments.header_env is None:
        return plain
    return (plain or {}) | {name: _variable(variable) for name, variable in arguments.header_env}


def _api_key(arguments: argparse.Namespace) -> str | None:
    if arguments.api_key_env:
        return _variable(arguments.api_key_env)
    if not arguments.api_key_stdin:
        return None
    text = getpass.getpass("API key: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not text.strip():
        raise SetupError("Standard input holds no key.", hint="For instance: … --api-key-stdin < key.txt")
    return text.strip()


def _variable(name: str) -> str:
    """Of the environment that children see: a vendor's credential is none of Freehold's own variables."""
    text = child_environment().get(name, "").strip()
    if not text:
        raise SetupError(f"The environment variable {name} is not set.", hint=f"Write `export {name}=…` before.")
    return text


async def _test(arguments: argparse.Namespace, settings: Settings) -> int:
    async with visit_gateway(settings) as configuration:
        provider = cast(ProviderSettings, find_item(configuration, "provider", arguments.name).value)
    wanted = Check(model=arguments.model or "", endpoint=arguments.endpoint or "")
    found = await check_provider(provider, settings.part(GatewaySettings), wanted, SystemClock())
    if arguments.json:
        print_json(found)
        return 0 if found.ok else 1
    print(
        f"{arguments.name} answered {found.status} after {found.seconds:.2f} s to /{found.endpoint} with {found.model}."
    )
    if found.said:
        print(f"  {found.said}")
    return 0 if found.ok else 1


def _row(provider: ProviderSettings) -> tuple[str, ...]:
    key = "yes" if provider.api_key else "no"
    return provider.kind, provider.url, provider.vendor or "–", key, ", ".join(provider.models) or "–"
