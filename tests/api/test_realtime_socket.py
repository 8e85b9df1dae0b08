"""WS /v1/realtime by real clients, over the whole application and a worker process that echoes what it is sent."""

import asyncio
import base64
import json
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from openai import AsyncOpenAI, BadRequestError, PermissionDeniedError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

import echo_conversation
from freehold.api.openai import realtime
from freehold.api.realtime import relay
from freehold.api.realtime.places import RealtimePlaces
from freehold.contracts.errors import FreeholdError, Unauthorized
from freehold.contracts.identity import Credential, Scopes
from freehold.contracts.models import Endpoint
from freehold.foundation.egress import Egress
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.foundation.http_server import MAX_MESSAGE_BYTES, HttpServer, listen_privately
from freehold.foundation.settings import child_environment
from freehold.operations.workers import LocalWorkers
from gateway.rig import until
from gateway.vendors import good, serving
from whole_app import Caller, WholeApp, whole_app

pytestmark = [pytest.mark.network, pytest.mark.asyncio(loop_scope="module")]

SECONDS = 20
TOML = """
[gateway.providers.acme]
url = "{url}"
models = {{ gpt = "g", vectors = "text-embedding-3-small", ears = "whisper-1" }}
"""


class EchoWorker:
    """The worker process, and what it says of itself."""

    def __init__(self, workers: LocalWorkers) -> None:
        path = workers.gateway_socket.parent / f"{uuid.uuid4().hex[:8]}.sock"
        self.endpoint = Endpoint(url="http://worker/v1", socket_path=path)
        command = [sys.executable, echo_conversation.__file__, str(path)]
        given = child_environment(**workers._place.environment)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=given)
        self._egress = Egress(trusted=True, socket_path=path)

    async def sessions(self) -> int:
        """How many are open; -1 while it does not answer."""
        try:
            async with self._egress.open("GET", "http://worker/worker/health", timeout_seconds=5) as answer:
                return json.loads(await answer.whole(10_000, 5))["sessions"]
        except FreeholdError:
            return -1

    async def stop(self) -> None:
        await self._egress.close()
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 20)


class Place:
    """The server, one member of it, and the worker that holds sessions."""

    def __init__(self, whole: WholeApp, port: int, echo: EchoWorker, ada: Caller) -> None:
        self.whole, self.port, self.echo, self.ada = whole, port, echo, ada
        self.key = ada.headers["authorization"].removeprefix("Bearer ")
        self.openai = AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=self.key, max_retries=0)

    def connect(self, query: str = "?model=gpt", *, key: str | None = None, **options: Any) -> connect:
        headers = {"authorization": f"Bearer {self.key if key is None else key}"} if key != "" else {}
        usual = {"additional_headers": headers, "open_timeout": SECONDS, "max_size": 2 * MAX_MESSAGE_BYTES}
        return connect(f"ws://127.0.0.1:{self.port}/v1/realtime{query}", **(usual | options))

    @asynccontextmanager
    async def session(self, query: str = "?model=gpt", **options: Any) -> AsyncGenerator[ClientConnection]:
        async with self.connect(query, **options) as client:
            assert (await hear(client))["type"] == "session.created"
            yield client

    async def refusal(self, query: str = "?model=gpt", **options: Any) -> tuple[int, dict[str, Any]]:
        """Status and error of an upgrade that is refused."""
        with pytest.raises(InvalidStatus) as caught:
            async with self.connect(query, **options):
                pass
        answer = caught.value.response
        return answer.status_code, json.loads(answer.body or b"")["error"]

    async def secret(self, **session: Any) -> str:
        """A client secret for sessions of this configuration."""
        made = await self.openai.realtime.client_secrets.create(session={"type": "realtime", **session})  # type: ignore[arg-type]
        return made.value


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Place]:
    folder: Path = tmp_path_factory.mktemp("realtime")
    with pytest.MonkeyPatch.context() as patch:
        async with (
            serving(good) as vendor,
            whole_app(postgres, folder, patch, TOML.format(url=vendor.url)) as whole,
        ):
            workers: LocalWorkers = whole.app.state.workers
            listening = socket.create_server(("127.0.0.1", 0))
            port = listening.getsockname()[1]
            server = HttpServer(whole.app, drain_seconds=1)
            found = Place(whole, port, EchoWorker(workers), await whole.client("Ada"))

            async def conversations() -> Endpoint:
                return found.echo.endpoint

            patch.setattr(workers, "conversations", conversations)
            with closing(listen_privately(workers.gateway_socket)) as private:
                async with asyncio.TaskGroup() as group:
                    group.create_task(server.serve_on(listening, private))
                    await until_open(found, 0)
                    yield found
                    server.stop()
            await found.openai.close()
            await found.echo.stop()


