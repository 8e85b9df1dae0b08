"""`freehold keys`: API keys, made and ended directly in the data folder, whether the server runs or not."""

import argparse
import asyncio
import sys
from dataclasses import asdict
from typing import Any

from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms
from freehold.accounts.records import ApiKey, Wanted
from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.accounts_visit import (
    PAGE,
    day,
    duration,
    ensure_admin,
    every,
    find_organisation,
    find_person,
    find_team,
    names,
    print_json,
    refuse_empty,
    visit_accounts,
)
from freehold.cli.options import add_settings_options, read_settings
from freehold.contracts.errors import NotFound
from freehold.contracts.identity import Scopes
from freehold.foundation.clock import SystemClock
from freehold.foundation.settings import Settings

EXAMPLES = """\
  freehold keys create --name laptop
  KEY=$(freehold keys create --name nightly-job --service --team research --models 'gpt-*,starter' --expires 90d)
  freehold keys create --name shop-page --endpoints chat/completions --origins https://shop.example.com
  freehold keys list --json
  freehold keys rotate key_0123456789abcdef --overlap 24h
  freehold keys revoke key_0123456789abcdef"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="create|list|rotate|revoke")
    _add_create(acts.add_parser("create", help="make a key; its text is shown once"))
    show = acts.add_parser("list", help="the keys that are live, without their text")
    show.add_argument("--all", action="store_true", help="ended ones, too")
    show.add_argument("--person", metavar="P", help="of one person or service: an id or a name")
    show.set_defaults(do=_list)
    rotate = acts.add_parser("rotate", help="make a key's successor; its text is shown once")
    rotate.add_argument("id", metavar="ID", help="the id that `freehold keys list` shows")
    text = "how long the old key stays good, like 24h, 30m or 7d (default: 24h)"
    rotate.add_argument("--overlap", type=duration, default=86400.0, metavar="TIME", help=text)
    rotate.set_defaults(do=_rotate)
    revoke = acts.add_parser("revoke", help="end a key; a running server follows within two seconds")
    revoke.add_argument("id", metavar="ID", help="the id that `freehold keys list` shows")
    revoke.set_defaults(do=_revoke)
    for act in acts.choices.values():
        act.add_argument("--json", action="store_true", help="print JSON")
        add_settings_options(act)


def _add_create(create: argparse.ArgumentParser) -> None:
    create.add_argument("--name", default="command line", help="what it is for (default: %(default)s)")
    whose = create.add_mutually_exclusive_group()
    text = "whose: a person's or service's id or name (default: the first admin)"
    whose.add_argument("--person", metavar="P", help=text)
    text = "of a service of this name, which stays when people leave"
    whose.add_argument("--service", action="store_true", help=text)
    create.add_argument("--organisation", metavar="O", help="the service's organisation (default: the first one)")
    create.add_argument("--team", metavar="T", help="the team that the key counts towards: an id or a name")
    create.add_argument(
        "--models", type=names, metavar="A,B*", help="only these models; a trailing * matches any ending"
    )
    create.add_argument("--endpoints", type=names, metavar="E,…", help="only these, like chat/completions")
    create.add_argument("--origins", type=names, metavar="O,…", help="only pages of these, like https://example.com")
    create.add_argument("--expires", type=duration, metavar="TIME", help="when it ends by itself, like 90d or 24h")
    create.set_defaults(do=_create)


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


async def _create(arguments: argparse.Namespace, settings: Settings) -> int:
    async with visit_accounts(settings) as accounts:
        text, key = await _make(accounts, arguments)
    _show_once(text, key, arguments, settings)
    return 0


async def _make(accounts: Accounts, arguments: argparse.Namespace) -> tuple[str, ApiKey]:
    scopes = Scopes(models=arguments.models, endpoints=arguments.endpoints, origins=arguments.origins)
    owner = None
    if not arguments.service:
        owner = await find_person(accounts, arguments.person) if arguments.person else await ensure_admin(accounts)
    organisation = owner.organisation_id if owner else (await find_organisation(accounts, arguments.organisation)).id
    team = await find_team(accounts, organisation, arguments.team) if arguments.team else None
    terms = Terms(scopes=scopes, lifetime_seconds=arguments.expires, team_id=team.id if team else None)
    if owner is None:
        return await accounts.create_service_key(organisation, arguments.name, terms)
    return await accounts.keys.create(owner.id, arguments.name, terms)


async def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    refuse_empty(settings)
    now = SystemClock().unix_seconds()
    async with visit_accounts(settings) as accounts:
        person_id = (await find_person(accounts, arguments.person)).id if arguments.person else None
        found = every(accounts.keys.page, Wanted(limit=PAGE, person_id=person_id))
        keys = [key async for key in found if arguments.all or key.is_live(now)]
        owners = {owner: (await accounts.people.get(owner)).name for owner in {key.person_id for key in keys}}
    if arguments.json:
        print_json([_plain(key) for key in keys])
        return 0
    print(f"{'ID':36}  {'BEGINS':10}  {'MADE':10}  {'LAST USED':10}  {'ENDS':10}  {'STATE':8}  {'OWNER':16}  NAME")
    for key in keys:
        times = f"{day(key.created_at):10}  {day(key.last_used_at):10}  {day(key.expires_at):10}"
        whose = f"{_state(key, now):8}  {owners[key.person_id]:16}"
        print(f"{key.id:36}  {key.prefix + '…':10}  {times}  {whose}  {key.name}")
    return 0


async def _rotate(arguments: argparse.Namespace, settings: Settings) -> int:
    refuse_empty(settings)
    async with visit_accounts(settings) as accounts:
        await _known(accounts, arguments.id)
        text, key = await accounts.keys.rotate(arguments.id, arguments.overlap)
    _show_once(text, key, arguments, settings)
    return 0


async def _revoke(arguments: argparse.Namespace, settings: Settings) -> int:
    refuse_empty(settings)
    async with visit_accounts(settings) as accounts:
        await _known(accounts, arguments.id)
        await accounts.keys.revoke(arguments.id)
        key = await accounts.keys.get(arguments.id)
    if arguments.json:
        print_json(_plain(key))
    else:
        print(f"Revoked {key.id} '{key.name}'.")
    return 0


async def _known(accounts: Accounts, key_id: str) -> None:
    try:
        await accounts.keys.get(key_id)
    except NotFound as error:
        raise NotFound(f"There is no key '{key_id}'.", hint="`freehold keys list` shows their ids.") from error


def _show_once(text: str, key: ApiKey, arguments: argparse.Namespace, settings: Settings) -> None:
    if arguments.json:
        print_json(_plain(key) | {"key": text})
        return
    # Only the key goes to standard output, so that a script can catch it.
    print(text, flush=True)
    port = settings.part(ApiSettings).port
    sys.stderr.write(
        f"{key.id} '{key.name}'. The key is shown this once: keep it. To use it with any OpenAI client:\n"
        f"  export OPENAI_BASE_URL=http://127.0.0.1:{port}/v1\n"
        f"  export OPENAI_API_KEY={text}\n"
        "Or paste it into the web app's sign-in page.\n"
    )


def _state(key: ApiKey, now: float) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "live" if key.is_live(now) else "expired"


def _plain(key: ApiKey) -> dict[str, Any]:
    hidden = ("key_hash", "owner_role")
    return {name: value for name, value in asdict(key).items() if name not in hidden}
