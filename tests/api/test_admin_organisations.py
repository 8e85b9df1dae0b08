import pytest

from admin_office import Office
from freehold.foundation.database import Database
from held_clock import HeldClock

ORGANISATIONS, TEAMS = "/admin/v1/organisations", "/admin/v1/teams"


@pytest.fixture
def office(database: Database, clock: HeldClock) -> Office:
    return Office(database, clock)


async def test_an_organisation_lives_from_its_name_to_its_removal(office: Office) -> None:
    admin = await office.client("Root", "admin")
    made = await admin.call("POST", ORGANISATIONS, {"name": "Other"})
    assert made.status == 201
    place = f"{ORGANISATIONS}/{made.json()['id']}"
    assert (await admin.call("PATCH", place, {"name": "Another"})).json()["name"] == "Another"
    assert (await admin.call("POST", ORGANISATIONS, {"name": "Another"})).status == 400
    names = [one["name"] for one in (await admin.call("GET", ORGANISATIONS)).json()["data"]]
    assert sorted(names) == ["Another", "Default"]
    assert (await admin.call("DELETE", place)).status == 204
    assert (await admin.call("GET", place)).status == 404
    assert (await admin.call("DELETE", f"{ORGANISATIONS}/org_default")).status == 400


@pytest.mark.parametrize("role", ["member", "auditor", "manager"])
async def test_others_see_their_own_organisation_and_change_none(office: Office, role: str) -> None:
    other = await office.other_organisation()
    client = await office.client("Ada", role)  # pyright: ignore[reportArgumentType]
    own = f"{ORGANISATIONS}/org_default"
    assert (await client.call("GET", own)).json()["name"] == "Default"
    assert [one["id"] for one in (await client.call("GET", ORGANISATIONS)).json()["data"]] == ["org_default"]
    for method, path, status in (
        ("PATCH", own, 403),
        ("DELETE", own, 403),
        ("POST", ORGANISATIONS, 403),
        ("GET", f"{ORGANISATIONS}/{other}", 404),
        ("PATCH", f"{ORGANISATIONS}/{other}", 404),
        ("DELETE", f"{ORGANISATIONS}/{other}", 404),
    ):
        assert (await client.call(method, path, {"name": "Mine"})).status == status, path


async def test_a_manager_makes_a_team_and_says_who_is_in_it(office: Office) -> None:
    manager, member = await office.client("Mona", "manager"), await office.client("Ada")
    team = (await manager.call("POST", TEAMS, {"name": "research"})).json()
    place = f"{TEAMS}/{team['id']}"
    assert (await manager.call("PUT", f"{place}/members/{member.person_id}")).status == 204
    found = (await manager.call("GET", f"/admin/v1/people?team_id={team['id']}")).json()["data"]
    assert [(person["name"], person["team_ids"]) for person in found] == [("Ada", [team["id"]])]
    made = await member.call("POST", "/admin/v1/keys", {"name": "bound", "team_id": team["id"]})
    assert (await manager.call("DELETE", place)).status == 400
    assert (await manager.call("DELETE", f"{place}/members/{member.person_id}")).status == 204
    key = (await member.call("GET", f"/admin/v1/keys/{made.json()['id']}")).json()
    assert key["revoked_at"] is not None
    assert (await manager.call("PATCH", place, {"name": "finding"})).json()["name"] == "finding"
    assert (await manager.call("DELETE", place)).status == 204
    assert (await manager.call("GET", TEAMS)).json() == {"data": [], "has_more": False}


async def test_teams_are_closed_to_members_and_to_other_organisations(office: Office) -> None:
    other = await office.other_organisation()
    manager, stranger = await office.client("Mona", "manager"), await office.client("Eve", "manager", other)
    member, auditor = await office.client("Ada"), await office.client("Otto", "auditor")
    team = (await manager.call("POST", TEAMS, {"name": "research"})).json()["id"]
    place = f"{TEAMS}/{team}"
    routes = [
        ("PATCH", place),
        ("DELETE", place),
        ("PUT", f"{place}/members/{member.person_id}"),
        ("DELETE", f"{place}/members/{member.person_id}"),
    ]
    for client, status in ((member, 403), (auditor, 403), (stranger, 404)):
        for method, path in routes:
            assert (await client.call(method, path, {"name": "ours"})).status == status, (client, path)
    assert (await auditor.call("GET", place)).status == 200
    assert (await stranger.call("GET", place)).status == 404
    assert (await stranger.call("GET", f"{TEAMS}?organisation_id=org_default")).status == 404
    assert (await stranger.call("POST", TEAMS, {"name": "x", "organisation_id": "org_default"})).status == 404
    assert (await manager.call("PUT", f"{place}/members/{stranger.person_id}")).status == 404
