import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from freehold.accounts import keys
from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms
from freehold.accounts.people import Change, NewPerson
from freehold.accounts.records import DEFAULT_ORGANISATION, ApiKey, Wanted
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError, Unauthorized
from freehold.contracts.identity import Credential, Principal, Scopes
from freehold.foundation.database import Database
from held_clock import HeldClock


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


async def keys_of(accounts: Accounts, person_id: str) -> list[ApiKey]:
    return (await accounts.keys.page(Wanted(limit=100, person_id=person_id))).data


async def identify(accounts: Accounts, key: str) -> Principal:
    return await accounts.identify(Credential(api_key=key))


async def test_a_created_key_identifies_its_person(accounts: Accounts) -> None:
    person = await accounts.add_person("Ada")
    key, kept = await accounts.keys.create(person.id, "laptop")
    principal = await identify(accounts, key)
    assert (principal.person_id, principal.name, principal.role) == (person.id, "Ada", "member")
    assert principal.key_id == kept.id
    assert len(key) == 43
    assert key.startswith("fh-")


async def test_the_text_of_a_key_is_nowhere_in_the_database(accounts: Accounts, database: Database) -> None:
    person = await accounts.add_person("Ada")
    key, kept = await accounts.keys.create(person.id, "laptop")
    async with database.connect() as connection:
        rows = (await connection.execute(text("SELECT api_keys::text FROM api_keys"))).scalars().all()
    assert key not in str(rows)
    assert key.startswith(kept.prefix)
    assert len(kept.prefix) == 8


async def test_an_unknown_and_a_missing_key_are_refused(accounts: Accounts) -> None:
    with pytest.raises(Unauthorized):
        await identify(accounts, "fh-nobody")
    with pytest.raises(Unauthorized):
        await accounts.identify(Credential())


async def test_a_revoked_key_ends_at_once_here_and_within_a_second_elsewhere(
    accounts: Accounts, database: Database, clock: HeldClock
) -> None:
    replica = Accounts(database, clock)
    person = await accounts.add_person("Ada")
    key, kept = await accounts.keys.create(person.id, "laptop")
    await identify(accounts, key)
    await identify(replica, key)
    await accounts.keys.revoke(kept.id)
    with pytest.raises(Unauthorized):
        await identify(accounts, key)
    clock.advance(1.0)
    with pytest.raises(Unauthorized):
        await identify(replica, key)
    assert (await accounts.keys.get(kept.id)).revoked_at == clock.now - 1.0


async def test_a_key_seen_just_now_needs_no_database(accounts: Accounts, database: Database) -> None:
    person = await accounts.add_person("Ada")
    key, _ = await accounts.keys.create(person.id, "laptop")
    first = await identify(accounts, key)
    async with database.begin() as connection:
        await connection.execute(text("DELETE FROM api_keys"))
    assert await identify(accounts, key) is first


async def test_the_use_of_a_key_is_noted_at_most_once_a_minute(accounts: Accounts, clock: HeldClock) -> None:
    person = await accounts.add_person("Ada")
    key, kept = await accounts.keys.create(person.id, "laptop")
    noted = []
    for _ in range(4):
        await identify(accounts, key)
        noted.append((await accounts.keys.get(kept.id)).last_used_at)
        clock.advance(30)
    start = clock.now - 120
    assert noted == [start, start, start + 60, start + 60]


async def test_keys_are_listed_newest_first(accounts: Accounts, clock: HeldClock) -> None:
    person = await accounts.add_person("Ada")
    for name in ("first", "second"):
        await accounts.keys.create(person.id, name)
        clock.advance(1)
    assert [key.name for key in await keys_of(accounts, person.id)] == ["second", "first"]


async def test_keys_without_a_name_or_person_are_refused(accounts: Accounts) -> None:
    person = await accounts.add_person("Ada")
    with pytest.raises(InvalidRequest):
        await accounts.keys.create(person.id, "")
    with pytest.raises(NotFound):
        await accounts.keys.create("person_nobody", "laptop")
    with pytest.raises(NotFound):
        await accounts.keys.revoke("key_nobody")


