"""Every operation of our own OpenAPI document, fuzzed by schemathesis: no 5xx, and no answer that is not documented.

Bodies and queries follow the document, or break it on purpose. An administrator also sends them to things that are
there and to models that answer; nobody is refused everywhere.
"""

import asyncio
import socket
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from freehold.accounts.records import DEFAULT_ORGANISATION
from freehold.api.schema import document
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.foundation.http_server import HttpServer
from gateway.vendors import Vendor, begin, chat_answer, good, serving
from gateway.wires.anthropic.judges import fixture
from kept_voice import keep_voice
from whole_app import Caller, WholeApp, whole_app

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.timeout(300)]

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NOT_READY = {"GET /health", "GET /health/ready"}  # 503 is their word for an app without workers
START_SECONDS = 60  # of a worker for sound, which the first who asks for voices or effects waits for
EXAMPLES, DEEP_EXAMPLES, REFUSED_EXAMPLES = 4, 20, 2
METHODS = ("post", "put", "get", "patch", "delete")  # what makes things first, what deletes them last
WIRES = ("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/messages", "/v1/rerank")
SOUNDS = ("/v1/audio/speech", "/v1/audio/transcriptions", "/v1/audio/translations")
MODELS = st.sampled_from(["gpt", "claude"])
PRICE = {"vendor": "acme", "model": "g", "since": "2024-01-01"}
TOML = """
[gateway.providers.acme]
url = "{url}"
models = {{ gpt = "g" }}

[gateway.providers.other]
url = "{url}"
kind = "anthropic"
models = {{ claude = "c" }}
"""


async def answers(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Whatever is asked, in the wire of the path."""
    endpoint = request.match_info["endpoint"]
    if endpoint == "messages":
        if not body.get("stream"):
            return web.Response(body=fixture("message.json"), content_type="application/json")
        response = await begin(request)
        await response.write(fixture("message.sse"))
        return response
    if endpoint == "audio/speech":
        return web.Response(body=b"ID3", content_type="audio/mpeg")
    return await good(vendor, request, body) if endpoint == "chat/completions" else web.json_response(chat_answer())


async def things(whole: WholeApp, admin: Caller) -> dict[str, str]:
    """One of each kind that paths name, by the name of the parameter; the administrator depends on none of them."""
    other = await whole.client("Bob")
    conversation = (await admin.call("POST", "/api/conversations", {"model": "gpt"})).json()["id"]
    await admin.call("POST", f"/api/conversations/{conversation}/messages", {"content": "hello", "model": "gpt"})
    messages = (await admin.call("GET", f"/api/conversations/{conversation}")).json()["messages"]
    team = (await admin.call("POST", "/admin/v1/teams", {"name": "team"})).json()["id"]
    organisation = (await admin.call("POST", "/admin/v1/organisations", {"name": "organisation"})).json()["id"]
    voice = await keep_voice(whole.app.state.custom_voices, admin.person_id, DEFAULT_ORGANISATION)
    return {
        "id": conversation,
        "message_id": messages[-1]["id"],
        "key_id": other.key_id,
        "person_id": other.person_id,
        "team_id": team,
        "organisation_id": organisation,
        "model": "gpt",
        "name": "fuzzed",
        "act": "pause",
        "voice": "alloy",
        "voice_id": voice.id,
        "consent_id": voice.consent_id,
        "call_id": "rtc_none",
    }


class Fuzzer:
    """Asks the running app and keeps what is wrong with its answers."""

    def __init__(self, url: str, schema: dict[str, Any], key: str, known: Mapping[str, str]) -> None:
        self.url, self.known = url, known
        self.admin = {"authorization": key}
        self.schema = schemathesis.openapi.from_dict(schema)
        self.failures: dict[str, str] = {}
        self.asked = 0
        self.answered: set[str] = set()

    def run(self) -> None:
        """All operations, those that carry traffic before any that change the configuration."""
        wires = WIRES + SOUNDS
        for operation in sorted(self._operations(), key=lambda one: (one.path not in wires, METHODS.index(one.method))):
            for mode in GenerationMode:
                cases = operation.as_strategy(generation_mode=mode)
                deep = operation.path in wires and mode is GenerationMode.POSITIVE
                self._probe(cases, self.admin, DEEP_EXAMPLES if deep else EXAMPLES)
            self._probe(operation.as_strategy(), {"authorization": ""}, REFUSED_EXAMPLES)

    def _operations(self) -> Iterator[APIOperation]:
        for result in self.schema.get_all_operations():
            if not isinstance(result, Ok):
                raise result.err()
            yield result.ok()

    def _probe(self, cases: st.SearchStrategy[Case], headers: Mapping[str, str], examples: int) -> None:
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        )
        @given(case=cases, model=MODELS, there=st.booleans())
        def probe(case: Case, model: str, there: bool) -> None:
            if isinstance(case.body, dict) and "model" in case.body and there:
                case.body["model"] = model
            if there:
                case.path_parameters = {name: self.known[name] for name in case.path_parameters}
            self._ask(case, headers)

        probe()

    def _ask(self, case: Case, headers: Mapping[str, str]) -> None:
        label = case.operation.label
        response = case.call(base_url=self.url, headers=dict(headers), timeout=START_SECONDS)
        self.asked += 1
        if response.status_code < 300:
            self.answered.add(label)
        if response.status_code == 503 and label in NOT_READY:
            return
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as group:
            sent = f"{case.as_curl_command(headers=dict(headers))} → {response.status_code} {response.text[:500]}"
            for failure in group.exceptions:
                self.failures.setdefault(f"{label}: {failure.title}", f"{failure.message}\n{sent}")


@pytest.fixture
def folder(open_folder: Path) -> Path:
    made = open_folder / f"fuzzed-{uuid.uuid4().hex[:8]}"
    made.mkdir()
    return made


async def test_no_request_breaks_the_api_or_is_answered_otherwise_than_documented(
    postgres: EmbeddedPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        serving(answers) as vendor,
        whole_app(postgres, folder, monkeypatch, TOML.format(url=vendor.url)) as whole,
    ):
        admin = await whole.client("Ada", "admin")
        listening = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        fuzzer = Fuzzer(url, document(whole.app), admin.headers["authorization"], await things(whole, admin))
        server = HttpServer(whole.app, drain_seconds=1)
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve_on(listening))
            await asyncio.to_thread(fuzzer.run)
            server.stop()
    assert fuzzer.failures == {}
    assert fuzzer.answered >= {f"POST {path}" for path in WIRES + SOUNDS}
    assert len(fuzzer.answered) > 50


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/admin/v1/providers/p", {"url": "http://p/v1", "models": {"a\0b": "m"}}),
        ("POST", "/admin/v1/limits", {"meter": "tokens", "amount": 1e308}),
        ("POST", "/admin/v1/limits", {"meter": "usd", "window": "day", "amount": 1e308}),
        ("POST", "/admin/v1/limits", {"meter": "audio_seconds", "amount": -1e308}),
        ("POST", "/admin/v1/prices", PRICE | {"input_per_million": 1e308}),
    ],
)
async def test_what_would_break_later_requests_is_refused_at_once(
    postgres: EmbeddedPostgres,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    body: dict[str, Any],
) -> None:
    async with whole_app(postgres, folder, monkeypatch) as whole:
        answer = await (await whole.client("Ada", "admin")).call(method, path, body)
    assert (answer.status, answer.json()["error"]["type"]) == (400, "invalid_request_error")
