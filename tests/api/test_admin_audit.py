import pytest

from admin_office import Office
from freehold.foundation.database import Database
from held_clock import HeldClock

AUDIT = "/admin/v1/audit"


@pytest.fixture
def office(database: Database, clock: HeldClock) -> Office:
    return Office(database, clock)


async def test_what_somebody_did_is_on_record_without_the_keys_text(office: Office) -> None:
    admin = await office.client("Root", "admin")
    made = (await admin.call("POST", "/admin/v1/keys", {"name": "page", "scopes": {"models": ["small"]}})).json()
    await admin.call("DELETE", f"/admin/v1/keys/{made['id']}")
    answer = await admin.call("GET", f"{AUDIT}?subject={made['id']}")
    revoked, created = answer.json()["data"]
    assert (revoked["action"], created["action"]) == ("keys.revoke", "keys.create")
    assert (created["actor_id"], created["actor_name"]) == (admin.person_id, "Root")
    assert created["details"]["models"] == ["small"]
    everything = (await admin.call("GET", AUDIT)).content.decode()
    assert "command line" in everything
    assert made["key"] not in everything


async def test_managers_and_auditors_read_what_concerns_their_organisation(office: Office) -> None:
    other = await office.other_organisation()
    admin, auditor = await office.client("Root", "admin"), await office.client("Otto", "auditor")
    stranger, member = await office.client("Eve", "manager", other), await office.client("Ada")
    await admin.call("POST", "/admin/v1/teams", {"name": "theirs", "organisation_id": other})

    async def actions(query: str = "") -> list[str]:
        return [entry["action"] for entry in (await stranger.call("GET", f"{AUDIT}{query}")).json()["data"]]

    assert await actions() == ["teams.create", "keys.create", "people.create", "organisations.create"]
    assert await actions("?action=teams.*") == ["teams.create"]
    assert await actions(f"?actor_id={admin.person_id}") == ["teams.create"]
    organisations = {entry["organisation_id"] for entry in (await auditor.call("GET", AUDIT)).json()["data"]}
    assert organisations == {"org_default"}
    assert (await auditor.call("GET", f"{AUDIT}?organisation_id={other}")).status == 404
    assert (await member.call("GET", AUDIT)).status == 403


async def test_the_log_comes_in_pages(office: Office) -> None:
    admin = await office.client("Root", "admin")
    seen: list[int] = []
    query = "?limit=1"
    for _ in range(2):
        page = (await admin.call("GET", AUDIT + query)).json()
        seen += [entry["id"] for entry in page["data"]]
        query = f"?limit=1&before={page['data'][-1]['id']}"
    assert len(seen) == 2
    assert seen == sorted(seen, reverse=True)
    assert (page["has_more"], (await admin.call("GET", f"{AUDIT}?limit=0")).status) == (False, 400)
    for query in ("?since=nan", "?until=1e300", "?before=-1", f"?before={2**70}", "?subject=%00", "?since=x"):
        assert (await admin.call("GET", AUDIT + query)).status == 400, query
