import pytest

from admin_office import Caller, Office
from freehold.accounts.people import Change
from freehold.contracts.identity import Scopes
from freehold.foundation.database import Database
from held_clock import HeldClock


@pytest.fixture
def office(database: Database, clock: HeldClock) -> Office:
    return Office(database, clock)


async def works(office: Office, text: str) -> bool:
    """Whether a key opens its own list of keys, or at least is refused as a known one."""
    answer = await Caller(office.app, text, "", "").call("GET", "/admin/v1/keys")
    return answer.status != 401


async def test_a_member_makes_lists_rotates_and_revokes_their_own_keys(office: Office, clock: HeldClock) -> None:
    member = await office.client("Ada")
    wanted = {
        "name": "page",
        "scopes": {"models": ["small-*"], "endpoints": ["chat/completions"], "origins": ["https://a.example"]},
        "expires_in_seconds": 90 * 86400,
    }
    made = await member.call("POST", "/admin/v1/keys", wanted)
    assert made.status == 201
    body = made.json()
    assert body["key"].startswith("fh-")
    assert (body["kind"], body["person_id"], body["scopes"]) == ("personal", member.person_id, wanted["scopes"])
    assert body["expires_at"] == clock.now + 90 * 86400
    place = f"/admin/v1/keys/{body['id']}"
    listed = (await member.call("GET", "/admin/v1/keys")).json()
    assert {key["name"] for key in listed["data"]} == {"laptop", "page"}
    assert "key" not in listed["data"][0]
    rotated = (await member.call("POST", f"{place}/rotate", {"overlap_seconds": 60})).json()
    assert rotated["scopes"] == wanted["scopes"]
    assert (await member.call("GET", place)).json()["replaced_by"] == rotated["id"]
    assert await works(office, body["key"])
    assert (await member.call("DELETE", place)).status == 204
    assert not await works(office, body["key"])
    assert await works(office, rotated["key"])


async def test_a_manager_makes_keys_for_the_organisation_but_not_for_its_admin(office: Office) -> None:
    manager = await office.client("Mona", "manager")
    member, admin = await office.client("Ada"), await office.client("Root", "admin")
    for person, status in ((member, 201), (admin, 404)):
        answer = await manager.call("POST", "/admin/v1/keys", {"name": "theirs", "person_id": person.person_id})
        assert answer.status == status
    for act in ("DELETE /", "POST /rotate"):
        method, _, rest = act.partition(" ")
        answer = await manager.call(method, f"/admin/v1/keys/{admin.key_id}{rest.rstrip('/')}", {})
        assert answer.status == 404
    assert (await manager.call("DELETE", f"/admin/v1/keys/{member.key_id}")).status == 204


async def test_a_services_key_is_made_by_a_manager_and_in_no_other_organisation(office: Office) -> None:
    manager, member = await office.client("Mona", "manager"), await office.client("Ada")
    team = (await manager.call("POST", "/admin/v1/teams", {"name": "research"})).json()["id"]
    wanted = {"name": "nightly", "kind": "service", "team_id": team}
    made = await manager.call("POST", "/admin/v1/keys", wanted)
    assert (made.status, made.json()["kind"], made.json()["team_id"]) == (201, "service", team)
    assert (await member.call("POST", "/admin/v1/keys", wanted)).status == 403
    elsewhere = wanted | {"organisation_id": await office.other_organisation()}
    assert (await manager.call("POST", "/admin/v1/keys", elsewhere)).status == 404
    again = {"name": "second", "person_id": made.json()["person_id"]}
    assert (await manager.call("POST", "/admin/v1/keys", again)).json()["kind"] == "service"


async def test_keys_are_listed_for_those_who_may_see_them(office: Office) -> None:
    other = await office.other_organisation()
    manager, member = await office.client("Mona", "manager"), await office.client("Ada")
    auditor, admin = await office.client("Otto", "auditor"), await office.client("Root", "admin")
    stranger = await office.client("Eve", "manager", other)

    async def owners(client: Caller, query: str) -> set[str] | int:
        answer = await client.call("GET", f"/admin/v1/keys?{query}")
        return {key["person_id"] for key in answer.json()["data"]} if answer.status == 200 else answer.status

    everybody = {one.person_id for one in (manager, member, auditor, admin)}
    home = "organisation_id=org_default"
    assert await owners(manager, home) == everybody
    assert await owners(manager, f"{home}&person_id={member.person_id}") == {member.person_id}
    assert await owners(admin, f"organisation_id={other}") == {stranger.person_id}
    assert await owners(manager, f"organisation_id={other}") == 404
    assert await owners(stranger, home) == 404
    assert await owners(stranger, f"person_id={member.person_id}") == 404
    assert await owners(auditor, home) == 403
    assert await owners(member, f"person_id={manager.person_id}") == 404
    assert await owners(member, f"{home}&person_id={member.person_id}") == 403


async def test_a_limited_key_makes_no_keys(office: Office) -> None:
    page = await office.client("Ada", "admin", scopes=Scopes(models=("small",)))
    for method, path, body in (
        ("GET", "/admin/v1/keys", None),
        ("POST", "/admin/v1/keys", {"name": "better"}),
        ("POST", f"/admin/v1/keys/{page.key_id}/rotate", {}),
        ("DELETE", f"/admin/v1/keys/{page.key_id}", None),
        ("GET", "/admin/v1/people", None),
        ("GET", "/admin/v1/audit", None),
    ):
        answer = await page.call(method, path, body)
        assert (answer.status, answer.json()["error"]["code"]) == (403, "permission_denied"), path


async def test_a_disabled_persons_key_opens_nothing(office: Office) -> None:
    member = await office.client("Ada")
    assert (await member.call("GET", "/admin/v1/keys")).status == 200
    person = await office.accounts.people.get(member.person_id)
    await office.accounts.people.change(person, Change(disabled=True))
    assert (await member.call("GET", "/admin/v1/keys")).status == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x\ny"},
        {"name": "a", "expires_in_seconds": 0},
        {"name": "a", "expires_in_seconds": 1e300},
        {"name": "a", "scopes": {"models": ["a*b"]}},
        {"name": "a", "scopes": {"endpoints": "embeddings"}},
        {"name": "a", "team_id": "team_nowhere"},
        {"name": "a", "kind": "other"},
    ],
)
async def test_keys_that_make_no_sense_are_refused(office: Office, body: object) -> None:
    answer = await (await office.client("Ada")).call("POST", "/admin/v1/keys", body)
    assert (answer.status, answer.json()["error"]["type"]) == (400, "invalid_request_error")
