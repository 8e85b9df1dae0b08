"""Who changed what. The Protocol that `operations` answers for every part that changes settings or people."""

from collections.abc import Mapping
from typing import Any, Protocol

from freehold.contracts.identity import Principal

COMMAND_LINE = "command line"  # the actor of `freehold …`, whoever has the data folder


class Audit(Protocol):
    """An append-only record of changes. Refuses to hold secrets: callers pass none.

    A change is recorded before it is made, when all that can be checked has been: so nothing changes without a
    record, and a record without its change means that the change failed or lost a race.
    """

    async def record(
        self,
        actor: Principal | str,
        action: str,
        subject: str,
        details: Mapping[str, Any],
        organisation_id: str | None = None,
    ) -> None:
        """Keep that `actor` (a principal, or "command line") did `action` ("keys.create") to `subject` (an id).

        `organisation_id` is whose business it is; None means the actor's own organisation. Raises `Unavailable`:
        the change must not be made then.
        """
        ...


class Unrecorded:
    """An audit that keeps nothing, for a part that stands alone."""

    async def record(
        self,
        actor: Principal | str,
        action: str,
        subject: str,
        details: Mapping[str, Any],
        organisation_id: str | None = None,
    ) -> None:
        """Keep nothing."""
