"""Who is calling, and may they: the `Identity` of contracts, over keys and sessions. Knows no HTTP."""

import uuid

from freehold.accounts.keys import Keys, describe, new_key_text
from freehold.accounts.people import Person
from freehold.accounts.sessions import Sessions
from freehold.accounts.store import AccountStore
from freehold.contracts.errors import Forbidden, NotFound, SetupError, Unauthorized
from freehold.contracts.identity import Credential, Principal, Role
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.database import Database

ADMIN_ACTIONS = "admin."  # what an action must begin with to need the role
MIN_GIVEN_KEY_CHARACTERS = 16


class Accounts:
    """People, keys and sessions behind one question. Implements `contracts.identity.Identity`."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._store = AccountStore(database)
        self._clock = clock or SystemClock()
        self.keys = Keys(self._store, self._clock)
        self.sessions = Sessions(self._store, self._clock)

    async def identify(self, credential: Credential) -> Principal:
        """The caller; a key goes before a session. Raises `Unauthorized`."""
        if credential.api_key:
            return await self.keys.identify(credential.api_key)
        if credential.session:
            return await self.sessions.identify(credential.session)
        raise Unauthorized("No API key was given.", hint="Send it as 'Authorization: Bearer fh-…'.")

    def authorize(self, principal: Principal, action: str, owner_id: str) -> None:
        """Let owners do what they like with what is theirs, and admins do the actions named `admin.…`.

        Raises `NotFound` for what belongs to somebody else, `Forbidden` for what needs an admin. An admin
        gets no view of other people's things through this: reading them is no admin action.
        """
        if action.startswith(ADMIN_ACTIONS):
            if principal.role != "admin":
                raise Forbidden("Only an admin may do this.")
        elif principal.person_id != owner_id:
            raise NotFound("There is no such thing, or it is not yours.")

    async def add_person(self, name: str, role: Role = "member") -> Person:
        """A new person, who cannot sign in before a key is made."""
        now = self._clock.unix_seconds()
        person = Person(id=f"person_{uuid.uuid4().hex}", name=name, role=role, created_at=now)
        await self._store.add_person(person)
        return person

    async def first_admin(self) -> Person:
        """The admin who has been there longest. Raises `NotFound`."""
        admin = await self._store.first_admin()
        if admin is None:
            raise NotFound("There is no admin yet.", hint="Start the server once: 'freehold serve'.")
        return admin

    async def ensure_first_admin(self, given_key: str | None = None) -> str | None:
        """Make the first admin where there is none; returns the text of the key made for them, else None.

        `given_key` is the operator's own key: it is added to the first admin when it is unknown, and never
        returned, for the operator has it. A key that was revoked stays revoked. May run in several processes
        at once. Raises `SetupError` for a given key that is too short.
        """
        if given_key and not _is_usable(given_key):
            text = f"The given admin key must have at least {MIN_GIVEN_KEY_CHARACTERS} visible ASCII characters."
            raise SetupError(text, hint="Make one with 'openssl rand -hex 24' and set FREEHOLD_ADMIN_KEY.")
        now = self._clock.unix_seconds()
        admin = Person(id=f"person_{uuid.uuid4().hex}", name="Admin", role="admin", created_at=now)
        text = given_key or new_key_text()
        name = "Given at start-up" if given_key else "First admin key"
        key = describe(text, person_id=admin.id, name=name, now=now)
        added = await self._store.ensure_admin_key(admin, key, only_with_new_admin=not given_key)
        return text if added and not given_key else None


def _is_usable(key: str) -> bool:
    visible = key.isascii() and key.isprintable() and " " not in key
    return visible and len(key) >= MIN_GIVEN_KEY_CHARACTERS
