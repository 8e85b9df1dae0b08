"""Browser sessions: a random cookie, kept as a hash, that ends 30 days after its last use. Holds no key."""

import secrets

from freehold.accounts.keys import hash_secret
from freehold.accounts.known_callers import KnownCallers
from freehold.accounts.records import Found, Session
from freehold.accounts.store import AccountStore
from freehold.contracts.errors import Forbidden, Unauthorized
from freehold.contracts.identity import Principal
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor

TOKEN_BYTES = 32
LIFETIME_SECONDS = 30 * 24 * 3600.0
EXTEND_AFTER_SECONDS = 3600.0  # the sliding end is written at most this often
MAX_SESSIONS_PER_PERSON = 100


class Sessions:
    """The open sessions of all people. A session may do what the key that opened it may, and ends with it."""

    def __init__(self, store: AccountStore, clock: Clock, tasks: TaskSupervisor) -> None:
        self._store = store
        self._clock = clock
        self.known = KnownCallers(self._ask, clock, tasks)

    async def open(self, principal: Principal) -> str:
        """Start a session for who came with a key; returns the cookie's token. The oldest of too many ends.

        Raises `Forbidden` for a secret made with a key: it would open all that the key opens, and for longer.
        """
        if principal.ephemeral:
            raise Forbidden("A client secret opens no web session.", hint="Sign in with the API key.")
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
        principal = await self.known.find(hash_secret(token))
        if principal is None:
            raise Unauthorized("The session has ended.", hint="Sign in again.")
        return principal

    async def close(self, token: str) -> None:
        """End a session; nothing happens when it has ended."""
        token_hash = hash_secret(token)
        await self._store.delete_session(token_hash)
        self.known.forget(token_hash)

    async def _ask(self, token_hash: bytes) -> Found | None:
        now = self._clock.unix_seconds()
        found = await self._store.find_session(token_hash, now)
        if found is None:
            return None
        caller, session_expires_at = found
        if now + LIFETIME_SECONDS - session_expires_at >= EXTEND_AFTER_SECONDS:
            await self._store.extend_session(token_hash, now + LIFETIME_SECONDS)
        return caller
