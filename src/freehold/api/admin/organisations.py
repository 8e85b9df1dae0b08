"""/admin/v1/organisations: who shares one installation without seeing each other."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from freehold.accounts.identity import Accounts
from freehold.accounts.records import Organisation, Wanted
from freehold.api.identify import Caller
from freehold.api.paging import Before, Limit, reach
from freehold.contracts.identity import Principal, Resource

ROUTER = APIRouter(prefix="/admin/v1/organisations", tags=["organisations"])


class OrganisationBody(BaseModel):
    """An organisation; times are unix seconds."""

    id: str
    name: str
    created_at: float


class NameOrganisation(BaseModel):
    """What it is called."""

    name: str = Field(min_length=1, max_length=100)


class OrganisationList(BaseModel):
    """Organisations, newest first."""

    data: list[OrganisationBody]
    has_more: bool


def _body(organisation: Organisation) -> OrganisationBody:
    return OrganisationBody.model_validate(organisation, from_attributes=True)


@ROUTER.get("")
async def list_organisations(
    request: Request, principal: Caller, limit: Limit = 50, before: Before = None
) -> OrganisationList:
    """The caller's organisation; for admins all."""
    accounts: Accounts = request.app.state.accounts
    own = reach(principal, None)
    accounts.authorize(principal, "organisations.read", Resource(organisation_id=own or ""))
    page = await accounts.organisations.page(Wanted(limit=limit, before=before, organisation_id=own))
    return OrganisationList(data=[_body(found) for found in page.data], has_more=page.has_more)


@ROUTER.post("", status_code=201)
async def create_organisation(request: Request, principal: Caller, wanted: NameOrganisation) -> OrganisationBody:
    """Make an organisation without people."""
    accounts: Accounts = request.app.state.accounts
    accounts.authorize(principal, "organisations.create", Resource())
    return _body(await accounts.organisations.create(wanted.name, actor=principal))


@ROUTER.get("/{organisation_id}")
async def retrieve_organisation(request: Request, principal: Caller, organisation_id: str) -> OrganisationBody:
    """One organisation."""
    return _body(await _organisation(request, principal, "organisations.read", organisation_id))


@ROUTER.patch("/{organisation_id}")
async def rename_organisation(
    request: Request, principal: Caller, organisation_id: str, wanted: NameOrganisation
) -> OrganisationBody:
    """Give another name."""
    accounts: Accounts = request.app.state.accounts
    found = await _organisation(request, principal, "organisations.change", organisation_id)
    await accounts.organisations.rename(found.id, wanted.name, actor=principal)
    return _body(await accounts.organisations.get(found.id))


@ROUTER.delete("/{organisation_id}", status_code=204)
async def delete_organisation(request: Request, principal: Caller, organisation_id: str) -> None:
    """Remove an organisation in which nobody is, and its teams."""
    found = await _organisation(request, principal, "organisations.delete", organisation_id)
    await request.app.state.accounts.organisations.delete(found.id, actor=principal)


async def _organisation(request: Request, principal: Principal, action: str, organisation_id: str) -> Organisation:
    accounts: Accounts = request.app.state.accounts
    found = await accounts.organisations.get(organisation_id)
    accounts.authorize(principal, action, Resource(organisation_id=found.id))
    return found
