"""/admin/v1/keys: create, list, rotate and revoke API keys."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms
from freehold.accounts.records import ApiKey, Wanted
from freehold.api.identify import Caller
from freehold.api.paging import MAX_PAGE
from freehold.contracts.identity import Principal, Resource, Scopes

ROUTER = APIRouter(prefix="/admin/v1/keys", tags=["keys"])
DAY_SECONDS = 86400.0


class ScopesBody(BaseModel):
    """What a key may be used for; null allows all that its owner may, an empty list nothing."""

    models: list[str] | None = Field(default=None, description="Public model names; a trailing * matches any ending.")
    endpoints: list[str] | None = Field(default=None, description='"chat/completions", "embeddings" …')
    origins: list[str] | None = Field(default=None, description='Web origins: "https://example.com".')


class KeyBody(BaseModel):
    """A key without its secret; times are unix seconds."""

    id: str
    name: str
    prefix: str
    kind: Literal["personal", "service"]
    person_id: str
    organisation_id: str
    team_id: str | None
    scopes: ScopesBody
    created_at: float
    expires_at: float | None
    last_used_at: float | None
    revoked_at: float | None
    replaced_by: str | None


class CreatedKeyBody(KeyBody):
    """A fresh key; `key` is shown this once."""

    key: str


class CreateKey(BaseModel):
    """Whose key, and what for. Without a person it is the caller's own.

    A service key belongs to a service of its name in the organisation – the caller's, unless one is named – and
    stays when people leave. A key bound to a team counts towards what the team is allowed.
    """

    name: str = Field(min_length=1, max_length=100)
    kind: Literal["personal", "service"] = "personal"
    person_id: str | None = None
    organisation_id: str | None = None
    team_id: str | None = None
    scopes: ScopesBody = ScopesBody()
    expires_in_seconds: float | None = None

    def terms(self) -> Terms:
        """As accounts know them."""
        lists = {name: getattr(self.scopes, name) for name in ScopesBody.model_fields}
        scopes = Scopes(**{name: None if entries is None else tuple(entries) for name, entries in lists.items()})
        return Terms(scopes=scopes, lifetime_seconds=self.expires_in_seconds, team_id=self.team_id)


class RotateKey(BaseModel):
    """How long the old key stays good beside its successor."""

    overlap_seconds: float = DAY_SECONDS


class KeyList(BaseModel):
    """Keys, newest first."""

    data: list[KeyBody]
    has_more: bool


class WhoseKeys(BaseModel):
    """Whose keys; those of the caller when nothing is named."""

    person_id: str | None = Field(default=None, max_length=200)
    organisation_id: str | None = Field(default=None, max_length=200)
    team_id: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)
    before: str | None = Field(default=None, max_length=200, description="The id of the last one of the page before.")

    def wanted(self, caller_id: str) -> Wanted:
        """As accounts know it."""
        nobody = self.person_id is None and self.organisation_id is None and self.team_id is None
        return Wanted(
            limit=self.limit,
            before=self.before,
            organisation_id=self.organisation_id,
            team_id=self.team_id,
            person_id=caller_id if nobody else self.person_id,
        )


def _body(key: ApiKey) -> KeyBody:
    scopes = ScopesBody.model_validate({name: getattr(key.scopes, name) for name in ScopesBody.model_fields})
    known = {name: getattr(key, name) for name in KeyBody.model_fields if name not in ("kind", "scopes")}
    return KeyBody(**known, kind="service" if key.kind == "service" else "personal", scopes=scopes)


def _created(text: str, key: ApiKey) -> CreatedKeyBody:
    return CreatedKeyBody(**_body(key).model_dump(), key=text)


@ROUTER.get("")
async def list_keys(request: Request, principal: Caller, whose: Annotated[WhoseKeys, Query()]) -> KeyList:
    """The caller's keys, or those of a person, a team or an organisation."""
    accounts: Accounts = request.app.state.accounts
    for resource in await _resources(accounts, principal, whose):
        accounts.authorize(principal, "keys.read", resource)
    page = await accounts.keys.page(whose.wanted(principal.person_id))
    return KeyList(data=[_body(key) for key in page.data], has_more=page.has_more)


@ROUTER.post("", status_code=201)
async def create_key(request: Request, principal: Caller, wanted: CreateKey) -> CreatedKeyBody:
    """Make a key; its text is in this answer and nowhere else."""
    accounts: Accounts = request.app.state.accounts
    if wanted.kind == "service" and wanted.person_id is None:
        organisation_id = wanted.organisation_id or principal.organisation_id
        accounts.authorize(principal, "people.create", Resource(organisation_id=organisation_id))
        made = await accounts.create_service_key(organisation_id, wanted.name, wanted.terms(), actor=principal)
        return _created(*made)
    person = await accounts.people.get(wanted.person_id or principal.person_id)
    accounts.authorize(principal, "keys.create", person.resource)
    return _created(*await accounts.keys.create(person.id, wanted.name, wanted.terms(), actor=principal))


@ROUTER.get("/{key_id}")
async def retrieve_key(request: Request, principal: Caller, key_id: str) -> KeyBody:
    """One key."""
    return _body(await _key(request, principal, "keys.read", key_id))


@ROUTER.post("/{key_id}/rotate", status_code=201)
async def rotate_key(request: Request, principal: Caller, key_id: str, wanted: RotateKey) -> CreatedKeyBody:
    """Make a successor with the same scopes; the key itself ends after the overlap, a day unless said otherwise."""
    key = await _key(request, principal, "keys.rotate", key_id)
    accounts: Accounts = request.app.state.accounts
    return _created(*await accounts.keys.rotate(key.id, wanted.overlap_seconds, actor=principal))


@ROUTER.delete("/{key_id}", status_code=204)
async def revoke_key(request: Request, principal: Caller, key_id: str) -> None:
    """End a key; requests with it are refused within two seconds."""
    key = await _key(request, principal, "keys.revoke", key_id)
    await request.app.state.accounts.keys.revoke(key.id, actor=principal)


async def _key(request: Request, principal: Principal, action: str, key_id: str) -> ApiKey:
    accounts: Accounts = request.app.state.accounts
    key = await accounts.keys.get(key_id)
    accounts.authorize(principal, action, key.resource)
    return key


async def _resources(accounts: Accounts, principal: Principal, whose: WhoseKeys) -> list[Resource]:
    """What permission is needed for: each of those named, else the caller."""
    found: list[Resource] = []
    if whose.person_id is not None:
        found.append((await accounts.people.get(whose.person_id)).resource)
    if whose.team_id is not None:
        found.append((await accounts.teams.get(whose.team_id)).resource)
    if whose.organisation_id is not None:
        found.append(Resource(organisation_id=whose.organisation_id))
    return found or [Resource(owner_id=principal.person_id)]
