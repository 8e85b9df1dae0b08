"""API keys: made once, shown once, kept as a hash. Refuses to tell an unknown key from a revoked one."""

import hashlib
import secrets
import string
import uuid
from dataclasses import dataclass, replace
from typing import Any

from freehold.accounts.known_callers import Forget, KnownCallers
from freehold.accounts.names import check_name, is_storable, one_more, page_of
from freehold.accounts.permissions import nothing
from freehold.accounts.records import ApiKey, Found, Page, Person, Wanted
from freehold.accounts.scopes import check_scopes
from freehold.accounts.store import AccountStore
from freehold.contracts.audit import COMMAND_LINE, Audit
from freehold.contracts.errors import InvalidRequest, Unauthorized
from freehold.contracts.identity import Principal, Scopes
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor

ALPHABET = string.ascii_letters + string.digits
SECRET_CHARACTERS = 40  # 238 bits: too many to guess, so a plain SHA-256 keeps them
SHOWN_CHARACTERS = 8
NOTE_USE_AFTER_SECONDS = 60.0
MAX_LIVE_KEYS = 200  # of one person
MAX_LIFETIME_SECONDS = 10 * 365 * 86400.0
MAX_OVERLAP_SECONDS = 30 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a key may be used for, for how long, and at which team's charge."""

    scopes: Scopes = Scopes()
    lifetime_seconds: float | None = None  # None: until it is revoked
    team_id: str | None = None

    def checked(self) -> "Terms":
        """The terms in the form they are kept in. Raises `InvalidRequest`."""
        lifetime = self.lifetime_seconds
        if lifetime is not None and not 0 < lifetime <= MAX_LIFETIME_SECONDS:
            raise InvalidRequest("A key lives for at most ten years.", param="expires_in_seconds")
        return replace(self, scopes=check_scopes(self.scopes))


