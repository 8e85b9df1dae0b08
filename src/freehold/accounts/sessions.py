"""Browser sessions: a random cookie, kept as a hash, that ends 30 days after its last use. Holds no key."""

import secrets

from freehold.accounts.keys import hash_secret
from freehold.accounts.people import Session
from freehold.accounts.store import AccountStore
from freehold.contracts.errors import Unauthorized
from freehold.contracts.identity import Principal
from freehold.foundation.clock import Clock

TOKEN_BYTES = 32
LIFETIME_SECONDS = 30 * 24 * 3600.0
EXTEND_AFTER_SECONDS = 3600.0  # the sliding end is written at most this often
MAX_SESSIONS_PER_PERSON = 100


class Sessions:
    """The open sessions of all people."""

    def __init__(self, store: AccountStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def open(self, principal: Principal) -> str:
        """Start a session for who came with a key; returns the cookie's token. The oldest of too many ends."""
        if principal.key_id is None:
            raise Unauthorized("A session starts with an API key.")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock.unix_seconds()
        session = Session(
            person_id=principal.person_id,
            key_id=principal.key_id,
            created_at=now,
            expires_at=now + LIFETIME_SECONDS,
        )
        await self._store.add_session(session, hash_secret(token), MAX_SESSIONS_PER_PERSON)
        return token

    async def identify(self, token: str) -> Principal:
        """Whose session this is; its end moves on. Raises `Unauthorized`."""
        now, token_hash = self._clock.unix_seconds(), hash_secret(token)
        found = await self._store.find_session(token_hash, now)
        if found is None:
            raise Unauthorized("The session has ended.", hint="Sign in again.")
        session, person = found
        expires_at = now + LIFETIME_SECONDS
        if expires_at - session.expires_at >= EXTEND_AFTER_SECONDS:
            await self._store.extend_session(token_hash, expires_at)
        return Principal(person_id=person.id, name=person.name, role=person.role, key_id=session.key_id)

    async def close(self, token: str) -> None:
        """End a session; nothing happens when it has ended."""
        await self._store.delete_session(hash_secret(token))
