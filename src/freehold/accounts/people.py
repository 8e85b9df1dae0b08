"""What accounts are made of: people, their API keys, their browser sessions. Data only; holds no secret in clear."""

from dataclasses import dataclass, field

from freehold.contracts.identity import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who owns keys, sessions and conversations."""

    id: str
    name: str
    role: Role
    created_at: float  # unix seconds, like every time below


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept: its hash and the few first characters that tell it apart on a list."""

    id: str
    person_id: str
    name: str
    prefix: str
    key_hash: bytes = field(repr=False)  # SHA-256
    created_at: float
    last_used_at: float | None = None
    revoked_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that exchanged a key for a cookie. Ends with that key."""

    person_id: str
    key_id: str
    created_at: float
    expires_at: float
