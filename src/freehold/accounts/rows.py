"""Between the database's rows and the records of accounts. Times are unix seconds in records, timestamptz in rows."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from freehold.accounts.records import ApiKey, Person
from freehold.contracts.identity import Principal, Scopes

SCOPES = ("models", "endpoints", "origins")
OF_THE_OWNER = ("organisation_id", "owner_role", "kind")  # what a key's record knows of its person

R = TypeVar("R")


def moment(unix_seconds: float) -> datetime:
    """For a row."""
    return datetime.fromtimestamp(unix_seconds, UTC)


def seconds(moment: datetime | None) -> float | None:
    """For a record."""
    return None if moment is None else moment.timestamp()


def record_of(kind: type[R], row: Any, **other: Any) -> R:
    """The row's columns as the fields of the same names, but for those given as `other`."""
    names = [field.name for field in fields(kind) if field.name not in other]  # pyright: ignore[reportArgumentType]
    found = {name: getattr(row, name) for name in names}
    plain = {name: seconds(value) if isinstance(value, datetime) else value for name, value in found.items()}
    return kind(**plain, **other)


def values_of(record: Any, *without: str) -> dict[str, Any]:
    """The record's fields as the columns of the same names."""
    values = {field.name: getattr(record, field.name) for field in fields(record) if field.name not in without}
    return {
        name: moment(value) if name.endswith("_at") and value is not None else value for name, value in values.items()
    }


def person_of(row: Any) -> Person:
    """A person with their teams."""
    return record_of(Person, row, team_ids=tuple(sorted(row.team_ids or ())))


def key_of(row: Any) -> ApiKey:
    """A key with what its record knows of its person."""
    return record_of(ApiKey, row, scopes=_scopes_of(row))


def key_values(key: ApiKey) -> dict[str, Any]:
    """The columns of a key."""
    scopes = {name: getattr(key.scopes, name) for name in SCOPES}
    lists = {name: None if entries is None else list(entries) for name, entries in scopes.items()}
    return values_of(key, "scopes", *OF_THE_OWNER) | lists


def principal_of(row: Any) -> Principal:
    """The caller, from a key's and its person's columns."""
    return Principal(
        person_id=row.id,
        name=row.name,
        role=row.role,
        key_id=row.key_id,
        organisation_id=row.organisation_id,
        team_id=row.team_id or "",
        tier=row.tier,
        scopes=_scopes_of(row),
    )


def _scopes_of(row: Any) -> Scopes:
    lists: dict[str, list[str] | None] = {name: getattr(row, name) for name in SCOPES}
    return Scopes(**{name: None if entries is None else tuple(entries) for name, entries in lists.items()})