class Keys:
    """The keys of all people and services. `actor` is who makes a change, for the audit log."""

    def __init__(self, store: AccountStore, audit: Audit, clock: Clock, tasks: TaskSupervisor, forget: Forget) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._forget = forget
        self.known = KnownCallers(self._ask, clock, tasks)

    async def create(
        self, person_id: str, name: str, terms: Terms | None = None, *, actor: Principal | str = COMMAND_LINE
    ) -> tuple[str, ApiKey]:
        """A new key of a person or service: its text, which nobody can read again, and what is kept of it.

        Raises `NotFound`, and `InvalidRequest` for terms that make no sense, a team that its person is not in,
        and a key too many.
        """
        check_name(name)
        terms, now = (terms or Terms()).checked(), self._clock.unix_seconds()
        person = await self._store.person(person_id) if is_storable(person_id) else None
        if person is None:
            raise nothing()
        if terms.team_id is not None and terms.team_id not in person.team_ids:
            raise InvalidRequest(f"'{person.name}' is not in that team.", param="team_id", hint="Add them to it first.")
        if await self._store.count_live_keys(person_id, now) >= MAX_LIVE_KEYS:
            raise InvalidRequest(f"'{person.name}' has {MAX_LIVE_KEYS} live keys.", hint="Revoke some of them.")
        text = new_key_text()
        key = _for(person, describe(text, person_id=person_id, name=name, now=now), terms)
        await self._record(actor, "keys.create", key, _told(key))
        await self._store.add_key(key)
        return text, key

    async def page(self, wanted: Wanted) -> Page[ApiKey]:
        """Keys, live and ended, newest first."""
        return page_of(await self._store.keys(one_more(wanted)), wanted)

    async def get(self, key_id: str) -> ApiKey:
        """One key. Raises `NotFound`."""
        key = await self._store.key(key_id) if is_storable(key_id) else None
        if key is None:
            raise nothing()
        return key

    async def rotate(
        self, key_id: str, overlap_seconds: float, *, actor: Principal | str = COMMAND_LINE
    ) -> tuple[str, ApiKey]:
        """A successor with the same person, scopes, team and lifetime; the key itself ends after the overlap.

        Sessions opened with the key end with it. Raises `NotFound`, and `InvalidRequest` for a key that has ended
        or been replaced.
        """
        if not 0 <= overlap_seconds <= MAX_OVERLAP_SECONDS:
            raise InvalidRequest("The overlap is between 0 seconds and 30 days.", param="overlap_seconds")
        old, now, text = await self.get(key_id), self._clock.unix_seconds(), new_key_text()
        ended = InvalidRequest("This key has ended or been replaced already.", hint="Rotate the one that took over.")
        if old.replaced_by is not None or not old.is_live(now):
            raise ended
        fresh = describe(text, person_id=old.person_id, name=old.name, now=now)
        successor = replace(
            old,
            **{name: getattr(fresh, name) for name in ("id", "prefix", "key_hash", "created_at")},
            expires_at=None if old.expires_at is None else now + old.expires_at - old.created_at,
            last_used_at=None,
        )
        await self._record(actor, "keys.rotate", old, {"overlap_seconds": overlap_seconds, "successor": successor.id})
        if not await self._store.replace_key(key_id, successor, now + overlap_seconds):
            raise ended
        self._forget(lambda principal: principal.key_id == key_id)
        return text, successor

    async def revoke(self, key_id: str, *, actor: Principal | str = COMMAND_LINE) -> None:
        """End a key and the sessions opened with it; other replicas follow within two seconds. Raises `NotFound`."""
        key = await self.get(key_id)
        await self._record(actor, "keys.revoke", key, {"name": key.name, "person_id": key.person_id})
        await self._store.revoke_key(key_id, self._clock.unix_seconds())
        self._forget(lambda principal: principal.key_id == key_id)

    async def identify(self, text: str) -> Principal:
        """Whose key this is. Raises `Unauthorized`."""
        principal = await self.known.find(hash_secret(text))
        if principal is None:
            raise Unauthorized("Incorrect API key.", hint="Check the key, or ask an admin for a new one.")
        return principal

    async def _ask(self, key_hash: bytes) -> Found | None:
        return await self._store.use_key(key_hash, self._clock.unix_seconds(), NOTE_USE_AFTER_SECONDS)

    async def _record(self, actor: Principal | str, action: str, key: ApiKey, details: dict[str, Any]) -> None:
        await self._audit.record(actor, action, key.id, details, key.organisation_id)


def new_key_text() -> str:
    """A fresh key: `fh-` and 40 letters and digits."""
    return "fh-" + "".join(secrets.choice(ALPHABET) for _ in range(SECRET_CHARACTERS))


def describe(text: str, *, person_id: str, name: str, now: float) -> ApiKey:
    """What is kept of a key. At most a quarter of its text is shown."""
    prefix = text[: min(SHOWN_CHARACTERS, len(text) // 4)]
    identifier = f"key_{uuid.uuid4().hex}"
    key_hash = hash_secret(text)
    return ApiKey(id=identifier, person_id=person_id, name=name, prefix=prefix, key_hash=key_hash, created_at=now)


def hash_secret(text: str) -> bytes:
    """SHA-256 of a secret that is random enough to need no salt."""
    return hashlib.sha256(text.encode()).digest()


def _for(person: Person, key: ApiKey, terms: Terms) -> ApiKey:
    lifetime = terms.lifetime_seconds
    return replace(
        key,
        scopes=terms.scopes,
        team_id=terms.team_id,
        expires_at=None if lifetime is None else key.created_at + lifetime,
        organisation_id=person.organisation_id,
        owner_role=person.role,
        kind=person.kind,
    )


def _told(key: ApiKey) -> dict[str, Any]:
    """What the audit log may know of a key."""
    scopes = {name: getattr(key.scopes, name) for name in ("models", "endpoints", "origins")}
    limits = {name: list(entries) for name, entries in scopes.items() if entries is not None}
    ends = {"team_id": key.team_id, "expires_at": key.expires_at}
    found = {"name": key.name, "person_id": key.person_id, "kind": key.kind} | ends | limits
    return {name: value for name, value in found.items() if value is not None}
