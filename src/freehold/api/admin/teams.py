"""/admin/v1/teams: some people of one organisation, who share what is allowed to keys bound to the team."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from freehold.accounts.identity import Accounts
from freehold.accounts.people import Change
from freehold.accounts.records import Person, Team, Wanted
from freehold.api.identify import Caller
from freehold.api.paging import Before, Id, Limit, reach
from freehold.contracts.identity import Principal, Resource

ROUTER = APIRouter(prefix="/admin/v1/teams", tags=["teams"])


class TeamBody(BaseModel):
    """A team; its people are GET /admin/v1/people?team_id=…. Times are unix seconds."""

    id: str
    name: str
    organisation_id: str
    created_at: float


class CreateTeam(BaseModel):
    """A new team. Without an organisation, of the caller's."""

    name: str = Field(min_length=1, max_length=100)
    organisation_id: str | None = None


class RenameTeam(BaseModel):
    """What it is called."""

    name: str = Field(min_length=1, max_length=100)


class TeamList(BaseModel):
    """Teams, newest first."""

    data: list[TeamBody]
    has_more: bool


def _body(team: Team) -> TeamBody:
    return TeamBody.model_validate(team, from_attributes=True)


@ROUTER.get("")
async def list_teams(
    request: Request, principal: Caller, organisation_id: Id = None, limit: Limit = 50, before: Before = None
) -> TeamList:
    """The teams of an organisation; without one, of the caller's, for admins of all."""
    accounts: Accounts = request.app.state.accounts
    organisation_id = reach(principal, organisation_id)
    accounts.authorize(principal, "teams.read", Resource(organisation_id=organisation_id or ""))
    page = await accounts.teams.page(Wanted(limit=limit, before=before, organisation_id=organisation_id))
    return TeamList(data=[_body(team) for team in page.data], has_more=page.has_more)


@ROUTER.post("", status_code=201)
async def create_team(request: Request, principal: Caller, wanted: CreateTeam) -> TeamBody:
    """Make a team without people."""
    accounts: Accounts = request.app.state.accounts
    organisation_id = wanted.organisation_id or principal.organisation_id
    accounts.authorize(principal, "teams.create", Resource(organisation_id=organisation_id))
    return _body(await accounts.teams.create(organisation_id, wanted.name, actor=principal))


@ROUTER.get("/{team_id}")
async def retrieve_team(request: Request, principal: Caller, team_id: str) -> TeamBody:
    """One team."""
    return _body(await _team(request, principal, "teams.read", team_id))


@ROUTER.patch("/{team_id}")
async def rename_team(request: Request, principal: Caller, team_id: str, wanted: RenameTeam) -> TeamBody:
    """Give another name."""
    accounts: Accounts = request.app.state.accounts
    team = await _team(request, principal, "teams.change", team_id)
    await accounts.teams.rename(team.id, wanted.name, actor=principal)
    return _body(await accounts.teams.get(team.id))


@ROUTER.delete("/{team_id}", status_code=204)
async def delete_team(request: Request, principal: Caller, team_id: str) -> None:
    """Remove a team to which no live key is bound."""
    team = await _team(request, principal, "teams.delete", team_id)
    await request.app.state.accounts.teams.delete(team.id, actor=principal)


@ROUTER.put("/{team_id}/members/{person_id}", status_code=204)
async def add_member(request: Request, principal: Caller, team_id: str, person_id: str) -> None:
    """Put somebody of the organisation into the team."""
    team, person = await _member(request, principal, team_id, person_id)
    await _set_teams(request, principal, person, {*person.team_ids, team.id})


@ROUTER.delete("/{team_id}/members/{person_id}", status_code=204)
async def remove_member(request: Request, principal: Caller, team_id: str, person_id: str) -> None:
    """Take somebody out of the team; their keys that are bound to it are revoked."""
    team, person = await _member(request, principal, team_id, person_id)
    await _set_teams(request, principal, person, {*person.team_ids} - {team.id})


async def _set_teams(request: Request, principal: Principal, person: Person, team_ids: set[str]) -> None:
    accounts: Accounts = request.app.state.accounts
    await accounts.people.change(person, Change(team_ids=tuple(team_ids)), actor=principal)


async def _team(request: Request, principal: Principal, action: str, team_id: str) -> Team:
    accounts: Accounts = request.app.state.accounts
    team = await accounts.teams.get(team_id)
    accounts.authorize(principal, action, team.resource)
    return team


async def _member(request: Request, principal: Principal, team_id: str, person_id: str) -> tuple[Team, Person]:
    """The team that the caller may change, and somebody whom they may see."""
    accounts: Accounts = request.app.state.accounts
    team = await _team(request, principal, "teams.change", team_id)
    person = await accounts.people.get(person_id)
    accounts.authorize(principal, "people.read", person.resource)
    return team, person
