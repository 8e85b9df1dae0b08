import asyncio

import pytest

from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms, describe
from freehold.accounts.people import Change, NewPerson
from freehold.accounts.records import DEFAULT_ORGANISATION, Person, Wanted
from freehold.contracts.errors import InvalidRequest, NotFound, Unauthorized
from freehold.contracts.identity import Credential
from freehold.foundation.database import Database
from held_clock import HeldClock

EVERYBODY = Wanted(limit=100)


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
async def ada(accounts: Accounts) -> Person:
    return await accounts.add_person("Ada", "admin")


async def test_a_fresh_install_has_one_organisation_where_the_first_admin_is(accounts: Accounts) -> None:
    await accounts.ensure_first_admin()
    (organisation,) = (await accounts.organisations.page(EVERYBODY)).data
    assert (organisation.id, organisation.name) == (DEFAULT_ORGANISATION, "Default")
    assert (await accounts.first_admin()).organisation_id == organisation.id


async def test_a_disabled_persons_keys_and_sessions_stop_at_once_here_and_within_a_second_elsewhere(
    accounts: Accounts, database: Database, clock: HeldClock, ada: Person
) -> None:
    replica = Accounts(database, clock)
    person = await accounts.add_person("Bob")
    text, _ = await accounts.keys.create(person.id, "laptop")
    token = await accounts.sessions.open(await accounts.identify(Credential(api_key=text)))
    credentials = (Credential(api_key=text), Credential(session=token))
    for credential in credentials:
        await accounts.identify(credential)
        await replica.identify(credential)
    disabled = await accounts.people.change(person, Change(disabled=True))
    assert disabled.disabled_at == clock.now
    for credential in credentials:
        with pytest.raises(Unauthorized):
            await accounts.identify(credential)
    clock.advance(1.0)
    for credential in credentials:
        with pytest.raises(Unauthorized):
            await replica.identify(credential)
    await accounts.people.change(disabled, Change(disabled=False))
    for credential in credentials:
        assert (await accounts.identify(credential)).person_id == person.id


@pytest.mark.parametrize("change", [Change(role="member"), Change(disabled=True)])
async def test_the_last_admin_stays(accounts: Accounts, ada: Person, change: Change) -> None:
    with pytest.raises(InvalidRequest, match="last admin"):
        await accounts.people.change(ada, change)
    with pytest.raises(InvalidRequest, match="last admin"):
        await accounts.people.delete(ada)
    assert await accounts.people.get(ada.id) == ada


