import pytest

from admin_office import Office
from freehold.foundation.database import Database
from held_clock import HeldClock

PEOPLE = "/admin/v1/people"


@pytest.fixture
def office(database: Database, clock: HeldClock) -> Office:
    return Office(database, clock)


async def test_an_admin_adds_changes_disables_and_removes_people(office: Office, clock: HeldClock) -> None:
    admin = await office.client("Root", "admin")
    made = await admin.call("POST", PEOPLE, {"name": "Ada", "role": "manager", "tier": "gold"})
    assert made.status == 201
    place = f"{PEOPLE}/{made.json()['id']}"
    changed = await admin.call("PATCH", place, {"role": "auditor", "tier": "", "disabled": True})
    expected = {"name": "Ada", "role": "auditor", "tier": "", "disabled_at": clock.now, "kind": "person"}
    assert {name: changed.json()[name] for name in expected} == expected
    assert (await admin.call("PATCH", place, {"disabled": False})).json()["disabled_at"] is None
    assert (await admin.call("GET", place)).json()["role"] == "auditor"
    assert (await admin.call("DELETE", place)).status == 204
    assert (await admin.call("GET", place)).status == 404


async def test_a_manager_looks_after_the_own_organisation_and_nobody_above(office: Office) -> None:
    other = await office.other_organisation()
    manager, admin = await office.client("Mona", "manager"), await office.client("Root", "admin")
    member, stranger = await office.client("Ada"), await office.client("Eve", organisation_id=other)
    for client, status in ((member, 200), (admin, 404), (stranger, 404)):
        answer = await manager.call("PATCH", f"{PEOPLE}/{client.person_id}", {"disabled": True})
        assert answer.status == status
    ada = f"{PEOPLE}/{member.person_id}"
    assert (await manager.call("PATCH", ada, {"role": "manager"})).status == 200
    assert (await manager.call("PATCH", ada, {"role": "admin"})).status == 404
    assert (await manager.call("PATCH", f"{PEOPLE}/{manager.person_id}", {"role": "admin"})).status == 403
    assert (await manager.call("PATCH", ada, {"tier": "gold"})).status == 404
    assert (await manager.call("POST", PEOPLE, {"name": "Bob", "role": "admin"})).status == 403
    assert (await manager.call("POST", PEOPLE, {"name": "Bob", "organisation_id": other})).status == 404
    assert (await manager.call("POST", PEOPLE, {"name": "Bob"})).status == 201
    assert (await manager.call("DELETE", ada)).status == 404
    assert (await admin.call("GET", f"{PEOPLE}/{admin.person_id}")).json()["disabled_at"] is None


async def test_members_see_themselves_and_auditors_their_organisation(office: Office) -> None:
    other = await office.other_organisation()
    member, auditor = await office.client("Ada"), await office.client("Otto", "auditor")
    stranger = await office.client("Eve", "auditor", other)
    assert (await member.call("GET", f"{PEOPLE}/{member.person_id}")).json()["name"] == "Ada"
    assert (await member.call("GET", f"{PEOPLE}/{auditor.person_id}")).status == 404
    assert (await member.call("GET", PEOPLE)).status == 403
    assert (await member.call("PATCH", f"{PEOPLE}/{member.person_id}", {"role": "admin"})).status == 403
    names = [person["name"] for person in (await auditor.call("GET", PEOPLE)).json()["data"]]
    assert sorted(names) == ["Ada", "Otto"]
    assert (await auditor.call("PATCH", f"{PEOPLE}/{member.person_id}", {"disabled": True})).status == 404
    assert (await stranger.call("GET", f"{PEOPLE}/{member.person_id}")).status == 404
    assert (await stranger.call("GET", f"{PEOPLE}?organisation_id=org_default")).status == 404


async def test_people_come_in_pages(office: Office) -> None:
    admin = await office.client("Root", "admin")
    for number in range(4):
        await admin.call("POST", PEOPLE, {"name": str(number)})
    first = (await admin.call("GET", f"{PEOPLE}?limit=3")).json()
    rest = (await admin.call("GET", f"{PEOPLE}?limit=3&before={first['data'][-1]['id']}")).json()
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert {one["name"] for one in first["data"] + rest["data"]} == {"Root", "0", "1", "2", "3"}


async def test_what_is_not_there_and_what_is_anothers_get_the_same_answer(office: Office) -> None:
    other = await office.other_organisation()
    manager, stranger = await office.client("Mona", "manager"), await office.client("Eve", organisation_id=other)
    hidden = await manager.call("GET", f"{PEOPLE}/{stranger.person_id}")
    missing = await manager.call("GET", f"{PEOPLE}/person_nobody")
    assert (hidden.status, hidden.json()) == (missing.status, missing.json())
    assert hidden.status == 404


@pytest.mark.parametrize("change", [{"role": "member"}, {"disabled": True}])
async def test_the_last_admin_cannot_step_down(office: Office, change: dict[str, object]) -> None:
    admin = await office.client("Root", "admin")
    answer = await admin.call("PATCH", f"{PEOPLE}/{admin.person_id}", change)
    assert answer.status == 400
    assert "last admin" in answer.json()["error"]["message"]
