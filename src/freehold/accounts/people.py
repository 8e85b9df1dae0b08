"""People and services: added, changed, sent away. Refuses to leave an installation without an admin."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from freehold.accounts.known_callers import Forget
from freehold.accounts.names import check_name, is_storable, one_more, page_of
from freehold.accounts.permissions import nothing
from freehold.accounts.records import DEFAULT_ORGANISATION, Kind, Organisation, Page, Person, Wanted
from freehold.accounts.store import AccountStore
from freehold.contracts.audit import COMMAND_LINE, Audit
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Principal, Role
from freehold.foundation.clock import Clock

MAX_TEAMS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody to be added."""

    name: str
    role: Role = "member"
    kind: Kind = "person"
    tier: str = ""
    organisation_id: str = DEFAULT_ORGANISATION
    team_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes different about somebody; None stays as it is. `team_ids` are all teams from then on."""

    name: str | None = None
    role: Role | None = None
    tier: str | None = None
    disabled: bool | None = None
    team_ids: tuple[str, ...] | None = None


class People:
    """Everybody. `actor` is who makes a change, for the audit log."""

    def __init__(self, store: AccountStore, audit: Audit, clock: Clock, forget: Forget) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._forget = forget

    async def page(self, wanted: Wanted) -> Page[Person]:
        """People and services, newest first."""
        return page_of(await self._store.people(one_more(wanted)), wanted)

    async def get(self, person_id: str) -> Person:
        """One of them. Raises `NotFound`."""
        person = await self._store.person(person_id) if is_storable(person_id) else None
        if person is None:
            raise nothing()
        return person

    async def add(self, wanted: NewPerson, *, actor: Principal | str = COMMAND_LINE) -> Person:
        """Somebody who cannot sign in before a key is made. Raises `NotFound` and `InvalidRequest`."""
        organisation = wanted.organisation_id
        if not is_storable(organisation) or await self._store.group(Organisation, organisation) is None:
            raise nothing()
        person = Person(
            id=f"person_{uuid.uuid4().hex}",
            name=check_name(wanted.name),
            role=wanted.role,
            created_at=self._clock.unix_seconds(),
            organisation_id=organisation,
            kind=wanted.kind,
            tier=_check_tier(wanted.tier),
            team_ids=_check_teams(wanted.team_ids),
        )
        told = {"name": person.name, "role": person.role, "kind": person.kind, "tier": person.tier}
        await self._record(actor, "people.create", person, told | {"team_ids": list(person.team_ids)})
        await self._store.add_person(person)
        return person

    async def change(self, person: Person, change: Change, *, actor: Principal | str = COMMAND_LINE) -> Person:
        """Make somebody different, at once here and within two seconds elsewhere.

        Keys bound to a team that they leave are revoked. Raises `InvalidRequest`, also rather than leave no admin.
        """
        now = self._clock.unix_seconds()
        disabled_at = person.disabled_at
        if change.disabled is not None:
            disabled_at = (disabled_at or now) if change.disabled else None
        changed = replace(
            person,
            name=person.name if change.name is None else check_name(change.name),
            role=change.role or person.role,
            tier=person.tier if change.tier is None else _check_tier(change.tier),
            disabled_at=disabled_at,
            team_ids=person.team_ids if change.team_ids is None else _check_teams(change.team_ids),
        )
        told = _differences(person, changed)
        if told:
            await self._record(actor, "people.change", person, told)
            await self._store.change_person(person, changed, now)
            self._forget(lambda principal: principal.person_id == person.id)
        return changed

    async def delete(self, person: Person, *, actor: Principal | str = COMMAND_LINE) -> None:
        """Remove somebody with their keys, sessions and conversations. Disabling keeps these.

        Raises `InvalidRequest` rather than leave no admin.
        """
        await self._record(actor, "people.delete", person, {"name": person.name, "role": person.role})
        await self._store.delete_person(person.id)
        self._forget(lambda principal: principal.person_id == person.id)

    async def _record(self, actor: Principal | str, action: str, person: Person, details: dict[str, Any]) -> None:
        await self._audit.record(actor, action, person.id, details, person.organisation_id)


def _differences(before: Person, after: Person) -> dict[str, Any]:
    """The values from now on, by name."""
    names = ("name", "role", "tier", "disabled_at", "team_ids")
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def _check_tier(tier: str) -> str:
    return check_name(tier, "tier") if tier else ""


def _check_teams(team_ids: tuple[str, ...]) -> tuple[str, ...]:
    teams = tuple(sorted(set(team_ids)))
    if len(teams) > MAX_TEAMS or not all(is_storable(team) for team in teams):
        raise InvalidRequest(f"Somebody is in at most {MAX_TEAMS} teams, named by their ids.", param="team_ids")
    return teams
