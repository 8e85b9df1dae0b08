import asyncio

import pytest
from sqlalchemy import text

from freehold.accounts.identity import Accounts
from freehold.contracts.errors import Forbidden, InvalidRequest, NotFound, SetupError, Unauthorized
from freehold.contracts.identity import Credential, Principal
from freehold.foundation.database import Database
from held_clock import HeldClock


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


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
    assert (await accounts.keys.list(person.id))[0].revoked_at == clock.now - 1.0


async def test_a_key_seen_just_now_needs_no_database(accounts: Accounts, database: Database) -> None:
    person = await accounts.add_person("Ada")
    key, _ = await accounts.keys.create(person.id, "laptop")
    first = await identify(accounts, key)
    async with database.begin() as connection:
        await connection.execute(text("DELETE FROM api_keys"))
    assert await identify(accounts, key) == first


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
    assert [key.name for key in await accounts.keys.list(person.id)] == ["second", "first"]


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
    assert len(await accounts.keys.list((await accounts.first_admin()).id)) == 1


async def test_processes_that_start_together_make_one_admin(database: Database) -> None:
    told = await asyncio.gather(*(Accounts(database).ensure_first_admin() for _ in range(5)))
    assert len([key for key in told if key]) == 1


async def test_a_given_admin_key_works_and_is_not_told(accounts: Accounts) -> None:
    given = "operator-secret-0123456789"
    for _ in range(2):
        assert await accounts.ensure_first_admin(given) is None
    assert (await identify(accounts, given)).role == "admin"
    assert len(await accounts.keys.list((await accounts.first_admin()).id)) == 1


async def test_a_given_admin_key_joins_the_admin_who_is_there(accounts: Accounts) -> None:
    key = await accounts.ensure_first_admin()
    assert key is not None
    await accounts.ensure_first_admin("operator-secret-0123456789")
    assert (await identify(accounts, "operator-secret-0123456789")).person_id == (await accounts.first_admin()).id


async def test_a_revoked_admin_key_is_not_brought_back_by_a_restart(accounts: Accounts) -> None:
    given = "operator-secret-0123456789"
    await accounts.ensure_first_admin(given)
    (kept,) = await accounts.keys.list((await accounts.first_admin()).id)
    await accounts.keys.revoke(kept.id)
    await accounts.ensure_first_admin(given)
    with pytest.raises(Unauthorized):
        await identify(accounts, given)


@pytest.mark.parametrize("given", ["short", "fifteen-letters", "with a space inside it", "ümlaut-0123456789abc"])
async def test_a_weak_or_unsendable_admin_key_stops_the_start(accounts: Accounts, given: str) -> None:
    with pytest.raises(SetupError, match="16 visible ASCII"):
        await accounts.ensure_first_admin(given)


def test_owners_act_on_their_own_and_nobody_sees_anothers(accounts: Accounts) -> None:
    member = Principal(person_id="a", name="A", role="member")
    admin = Principal(person_id="b", name="B", role="admin")
    accounts.authorize(member, "conversation.read", "a")
    for stranger, owner in ((member, "b"), (admin, "a")):
        with pytest.raises(NotFound):
            accounts.authorize(stranger, "conversation.read", owner)
    accounts.authorize(admin, "admin.keys", "a")
    with pytest.raises(Forbidden):
        accounts.authorize(member, "admin.keys", "a")
