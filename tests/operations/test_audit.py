import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Principal
from freehold.foundation.database import Database
from freehold.operations.audit import LEFT_OUT, AuditLog, without_secrets
from freehold.operations.store import Filter
from held_clock import HeldClock

ADA = Principal(person_id="person_ada", name="Ada", role="admin", organisation_id="org_home")


@pytest.fixture
def audit(database: Database, clock: HeldClock) -> AuditLog:
    return AuditLog(database, clock)


async def test_a_change_is_kept_with_who_what_and_when(audit: AuditLog, clock: HeldClock) -> None:
    await audit.record(ADA, "keys.create", "key_1", {"name": "laptop", "models": ("a", "b")})
    await audit.record("command line", "keys.revoke", "key_1", {}, "org_other")
    (revoked, created), has_more = await audit.page(Filter())
    assert not has_more
    assert (created.actor_id, created.actor_name, created.action) == ("person_ada", "Ada", "keys.create")
    assert (created.subject, created.at, created.organisation_id) == ("key_1", clock.now, "org_home")
    assert created.details == {"name": "laptop", "models": ["a", "b"]}
    assert (revoked.actor_id, revoked.actor_name, revoked.organisation_id) == (None, "command line", "org_other")


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET actor_name = ''", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
async def test_what_is_recorded_cannot_be_changed(audit: AuditLog, database: Database, statement: str) -> None:
    await audit.record(ADA, "keys.create", "key_1", {})
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.begin() as connection:
            await connection.execute(text(statement))
    assert len((await audit.page(Filter()))[0]) == 1


async def test_entries_are_found_by_each_thing_and_by_time(audit: AuditLog, clock: HeldClock) -> None:
    start = clock.now
    await audit.record(ADA, "keys.create", "key_1", {})
    clock.advance(10)
    await audit.record("command line", "people_change", "person_2", {})
    clock.advance(10)
    await audit.record(ADA, "keys.revoke", "key_1", {}, "org_other")

    async def actions(wanted: Filter) -> list[str]:
        return [entry.action for entry in (await audit.page(wanted))[0]]

    assert await actions(Filter(action="keys.*")) == ["keys.revoke", "keys.create"]
    assert await actions(Filter(action="people%")) == []
    assert await actions(Filter(action="people.*")) == []  # the dot is a dot
    assert await actions(Filter(action="keys.create")) == ["keys.create"]
    assert await actions(Filter(actor_id="person_ada")) == ["keys.revoke", "keys.create"]
    assert await actions(Filter(subject="person_2")) == ["people_change"]
    assert await actions(Filter(organisation_id="org_other")) == ["keys.revoke"]
    assert await actions(Filter(since=start + 10, until=start + 20)) == ["people_change"]


async def test_pages_hold_every_entry_once(audit: AuditLog) -> None:
    for number in range(5):
        await audit.record(ADA, "keys.create", str(number), {})
    seen: list[str] = []
    before: int | None = None
    more = True
    while more:
        entries, more = await audit.page(Filter(), 2, before)
        seen += [entry.subject for entry in entries]
        before = entries[-1].id
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("wanted", "limit", "before"),
    [
        (Filter(), 0, None),
        (Filter(), 101, None),
        (Filter(), 1, -1),
        (Filter(), 1, 2**63),
        (Filter(subject="\x00"), 1, None),
        (Filter(action="\ud800"), 1, None),
        (Filter(since=float("nan")), 1, None),
        (Filter(until=1e300), 1, None),
        (Filter(since=-1.0), 1, None),
    ],
)
async def test_what_cannot_be_sought_is_refused(
    audit: AuditLog, wanted: Filter, limit: int, before: int | None
) -> None:
    with pytest.raises(InvalidRequest):
        await audit.page(wanted, limit, before)


def test_secrets_are_left_out_at_any_depth() -> None:
    found = without_secrets(
        {
            "api_key": "abc",
            "provider": {"Authorization": "Basic abc", "note": "use fh-0123456789abcdefghij now"},
            "urls": ["postgresql://me:hidden@host/name", "https://host/name"],
            "client_secret": ["abc"],
            "key_hash": b"abc",
        }
    )
    assert found == {
        "api_key": LEFT_OUT,
        "provider": {"Authorization": LEFT_OUT, "note": f"use {LEFT_OUT} now"},
        "urls": [f"postgresql{LEFT_OUT}host/name", "https://host/name"],
        "client_secret": LEFT_OUT,
        "key_hash": LEFT_OUT,
    }


def test_what_only_sounds_like_a_secret_is_kept() -> None:
    details = {"max_tokens": "many", "price_per_token": 5, "key_id": "key_1", "models": ["gpt-4o-mini"], "x": None}
    assert without_secrets(details) == details
