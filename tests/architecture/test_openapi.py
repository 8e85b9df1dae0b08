"""Every route of the application: documented, closed to strangers, blind to what is somebody else's, never a 500."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from freehold.accounts.records import DEFAULT_ORGANISATION
from freehold.api.schema import document
from freehold.contracts.identity import Credential
from kept_voice import keep_voice

# What a stranger may ask for. Signing in refuses by itself; signing out of no session is no news.
OPEN = {
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("DELETE", "/api/session"),
}
PAGES = "/{path:path}"  # the web app itself: open, and no API
# Names that mean the same for everybody; every other parameter names something that belongs to somebody.
PUBLIC_PARAMETERS = {"model", "act", "voice"}
BODY = {"content": "hello", "title": "mine now", "name": "mine now", "key": "fh-none", "model": "none"}
JUNK_BODIES = (b"", b"junk", b"\xff\xfe", b"{}", b"[]", b"null", b'{"model": 5}', b'{"content": []}', b'{"a":' * 5000)
JUNK_PARAMETERS = ("x", "%00", "%FF", "..%2F..", "%F0%9F%99%82", "a" * 3000)


def every_route(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of each route of the API, included and mounted ones too."""
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from every_route(included.routes, prefix)
        elif isinstance(route, Mount):
            yield from every_route(route.routes, prefix + route.path)
        elif isinstance(route, WebSocketRoute):
            yield "GET", prefix + route.path  # what asks for the upgrade
        elif getattr(route, "path", "") != PAGES:
            assert isinstance(route, Route), f"{route} is of a kind that this test does not know"
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, prefix + route.path


def undocumented(app: FastAPI) -> set[tuple[str, str]]:
    """Routes that the OpenAPI document does not name."""
    paths: dict[str, dict[str, Any]] = document(app)["paths"]
    found = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    served = set(every_route(app.router.routes))
    return {(method, path) for method, path in served if (method, path.replace(":path}", "}")) not in found}


def parameters(path: str) -> list[str]:
    """The names in braces."""
    return re.findall(r"{(\w+)(?::\w+)?}", path)


def filled(path: str, values: dict[str, str]) -> str:
    """The path with its parameters' values."""
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values[found.group(1)], path)


async def possessions(app: FastAPI, ada: httpx.AsyncClient) -> dict[str, str]:
    """One of everything that can be somebody's, by the name of the path parameter that reads it."""
    conversation = (await ada.post("/api/conversations", json={"model": "none"})).json()["id"]
    await ada.post(f"/api/conversations/{conversation}/messages", json={"content": "secret", "model": "none"})
    messages = (await ada.get(f"/api/conversations/{conversation}")).json()["messages"]
    key = (await ada.post("/admin/v1/keys", json={"name": "second"})).json()["id"]
    person = (await ada.get("/api/session")).json()["person"]["id"]
    team = (await ada.post("/admin/v1/teams", json={"name": "secret team"})).json()["id"]
    organisation = (await ada.post("/admin/v1/organisations", json={"name": "secret organisation"})).json()["id"]
    owners = {"person_id": person, "team_id": team, "organisation_id": organisation}
    await ada.put("/admin/v1/providers/secret-provider", json={"url": "http://127.0.0.1:9/v1"})
    owners["name"] = "secret-provider"
    plan = {"route": "secret route", "candidate": "secret-provider/m"}
    await ada.put("/admin/v1/rollouts/secret-provider", json=plan)
    owners |= {"act": "pause", "call_id": "rtc_hers"}
    voice = await keep_voice(app.state.custom_voices, person, DEFAULT_ORGANISATION)
    owners |= {"voice_id": voice.id, "consent_id": voice.consent_id}
    return {"id": conversation, "message_id": messages[-1]["id"], "key_id": key} | owners


def test_every_route_is_in_the_openapi_document(app: FastAPI) -> None:
    assert undocumented(app) == set()


def test_a_route_that_is_not_in_the_document_is_noticed(app: FastAPI) -> None:
    async def planted(request: Request) -> Response:
        return Response()

    app.router.routes.append(Mount("/planted", routes=[Route("/{id}", planted, methods=["PUT"])]))
    assert undocumented(app) == {("PUT", "/planted/{id}")}


