"""/v1/audio by real sockets: what comes in pieces goes on in pieces, uploads have bounds, every slot is freed again."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from aiohttp import web
from openai import AsyncOpenAI, RateLimitError
from starlette.applications import Starlette

from freehold.api import uploads
from freehold.api.openai import provenance, sound_effects, speech, transcriptions, voices
from freehold.api.settings import ApiSettings
from freehold.contracts.audit import Unrecorded
from freehold.contracts.forms import Upload, write_form
from freehold.contracts.identity import Credential, Principal, Scopes
from freehold.contracts.models import Endpoint, ModelInfo
from freehold.foundation.database import Database
from freehold.foundation.edge import EXCEPTION_HANDLERS, RequestEdge
from freehold.foundation.http_server import HttpServer
from freehold.foundation.vault import Vault
from freehold.gateway.settings import ProviderSettings, RouteSettings, TargetSettings
from freehold.surface.settings import SurfaceSettings
from freehold.surface.voices.custom import CustomVoices
from freehold.surface.voices.neighbours import Neighbours
from gateway.rig import ADA, Everybody, Local, Rig, gateway, until
from gateway.vendors import Vendor, begin, serving, status

pytestmark = pytest.mark.network

ROUTES = [*speech.ROUTES, *transcriptions.ROUTES, *voices.ROUTES, *sound_effects.ROUTES, *provenance.ROUTES]
MOST, ROOM = 200_000, 300_000
Answer = Callable[[Vendor, web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


@dataclass
class Workers(Local):
    """Models of this machine of several kinds, and what they tell of themselves. Implements `LocalPages`."""

    kinds: dict[str, Any] = field(default_factory=dict[str, Any])
    pages: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def models(self) -> list[ModelInfo]:
        return [ModelInfo(id=name, kind=kind, owned_by="local") for name, kind in self.kinds.items()]

    async def fetch(self, name: str, path_and_query: str) -> tuple[int, str, bytes]:
        self.asked.append((name, path_and_query))
        if name not in self.pages:
            return 500, "text/plain", b"broken"
        url = httpx.URL(f"http://worker{path_and_query}")
        known = [voice for voice in self.pages[name] if url.params.get("q", "") in voice["id"]]
        ids = [voice["id"] for voice in known]
        if (after := url.params.get("after")) and after not in ids:
            return 400, "application/json", b'{"error": {"message": "after"}}'
        rest = known[ids.index(after) + 1 :] if after else known
        most = int(url.params.get("limit", 100))
        body = {"data": rest[:most], "has_more": len(rest) > most}
        return 200, "application/json", json.dumps(body).encode()


@dataclass
class Place:
    """A server with one vendor behind its models `say` and `hear`; the vendor does as `vendor.behaviour` says."""

    url: str
    rig: Rig
    vendor: Vendor
    workers: Workers
    app: Starlette
    openai: AsyncOpenAI
    http: httpx.AsyncClient

    @property
    def taken_bytes(self) -> int:
        return self.app.state.upload_room.taken_bytes if hasattr(self.app.state, "upload_room") else 0

    async def raw(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = httpx.URL(self.url)
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(data)
        await writer.drain()
        return reader, writer


async def never(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    raise AssertionError("nobody is asked here")


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def place(stack: AsyncExitStack, database: Database, tmp_path: Path) -> AsyncGenerator[Place]:
    vendor = await stack.enter_async_context(serving(never))
    providers = {"acme": ProviderSettings(url=vendor.url, models={"say": "tts-1", "hear": "whisper-1"})}
    alias = RouteSettings(targets=(TargetSettings(provider="local", model="espeak"),))
    workers = Workers(
        {name: Endpoint(url=vendor.url) for name in ("espeak", "kokoro", "sound")},
        kinds={"espeak": "speech", "kokoro": "speech", "sound": "sound", "starter": "chat"},
    )
    rig = await stack.enter_async_context(gateway(database, tmp_path, providers, {"voice": alias}, models=workers))
    app = Starlette(routes=ROUTES, exception_handlers=EXCEPTION_HANDLERS)
    app.add_middleware(RequestEdge)
    app.state.accounts, app.state.gateway, app.state.gateway_admin = Everybody(), rig.gateway.pipeline, rig.gateway
    app.state.api_settings = ApiSettings(max_upload_bytes=MOST, max_uploads_bytes=ROOM)
    app.state.workers = workers
    pipeline = rig.gateway.pipeline
    around = Neighbours(identity=Everybody(), audit=Unrecorded(), gateway=pipeline, names=pipeline, pages=workers)
    app.state.custom_voices = CustomVoices(database, Vault(bytes(32)), around, SurfaceSettings())
    listening = socket.create_server(("127.0.0.1", 0))
    server = HttpServer(app, drain_seconds=1)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    key = {"authorization": "Bearer good"}
    async with (
        asyncio.TaskGroup() as group,
        AsyncOpenAI(base_url=f"{url}/v1", api_key="good", max_retries=0, timeout=10) as client,
        httpx.AsyncClient(base_url=url, headers=key, timeout=10) as http,
    ):
        group.create_task(server.serve_on(listening))
        yield Place(url, rig, vendor, workers, app, client, http)
        server.stop()
        server.stop()
    listening.close()


def speech_body(**more: Any) -> dict[str, Any]:
    return {"model": "say", "input": "Hello there.", "voice": "alloy"} | more


def form(size: int = 1000, /, **fields: str) -> tuple[str, bytes]:
    return write_form(fields.items(), {"file": Upload(data=b"\x7f" * size, name="a.ogg")}, "c0ffee")


async def post(place: Place, path: str = "transcriptions", *, size: int = 1000, **fields: str) -> httpx.Response:
    media_type, body = form(size, **fields)
    return await place.http.post(f"/v1/audio/{path}", content=body, headers={"content-type": media_type})


def head(length: int | None, media_type: str = "multipart/form-data; boundary=c0ffee") -> bytes:
    """Of an upload that says how long it is, or comes in chunks."""
    size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    lines = ("POST /v1/audio/transcriptions HTTP/1.1", "host: x", "authorization: Bearer good", size)
    return "\r\n".join([*lines, f"content-type: {media_type}", "", ""]).encode()


def in_steps(*pieces: bytes, breaks: bool = False, media_type: str = "audio/mpeg") -> tuple[Answer, asyncio.Event]:
    """Sound whose next piece comes once the one before was seen, which the test says by the event."""
    go_on = asyncio.Event()

    async def answer(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": media_type})
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            await go_on.wait()
            go_on.clear()
        if breaks:
            assert request.transport is not None
            request.transport.abort()
        return response

    return answer, go_on


async def hears(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    sent = await request.post()
    vendor.bodies[-1] = {name: value for name, value in sent.items() if isinstance(value, str)}
    if sent.get("stream") != "true":
        return web.json_response({"text": "Hello there.", "usage": {"type": "duration", "seconds": 2}})
    response = await begin(request)
    for text in ("Hello", " there."):
        delta = {"type": "transcript.text.delta", "delta": text}
        await response.write(b"data: " + json.dumps(delta).encode() + b"\n\n")
    usage = {"type": "tokens", "input_tokens": 20, "output_tokens": 3, "total_tokens": 23}
    done = {"type": "transcript.text.done", "text": "Hello there.", "usage": usage}
    await response.write(b"data: " + json.dumps(done).encode() + b"\n\n")
    return response


async def test_sound_reaches_the_client_piece_by_piece(place: Place) -> None:
    place.vendor.behaviour, go_on = in_steps(b"one", b"two", b"three")
    seen: list[bytes] = []
    async with place.openai.audio.speech.with_streaming_response.create(**speech_body()) as answer:
        assert answer.headers["content-type"] == "audio/mpeg"
        async for piece in answer.iter_bytes():
            seen.append(piece)
            go_on.set()  # the next piece is not even written before this one is here
    assert seen == [b"one", b"two", b"three"]
    (row,) = await place.rig.ledger()
    assert (row["outcome"], row["characters"]) == ("answered", 12)


async def test_a_client_that_hangs_up_closes_the_vendors_side(place: Place) -> None:
    place.vendor.behaviour, _ = in_steps(b"one", b"two")
    async with place.openai.audio.speech.with_streaming_response.create(**speech_body()) as answer:
        assert await anext(answer.iter_bytes()) == b"one"
        assert place.vendor.running == 1
    await until(lambda: place.vendor.running == 0)
    assert place.vendor.hung_up == 1
    (row,) = await place.rig.ledger()
    assert row["outcome"] == "cancelled"


async def test_sound_that_breaks_off_is_a_broken_body_and_never_a_short_one(place: Place) -> None:
    place.vendor.behaviour, go_on = in_steps(b"one", breaks=True)
    seen: list[bytes] = []

    async def listen() -> None:
        async with place.http.stream("POST", "/v1/audio/speech", json=speech_body()) as answer:
            assert answer.status_code == 200
            async for piece in answer.aiter_bytes():
                seen.append(piece)
                go_on.set()

    with pytest.raises(httpx.RemoteProtocolError):
        await listen()
    assert seen == [b"one"]
    await until(lambda: place.vendor.running == 0)
    (row,) = await place.rig.ledger()
    assert (row["outcome"], row["characters"]) == ("failed", 12)


async def test_events_that_break_off_end_with_an_error_event(place: Place) -> None:
    delta = b'data: {"type": "speech.audio.delta", "audio": "SUQz"}\n\n'
    place.vendor.behaviour, go_on = in_steps(delta, breaks=True, media_type="text/event-stream")
    go_on.set()
    answer = await place.http.post("/v1/audio/speech", json=speech_body(stream_format="sse"))
    assert answer.content.startswith(delta)
    assert json.loads(answer.text.strip().rpartition("data: ")[2])["error"]["code"] == "provider_failed"


async def test_when_to_come_back_reaches_the_client(place: Place) -> None:
    place.vendor.behaviour = status(429, **{"retry-after": "17"})
    with pytest.raises(RateLimitError) as refused:
        await place.openai.audio.speech.create(**speech_body())
    assert refused.value.response.headers["retry-after"] == "17"


async def test_openais_client_transcribes_and_the_vendor_gets_its_own_name_for_the_model(place: Place) -> None:
    place.vendor.behaviour = hears
    heard = await place.openai.audio.transcriptions.create(
        model="hear", file=("a.wav", b"RIFF no boundary"), language="en", timestamp_granularities=["word"]
    )
    assert heard.text == "Hello there."
    assert place.vendor.bodies == [{"model": "whisper-1", "language": "en", "timestamp_granularities[]": "word"}]
    assert (await post(place, "translations", model="hear")).json()["text"] == "Hello there."
    assert [row["endpoint"] for row in await place.rig.ledger()] == ["audio/transcriptions", "audio/translations"]
    assert place.taken_bytes == 0


async def test_openais_client_reads_a_streamed_transcript(place: Place) -> None:
    place.vendor.behaviour = hears
    stream = await place.openai.audio.transcriptions.create(model="hear", file=("a.wav", b"RIFF"), stream=True)
    events = [event async for event in stream]
    assert [event.type.rpartition(".")[2] for event in events] == ["delta", "delta", "done"]
    (row,) = await place.rig.ledger()
    assert (row["outcome"], row["stream"], row["input_tokens"], row["output_tokens"]) == ("answered", True, 20, 3)
    await until(lambda: place.taken_bytes == 0)


@pytest.mark.parametrize("says_its_length", [True, False])
async def test_an_upload_over_its_bound_is_refused_before_it_has_come(place: Place, says_its_length: bool) -> None:
    data = head(MOST + 1) if says_its_length else head(None) + f"{MOST + 1:x}\r\n".encode() + bytes(MOST + 1)
    reader, writer = await place.raw(data)
    assert b" 413 " in await reader.readline()
    writer.close()
    assert place.taken_bytes == 0


async def test_an_upload_without_room_is_told_to_come_back_and_finds_some_then(place: Place) -> None:
    place.vendor.behaviour = hears
    _, writer = await place.raw(head(MOST) + b"--c0ffee")
    await until(lambda: place.taken_bytes == MOST)
    refused = await post(place, model="hear", size=ROOM - MOST)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert (await post(place, model="hear", size=1000)).status_code == 200
    assert place.taken_bytes == MOST
    writer.close()  # in the middle of its upload
    await until(lambda: place.taken_bytes == 0)
    assert (await post(place, model="hear", size=ROOM - MOST)).status_code == 200


async def test_an_upload_that_pauses_leaves_its_room_to_others(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SILENCE_SECONDS", 0.1)
    reader, writer = await place.raw(head(MOST) + b"--c0ffee")
    assert b" 400 " in await reader.readline()
    assert place.taken_bytes == 0
    writer.close()


async def test_room_is_given_back_whatever_became_of_the_request(place: Place) -> None:
    place.vendor.behaviour = hears
    for fields, media_type, code in (
        ({"model": "hear", "stream": "true"}, "", 200),
        ({"model": "unheard-of"}, "", 404),
        ({}, "", 400),
        ({"model": "hear"}, "multipart/form-data; boundary=other", 400),
        ({"model": "hear"}, "application/json", 400),
    ):
        kind, body = form(**fields)
        headers = {"content-type": media_type or kind}
        answer = await place.http.post("/v1/audio/transcriptions", content=body, headers=headers)
        assert answer.status_code == code
        await until(lambda: place.taken_bytes == 0)


async def test_room_is_given_back_when_the_vendor_fails(place: Place) -> None:
    for code in (400, 401, 500):
        place.vendor.behaviour = status(code)
        assert (await post(place, model="hear")).status_code >= 400
        assert place.taken_bytes == 0


async def test_room_is_held_until_a_streamed_answer_ends_and_given_back_when_its_client_leaves(place: Place) -> None:
    delta = b'data: {"type": "transcript.text.delta", "delta": "Hello"}\n\n'
    place.vendor.behaviour, _ = in_steps(delta, media_type="text/event-stream")
    media_type, body = form(model="hear", stream="true")
    reader, writer = await place.raw(head(len(body), media_type) + body)
    assert await reader.readuntil(b"Hello") != b""
    assert place.taken_bytes == len(body)
    writer.close()
    await until(lambda: place.taken_bytes == 0)
    await until(lambda: place.vendor.running == 0)


async def test_a_client_that_leaves_while_it_is_heard_closes_the_vendors_side(place: Place) -> None:
    async def thinks(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    place.vendor.behaviour = thinks
    media_type, body = form(model="hear")
    _, writer = await place.raw(head(len(body), media_type) + body)
    await until(lambda: place.vendor.running == 1)
    writer.close()
    await until(lambda: place.vendor.running == 0 and place.taken_bytes == 0)
    (row,) = await place.rig.ledger()
    assert (row["outcome"], row["estimated"]) == ("cancelled", True)


@pytest.mark.parametrize("path", ["audio/effects", "content_provenance_checks"])
async def test_a_form_that_names_no_model_goes_to_the_built_in_one(place: Place, path: str) -> None:
    async def works(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        assert request.path == f"/v1/{path}"
        return web.json_response({"outcome": "detected"})

    place.vendor.behaviour = works
    media_type, body = form()
    answer = await place.http.post(f"/v1/{path}", content=body, headers={"content-type": media_type})
    assert answer.json() == {"outcome": "detected"}
    assert answer.headers["x-freehold-model"] == "sound"


def voice(name: str, language: str = "en-US") -> dict[str, Any]:
    return {"id": name, "language": language, "kind": "preset", "model": "inner"}


async def listed(place: Place, **query: Any) -> dict[str, Any]:
    answer = await place.http.get("/v1/audio/voices", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_voices_of_all_models_follow_one_another_in_pages(place: Place) -> None:
    place.workers.pages = {
        "espeak": [voice(f"e{number}") for number in range(5)],
        "kokoro": [voice("af_heart"), voice("mb/de1", "de-DE")],
    }
    seen: list[tuple[str, str]] = []
    after = ""
    for _ in range(20):
        page = await listed(place, limit=2, after=after)
        assert 0 < len(page["data"]) <= 2
        seen += [(one["model"], one["id"]) for one in page["data"]]
        after = page["last_id"]
        if not page["has_more"]:
            break
    espeak = [f"e{number}" for number in range(5)]
    assert seen == [
        *(("voice", name) for name in espeak),
        *(("espeak", name) for name in espeak),
        ("kokoro", "af_heart"),
        ("kokoro", "mb/de1"),
    ]
    last = (await listed(place, model="kokoro"))["data"][-1]
    assert last["sample"] == "/v1/audio/voices/mb%2Fde1/sample?model=kokoro"


async def test_filters_reach_the_models_and_the_models_past_the_page_are_not_asked(place: Place) -> None:
    place.workers.pages = {"espeak": [voice("e1")], "kokoro": [voice("k1")]}
    await listed(place, model="kokoro", language="de", q="anna & co", gender="female", limit=7)
    ((name, asked),) = place.workers.asked
    params = dict(httpx.URL(f"http://worker{asked}").params)
    assert name == "kokoro"
    assert params == {"language": "de", "q": "anna & co", "gender": "female", "limit": "8"}
    place.workers.pages = {"espeak": [voice("e1"), voice("e2")], "kokoro": [voice("k1")]}
    place.workers.asked.clear()
    await listed(place, limit=1)
    assert [name for name, _ in place.workers.asked] == ["espeak"]


async def test_a_model_that_does_not_answer_is_left_out_unless_it_was_asked_for(place: Place) -> None:
    place.workers.pages = {"kokoro": [voice("k1")]}
    assert [one["id"] for one in (await listed(place))["data"]] == ["k1"]
    assert (await place.http.get("/v1/audio/voices?model=espeak")).status_code == 502


async def test_a_query_for_voices_that_means_nothing_is_refused(place: Place) -> None:
    place.workers.pages = {"espeak": [voice("e1")]}
    refused = ["limit=0", "limit=1001", "limit=-1", "limit=٣", "after=espeak", "after=nobody/x", "after=espeak/gone"]
    asked = dict.fromkeys(refused, 400) | {"model=starter": 404, "model=say": 404}  # a vendor's model lists none
    for query, code in asked.items():
        assert (await place.http.get(f"/v1/audio/voices?{query}")).status_code == code, query


async def test_a_sample_is_spoken_in_the_language_of_its_voice_and_billed(place: Place) -> None:
    place.workers.pages = {"kokoro": [voice("mb/de1", "de-DE") | {"sample_text": "Guten Tag! So klinge ich."}]}
    place.vendor.behaviour, go_on = in_steps(b"ID3")
    go_on.set()
    path = (await listed(place, model="kokoro"))["data"][0]["sample"]
    answer = await place.http.get(f"{path}&response_format=opus")
    assert answer.content == b"ID3"
    (body,) = place.vendor.bodies
    assert body["input"].startswith("Guten Tag")
    assert (body["voice"], body["response_format"]) == ("mb/de1", "opus")
    (row,) = await place.rig.ledger()
    assert (row["endpoint"], row["characters"]) == ("audio/speech", len(body["input"]))
    assert (await place.http.get("/v1/audio/voices/x/sample")).status_code == 400


async def test_a_key_sees_and_hears_the_voices_of_the_models_that_it_is_for_alone(place: Place) -> None:
    class Narrow(Everybody):
        async def identify(self, credential: Credential) -> Principal:
            return replace(ADA, scopes=Scopes(models=("kok*",)))

    place.workers.pages = {"espeak": [voice("e1")], "kokoro": [voice("k1")]}
    place.app.state.accounts = Narrow()
    assert [one["model"] for one in (await listed(place))["data"]] == ["kokoro"]
    assert (await place.http.get("/v1/audio/voices?model=espeak")).status_code == 404
    assert (await place.http.get("/v1/audio/effects")).status_code == 404
    assert [name for name, _ in place.workers.asked] == ["kokoro"]


async def test_effects_are_listed_by_the_model_that_has_them(place: Place) -> None:
    place.workers.pages = {"sound": []}
    answer = await place.http.get("/v1/audio/effects")
    assert (answer.status_code, answer.json()) == (200, {"data": [], "has_more": False})
    assert place.workers.asked == [("sound", "/v1/audio/effects")]
    assert (await place.http.get("/v1/audio/effects?model=kokoro")).status_code == 404
