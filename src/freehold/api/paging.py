"""What lists of the admin API have in common: pages of a bounded length, and whose things they hold."""

from typing import Annotated

from fastapi import Query

from freehold.contracts.identity import Principal

MAX_PAGE = 100

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many to answer with at most.")]
Before = Annotated[str | None, Query(max_length=200, description="The id of the last one of the page before.")]
Id = Annotated[str | None, Query(max_length=200)]


def reach(principal: Principal, organisation_id: str | None) -> str | None:
    """The organisation to list: the one named, else the caller's own; None, which is all of them, for an admin."""
    if organisation_id is not None or principal.role == "admin":
        return organisation_id
    return principal.organisation_id
