import pytest
from sqlalchemy import text

from freehold.accounts import sessions
from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms
from freehold.contracts.errors import Unauthorized
from freehold.contracts.identity import Credential, Principal, Scopes
from freehold.foundation.database import Database
from held_clock import HeldClock


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
async def ada(accounts: Accounts) -> Principal:
    person = await accounts.add_person("Ada")
    key, _ = await accounts.keys.create(person.id, "laptop")
    return await accounts.identify(Credential(api_key=key))


async def identify(accounts: Accounts, token: str) -> Principal:
    return await accounts.identify(Credential(session=token))


async def test_a_session_identifies_who_opened_it(accounts: Accounts, ada: Principal) -> None:
    token = await accounts.sessions.open(ada)
    assert await identify(accounts, token) == ada


async def test_a_session_is_kept_as_a_hash(accounts: Accounts, ada: Principal, database: Database) -> None:
    token = await accounts.sessions.open(ada)
    async with database.connect() as connection:
        rows = (await connection.execute(text("SELECT sessions::text FROM sessions"))).scalars().all()
    assert len(rows) == 1
    assert token not in str(rows)


async def test_a_closed_session_is_refused(accounts: Accounts, ada: Principal) -> None:
    token = await accounts.sessions.open(ada)
    await accounts.sessions.close(token)
    with pytest.raises(Unauthorized):
        await identify(accounts, token)


async def test_a_session_ends_30_days_after_its_last_use(accounts: Accounts, ada: Principal, clock: HeldClock) -> None:
    token = await accounts.sessions.open(ada)
    clock.advance(29 * 86400)
    await identify(accounts, token)
    clock.advance(29 * 86400)
    await identify(accounts, token)
    clock.advance(30 * 86400)
    with pytest.raises(Unauthorized):
        await identify(accounts, token)


async def test_a_session_ends_with_the_key_that_opened_it(accounts: Accounts, ada: Principal) -> None:
    token = await accounts.sessions.open(ada)
    assert ada.key_id is not None
    await accounts.keys.revoke(ada.key_id)
    with pytest.raises(Unauthorized):
        await identify(accounts, token)


async def test_the_oldest_of_too_many_sessions_ends(
    accounts: Accounts, ada: Principal, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MAX_SESSIONS_PER_PERSON", 2)
    tokens = []
    for _ in range(3):
        tokens.append(await accounts.sessions.open(ada))
        clock.advance(1)
    with pytest.raises(Unauthorized):
        await identify(accounts, tokens[0])
    assert await identify(accounts, tokens[1]) == await identify(accounts, tokens[2]) == ada


async def test_a_session_that_was_seen_just_now_ends_at_once_with_its_key(accounts: Accounts, ada: Principal) -> None:
    token = await accounts.sessions.open(ada)
    await identify(accounts, token)
    assert ada.key_id is not None
    await accounts.keys.revoke(ada.key_id)
    with pytest.raises(Unauthorized):
        await identify(accounts, token)


async def test_a_session_ends_when_the_key_that_opened_it_expires(accounts: Accounts, clock: HeldClock) -> None:
    person = await accounts.add_person("Bob")
    key, _ = await accounts.keys.create(person.id, "short", Terms(lifetime_seconds=100))
    token = await accounts.sessions.open(await accounts.identify(Credential(api_key=key)))
    await identify(accounts, token)
    clock.advance(100)
    with pytest.raises(Unauthorized):
        await identify(accounts, token)


async def test_a_sessions_token_is_no_key_and_a_key_no_session(accounts: Accounts, ada: Principal) -> None:
    token = await accounts.sessions.open(ada)
    await identify(accounts, token)
    with pytest.raises(Unauthorized):
        await accounts.identify(Credential(api_key=token))


async def test_a_session_may_do_what_its_key_may(accounts: Accounts) -> None:
    person = await accounts.add_person("Bob")
    key, _ = await accounts.keys.create(person.id, "page", Terms(scopes=Scopes(models=("small",))))
    principal = await accounts.identify(Credential(api_key=key))
    assert (await identify(accounts, await accounts.sessions.open(principal))).scopes == Scopes(models=("small",))


async def test_expired_sessions_leave_the_table(
    accounts: Accounts, ada: Principal, clock: HeldClock, database: Database
) -> None:
    await accounts.sessions.open(ada)
    clock.advance(31 * 86400)
    await accounts.sessions.open(ada)
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM sessions"))).scalar() == 1


async def test_an_unknown_session_is_refused(accounts: Accounts) -> None:
    with pytest.raises(Unauthorized):
        await identify(accounts, "nothing")