async def until_open(place: Place, count: int) -> None:
    """Wait until the worker holds so many sessions."""
    async with asyncio.timeout(SECONDS):
        while await place.echo.sessions() != count:
            await asyncio.sleep(0.02)


async def say(client: ClientConnection, **event: Any) -> None:
    await client.send(json.dumps(event))


async def hear(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(SECONDS):
        return json.loads(await client.recv())


async def tell(client: ClientConnection) -> dict[str, Any]:
    """What the worker was told of the session."""
    await say(client, type="tell")
    return await hear(client)


async def goodbye(client: ClientConnection) -> tuple[list[dict[str, Any]], int]:
    """The events until the end, and the code that it comes with."""
    heard: list[dict[str, Any]] = []
    with suppress(ConnectionClosed):
        while True:
            heard.append(await hear(client))
    assert client.close_code is not None
    return heard, client.close_code


async def test_an_official_client_converses(place: Place) -> None:
    async with place.openai.realtime.connect(model="gpt") as connection:
        created = await connection.recv()
        assert created.type == "session.created"
        await connection.session.update(session={"type": "realtime", "instructions": "Be brief."})
        updated = await connection.recv()
        assert updated.type == "session.updated"
        assert updated.session.instructions == "Be brief."  # type: ignore[union-attr]
    await until_open(place, 0)


async def test_an_official_client_opens_a_session_with_a_client_secret(place: Place) -> None:
    session: Any = {
        "type": "realtime",
        "model": "gpt",
        "instructions": "Be brief.",
        "audio": {"output": {"speed": 1.2}},
    }
    made = await place.openai.realtime.client_secrets.create(session=session)
    assert made.value.startswith("ek_")
    assert made.session.type == "realtime"
    assert made.session.object == "realtime.session"
    assert made.session.id.startswith("sess_")
    assert made.session.instructions == "Be brief."
    async with AsyncOpenAI(base_url=place.openai.base_url, api_key=made.value) as page:
        async with page.realtime.connect(model="gpt") as connection:
            assert (await connection.recv()).type == "session.created"
            await connection.send({"type": "tell"})  # type: ignore[arg-type]
            told = json.loads(await connection.recv_bytes())
        with pytest.raises(PermissionDeniedError):
            await page.chat.completions.create(model="gpt", messages=[{"role": "user", "content": "hi"}])
        with pytest.raises(PermissionDeniedError):
            await page.realtime.client_secrets.create()
    assert told["opening"]["session"] == session


async def test_the_worker_learns_who_it_is_and_the_token_ends_with_the_session(place: Place) -> None:
    headers = {"authorization": f"Bearer {place.key}", "x-request-id": "req_mine"}
    async with place.session(additional_headers=headers) as client:
        told = await tell(client)
        opening = told["opening"]
        known = await place.whole.accounts.identify(Credential(api_key=opening["token"]))
    assert told["headers"] == {"x-request-id": "req_mine", "x-freehold-tenant": place.ada.person_id}
    assert (opening["model"], opening["session"]) == ("gpt", None)
    assert opening["id"].startswith("sess_")
    assert (known.person_id, known.key_id) == (place.ada.person_id, place.ada.key_id)
    async with asyncio.timeout(SECONDS):
        with suppress(Unauthorized):
            while True:
                await place.whole.accounts.identify(Credential(api_key=opening["token"]))
                await asyncio.sleep(0.02)


async def test_a_session_asks_its_model_as_its_caller_and_at_its_charge(place: Place) -> None:
    body = {"model": "gpt", "messages": [{"role": "user", "content": "hi"}]}
    async with place.session() as client:
        await say(client, type="ask", path="/v1/chat/completions", body=body)
        answered = await hear(client)
        await say(client, type="ask", path="/v1/embeddings", body={"model": "vectors", "input": "x"})
        refused = await hear(client)
    assert (answered["status"], answered["body"]["choices"][0]["message"]["content"]) == (200, "hello")
    assert (refused["status"], refused["body"]["error"]["code"]) == (403, "permission_denied")
    usage = (await place.ada.call("GET", "/v1/usage?group_by=endpoint")).json()
    assert usage["data"], usage


@pytest.mark.parametrize(
    "frame", ["plain", '{"type": "é🙂", "n": 1.50}', b"\x00\xff", "a" * 20 * 1024 * 1024], ids=range(4)
)
async def test_frames_pass_both_ways_as_they_are(place: Place, frame: str | bytes) -> None:
    async with place.session() as client:
        await client.send(frame)
        async with asyncio.timeout(SECONDS):
            heard = await client.recv()
    assert heard == frame


async def test_a_message_too_long_closes_the_session(place: Place) -> None:
    async with place.session() as client:
        with suppress(ConnectionClosed):
            await client.send("a" * (MAX_MESSAGE_BYTES + 1))
        assert (await goodbye(client))[1] == 1009
    await until_open(place, 0)


@pytest.mark.parametrize(
    ("query", "key", "status", "code", "param"),
    [
        ("", None, 400, "invalid_request", "model"),
        ("?model=", None, 400, "invalid_request", "model"),
        ("?model=gtp", None, 404, "model_not_found", "model"),
        ("?model=vectors", None, 400, "invalid_request", "model"),
        ("?model=espeak", None, 400, "invalid_request", "model"),
        ("?model=conversation", None, 404, "model_not_found", "model"),
        ("?intent=transcription&model=gpt", None, 400, "invalid_request", "model"),
        ("?model=gpt", "", 401, "invalid_api_key", None),
        ("?model=gpt", "fh-nobody", 401, "invalid_api_key", None),
        ("?model=gpt", "ek_nobody", 401, "invalid_api_key", None),
    ],
)
async def test_what_is_wrong_is_answered_before_the_upgrade(
    place: Place, query: str, key: str | None, status: int, code: str, param: str | None
) -> None:
    found, error = await place.refusal(query, key=key)
    assert (found, error["code"], error["param"]) == (status, code, param)
    assert set(error) == {"message", "type", "param", "code"}


async def test_keys_for_other_endpoints_models_and_pages_open_no_session(place: Place) -> None:
    for scopes in (
        Scopes(endpoints=("chat/completions",)),
        Scopes(models=("small",)),
        Scopes(origins=("https://a.b",)),
    ):
        limited = await place.whole.client("Bob", scopes=scopes)
        status, error = await place.refusal(key=limited.headers["authorization"].removeprefix("Bearer "))
        assert (status, error["code"]) == (403, "permission_denied")
    page = await place.whole.client("Page", scopes=Scopes(endpoints=("realtime",), origins=("https://a.b",)))
    headers = {"authorization": page.headers["authorization"], "origin": "https://a.b"}
    async with place.session(additional_headers=headers):
        pass


async def test_another_sites_page_opens_no_session_by_the_cookie(place: Place) -> None:
    principal = await place.whole.accounts.identify(Credential(api_key=place.key))
    cookie = f"freehold_session={await place.whole.accounts.sessions.open(principal)}"
    status, _ = await place.refusal(additional_headers={"cookie": cookie, "origin": "https://elsewhere.example"})
    assert status == 403
    own = {"cookie": cookie, "origin": f"http://127.0.0.1:{place.port}"}
    async with place.session(additional_headers=own):
        pass


async def test_a_page_offers_its_secret_as_a_subprotocol(place: Place) -> None:
    offered = [Subprotocol("realtime"), Subprotocol(f"openai-insecure-api-key.{await place.secret(model='gpt')}")]
    async with place.session("", key="", subprotocols=offered) as client:
        assert client.subprotocol == "realtime"
        assert (await tell(client))["opening"]["model"] == "gpt"


async def test_a_secret_is_for_the_model_that_it_names(place: Place) -> None:
    secret = await place.secret(model="gpt")
    assert (await place.refusal("?model=auto", key=secret))[1]["param"] == "model"
    async with place.session("?model=auto", key=await place.secret()) as client:
        assert (await tell(client))["opening"]["model"] == "auto"


async def test_a_session_that_only_transcribes_needs_no_model_to_talk_to(place: Place) -> None:
    async with place.session("?intent=transcription") as client:
        opening = (await tell(client))["opening"]
        assert (opening["model"], opening["session"]) == ("", {"type": "transcription"})
    async with place.session("?intent=transcription&model=ears") as client:
        opening = (await tell(client))["opening"]
        assert opening["model"] == ""
        assert opening["session"]["audio"]["input"]["transcription"] == {"model": "ears"}
    named: Any = {"type": "transcription", "audio": {"input": {"transcription": {"model": "ears"}}}}
    made = await place.openai.realtime.client_secrets.create(session=named)
    async with place.session("", key=made.value) as client:
        assert (await tell(client))["opening"]["session"] == named


async def test_the_longest_configuration_reaches_the_session_whole(place: Place) -> None:
    instructions = base64.b64encode(bytes(45_000)).decode()
    async with place.session("?model=gpt", key=await place.secret(instructions=instructions)) as client:
        assert (await tell(client))["opening"]["session"]["instructions"] == instructions


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"session": {"model": "gpt"}}, "session.type"),
        ({"session": {"type": "chat"}}, "session.type"),
        ({"session": {"type": "realtime", "model": 7}}, "session.model"),
        ({"session": {"type": "realtime", "model": "gtp"}}, "model"),
        ({"session": {"type": "realtime", "instructions": "x" * 65_536}}, "session"),
        ({"session": []}, "session"),
        ({"expires_after": {"seconds": 9}}, "expires_after.seconds"),
        ({"expires_after": {"seconds": 7201}}, "expires_after.seconds"),
        ({"expires_after": {"anchor": "last_used_at"}}, "expires_after.anchor"),
    ],
)
async def test_a_secret_that_makes_no_sense_is_refused_by_its_part(place: Place, body: Any, param: str) -> None:
    answer = await place.ada.call("POST", "/v1/realtime/client_secrets", body)
    assert answer.status in (400, 404)
    assert answer.json()["error"]["param"] == param


