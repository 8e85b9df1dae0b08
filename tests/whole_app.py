"""The whole application over a database of its own, without workers, and callers of every role."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from asgi_client import AsgiClient
from freehold.accounts.keys import Terms
from freehold.accounts.people import NewPerson
from freehold.accounts.records import DEFAULT_ORGANISATION
from freehold.app import SCHEMAS, create_app, open_parts
from freehold.contracts.identity import Role, Scopes
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.foundation.settings import load
from freehold.gateway.gateway import Gateway
from freehold.operations.audit import AuditLog
from freehold.operations.workers import LocalWorkers
from shared_postgres import lent_database


class WholeApp:
    """A running application; `client` makes somebody new."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.accounts = app.state.accounts
        self.gateway: Gateway = app.state.gateway_admin
        self.audit: AuditLog = app.state.audit

    async def client(
        self,
        name: str,
        role: Role = "member",
        organisation_id: str = DEFAULT_ORGANISATION,
        *,
        team: str = "",
        scopes: Scopes | None = None,
    ) -> "Caller":
        """Somebody with a key; in a team if one is named by its id."""
        teams = (team,) if team else ()
        wanted = NewPerson(name=name, role=role, organisation_id=organisation_id, team_ids=teams)
        person = await self.accounts.people.add(wanted)
        terms = Terms(scopes=scopes or Scopes(), team_id=team or None)
        text, key = await self.accounts.keys.create(person.id, "laptop", terms)
        return Caller(self.app, text, person.id, key.id)


class Caller(AsgiClient):
    """A client that knows who it is."""

    def __init__(self, app: FastAPI, text: str, person_id: str, key_id: str) -> None:
        super().__init__(app, {"authorization": f"Bearer {text}", "content-type": "application/json"})
        self.person_id = person_id
        self.key_id = key_id


@asynccontextmanager
async def whole_app(
    postgres: EmbeddedPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch, toml: str = ""
) -> AsyncGenerator[WholeApp]:
    """The application with a `freehold.toml` of this text."""

    async def start_none(self: LocalWorkers) -> None:
        return None

    monkeypatch.setattr(LocalWorkers, "start_builtin", start_none)
    file = folder / "freehold.toml"
    file.write_text(toml)
    with lent_database(postgres) as database:
        overrides = {"data": str(folder / "data"), "database.url": database.url}
        async with open_parts(load(SCHEMAS, file, overrides)) as parts:
            yield WholeApp(create_app(parts))