async def test_two_admins_who_send_each_other_away_leave_one(accounts: Accounts, ada: Person) -> None:
    bob = await accounts.add_person("Bob", "admin")
    changes = (accounts.people.change(one, Change(role="member")) for one in (ada, bob))
    done = await asyncio.gather(*changes, return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [InvalidRequest]
    assert [person.role for person in (await accounts.people.page(EVERYBODY)).data].count("admin") == 1


async def test_changes_of_different_things_at_the_same_time_are_all_kept(accounts: Accounts, ada: Person) -> None:
    teams = [await accounts.teams.create(DEFAULT_ORGANISATION, name) for name in ("one", "two")]
    changes = [Change(tier="gold"), Change(name="Countess"), *(Change(team_ids=(team.id,)) for team in teams)]
    await asyncio.gather(*(accounts.people.change(ada, change) for change in changes))
    found = await accounts.people.get(ada.id)
    assert (found.tier, found.name, set(found.team_ids)) == ("gold", "Countess", {team.id for team in teams})


async def test_leaving_a_team_ends_the_keys_bound_to_it_and_no_others(accounts: Accounts) -> None:
    teams = [await accounts.teams.create(DEFAULT_ORGANISATION, name) for name in ("one", "two")]
    ids = tuple(team.id for team in teams)
    person = await accounts.people.add(NewPerson(name="Ada", team_ids=ids))
    bound, kept, free = [
        (await accounts.keys.create(person.id, "key", Terms(team_id=team_id)))[1].id for team_id in (*ids, None)
    ]
    await accounts.people.change(person, Change(team_ids=(teams[1].id,)))
    revoked = [(await accounts.keys.get(key_id)).revoked_at is not None for key_id in (bound, kept, free)]
    assert revoked == [True, False, False]
    await accounts.people.change(await accounts.people.get(person.id), Change(team_ids=()))
    assert (await accounts.keys.get(free)).revoked_at is None


async def test_nobody_joins_another_organisations_team(accounts: Accounts, ada: Person) -> None:
    other = await accounts.organisations.create("Other")
    team = await accounts.teams.create(other.id, "theirs")
    with pytest.raises(InvalidRequest, match="no such team"):
        await accounts.people.change(ada, Change(team_ids=(team.id,)))
    with pytest.raises(InvalidRequest, match="no such team"):
        await accounts.people.add(NewPerson(name="Eve", team_ids=(team.id,)))
    assert [person.name for person in (await accounts.people.page(EVERYBODY)).data] == ["Ada"]


async def test_who_leaves_takes_keys_and_sessions_along(accounts: Accounts, ada: Person) -> None:
    bob = await accounts.add_person("Bob")
    text, key = await accounts.keys.create(bob.id, "laptop")
    await accounts.identify(Credential(api_key=text))
    await accounts.people.delete(bob)
    with pytest.raises(Unauthorized):
        await accounts.identify(Credential(api_key=text))
    for gone in (accounts.people.get(bob.id), accounts.keys.get(key.id)):
        with pytest.raises(NotFound):
            await gone


async def test_people_are_listed_by_organisation_and_team(accounts: Accounts, ada: Person) -> None:
    other = await accounts.organisations.create("Other")
    team = await accounts.teams.create(other.id, "theirs")
    await accounts.people.add(NewPerson(name="Eve", organisation_id=other.id, team_ids=(team.id,)))
    await accounts.people.add(NewPerson(name="Mallory", organisation_id=other.id))

    async def named(wanted: Wanted) -> set[str]:
        return {person.name for person in (await accounts.people.page(wanted)).data}

    assert await named(EVERYBODY) == {"Ada", "Eve", "Mallory"}
    assert await named(Wanted(limit=10, organisation_id=other.id)) == {"Eve", "Mallory"}
    assert await named(Wanted(limit=10, team_id=team.id)) == {"Eve"}
    first = await accounts.people.page(Wanted(limit=2))
    assert first.has_more
    rest = await accounts.people.page(Wanted(limit=2, before=first.data[-1].id))
    assert (len(rest.data), rest.has_more) == (1, False)
    with pytest.raises(InvalidRequest):
        await accounts.people.page(Wanted(limit=101))


@pytest.mark.parametrize("name", ["", " Ada", "A\x00", "A\nB", "x" * 101, "\ud800"])
async def test_names_that_cannot_be_read_are_refused(accounts: Accounts, ada: Person, name: str) -> None:
    with pytest.raises(InvalidRequest):
        await accounts.add_person(name)
    with pytest.raises(InvalidRequest):
        await accounts.people.change(ada, Change(name=name))
    with pytest.raises(InvalidRequest):
        await accounts.organisations.create(name)
    with pytest.raises(InvalidRequest):
        await accounts.teams.create(DEFAULT_ORGANISATION, name)


async def test_a_name_is_taken_once(accounts: Accounts) -> None:
    other = await accounts.organisations.create("Other")
    with pytest.raises(InvalidRequest, match="'Other' is taken"):
        await accounts.organisations.create("Other")
    with pytest.raises(InvalidRequest, match="'Default' is taken"):
        await accounts.organisations.rename(other.id, "Default")
    team = await accounts.teams.create(DEFAULT_ORGANISATION, "research")
    with pytest.raises(InvalidRequest, match="'research' is taken"):
        await accounts.teams.create(DEFAULT_ORGANISATION, "research")
    await accounts.teams.create(other.id, "research")
    await accounts.teams.rename(team.id, "finding")
    assert (await accounts.teams.get(team.id)).name == "finding"


async def test_what_is_depended_on_is_not_removed(accounts: Accounts, ada: Person, clock: HeldClock) -> None:
    with pytest.raises(InvalidRequest, match="it stays"):
        await accounts.organisations.delete(DEFAULT_ORGANISATION)
    other = await accounts.organisations.create("Other")
    team = await accounts.teams.create(other.id, "theirs")
    eve = await accounts.people.add(NewPerson(name="Eve", organisation_id=other.id, team_ids=(team.id,)))
    _, key = await accounts.keys.create(eve.id, "laptop", Terms(team_id=team.id, lifetime_seconds=60))
    with pytest.raises(InvalidRequest, match="people in this organisation"):
        await accounts.organisations.delete(other.id)
    with pytest.raises(InvalidRequest, match="bound to this team"):
        await accounts.teams.delete(team.id)
    clock.advance(60)
    await accounts.teams.delete(team.id)
    assert (await accounts.keys.get(key.id)).team_id is None
    await accounts.people.delete(eve)
    await accounts.organisations.delete(other.id)
    with pytest.raises(NotFound):
        await accounts.organisations.get(other.id)


async def test_nothing_is_made_in_an_organisation_that_is_not_there(accounts: Accounts) -> None:
    for organisation_id in ("org_nowhere", "\x00"):
        for made in (
            accounts.teams.create(organisation_id, "team"),
            accounts.people.add(NewPerson(name="Eve", organisation_id=organisation_id)),
            accounts.create_service_key(organisation_id, "nightly"),
        ):
            with pytest.raises(NotFound):
                await made


async def test_what_went_while_a_change_was_under_way_is_an_ordinary_refusal(accounts: Accounts) -> None:
    orphan = describe("fh-orphan", person_id="person_gone", name="laptop", now=0.0)
    with pytest.raises(InvalidRequest, match="just been removed"):
        await accounts.keys._store.add_key(orphan)
