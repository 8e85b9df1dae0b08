"""Who is calling, and may they: the `Identity` of contracts, over people, keys and sessions. Knows no HTTP."""

import uuid
from collections.abc import Callable

from freehold.accounts import permissions
from freehold.accounts.ephemeral.keys import PREFIX, EphemeralKeys
from freehold.accounts.ephemeral.store import EphemeralStore
from freehold.accounts.keys import Keys, Terms, describe, new_key_text
from freehold.accounts.organisations import Organisations, Teams
from freehold.accounts.people import NewPerson, People
from freehold.accounts.records import ApiKey, Person
from freehold.accounts.sessions import Sessions
from freehold.accounts.store import AccountStore
from freehold.contracts.audit import COMMAND_LINE, Audit, Unrecorded
from freehold.contracts.errors import NotFound, SetupError, Unauthorized
from freehold.contracts.identity import Credential, Principal, Resource, Role
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.database import Database
from freehold.foundation.tasks import TaskSupervisor

MIN_GIVEN_KEY_CHARACTERS = 16
START_UP = "start-up"  # the actor of what a server does for itself when it starts


class Accounts:
    """Organisations, people, keys and sessions behind one question. Implements `contracts.identity.Identity`."""

    def __init__(self, database: Database, clock: Clock | None = None, audit: Audit | None = None) -> None:
        self._store = AccountStore(database)
        self._clock = clock or SystemClock()
        self._audit = audit or Unrecorded()
        self._tasks = TaskSupervisor()
        self.organisations = Organisations(self._store, self._audit, self._clock)
        self.teams = Teams(self._store, self._audit, self._clock)
        self.people = People(self._store, self._audit, self._clock, self._forget)
        self.keys = Keys(self._store, self._audit, self._clock, self._tasks, self._forget)
        self.sessions = Sessions(self._store, self._clock, self._tasks)
        self.ephemeral = EphemeralKeys(EphemeralStore(database), self._clock, self._tasks)

    async def close(self) -> None:
        """End the look-ups that are under way."""
        await self._tasks.close()

    async def identify(self, credential: Credential) -> Principal:
        """The caller; a key goes before a session. Raises `Unauthorized`.

        The same object again and again while nothing changes about the caller.
        """
        if credential.api_key and credential.api_key.startswith(PREFIX):
            return await self.ephemeral.identify(credential.api_key)
        if credential.api_key:
            return await self.keys.identify(credential.api_key)
        if credential.session:
            return await self.sessions.identify(credential.session)
        raise Unauthorized("No API key was given.", hint="Send it as 'Authorization: Bearer fh-…'.")

    def authorize(self, principal: Principal, action: str, resource: Resource) -> None:
        """Return when `principal` may do `action` to `resource`, by the rules of `permissions.RULES`.

        Raises `NotFound` for what belongs to somebody else, `Forbidden` for what needs another role or scope.
        """
        permissions.authorize(principal, action, resource)

    async def add_person(self, name: str, role: Role = "member") -> Person:
        """A person of the default organisation, who cannot sign in before a key is made."""
        return await self.people.add(NewPerson(name=name, role=role))

    async def create_service_key(
        self, organisation_id: str, name: str, terms: Terms | None = None, *, actor: Principal | str = COMMAND_LINE
    ) -> tuple[str, ApiKey]:
        """A service of the key's name, in the team of its terms, and its first key. Raises as `Keys.create`."""
        terms = (terms or Terms()).checked()
        team_ids = () if terms.team_id is None else (terms.team_id,)
        wanted = NewPerson(name=name, kind="service", organisation_id=organisation_id, team_ids=team_ids)
        service = await self.people.add(wanted, actor=actor)
        return await self.keys.create(service.id, name, terms, actor=actor)

    async def first_admin(self) -> Person:
        """The enabled admin who has been there longest. Raises `NotFound`."""
        admin = await self._store.first_admin()
        if admin is None:
            raise NotFound("There is no admin yet.", hint="Start the server once: 'freehold serve'.")
        return admin

    async def ensure_first_admin(self, given_key: str | None = None) -> str | None:
        """Make the first admin where there is none; returns the text of the key made for them, else None.

        `given_key` is the operator's own key: it is added to the first admin when it is unknown, and never
        returned, for the operator has it. A key that was revoked stays revoked. May run in several processes
        at once; recorded afterwards, by the one that did it. Raises `SetupError` for a given key that is too short.
        """
        if given_key and not _is_usable(given_key):
            text = f"The given admin key must have at least {MIN_GIVEN_KEY_CHARACTERS} visible ASCII characters."
            if given_key.startswith(PREFIX):
                text = f"The given admin key must not begin with {PREFIX}, as secrets do that end by themselves."
            raise SetupError(text, hint="Make one with 'openssl rand -hex 24' and set FREEHOLD_ADMIN_KEY.")
        now = self._clock.unix_seconds()
        admin = Person(id=f"person_{uuid.uuid4().hex}", name="Admin", role="admin", created_at=now)
        text = given_key or new_key_text()
        name = "Given at start-up" if given_key else "First admin key"
        key = describe(text, person_id=admin.id, name=name, now=now)
        if not await self._store.ensure_admin_key(admin, key, only_with_new_admin=not given_key):
            return None
        await self._audit.record(START_UP, "keys.create", key.id, {"name": name}, admin.organisation_id)
        return None if given_key else text

    def _forget(self, concerns: Callable[[Principal], bool]) -> None:
        self.keys.known.forget_where(concerns)
        self.sessions.known.forget_where(concerns)
        self.ephemeral.known.forget_where(concerns)


def _is_usable(key: str) -> bool:
    visible = key.isascii() and key.isprintable() and " " not in key and not key.startswith(PREFIX)
    return visible and len(key) >= MIN_GIVEN_KEY_CHARACTERS
