"""Secrets made with a key: what they open, and everything that ends them."""

from typing import Any

import pytest
from sqlalchemy import text

from freehold.accounts.ephemeral import keys as ephemeral_keys
from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Terms
from freehold.accounts.people import Change
from freehold.accounts.records import Person
from freehold.contracts.errors import Forbidden, FreeholdError, RateLimited, SetupError, Unauthorized
from freehold.contracts.identity import Credential, Principal, Purpose, Resource, Scopes
from freehold.foundation.database import Database
from held_clock import HeldClock

SESSION: dict[str, Any] = {"type": "realtime", "instructions": "Be brief. 🙂"}
INSIDE = ("chat/completions", "audio/speech", "audio/transcriptions")


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
async def ada(accounts: Accounts) -> Person:
    return await accounts.add_person("Ada")


async def identify(accounts: Accounts, text: str) -> Principal:
    return await accounts.identify(Credential(api_key=text))


async def caller(accounts: Accounts, person: Person, scopes: Scopes | None = None, **terms: Any) -> Principal:
    """Somebody who came with a key of these scopes."""
    key, _ = await accounts.keys.create(person.id, "laptop", Terms(scopes=scopes or Scopes(), **terms))
    return await identify(accounts, key)


def opens(accounts: Accounts, principal: Principal, endpoint: str, model: str = "small", origin: str = "") -> bool:
    try:
        accounts.authorize(principal, "call", Resource(endpoint=endpoint, model=model, origin=origin or None))
    except Forbidden:
        return False
    return True


async def secret_of(accounts: Accounts, principal: Principal, purpose: Purpose = "client_secret") -> str:
    return (await accounts.ephemeral.create(principal, purpose, 600)).text


async def is_refused(accounts: Accounts, secret: str) -> bool:
    try:
        await identify(accounts, secret)
    except Unauthorized:
        return True
    return False


async def test_a_client_secret_is_its_caller_and_opens_realtime_sessions_alone(accounts: Accounts, ada: Person) -> None:
    principal = await caller(accounts, ada)
    secret = await accounts.ephemeral.create(principal, "client_secret", 600, SESSION)
    known = await identify(accounts, secret.text)
    assert secret.text.startswith("ek_")
    assert (known.person_id, known.key_id, known.tenant) == (ada.id, principal.key_id, principal.tenant)
    assert opens(accounts, known, "realtime")
    assert not any(opens(accounts, known, endpoint) for endpoint in (*INSIDE, "embeddings"))
    assert await accounts.ephemeral.session(secret.text) == SESSION


async def test_a_session_token_asks_for_chat_speech_and_transcription_alone(accounts: Accounts, ada: Person) -> None:
    token = await secret_of(accounts, await caller(accounts, ada), "session")
    known = await identify(accounts, token)
    assert all(opens(accounts, known, endpoint) for endpoint in INSIDE)
    assert not any(opens(accounts, known, endpoint) for endpoint in ("realtime", "embeddings", "audio/effects"))
    assert await accounts.ephemeral.session(token) is None


@pytest.mark.parametrize("action", ["conversation.read", "keys.create", "usage.read", "gateway.configure"])
@pytest.mark.parametrize("purpose", ["client_secret", "session"])
async def test_an_administrators_secret_administers_nothing(accounts: Accounts, action: str, purpose: Purpose) -> None:
    root = await accounts.add_person("Root", "admin")
    known = await identify(accounts, await secret_of(accounts, await caller(accounts, root), purpose))
    with pytest.raises(Forbidden):
        accounts.authorize(known, action, Resource(owner_id=root.id))


async def test_a_limited_key_keeps_its_models_and_pages(accounts: Accounts, ada: Person) -> None:
    scopes = Scopes(models=("small*",), endpoints=("realtime",), origins=("https://a.example",))
    principal = await caller(accounts, ada, scopes)
    known = await identify(accounts, await secret_of(accounts, principal))
    assert opens(accounts, known, "realtime", origin="https://a.example")
    assert not opens(accounts, known, "realtime")
    inside = await identify(accounts, await secret_of(accounts, known, "session"))
    assert opens(accounts, inside, "chat/completions", "small-1")  # asked by the worker, which is no page
    assert not opens(accounts, inside, "chat/completions", "large")