async def test_an_empty_body_makes_a_secret_for_ten_minutes(place: Place) -> None:
    answer = (await place.ada.call("POST", "/v1/realtime/client_secrets", {})).json()
    known = await place.whole.accounts.identify(Credential(api_key=answer["value"]))
    assert (answer["session"]["type"], known.ephemeral) == ("realtime", "client_secret")
    with pytest.raises(BadRequestError):
        await place.openai.realtime.client_secrets.create(expires_after={"anchor": "created_at", "seconds": 1})


async def test_what_the_session_refuses_is_refused_by_its_own_words(place: Place) -> None:
    status, error = await place.refusal("?model=gpt", key=await place.secret(instructions="refuse"))
    assert (status, error["message"]) == (400, "Such a session cannot be had.")
    assert error["param"] == "session.instructions"


async def test_a_client_that_does_not_read_is_closed_and_its_worker_freed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "SLOW_SECONDS", 0.3)
    async with place.session(max_queue=1, compression=None, close_timeout=0.2) as client:
        client.transport.pause_reading()
        await say(client, type="flood", frames=2000)
        await until_open(place, 1)
        await until_open(place, 0)
        client.transport.resume_reading()


async def test_a_client_that_vanishes_frees_its_worker(place: Place) -> None:
    async with place.session() as client:
        await until_open(place, 1)
        client.transport.abort()
        await until_open(place, 0)