async def test_the_document_names_only_what_is_served_and_says_how_errors_look(
    app: FastAPI, stranger: httpx.AsyncClient
) -> None:
    found = (await stranger.get("/openapi.json")).json()
    served = {path.replace(":path}", "}") for _, path in every_route(app.router.routes)}
    assert set(found["paths"]) <= served
    assert found["openapi"].startswith("3.")
    assert {"key", "session"} <= set(found["components"]["securitySchemes"])
    assert set(found["components"]["schemas"]["Error"]["properties"]) == {"error"}


async def test_strangers_are_asked_who_they_are_on_every_route_but_the_open_ones(
    app: FastAPI, stranger: httpx.AsyncClient
) -> None:
    routes = set(every_route(app.router.routes))
    assert routes >= OPEN
    for method, path in sorted(routes - OPEN):
        answer = await stranger.request(method, filled(path, dict.fromkeys(parameters(path), "x")), json=BODY)
        assert answer.status_code == 401, f"{method} {path}: {answer.status_code} {answer.text}"
        error = answer.json()["error"]
        # Anthropic's clients get Anthropic's shape, which has no code.
        assert error.get("code", error["type"]) in ("invalid_api_key", "authentication_error")


async def test_what_is_somebody_elses_is_not_found(
    app: FastAPI, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = await possessions(app, ada)
    before = (await ada.get(f"/api/conversations/{hers['id']}")).json()
    walked = 0
    for method, path in every_route(app.router.routes):
        owned = set(parameters(path)) - PUBLIC_PARAMETERS
        if not owned:
            continue
        assert owned <= set(hers), f"{path}: let `possessions` make what its parameter names"
        answer = await bob.request(method, filled(path, hers), json=BODY)
        assert answer.status_code in (403, 404), f"{method} {path}: {answer.status_code} {answer.text}"
        assert "secret" not in answer.text
        walked += 1
    assert walked >= 6
    assert (await ada.get(f"/api/conversations/{hers['id']}")).json() == before
    assert (await bob.get("/api/conversations")).json()["data"] == []
    keys = (await ada.get("/admin/v1/keys")).json()["data"]
    assert all(key["revoked_at"] is None for key in keys)
    voice = (await ada.get(f"/v1/audio/voices/{hers['voice_id']}")).json()
    assert (voice["name"], voice["freehold"]["status"]) == ("secret voice", "pending_approval")


async def test_an_administrator_ends_another_ones_key_but_reads_none_of_their_conversations(
    app: FastAPI, ada: httpx.AsyncClient
) -> None:
    accounts = app.state.accounts
    carol = await accounts.add_person("Carol", "admin")
    text, key = await accounts.keys.create(carol.id, "laptop")
    principal = await accounts.identify(Credential(api_key=text))
    conversation = await app.state.conversations.create(principal)
    assert (await ada.get(f"/api/conversations/{conversation.id}")).status_code == 404
    assert (await ada.delete(f"/admin/v1/keys/{key.id}")).status_code == 204


async def test_junk_is_refused_and_never_breaks_a_route(
    app: FastAPI, stranger: httpx.AsyncClient, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    for client in (stranger, ada, bob):
        for method, path in every_route(app.router.routes):
            if path.startswith("/health"):
                continue  # 503 is its word for a server that is not ready
            bodies = JUNK_BODIES if method in ("POST", "PUT", "PATCH") else JUNK_BODIES[:2]
            for place in junk_places(path):
                for body in bodies:
                    answer = await client.request(method, place, content=body)
                    assert answer.status_code < 500, f"{method} {place} {body[:20]!r}: {answer.text}"


def junk_places(path: str) -> list[str]:
    """The path with junk in its parameters and behind it."""
    values = JUNK_PARAMETERS if parameters(path) else ("",)
    places = [filled(path, dict.fromkeys(parameters(path), value)) for value in values]
    return [*places, f"{places[0]}?limit=-1&before=%00", f"{places[0]}?limit=x&limit=9&%00"]
