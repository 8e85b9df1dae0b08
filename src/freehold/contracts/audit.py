"""Who changed what. The Protocol that `operations` answers for every part that changes settings or people."""

from collections.abc import Mapping
from typing import Any, Protocol

from freehold.contracts.identity import Principal


class Audit(Protocol):
    """An append-only record of changes. Refuses to hold secrets: callers pass none."""

    async def record(self, actor: Principal | str, action: str, subject: str, details: Mapping[str, Any]) -> None:
        """Keep that `actor` (a principal, or "command line") did `action` ("keys.create") to `subject` (an id)."""
        ...
