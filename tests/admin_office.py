"""The admin API over a fresh database, and callers of every role."""

from fastapi import FastAPI

from asgi_client import AsgiClient
from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms
from freehold.accounts.people import NewPerson
from freehold.accounts.records import DEFAULT_ORGANISATION
from freehold.api.admin import ROUTERS
from freehold.api.errors import EXCEPTION_HANDLERS
from freehold.contracts.identity import Role, Scopes
from freehold.foundation.database import Database
from freehold.operations.audit import AuditLog
from held_clock import HeldClock

SUBJECTS = ("keys", "people", "organisations", "teams", "audit")


class Office:
    """One installation with two organisations; makes clients of whoever is wanted."""

    def __init__(self, database: Database, clock: HeldClock) -> None:
        self.audit = AuditLog(database, clock)
        self.accounts = Accounts(database, clock, self.audit)
        self.app = FastAPI(exception_handlers=EXCEPTION_HANDLERS)
        self.app.state.accounts = self.accounts
        self.app.state.audit = self.audit
        for subject in SUBJECTS:
            self.app.include_router(ROUTERS[subject])

    async def client(
        self,
        name: str,
        role: Role = "member",
        organisation_id: str = DEFAULT_ORGANISATION,
        scopes: Scopes | None = None,
    ) -> "Caller":
        """Somebody new, with a key."""
        person = await self.accounts.people.add(NewPerson(name=name, role=role, organisation_id=organisation_id))
        text, key = await self.accounts.keys.create(person.id, "laptop", Terms(scopes=scopes or Scopes()))
        return Caller(self.app, text, person.id, key.id)

    async def other_organisation(self) -> str:
        """The id of a second organisation."""
        return (await self.accounts.organisations.create("Other")).id


class Caller(AsgiClient):
    """A client that knows who it is."""

    def __init__(self, app: FastAPI, text: str, person_id: str, key_id: str) -> None:
        super().__init__(app, {"authorization": f"Bearer {text}", "content-type": "application/json"})
        self.person_id = person_id
        self.key_id = key_id
