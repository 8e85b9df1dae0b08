"""The audit log: who changed what, newest first. Implements `contracts.audit.Audit`.

Refuses to hold secrets: what stands under the name of one, or looks like a key, is left out wherever it came from.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Principal
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.database import Database
from freehold.foundation.settings import SECRET_NAME
from freehold.operations.store import AuditStore, Entry, Filter

LEFT_OUT = "[left out]"
MAX_PAGE = 100
LAST_YEAR_SECONDS = 253_370_764_800.0  # the year 9999, the last that a timestamp here may be in
SECRET_TEXT = re.compile(r"\b(fh|sk|pk|rk|gsk|xai|hf)[-_][A-Za-z0-9_-]{16,}|Bearer\s+\S+|://[^/\s:@]+:[^/\s@]+@")


class AuditLog:
    """Appends and reads; the database refuses everything else."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._store = AuditStore(database)
        self._clock = clock or SystemClock()

    async def record(
        self,
        actor: Principal | str,
        action: str,
        subject: str,
        details: Mapping[str, Any],
        organisation_id: str | None = None,
    ) -> None:
        """Keep one change. Raises `Unavailable`: the change must not be made then."""
        known = isinstance(actor, Principal)
        own = actor.organisation_id or None if known else None
        await self._store.add(
            Entry(
                at=self._clock.unix_seconds(),
                actor_id=actor.person_id if known else None,
                actor_name=actor.name if known else actor,
                action=action,
                subject=subject,
                organisation_id=own if organisation_id is None else organisation_id,
                details=without_secrets(details),
            )
        )

    async def page(self, wanted: Filter, limit: int = 50, before: int | None = None) -> tuple[list[Entry], bool]:
        """Entries, newest first, older than the one with the id `before`; and whether there are more."""
        if not 1 <= limit <= MAX_PAGE:
            raise InvalidRequest(f"A page has 1 to {MAX_PAGE} entries.", param="limit")
        for param in ("organisation_id", "actor_id", "action", "subject"):
            if not (getattr(wanted, param) or "").isprintable():
                raise InvalidRequest("There are characters in it that none has.", param=param)
        for param in ("since", "until"):
            if not 0 <= (getattr(wanted, param) or 0) < LAST_YEAR_SECONDS:
                raise InvalidRequest("A time is given in seconds since 1970.", param=param)
        if before is not None and not 0 <= before < 2**63:
            raise InvalidRequest("There is no entry with this number.", param="before")
        found = await self._store.page(wanted, limit + 1, before)
        return found[:limit], len(found) > limit


def without_secrets(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details with every secret left out, at any depth, as JSON can hold them."""
    return {name: _plain(value, named_secret=bool(SECRET_NAME.search(name))) for name, value in details.items()}


def _plain(value: Any, *, named_secret: bool = False) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value  # a price per token is no secret
    if named_secret:
        return LEFT_OUT
    if isinstance(value, Mapping):
        return without_secrets(cast(Mapping[str, Any], value))
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in cast(list[Any], value)]
    return SECRET_TEXT.sub(LEFT_OUT, value).replace("\x00", "") if isinstance(value, str) else LEFT_OUT
