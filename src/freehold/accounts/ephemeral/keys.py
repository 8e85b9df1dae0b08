"""Secrets that end by themselves within hours and open less than the key they were made with. Kept as a hash.

- A *client secret* goes to a browser or an app, so that no key does: it opens realtime sessions, and is good for
  several (OpenAI's `client_secrets`). The configuration of the session is fixed by whoever makes it.
- A *session token* goes to the worker that holds one session: with it the session asks for chat, speech and
  transcription as its caller, so that one budget holds. It is deleted with the session.

Either ends with its key, with its person and at its own time. None makes another of its kind.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from freehold.accounts.ephemeral.store import EphemeralStore
from freehold.accounts.keys import ALPHABET, SECRET_CHARACTERS, hash_secret
from freehold.accounts.known_callers import KnownCallers
from freehold.accounts.records import EphemeralKey, Found
from freehold.contracts.errors import Forbidden, RateLimited, Unauthorized
from freehold.contracts.identity import Principal, Purpose, Scopes
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor

PREFIX = "ek_"
REALTIME = "realtime"
IN_A_SESSION = ("chat/completions", "audio/speech", "audio/transcriptions")
MAX_PER_PERSON = 1_000  # of each purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A fresh one, whose text nobody can read again. `expires_at` is in unix seconds."""

    text: str
    expires_at: float


class EphemeralKeys:
    """The ephemeral secrets of all people."""

    def __init__(self, store: EphemeralStore, clock: Clock, tasks: TaskSupervisor) -> None:
        self._store = store
        self._clock = clock
        self.known = KnownCallers(self._ask, clock, tasks)

    async def create(
        self, principal: Principal, purpose: Purpose, lifetime_seconds: float, session: dict[str, Any] | None = None
    ) -> Secret:
        """A secret that acts for `principal`, with the configuration of a session to keep.

        Raises `Forbidden` for a caller who may not open realtime sessions, `RateLimited` for one too many.
        """
        if principal.key_id is None:
            raise Unauthorized("A secret is made with an API key.")
        if principal.ephemeral == "session" or principal.ephemeral == purpose:
            raise Forbidden("A secret cannot make another of its kind.", hint="Make it with the API key.")
        if not _opens_sessions(principal.scopes):
            raise Forbidden(f"This key may not use the endpoint '{REALTIME}'.", param="endpoint")
        text, now = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(SECRET_CHARACTERS)), self._now()
        kept = EphemeralKey(
            person_id=principal.person_id,
            key_id=principal.key_id,
            purpose=purpose,
            session=None if session is None else msgspec.json.encode(session),
            created_at=now,
            expires_at=now + lifetime_seconds,
        )
        if not await self._store.add(kept, hash_secret(text), MAX_PER_PERSON):
            raise RateLimited(f"You have {MAX_PER_PERSON} secrets that have not ended.", hint="Let some of them end.")
        return Secret(text=text, expires_at=kept.expires_at)

    async def identify(self, text: str) -> Principal:
        """Whose secret this is. Raises `Unauthorized`."""
        principal = await self.known.find(hash_secret(text))
        if principal is None:
            raise Unauthorized(
                "Incorrect or expired client secret.", hint="Make one: POST /v1/realtime/client_secrets."
            )
        return principal

    async def session(self, text: str) -> dict[str, Any] | None:
        """The configuration that a secret was made with."""
        kept = await self._store.session(hash_secret(text))
        return None if kept is None else msgspec.json.decode(kept, type=dict[str, Any])

    async def revoke(self, text: str) -> None:
        """End a secret; nothing happens when it has ended."""
        secret_hash = hash_secret(text)
        await self._store.delete(secret_hash)
        self.known.forget(secret_hash)

    async def _ask(self, secret_hash: bytes) -> Found | None:
        found = await self._store.find(secret_hash, self._now())
        if found is None:
            return None
        owner, purpose = found
        return replace(owner, principal=_narrowed(owner.principal, purpose))

    def _now(self) -> float:
        return self._clock.unix_seconds()


def _opens_sessions(scopes: Scopes) -> bool:
    return scopes.endpoints is None or REALTIME in scopes.endpoints


def _narrowed(principal: Principal, purpose: Purpose) -> Principal:
    """The key's owner with what the secret opens: nothing more than the key, and less."""
    scopes = principal.scopes
    if not _opens_sessions(scopes):
        scopes = replace(scopes, endpoints=())
    elif purpose == "client_secret":
        scopes = replace(scopes, endpoints=(REALTIME,))
    else:
        # A worker is no page; from which one the session was opened has been looked at then.
        scopes = replace(scopes, endpoints=IN_A_SESSION, origins=None)
    return replace(principal, scopes=scopes, ephemeral=purpose)
