"""`freehold people`: people, services and teams, directly in the data folder, whether the server runs or not."""

import argparse
import asyncio
from dataclasses import asdict
from typing import Any, get_args

from freehold.accounts.identity import Accounts
from freehold.accounts.people import Change, NewPerson
from freehold.accounts.records import Person, Wanted
from freehold.app import SCHEMAS
from freehold.cli.accounts_visit import (
    PAGE,
    day,
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
from freehold.contracts.identity import Role
from freehold.foundation.settings import Settings

EXAMPLES = """\
  freehold people add --name Ada --role manager --teams research
  freehold people list --json
  freehold people set Ada --tier gold --teams research,sales
  freehold people disable Ada
  freehold people teams --add research"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|add|set|disable|enable|teams")
    show = acts.add_parser("list", help="everybody: people and services")
    show.set_defaults(do=_list)
    add = acts.add_parser("add", help="add somebody; `freehold keys create --person` lets them in")
    add.add_argument("--name", required=True, help="what they are called")
    add.set_defaults(do=_add)
    change = acts.add_parser("set", help="change somebody; a running server follows within two seconds")
    change.add_argument("--name", help="another name")
    change.set_defaults(do=_set)
    for act in (add, change):
        act.add_argument("--role", choices=get_args(Role), help="what they may do")
        act.add_argument("--tier", help="the tier of the gateway's settings that limits them; '' is the default one")
        act.add_argument("--teams", type=names, metavar="T,…", help="all their teams, by id or name; '' for none")
    disable = acts.add_parser("disable", help="end what somebody's keys and sessions can do, within two seconds")
    enable = acts.add_parser("enable", help="let somebody in again")
    disable.set_defaults(do=_disable)
    enable.set_defaults(do=_enable)
    for act in (change, disable, enable):
        act.add_argument("person", metavar="PERSON", help="an id or a name")
    teams = acts.add_parser("teams", help="the teams; or add or remove one")
    one = teams.add_mutually_exclusive_group()
    one.add_argument("--add", metavar="NAME", help="a new team")
    one.add_argument("--remove", metavar="TEAM", help="the id or name of a team to which no live key is bound")
    teams.set_defaults(do=_teams)
    for act in (show, add, teams):
        act.add_argument("--organisation", metavar="O", help="an id or a name (default: the first organisation)")
    for act in acts.choices.values():
        act.add_argument("--json", action="store_true", help="print JSON")
        add_settings_options(act)


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


async def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    refuse_empty(settings)
    async with visit_accounts(settings) as accounts:
        organisation = await find_organisation(accounts, arguments.organisation)
        within = Wanted(limit=PAGE, organisation_id=organisation.id)
        people = [person async for person in every(accounts.people.page, within)]
        teams = {team.id: team.name async for team in every(accounts.teams.page, within)}
    if arguments.json:
        print_json([asdict(person) for person in people])
        return 0
    print(f"{'ID':39}  {'ROLE':8}  {'KIND':8}  {'TIER':12}  {'ADDED':10}  {'STATE':8}  NAME")
    for person in people:
        state = "disabled" if person.disabled_at else "enabled"
        member = f" ({', '.join(teams.get(team, team) for team in person.team_ids)})" if person.team_ids else ""
        what = f"{person.role:8}  {person.kind:8}  {person.tier or 'default':12}  {day(person.created_at):10}"
        print(f"{person.id:39}  {what}  {state:8}  {person.name}{member}")
    return 0


async def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    async with visit_accounts(settings) as accounts:
        organisation = await find_organisation(accounts, arguments.organisation)
        wanted = NewPerson(
            name=arguments.name,
            role=arguments.role or "member",
            tier=arguments.tier or "",
            organisation_id=organisation.id,
            team_ids=await _team_ids(accounts, organisation.id, arguments.teams or ()),
        )
        person = await accounts.people.add(wanted)
    return _show(person, arguments, "Added")


async def _set(arguments: argparse.Namespace, settings: Settings) -> int:
    refuse_empty(settings)
    async with visit_accounts(settings) as accounts:
        person = await find_person(accounts, arguments.person)
        teams = arguments.teams
        team_ids = None if teams is None else await _team_ids(accounts, person.organisation_id, teams)
        change = Change(name=arguments.name, role=arguments.role, tier=arguments.tier, team_ids=team_ids)
        changed = await accounts.people.change(person, change)
    return _show(changed, arguments, "Changed")


async def _disable(arguments: argparse.Namespace, settings: Settings) -> int:
    return await _switch(arguments, settings, disabled=True)


async def _enable(arguments: argparse.Namespace, settings: Settings) -> int:
    return await _switch(arguments, settings, disabled=False)


async def _switch(arguments: argparse.Namespace, settings: Settings, *, disabled: bool) -> int:
    refuse_empty(settings)
    async with visit_accounts(settings) as accounts:
        person = await find_person(accounts, arguments.person)
        changed = await accounts.people.change(person, Change(disabled=disabled))
    return _show(changed, arguments, "Disabled" if disabled else "Enabled")


async def _teams(arguments: argparse.Namespace, settings: Settings) -> int:
    if not arguments.add:
        refuse_empty(settings)
    async with visit_accounts(settings) as accounts:
        organisation = await find_organisation(accounts, arguments.organisation)
        if arguments.add:
            await accounts.teams.create(organisation.id, arguments.add)
        if arguments.remove:
            await accounts.teams.delete((await find_team(accounts, organisation.id, arguments.remove)).id)
        within = Wanted(limit=PAGE, organisation_id=organisation.id)
        teams = [team async for team in every(accounts.teams.page, within)]
    if arguments.json:
        print_json([asdict(team) for team in teams])
        return 0
    print(f"{'ID':37}  {'MADE':10}  NAME")
    for team in teams:
        print(f"{team.id:37}  {day(team.created_at):10}  {team.name}")
    return 0


async def _team_ids(accounts: Accounts, organisation_id: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([(await find_team(accounts, organisation_id, text)).id for text in texts])


def _show(person: Person, arguments: argparse.Namespace, done: str) -> int:
    if arguments.json:
        plain: dict[str, Any] = asdict(person)
        print_json(plain)
    else:
        print(f"{done} {person.id} '{person.name}', {person.role}.")
    return 0
