"""Who is calling. Data and the Protocol that `accounts` answers; knows no storage."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["admin", "manager", "auditor", "member"]
Purpose = Literal["client_secret", "session"]  # of a secret that ends within hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a request carried: an API key (`Authorization: Bearer`) or a session cookie."""

    api_key: str | None = None
    session: str | None = None


def covers(patterns: Iterable[str], name: str) -> bool:
    """Whether a name is one of the patterns, or begins as one of those says that end with *."""
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in patterns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """What a key may be used for. None allows all that its owner may; an empty tuple allows nothing."""

    models: tuple[str, ...] | None = None  # public model names; a trailing * matches any ending
    endpoints: tuple[str, ...] | None = None  # "chat/completions", "embeddings" …
    origins: tuple[str, ...] | None = None  # web origins, for keys that pages use


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller who has been identified."""

    person_id: str
    name: str
    role: Role
    key_id: str | None = None
    organisation_id: str = ""
    team_id: str = ""
    tier: str = ""
    scopes: Scopes = Scopes()
    ephemeral: Purpose | None = None  # set where not the key itself was shown, but a secret made with it

    @property
    def tenant(self) -> str:
        """The boundary that caches and quotas are kept within."""
        return self.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an action is done to: somebody's thing, or an endpoint of a model.

    Neither owner nor organisation means what belongs to the whole installation, or everybody's things together.
    `role` is that of the owner, or the one to be given: nobody acts above their own.
    """

    owner_id: str = ""
    organisation_id: str = ""
    endpoint: str = ""
    model: str = ""
    origin: str | None = None  # the page that asks, where a browser says so
    role: Role = "member"


class Identity(Protocol):
    """Answers one question: who is this, and may they?"""

    async def identify(self, credential: Credential) -> Principal:
        """Return the caller. Raises `Unauthorized`."""
        ...

    def authorize(self, principal: Principal, action: str, resource: Resource) -> None:
        """Return when `principal` may do `action` to `resource`. The only place where permission is decided.

        Raises `NotFound` for what belongs to somebody else, `Forbidden` for what needs another role or scope.
        """
        ...