@pytest.mark.parametrize("purpose", ["client_secret", "session"])
async def test_a_key_that_may_not_open_sessions_makes_no_secret(
    accounts: Accounts, ada: Person, purpose: Purpose
) -> None:
    principal = await caller(accounts, ada, Scopes(endpoints=("chat/completions",)))
    with pytest.raises(Forbidden, match="realtime"):
        await accounts.ephemeral.create(principal, purpose, 600)


async def test_no_secret_prolongs_itself_or_becomes_a_web_session(accounts: Accounts, ada: Person) -> None:
    secret = await identify(accounts, await secret_of(accounts, await caller(accounts, ada)))
    token = await identify(accounts, await secret_of(accounts, secret, "session"))
    for principal in (secret, token):
        with pytest.raises(Forbidden):
            await accounts.ephemeral.create(principal, "client_secret", 600)
    with pytest.raises(Forbidden):
        await accounts.ephemeral.create(token, "session", 600)
    for principal in (secret, token):
        with pytest.raises(Forbidden):
            await accounts.sessions.open(principal)


async def test_a_secret_ends_at_its_time_even_while_it_is_known(
    accounts: Accounts, ada: Person, clock: HeldClock
) -> None:
    secret = await accounts.ephemeral.create(await caller(accounts, ada), "client_secret", 10)
    assert secret.expires_at == clock.now + 10
    clock.advance(9.5)
    await identify(accounts, secret.text)
    clock.advance(0.5)
    assert await is_refused(accounts, secret.text)


async def test_a_secret_does_not_outlive_its_key(accounts: Accounts, ada: Person, clock: HeldClock) -> None:
    secret = await secret_of(accounts, await caller(accounts, ada, lifetime_seconds=100))
    clock.advance(99.5)
    await identify(accounts, secret)
    clock.advance(0.5)
    assert await is_refused(accounts, secret)


async def test_revoking_the_key_or_disabling_the_person_ends_its_secrets_at_once(
    accounts: Accounts, ada: Person
) -> None:
    for end in ("key", "person"):
        principal = await caller(accounts, ada)
        assert principal.key_id is not None
        secrets = [await secret_of(accounts, principal, purpose) for purpose in ("client_secret", "session")]
        for secret in secrets:
            await identify(accounts, secret)
        if end == "key":
            await accounts.keys.revoke(principal.key_id)
        else:
            await accounts.people.change(ada, Change(disabled=True))
        assert [await is_refused(accounts, secret) for secret in secrets] == [True, True]


async def test_a_revoked_secret_ends_here_at_once_and_elsewhere_within_two_seconds(
    accounts: Accounts, ada: Person, database: Database, clock: HeldClock
) -> None:
    replica = Accounts(database, clock)
    token = await secret_of(accounts, await caller(accounts, ada), "session")
    for one in (accounts, replica):
        await identify(one, token)
    await accounts.ephemeral.revoke(token)
    assert await is_refused(accounts, token)
    clock.advance(2)
    assert await is_refused(replica, token)
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM ephemeral_keys"))).scalar() == 0


async def test_one_person_has_so_many_secrets_of_a_kind_and_no_more_until_some_have_ended(
    accounts: Accounts, ada: Person, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ephemeral_keys, "MAX_PER_PERSON", 2)
    principal, bob = await caller(accounts, ada), await caller(accounts, await accounts.add_person("Bob"))
    for _ in range(2):
        await secret_of(accounts, principal)
    with pytest.raises(RateLimited):
        await secret_of(accounts, principal)
    await secret_of(accounts, principal, "session")
    await secret_of(accounts, bob)
    clock.advance(600)
    await secret_of(accounts, principal)


async def test_secrets_are_kept_as_hashes_and_leave_the_table_when_they_have_expired(
    accounts: Accounts, ada: Person, database: Database, clock: HeldClock
) -> None:
    principal = await caller(accounts, ada)
    secret = await secret_of(accounts, principal)
    async with database.connect() as connection:
        rows = (await connection.execute(text("SELECT ephemeral_keys::text FROM ephemeral_keys"))).scalars().all()
    assert len(rows) == 1
    assert secret not in str(rows)
    clock.advance(600)
    await secret_of(accounts, principal)
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM ephemeral_keys"))).scalar() == 1


async def test_a_given_admin_key_cannot_be_taken_for_a_secret(accounts: Accounts) -> None:
    with pytest.raises(SetupError, match="ek_"):
        await accounts.ensure_first_admin("ek_0123456789abcdef")
    with pytest.raises(FreeholdError):
        await identify(accounts, "ek_0123456789abcdef")