async def test_the_first_admin_key_is_told_once(accounts: Accounts) -> None:
    key = await accounts.ensure_first_admin()
    assert key is not None
    assert (await identify(accounts, key)).role == "admin"
    assert await accounts.ensure_first_admin() is None
    assert len(await keys_of(accounts, (await accounts.first_admin()).id)) == 1


async def test_processes_that_start_together_make_one_admin(database: Database) -> None:
    told = await asyncio.gather(*(Accounts(database).ensure_first_admin() for _ in range(5)))
    assert len([key for key in told if key]) == 1


async def test_a_given_admin_key_works_and_is_not_told(accounts: Accounts) -> None:
    given = "operator-secret-0123456789"
    for _ in range(2):
        assert await accounts.ensure_first_admin(given) is None
    assert (await identify(accounts, given)).role == "admin"
    assert len(await keys_of(accounts, (await accounts.first_admin()).id)) == 1


async def test_a_given_admin_key_joins_the_admin_who_is_there(accounts: Accounts) -> None:
    key = await accounts.ensure_first_admin()
    assert key is not None
    await accounts.ensure_first_admin("operator-secret-0123456789")
    assert (await identify(accounts, "operator-secret-0123456789")).person_id == (await accounts.first_admin()).id


async def test_a_revoked_admin_key_is_not_brought_back_by_a_restart(accounts: Accounts) -> None:
    given = "operator-secret-0123456789"
    await accounts.ensure_first_admin(given)
    (kept,) = await keys_of(accounts, (await accounts.first_admin()).id)
    await accounts.keys.revoke(kept.id)
    await accounts.ensure_first_admin(given)
    with pytest.raises(Unauthorized):
        await identify(accounts, given)


@pytest.mark.parametrize("given", ["short", "fifteen-letters", "with a space inside it", "ümlaut-0123456789abc"])
async def test_a_weak_or_unsendable_admin_key_stops_the_start(accounts: Accounts, given: str) -> None:
    with pytest.raises(SetupError, match="16 visible ASCII"):
        await accounts.ensure_first_admin(given)


async def test_the_principal_is_the_same_object_until_something_changes(accounts: Accounts, clock: HeldClock) -> None:
    person = await accounts.add_person("Ada")
    key, _ = await accounts.keys.create(person.id, "laptop")
    first = await identify(accounts, key)
    for _ in range(3):
        clock.advance(1.5)
        assert await identify(accounts, key) is first
    await accounts.people.change(person, Change(tier="gold"))
    changed = await identify(accounts, key)
    assert changed.tier == "gold"
    assert changed is await identify(accounts, key)


async def test_a_key_tells_what_it_is_for(accounts: Accounts) -> None:
    team = await accounts.teams.create(DEFAULT_ORGANISATION, "research")
    person = await accounts.people.add(NewPerson(name="Ada", role="manager", tier="gold", team_ids=(team.id,)))
    scopes = Scopes(models=("small-*",), endpoints=("embeddings",), origins=("https://a.example",))
    key, kept = await accounts.keys.create(person.id, "page", Terms(scopes=scopes, team_id=team.id))
    principal = await identify(accounts, key)
    assert (principal.scopes, principal.team_id, principal.tier) == (scopes, team.id, "gold")
    assert principal.organisation_id == DEFAULT_ORGANISATION
    assert replace(await accounts.keys.get(kept.id), last_used_at=None) == kept


async def test_a_key_without_scopes_is_told_from_one_with_empty_scopes(accounts: Accounts) -> None:
    person = await accounts.add_person("Ada")
    key, _ = await accounts.keys.create(person.id, "none", Terms(scopes=Scopes(models=())))
    assert (await identify(accounts, key)).scopes == Scopes(models=())


async def test_a_key_ends_when_it_expires_even_while_it_is_cached(accounts: Accounts, clock: HeldClock) -> None:
    person = await accounts.add_person("Ada")
    key, _ = await accounts.keys.create(person.id, "short", Terms(lifetime_seconds=0.5))
    await identify(accounts, key)
    clock.advance(0.5)
    with pytest.raises(Unauthorized):
        await identify(accounts, key)


