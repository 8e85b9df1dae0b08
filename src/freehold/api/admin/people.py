"""/admin/v1/people: the people and services of an organisation, their roles, tiers and teams."""

from dataclasses import replace

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from freehold.accounts.identity import Accounts
from freehold.accounts.people import Change, NewPerson
from freehold.accounts.records import Kind, Person, Wanted
from freehold.api.identify import Caller
from freehold.api.paging import Before, Id, Limit, reach
from freehold.contracts.identity import Principal, Resource, Role

ROUTER = APIRouter(prefix="/admin/v1/people", tags=["people"])


class PersonBody(BaseModel):
    """Somebody; times are unix seconds."""

    id: str
    name: str
    role: Role
    kind: Kind
    tier: str
    organisation_id: str
    team_ids: list[str]
    created_at: float
    disabled_at: float | None


class AddPerson(BaseModel):
    """Somebody new, who cannot sign in before a key is made. Without an organisation, the caller's."""

    name: str = Field(min_length=1, max_length=100)
    role: Role = "member"
    kind: Kind = "person"
    tier: str = Field("", max_length=100)
    organisation_id: str | None = None
    team_ids: list[str] = []


class ChangePerson(BaseModel):
    """What becomes different; what is null or missing stays. `team_ids` are all teams from then on."""

    name: str | None = None
    role: Role | None = None
    tier: str | None = None
    disabled: bool | None = None
    team_ids: list[str] | None = None


class PersonList(BaseModel):
    """People and services, newest first."""

    data: list[PersonBody]
    has_more: bool


def _body(person: Person) -> PersonBody:
    return PersonBody.model_validate(person, from_attributes=True)


@ROUTER.get("")
async def list_people(
    request: Request,
    principal: Caller,
    organisation_id: Id = None,
    team_id: Id = None,
    limit: Limit = 50,
    before: Before = None,
) -> PersonList:
    """The people of an organisation or a team; without either, of the caller's organisation, for admins of all."""
    accounts: Accounts = request.app.state.accounts
    organisation_id = reach(principal, organisation_id)
    accounts.authorize(principal, "people.read", Resource(organisation_id=organisation_id or ""))
    if team_id is not None:
        accounts.authorize(principal, "people.read", (await accounts.teams.get(team_id)).resource)
    wanted = Wanted(limit=limit, before=before, organisation_id=organisation_id, team_id=team_id)
    page = await accounts.people.page(wanted)
    return PersonList(data=[_body(person) for person in page.data], has_more=page.has_more)


@ROUTER.post("", status_code=201)
async def add_person(request: Request, principal: Caller, wanted: AddPerson) -> PersonBody:
    """Add somebody."""
    accounts: Accounts = request.app.state.accounts
    organisation_id = wanted.organisation_id or principal.organisation_id
    resource = Resource(organisation_id=organisation_id, role=wanted.role)
    accounts.authorize(principal, "people.create", resource)
    if wanted.tier:
        accounts.authorize(principal, "people.tier", resource)
    fields = wanted.model_dump() | {"organisation_id": organisation_id, "team_ids": tuple(wanted.team_ids)}
    return _body(await accounts.people.add(NewPerson(**fields), actor=principal))


@ROUTER.get("/{person_id}")
async def retrieve_person(request: Request, principal: Caller, person_id: str) -> PersonBody:
    """One of them."""
    return _body(await _person(request, principal, "people.read", person_id))


@ROUTER.patch("/{person_id}")
async def change_person(request: Request, principal: Caller, person_id: str, wanted: ChangePerson) -> PersonBody:
    """Change name, role, tier or teams, disable or enable; keys bound to a team that they leave are revoked."""
    accounts: Accounts = request.app.state.accounts
    person = await _person(request, principal, "people.change", person_id)
    if wanted.role is not None:
        accounts.authorize(principal, "people.change", replace(person.resource, role=wanted.role))
    if wanted.tier is not None:
        accounts.authorize(principal, "people.tier", person.resource)
    team_ids = None if wanted.team_ids is None else tuple(wanted.team_ids)
    change = Change(**wanted.model_dump(exclude={"team_ids"}), team_ids=team_ids)
    return _body(await accounts.people.change(person, change, actor=principal))


@ROUTER.delete("/{person_id}", status_code=204)
async def delete_person(request: Request, principal: Caller, person_id: str) -> None:
    """Remove somebody with their keys, sessions and conversations; disabling keeps these."""
    person = await _person(request, principal, "people.delete", person_id)
    await request.app.state.accounts.people.delete(person, actor=principal)


async def _person(request: Request, principal: Principal, action: str, person_id: str) -> Person:
    accounts: Accounts = request.app.state.accounts
    person = await accounts.people.get(person_id)
    accounts.authorize(principal, action, person.resource)
    return person
