"""/admin/v1/keys: create, list and revoke API keys."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from freehold.accounts.people import ApiKey
from freehold.api.identify import identify_admin
from freehold.contracts.identity import Principal

ROUTER = APIRouter(prefix="/admin/v1/keys", tags=["keys"])
Admin = Annotated[Principal, Depends(identify_admin)]


class KeyBody(BaseModel):
    """A key without its secret; times are unix seconds."""

    id: str
    name: str
    prefix: str
    person_id: str
    created_at: float
    last_used_at: float | None
    revoked_at: float | None


class CreatedKeyBody(KeyBody):
    """A fresh key; `key` is shown this once."""

    key: str


class CreateKey(BaseModel):
    """The name people will recognise the key by."""

    name: str = Field(min_length=1, max_length=100)


class KeyList(BaseModel):
    """The caller's keys, newest first."""

    data: list[KeyBody]


def _body(key: ApiKey) -> KeyBody:
    return KeyBody.model_validate({name: getattr(key, name) for name in KeyBody.model_fields})


@ROUTER.get("")
async def list_keys(request: Request, principal: Admin) -> KeyList:
    """The caller's keys."""
    keys = await request.app.state.accounts.keys.list(principal.person_id)
    return KeyList(data=[_body(key) for key in keys])


@ROUTER.post("", status_code=201)
async def create_key(request: Request, principal: Admin, wanted: CreateKey) -> CreatedKeyBody:
    """Make a key for the caller; its text is in this answer and nowhere else."""
    text, key = await request.app.state.accounts.keys.create(principal.person_id, wanted.name)
    return CreatedKeyBody(**_body(key).model_dump(), key=text)


@ROUTER.delete("/{key_id}", status_code=204)
async def revoke_key(request: Request, principal: Admin, key_id: str) -> None:
    """End a key; requests with it are refused within a second."""
    key = await request.app.state.accounts.keys.get(key_id)
    request.app.state.accounts.authorize(principal, "revoke", key.person_id)
    await request.app.state.accounts.keys.revoke(key_id)