async def test_a_rotated_key_stays_good_for_the_overlap_and_no_longer(accounts: Accounts, clock: HeldClock) -> None:
    person = await accounts.add_person("Ada")
    terms = Terms(scopes=Scopes(models=("small",)), lifetime_seconds=1000)
    old_text, old = await accounts.keys.create(person.id, "laptop", terms)
    clock.advance(100)
    text, successor = await accounts.keys.rotate(old.id, 60)
    assert (await accounts.keys.get(old.id)).replaced_by == successor.id
    assert (successor.scopes, successor.name, successor.expires_at) == (terms.scopes, "laptop", clock.now + 1000)
    before, after = await identify(accounts, old_text), await identify(accounts, text)
    assert (before.key_id, after.key_id) == (old.id, successor.id)
    assert (before.person_id, before.scopes) == (after.person_id, after.scopes)
    clock.advance(60)
    with pytest.raises(Unauthorized):
        await identify(accounts, old_text)
    assert await identify(accounts, text) is after


async def test_a_key_is_replaced_once_even_by_two_at_the_same_time(accounts: Accounts) -> None:
    person = await accounts.add_person("Ada")
    _, key = await accounts.keys.create(person.id, "laptop")
    done = await asyncio.gather(*(accounts.keys.rotate(key.id, 60) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [InvalidRequest, InvalidRequest]
    assert len(await keys_of(accounts, person.id)) == 2


async def test_a_key_that_ended_has_no_successor(accounts: Accounts) -> None:
    person = await accounts.add_person("Ada")
    _, key = await accounts.keys.create(person.id, "laptop")
    await accounts.keys.revoke(key.id)
    with pytest.raises(InvalidRequest):
        await accounts.keys.rotate(key.id, 60)
    for overlap in (-1, float("nan"), 1e9):
        with pytest.raises(InvalidRequest):
            await accounts.keys.rotate(key.id, overlap)


async def test_a_services_key_stays_when_who_made_it_leaves(accounts: Accounts) -> None:
    await accounts.ensure_first_admin()
    team = await accounts.teams.create(DEFAULT_ORGANISATION, "research")
    maker = await accounts.add_person("Ada", "manager")
    key, kept = await accounts.create_service_key(DEFAULT_ORGANISATION, "nightly", Terms(team_id=team.id))
    await accounts.people.delete(maker)
    service = await accounts.people.get(kept.person_id)
    assert (service.kind, service.name, service.team_ids, kept.kind) == ("service", "nightly", (team.id,), "service")
    assert (await identify(accounts, key)).team_id == team.id


async def test_a_key_is_bound_only_to_a_team_that_its_person_is_in(accounts: Accounts) -> None:
    team = await accounts.teams.create(DEFAULT_ORGANISATION, "research")
    person = await accounts.add_person("Ada")
    with pytest.raises(InvalidRequest, match="not in that team"):
        await accounts.keys.create(person.id, "laptop", Terms(team_id=team.id))


async def test_a_person_has_a_bounded_number_of_live_keys(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MAX_LIVE_KEYS", 2)
    person = await accounts.add_person("Ada")
    _, first = await accounts.keys.create(person.id, "first")
    await accounts.keys.create(person.id, "second")
    with pytest.raises(InvalidRequest, match="2 live keys"):
        await accounts.keys.create(person.id, "third")
    await accounts.keys.revoke(first.id)
    await accounts.keys.create(person.id, "third")


async def test_pages_of_keys_hold_every_key_once(accounts: Accounts) -> None:
    person = await accounts.add_person("Ada")
    for number in range(5):
        await accounts.keys.create(person.id, str(number))  # all within one second: the id decides
    seen: list[str] = []
    before: str | None = None
    more = True
    while more:
        page = await accounts.keys.page(Wanted(limit=2, person_id=person.id, before=before))
        seen += [key.id for key in page.data]
        before, more = page.data[-1].id, page.has_more
    assert len(seen) == len(set(seen)) == 5


async def test_ids_that_the_database_cannot_hold_are_not_there(accounts: Accounts) -> None:
    for identifier in ("\x00", "\ud800", "x" * 10_000):
        with pytest.raises(NotFound):
            await accounts.keys.get(identifier)
        with pytest.raises(InvalidRequest):
            await accounts.keys.page(Wanted(limit=1, before=identifier))
