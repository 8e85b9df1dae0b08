"""What people may type: names that can be read, ids that the database can hold, pages of a bearable length."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from freehold.accounts.records import Page, Wanted
from freehold.contracts.errors import InvalidRequest

MAX_NAME_CHARACTERS = 100
MAX_ID_CHARACTERS = 200
MAX_PAGE = 100

T = TypeVar("T")


def check_name(name: str, param: str = "name") -> str:
    """The name as it is kept. Raises `InvalidRequest`."""
    if not 1 <= len(name) <= MAX_NAME_CHARACTERS or not name.isprintable() or name != name.strip():
        text = f"A {param} has 1 to {MAX_NAME_CHARACTERS} printable characters, with no space around them."
        raise InvalidRequest(text, param=param)
    return name


def is_storable(identifier: str) -> bool:
    """Whether the text could be an id. PostgreSQL refuses NUL, and UTF-8 lone surrogates, even in a comparison."""
    return identifier.isprintable() and len(identifier) <= MAX_ID_CHARACTERS


def one_more(wanted: Wanted) -> Wanted:
    """What to ask the store for, to see whether there is more. Raises `InvalidRequest` for a page too long."""
    if not 1 <= wanted.limit <= MAX_PAGE:
        raise InvalidRequest(f"A page has 1 to {MAX_PAGE} entries.", param="limit")
    for param in ("before", "organisation_id", "team_id", "person_id", "name"):
        value = getattr(wanted, param)
        if value is not None and not is_storable(value):
            raise InvalidRequest("There are characters in it that no id has.", param=param)
    return replace(wanted, limit=wanted.limit + 1)


def page_of(found: Sequence[T], wanted: Wanted) -> Page[T]:
    """The page, from what `one_more` found."""
    return Page(data=list(found[: wanted.limit]), has_more=len(found) > wanted.limit)
