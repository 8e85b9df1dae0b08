"""API keys: made once, shown once, kept as a hash. Refuses to tell an unknown key from a revoked one."""

import hashlib
import hmac
import secrets
import string
import uuid
from collections import OrderedDict

from freehold.accounts.people import ApiKey
from freehold.accounts.store import AccountStore
from freehold.contracts.errors import InvalidRequest, NotFound, Unauthorized
from freehold.contracts.identity import Principal
from freehold.foundation.clock import Clock

ALPHABET = string.ascii_letters + string.digits
SECRET_CHARACTERS = 40  # 238 bits: too many to guess, so a plain SHA-256 keeps them
SHOWN_CHARACTERS = 8
MAX_NAME_CHARACTERS = 100
CACHE_SECONDS = 1.0
CACHE_ENTRIES = 10_000
NOTE_USE_AFTER_SECONDS = 60.0


class Keys:
    """The keys of all people. A key that was just seen is known for a second without asking the database."""

    def __init__(self, store: AccountStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._recent: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    async def create(self, person_id: str, name: str) -> tuple[str, ApiKey]:
        """A new key: its text, which nobody can read again, and what is kept of it."""
        if not 1 <= len(name) <= MAX_NAME_CHARACTERS or not name.isprintable():
            text = f"A key's name has 1 to {MAX_NAME_CHARACTERS} printable characters."
            raise InvalidRequest(text, param="name")
        if await self._store.person(person_id) is None:
            raise NotFound("There is no such person.", param="person_id")
        text = new_key_text()
        key = describe(text, person_id=person_id, name=name, now=self._clock.unix_seconds())
        await self._store.add_key(key)
        return text, key

    async def list(self, person_id: str) -> list[ApiKey]:
        """A person's keys, newest first, revoked ones too."""
        return await self._store.keys_of(person_id)

    async def get(self, key_id: str) -> ApiKey:
        """One key. Raises `NotFound`."""
        key = await self._store.key(key_id) if key_id.isprintable() else None
        if key is None:
            raise NotFound("There is no such key.", param="id")
        return key

    async def revoke(self, key_id: str) -> None:
        """End a key and the sessions opened with it; other replicas follow within a second. Raises `NotFound`."""
        key = await self.get(key_id)
        await self._store.revoke_key(key_id, self._clock.unix_seconds())
        self._recent.pop(key.key_hash, None)

    async def identify(self, text: str) -> Principal:
        """Whose key this is. Raises `Unauthorized`."""
        key_hash = hash_secret(text)
        known = self._recent.get(key_hash)
        if known and self._clock.monotonic_seconds() < known[0]:
            return known[1]
        found = await self._store.use_key(key_hash, self._clock.unix_seconds(), NOTE_USE_AFTER_SECONDS)
        if found is None or not hmac.compare_digest(found[0].key_hash, key_hash):
            raise Unauthorized("Incorrect API key.", hint="Check the key, or ask an admin for a new one.")
        key, person = found
        principal = Principal(person_id=person.id, name=person.name, role=person.role, key_id=key.id)
        self._remember(key_hash, principal)
        return principal

    def _remember(self, key_hash: bytes, principal: Principal) -> None:
        self._recent[key_hash] = (self._clock.monotonic_seconds() + CACHE_SECONDS, principal)
        self._recent.move_to_end(key_hash)
        while len(self._recent) > CACHE_ENTRIES:
            self._recent.popitem(last=False)


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