async def test_a_workers_goodbye_reaches_the_client_as_it_was_said(place: Place) -> None:
    for code in (1000, 4001):
        async with place.session() as client:
            await say(client, type="close", code=code, reason="done")
            assert await goodbye(client) == ([], code)
            assert client.close_reason == "done"


async def test_a_worker_that_dies_ends_its_sessions_with_an_error_event(place: Place) -> None:
    dead = place.echo
    try:
        async with place.session() as client, place.session() as other:
            await say(client, type="die")
            for one in (client, other):
                [event], code = await goodbye(one)
                assert (code, event["type"], event["error"]["code"]) == (1011, "error", "provider_failed")
                assert set(event["error"]) == {"type", "code", "message", "param", "event_id"}
                assert event["event_id"].startswith("event_")
        status, error = await place.refusal()
        assert (status, error["code"]) == (503, "unavailable")
    finally:
        place.echo = EchoWorker(place.whole.app.state.workers)
        await dead.stop()
        await until_open(place, 0)


async def test_a_session_that_takes_nothing_ends_with_an_error_event(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "STUCK_SECONDS", 0.3)
    async with place.session() as client:
        await say(client, type="stop reading")
        with suppress(ConnectionClosed):
            while True:
                await client.send("x" * 1_000_000)
        heard, code = await goodbye(client)
    assert (code, [event["error"]["code"] for event in heard]) == (1011, ["provider_failed"])


