"""Organisations and their teams. Refuses to remove what people or live keys still depend on."""

import uuid

from freehold.accounts.names import check_name, is_storable, one_more, page_of
from freehold.accounts.permissions import nothing
from freehold.accounts.records import DEFAULT_ORGANISATION, Organisation, Page, Team, Wanted
from freehold.accounts.store import AccountStore
from freehold.contracts.audit import COMMAND_LINE, Audit
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Principal
from freehold.foundation.clock import Clock


class Organisations:
    """All organisations. `actor` is who makes a change, for the audit log."""

    def __init__(self, store: AccountStore, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def page(self, wanted: Wanted) -> Page[Organisation]:
        """Organisations, newest first."""
        return page_of(await self._store.groups(Organisation, one_more(wanted)), wanted)

    async def get(self, organisation_id: str) -> Organisation:
        """One of them. Raises `NotFound`."""
        found = await self._store.group(Organisation, organisation_id) if is_storable(organisation_id) else None
        if found is None:
            raise nothing()
        return found

    async def create(self, name: str, *, actor: Principal | str = COMMAND_LINE) -> Organisation:
        """A new one, without people. Raises `InvalidRequest` for a name that is taken."""
        now = self._clock.unix_seconds()
        made = Organisation(id=f"org_{uuid.uuid4().hex}", name=check_name(name), created_at=now)
        await self._audit.record(actor, "organisations.create", made.id, {"name": name}, made.id)
        await self._store.add_group(made)
        return made

    async def rename(self, organisation_id: str, name: str, *, actor: Principal | str = COMMAND_LINE) -> None:
        """Give another name. Raises `NotFound`, and `InvalidRequest` for a name that is taken."""
        found = await self.get(organisation_id)
        await self._audit.record(actor, "organisations.change", found.id, {"name": check_name(name)}, found.id)
        await self._store.rename_group(found, name)

    async def delete(self, organisation_id: str, *, actor: Principal | str = COMMAND_LINE) -> None:
        """Remove one with its teams. Raises `NotFound`, and `InvalidRequest` while there are people in it."""
        found = await self.get(organisation_id)
        if found.id == DEFAULT_ORGANISATION:
            raise InvalidRequest("This is where people begin: it stays.", hint="Rename it instead.")
        await self._audit.record(actor, "organisations.delete", found.id, {"name": found.name}, found.id)
        if not await self._store.delete_organisation(found.id):
            raise InvalidRequest("There are people in this organisation.", hint="Remove them first.")


class Teams:
    """The teams of all organisations. `actor` is who makes a change, for the audit log."""

    def __init__(self, store: AccountStore, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def page(self, wanted: Wanted) -> Page[Team]:
        """Teams, newest first."""
        return page_of(await self._store.groups(Team, one_more(wanted)), wanted)

    async def get(self, team_id: str) -> Team:
        """One of them. Raises `NotFound`."""
        found = await self._store.group(Team, team_id) if is_storable(team_id) else None
        if found is None:
            raise nothing()
        return found

    async def create(self, organisation_id: str, name: str, *, actor: Principal | str = COMMAND_LINE) -> Team:
        """A new one, without people. Raises `NotFound`, and `InvalidRequest` for a name that is taken."""
        known = is_storable(organisation_id) and await self._store.group(Organisation, organisation_id)
        if not known:
            raise nothing()
        identifier, now = f"team_{uuid.uuid4().hex}", self._clock.unix_seconds()
        team = Team(id=identifier, organisation_id=organisation_id, name=check_name(name), created_at=now)
        await self._audit.record(actor, "teams.create", team.id, {"name": name}, organisation_id)
        await self._store.add_group(team)
        return team

    async def rename(self, team_id: str, name: str, *, actor: Principal | str = COMMAND_LINE) -> None:
        """Give another name. Raises `NotFound`, and `InvalidRequest` for a name that is taken."""
        team = await self.get(team_id)
        await self._audit.record(actor, "teams.change", team_id, {"name": check_name(name)}, team.organisation_id)
        await self._store.rename_group(team, name)

    async def delete(self, team_id: str, *, actor: Principal | str = COMMAND_LINE) -> None:
        """Remove one. Raises `NotFound`, and `InvalidRequest` while live keys are bound to it."""
        team = await self.get(team_id)
        await self._audit.record(actor, "teams.delete", team_id, {"name": team.name}, team.organisation_id)
        if not await self._store.delete_team(team_id, self._clock.unix_seconds()):
            raise InvalidRequest("Keys are bound to this team.", hint="Revoke them first, or let them expire.")
