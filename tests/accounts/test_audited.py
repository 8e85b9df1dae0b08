"""Every change of accounts is on record, by whom, and no record holds a secret."""

from collections.abc import Mapping
from typing import Any

import pytest

from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms
from freehold.accounts.people import Change, NewPerson
from freehold.accounts.records import DEFAULT_ORGANISATION, Wanted
from freehold.contracts.errors import InvalidRequest, Unavailable
from freehold.contracts.identity import Principal
from freehold.foundation.database import Database
from held_clock import HeldClock

BOSS = Principal(person_id="person_boss", name="Boss", role="admin")


class Notebook:
    """An audit that keeps records in a list, or refuses to."""

    def __init__(self) -> None:
        self.records: list[tuple[Principal | str, str, str, Mapping[str, Any], str | None]] = []
        self.is_down = False

    async def record(
        self,
        actor: Principal | str,
        action: str,
        subject: str,
        details: Mapping[str, Any],
        organisation_id: str | None = None,
    ) -> None:
        if self.is_down:
            raise Unavailable("The database does not answer.")
        self.records.append((actor, action, subject, details, organisation_id))

    def actions(self) -> list[str]:
        return [record[1] for record in self.records]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def accounts(database: Database, clock: HeldClock, notebook: Notebook) -> Accounts:
    return Accounts(database, clock, notebook)


async def change_everything(accounts: Accounts) -> list[str]:
    """One of each change; returns the texts of the keys that were made."""
    other = await accounts.organisations.create("Other", actor=BOSS)
    await accounts.organisations.rename(other.id, "Another", actor=BOSS)
    team = await accounts.teams.create(other.id, "team", actor=BOSS)
    await accounts.teams.rename(team.id, "crew", actor=BOSS)
    wanted = NewPerson(name="Eve", organisation_id=other.id, team_ids=(team.id,))
    eve = await accounts.people.add(wanted, actor=BOSS)
    eve = await accounts.people.change(eve, Change(tier="gold"), actor=BOSS)
    text, key = await accounts.keys.create(eve.id, "laptop", Terms(team_id=team.id), actor=BOSS)
    successor_text, successor = await accounts.keys.rotate(key.id, 60, actor=BOSS)
    await accounts.keys.revoke(key.id, actor=BOSS)
    await accounts.keys.revoke(successor.id, actor=BOSS)
    service_text, service_key = await accounts.create_service_key(other.id, "nightly", actor=BOSS)
    await accounts.people.delete(eve, actor=BOSS)
    await accounts.people.delete(await accounts.people.get(service_key.person_id), actor=BOSS)
    await accounts.teams.delete(team.id, actor=BOSS)
    await accounts.organisations.delete(other.id, actor=BOSS)
    return [text, successor_text, service_text]


async def test_every_change_is_recorded_with_its_actor_and_its_organisation(
    accounts: Accounts, notebook: Notebook
) -> None:
    await change_everything(accounts)
    assert notebook.actions() == [
        "organisations.create",
        "organisations.change",
        "teams.create",
        "teams.change",
        "people.create",
        "people.change",
        "keys.create",
        "keys.rotate",
        "keys.revoke",
        "keys.revoke",
        "people.create",
        "keys.create",
        "people.delete",
        "people.delete",
        "teams.delete",
        "organisations.delete",
    ]
    assert {record[0] for record in notebook.records} == {BOSS}
    (organisation,) = {record[4] for record in notebook.records}
    assert organisation not in (None, DEFAULT_ORGANISATION)


async def test_no_record_holds_a_keys_text_or_hash(accounts: Accounts, notebook: Notebook) -> None:
    texts = await change_everything(accounts)
    told = repr(notebook.records)
    assert "laptop" in told
    assert not any(text in told for text in texts)
    assert "hash" not in told


async def test_nothing_changes_that_cannot_be_recorded(accounts: Accounts, notebook: Notebook) -> None:
    ada = await accounts.add_person("Ada", "admin")
    _, key = await accounts.keys.create(ada.id, "laptop")
    notebook.is_down = True
    for change in (
        accounts.people.change(ada, Change(tier="gold")),
        accounts.keys.create(ada.id, "another"),
        accounts.keys.rotate(key.id, 60),
        accounts.keys.revoke(key.id),
        accounts.add_person("Eve"),
        accounts.organisations.create("Other"),
        accounts.teams.create(DEFAULT_ORGANISATION, "team"),
    ):
        with pytest.raises(Unavailable):
            await change
    everything = Wanted(limit=100)
    assert (await accounts.people.page(everything)).data == [ada]
    assert [found.replaced_by or found.revoked_at for found in (await accounts.keys.page(everything)).data] == [None]
    assert (await accounts.teams.page(everything)).data == []
    assert len((await accounts.organisations.page(everything)).data) == 1


async def test_what_is_refused_before_it_begins_or_changes_nothing_is_not_recorded(
    accounts: Accounts, notebook: Notebook
) -> None:
    ada = await accounts.add_person("Ada", "admin")
    notebook.records.clear()
    await accounts.people.change(ada, Change(role="admin", tier="", disabled=False))
    for name in ("", "\n"):
        with pytest.raises(InvalidRequest):
            await accounts.keys.create(ada.id, name)
    assert notebook.records == []


async def test_the_first_admins_key_is_recorded_by_the_start(accounts: Accounts, notebook: Notebook) -> None:
    text = await accounts.ensure_first_admin()
    await accounts.ensure_first_admin()
    ((actor, action, _, details, _),) = notebook.records
    assert (actor, action) == ("start-up", "keys.create")
    assert text is not None
    assert text not in repr(details)