async def test_a_session_ends_when_its_hour_is_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "SESSION_SECONDS", 0.3)
    async with place.session() as client:
        [event], code = await goodbye(client)
    assert (code, event["error"]["code"]) == (1000, "session_expired")
    await until_open(place, 0)


async def test_one_session_too_many_is_refused_until_another_ends(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: RealtimePlaces = place.whole.app.state.realtime_places
    monkeypatch.setattr(places, "_most", 2)
    monkeypatch.setattr(places, "_most_per_caller", 1)
    keys = [(await place.whole.client(name)).headers["authorization"].removeprefix("Bearer ") for name in "ab"]
    async with place.session():
        assert (await place.refusal())[0] == 429
        async with place.session(key=keys[0]):
            status, error = await place.refusal(key=keys[1])
            assert (status, error["type"]) == (429, "rate_limit_error")
        await until(lambda: places.open == 1)
        async with place.session(key=keys[1]):
            pass
    await until(lambda: places.open == 0)
    async with place.session():
        pass


async def test_sessions_are_measured(place: Place) -> None:
    async with place.session():
        text = (await place.ada.call("GET", "/metrics")).content.decode()
    assert "freehold_realtime_sessions 1.0" in text
    assert 'freehold_realtime_openings_total{outcome="opened"}' in text
    assert 'freehold_realtime_openings_total{outcome="model_not_found"}' in text
    assert 'freehold_realtime_session_seconds_count{ending="left"}' in text


async def test_who_asks_without_an_upgrade_is_told_how(place: Place) -> None:
    answer = await place.ada.call("GET", "/v1/realtime?model=gpt")
    assert (answer.status, "upgrade" in answer.json()["error"]["message"]) == (400, True)
    assert realtime.explain.__doc__ is not None
