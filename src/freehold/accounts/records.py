"""What accounts are made of: organisations, teams, people, API keys, sessions. Data only; holds no secret in clear."""

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from freehold.contracts.identity import Principal, Purpose, Resource, Role, Scopes

Kind = Literal["person", "service"]
T = TypeVar("T")

DEFAULT_ORGANISATION = "org_default"  # made by the migration; where everybody is who was added without naming one


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """People and teams who see nothing of other organisations."""

    id: str
    name: str
    created_at: float  # unix seconds, like every time below


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Some people of one organisation, who share what is allowed to keys bound to the team."""

    id: str
    organisation_id: str
    name: str
    created_at: float

    @property
    def resource(self) -> Resource:
        """What permission is asked for."""
        return Resource(organisation_id=self.organisation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who owns keys, sessions and conversations.

    A program is one, too: a person of the kind "service", who belongs to the organisation and not to whoever set
    it up, so that its keys stay when people leave. Everything that counts by person counts it, too.
    """

    id: str
    name: str
    role: Role
    created_at: float
    organisation_id: str = DEFAULT_ORGANISATION
    kind: Kind = "person"
    tier: str = ""  # the name of a tier of the gateway's settings; empty is the default one
    disabled_at: float | None = None
    team_ids: tuple[str, ...] = ()

    @property
    def resource(self) -> Resource:
        """What permission is asked for."""
        return Resource(owner_id=self.id, organisation_id=self.organisation_id, role=self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept: its hash and the few first characters that tell it apart on a list.

    `organisation_id`, `owner_role` and `kind` are its person's.
    """

    id: str
    person_id: str
    name: str
    prefix: str
    key_hash: bytes = field(repr=False)  # SHA-256
    created_at: float
    scopes: Scopes = Scopes()
    team_id: str | None = None
    expires_at: float | None = None
    replaced_by: str | None = None
    last_used_at: float | None = None
    revoked_at: float | None = None
    organisation_id: str = DEFAULT_ORGANISATION
    owner_role: Role = "member"
    kind: Kind = "person"

    @property
    def resource(self) -> Resource:
        """What permission is asked for."""
        return Resource(owner_id=self.person_id, organisation_id=self.organisation_id, role=self.owner_role)

    def is_live(self, now: float) -> bool:
        """Whether the key itself opens anything at `now`; its person may be disabled all the same."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that exchanged a key for a cookie. Ends with that key."""

    person_id: str
    key_id: str
    created_at: float
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EphemeralKey:
    """A secret made with a key, which it does not outlive. `session` is a configuration as JSON."""

    person_id: str
    key_id: str
    purpose: Purpose
    session: bytes | None
    created_at: float
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who a key or a session belongs to, and when it ends by itself."""

    principal: Principal
    ends_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A piece of a list, newest first."""

    data: list[T]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which piece of a list: None means any. `before` is the id of the last one of the page before."""

    limit: int
    before: str | None = None
    organisation_id: str | None = None
    team_id: str | None = None
    person_id: str | None = None
    name: str | None = None
