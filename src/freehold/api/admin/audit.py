"""/admin/v1/audit: who changed what."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from freehold.api.identify import Caller
from freehold.api.paging import MAX_PAGE, reach
from freehold.contracts.identity import Identity, Resource
from freehold.operations.audit import AuditLog
from freehold.operations.store import Entry, Filter

ROUTER = APIRouter(prefix="/admin/v1/audit", tags=["audit"])


class EntryBody(BaseModel):
    """One change. `actor_id` is null for what no caller did: the command line, the start of a server."""

    id: int
    at: float
    actor_id: str | None
    actor_name: str
    action: str
    subject: str
    organisation_id: str | None
    details: dict[str, Any]


class EntryList(BaseModel):
    """Changes, newest first."""

    data: list[EntryBody]
    has_more: bool


class Sought(BaseModel):
    """Which changes. `action` may end in `*`; times are unix seconds, `until` excluded."""

    organisation_id: str | None = Field(default=None, max_length=200)
    actor_id: str | None = Field(default=None, max_length=200)
    action: str | None = Field(default=None, max_length=200)
    subject: str | None = Field(default=None, max_length=200)
    since: float | None = None
    until: float | None = None
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)
    before: int | None = Field(default=None, description="The id of the last one of the page before.")


def _body(entry: Entry) -> EntryBody:
    return EntryBody.model_validate(entry, from_attributes=True)


@ROUTER.get("")
async def list_audit(request: Request, principal: Caller, sought: Annotated[Sought, Query()]) -> EntryList:
    """The changes in an organisation; without one, in the caller's, for admins everywhere."""
    identity: Identity = request.app.state.accounts
    audit: AuditLog = request.app.state.audit
    organisation_id = reach(principal, sought.organisation_id)
    identity.authorize(principal, "audit.read", Resource(organisation_id=organisation_id or ""))
    wanted = Filter(
        organisation_id=organisation_id,
        actor_id=sought.actor_id,
        action=sought.action,
        subject=sought.subject,
        since=sought.since,
        until=sought.until,
    )
    entries, has_more = await audit.page(wanted, sought.limit, sought.before)
    return EntryList(data=[_body(entry) for entry in entries], has_more=has_more)
