"""Who is calling. Data and the Protocol that `accounts` answers; knows no storage."""

from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["admin", "member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a request carried: an API key (`Authorization: Bearer`) or a session cookie."""

    api_key: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller who has been identified."""

    person_id: str
    name: str
    role: Role
    key_id: str | None = None

    @property
    def tenant(self) -> str:
        """The boundary that caches and quotas are kept within."""
        return self.person_id


class Identity(Protocol):
    """Answers one question: who is this, and may they?"""

    async def identify(self, credential: Credential) -> Principal:
        """Return the caller. Raises `Unauthorized`."""
        ...

    def authorize(self, principal: Principal, action: str, owner_id: str) -> None:
        """Return when `principal` may do `action` to what `owner_id` owns.

        Raises `NotFound` for what belongs to somebody else, `Forbidden` for what needs another role.
        """
        ...
