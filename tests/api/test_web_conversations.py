import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.applications import Starlette

from asgi_client import AsgiClient
from freehold.accounts.identity import Accounts
from freehold.api.settings import ApiSettings
from freehold.api.web.conversations import ROUTES
from freehold.chats.conversations import Conversations
from freehold.foundation.database import Database
from freehold.foundation.edge import EXCEPTION_HANDLERS, RequestEdge
from held_clock import HeldClock
from scripted_gateway import ScriptedGateway, chunk, spoken


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
async def app(
    database: Database, accounts: Accounts, gateway: ScriptedGateway, clock: HeldClock
) -> AsyncGenerator[Starlette]:
    app = Starlette(routes=ROUTES, exception_handlers=EXCEPTION_HANDLERS)
    app.add_middleware(RequestEdge)
    app.state.accounts = accounts
    app.state.api_settings = ApiSettings()
    app.state.conversations = Conversations(database, gateway, accounts, clock)
    yield app
    await app.state.conversations.close()


async def client_of(app: Starlette, accounts: Accounts, name: str) -> AsgiClient:
    person = await accounts.add_person(name)
    key, _ = await accounts.keys.create(person.id, "laptop")
    return AsgiClient(app, {"authorization": f"Bearer {key}"})


@pytest.fixture
async def ada(app: Starlette, accounts: Accounts) -> AsgiClient:
    return await client_of(app, accounts, "Ada")


async def begin(client: AsgiClient) -> str:
    answer = await client.call("POST", "/api/conversations", {"model": "small"})
    assert answer.status == 200
    return f"/api/conversations/{answer.json()['id']}"


async def test_a_conversation_lives_from_its_first_word_to_its_deletion(ada: AsgiClient) -> None:
    place = await begin(ada)
    streamed = await ada.call("POST", f"{place}/messages", {"content": "Good morning", "model": "small"})
    assert dict(streamed.headers)["content-type"].startswith("text/event-stream")
    events = streamed.events()
    assert events[-1] == "[DONE]"
    assert [event["type"] for event in events[:-1]] == [
        "message.created",
        "message.delta",
        "message.delta",
        "message.completed",
    ]
    answer_id = events[0]["assistant"]["id"]
    again = await ada.call("POST", f"{place}/messages/{answer_id}/regenerate", {"model": "small"})
    assert again.events()[-2]["message"]["parent_id"] == events[0]["user"]["id"]
    found = (await ada.call("GET", place)).json()
    assert found["title"] == "Good morning"
    assert [(turn["role"], turn["content"]) for turn in found["messages"]] == [
        ("user", "Good morning"),
        ("assistant", "Hello there"),
        ("assistant", "Hello there"),
    ]
    assert (await ada.call("PATCH", place, {"title": "Mornings"})).json()["title"] == "Mornings"
    listed = (await ada.call("GET", "/api/conversations?limit=50")).json()
    assert [one["title"] for one in listed["data"]] == ["Mornings"]
    assert set(listed["data"][0]) == {"id", "title", "model", "created_at", "updated_at"}
    assert listed["has_more"] is False
    assert (await ada.call("DELETE", place)).status == 204
    assert (await ada.call("GET", place)).status == 404


@pytest.mark.parametrize("said_before", [b"message.created", b"message.delta"])
async def test_hanging_up_stops_the_answer_and_keeps_its_text(
    ada: AsgiClient, gateway: ScriptedGateway, said_before: bytes
) -> None:
    gateway.steps = [chunk("Half an"), asyncio.Event()]
    if said_before == b"message.created":
        gateway.steps = [asyncio.Event()]
    place = await begin(ada)
    await ada.call("POST", f"{place}/messages", {"content": "one"}, hang_up_after=said_before)
    answer = (await ada.call("GET", place)).json()["messages"][-1]
    expected = "Half an" if said_before == b"message.delta" else ""
    assert (answer["content"], answer["status"]) == (expected, "stopped")
    assert gateway.open == 0


async def test_a_failed_answer_ends_its_stream_in_order(ada: AsgiClient, gateway: ScriptedGateway) -> None:
    gateway.steps, gateway.status = [b'{"error": {"message": "No."}}'], 500
    place = await begin(ada)
    events = (await ada.call("POST", f"{place}/messages", {"content": "one"})).events()
    assert [event if event == "[DONE]" else event["type"] for event in events] == [
        "message.created",
        "message.failed",
        "[DONE]",
    ]
    assert events[1]["message"]["error"] == {"message": "No.", "code": "provider_failed"}


async def test_what_is_refused_before_the_first_event_is_an_ordinary_error(
    ada: AsgiClient, gateway: ScriptedGateway
) -> None:
    place = await begin(ada)
    for body in ({"content": ""}, {"content": "x" * 200_001}, {"model": "small"}, None):
        answer = await ada.call("POST", f"{place}/messages", body)
        assert (answer.status, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert (await ada.call("GET", "/api/conversations?limit=many")).status == 400
    assert (await ada.call("GET", "/api/conversations?limit=0")).status == 400
    assert gateway.calls == []


async def test_every_route_needs_a_caller_and_hides_what_is_anothers(
    ada: AsgiClient, app: Starlette, accounts: Accounts, gateway: ScriptedGateway
) -> None:
    gateway.steps = spoken("Fine")
    place = await begin(ada)
    events = (await ada.call("POST", f"{place}/messages", {"content": "one"})).events()
    answer_id = events[0]["assistant"]["id"]
    routes = [
        ("GET", place, None),
        ("PATCH", place, {"title": "Hers"}),
        ("DELETE", place, None),
        ("POST", f"{place}/messages", {"content": "two", "model": "small"}),
        ("POST", f"{place}/messages/{answer_id}/regenerate", {"model": "small"}),
        ("GET", f"/api/conversations?before={place.rpartition('/')[2]}", None),
    ]
    eve = await client_of(app, accounts, "Eve")
    for method, path, body in routes:
        assert (await eve.call(method, path, body)).status == 404, path
        assert (await AsgiClient(app).call(method, path, body)).status == 401, path
    assert (await eve.call("GET", "/api/conversations")).json() == {"data": [], "has_more": False}
    assert len((await ada.call("GET", place)).json()["messages"]) == 2
